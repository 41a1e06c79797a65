//! The seal of a manifest: the hash of its own text.
//!
//! `manifest_sha256` is the SHA-256 of the manifest's bytes as they are, but with 64 zeros in its own place. A byte that is
//! changed anywhere in the manifest is found by that, the seal's own digits included. It is no signature: whoever can
//! write the file can seal it again, and is found by working everything out anew.

use crate::WriteError;
use crate::output::{HashingWriter, hex};
use std::io::{self, Write};

/// The key, as it stands in the text.
const KEY: &[u8] = br#""manifest_sha256": ""#;
/// What stands in the place of the digits while they are computed.
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a seal says of the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// The text is as it was sealed.
    Intact,
    /// The text was changed.
    Broken,
    /// There is none.
    Missing,
}

impl Seal {
    /// Looks at the text of a manifest.
    ///
    /// ```
    /// use sod_report::manifest::Seal;
    /// assert_eq!(Seal::of(b"{\"tool\": {\"name\": \"sod\"}}"), Seal::Missing);
    /// let zeros = format!("{{\"manifest_sha256\": \"{:064}\"}}", 0);
    /// assert_eq!(Seal::of(zeros.as_bytes()), Seal::Broken);
    /// ```
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        let Some(key) = text.windows(KEY.len()).rposition(|window| window == KEY) else {
            return Self::Missing;
        };
        let (before, rest) = text.split_at(key + KEY.len());
        let Some((digits, after)) = rest.split_at_checked(ZEROS.len()) else { return Self::Broken };
        let mut hash = HashingWriter::new(io::sink());
        // A sink takes everything.
        let written = [before, ZEROS.as_bytes(), after].into_iter().try_for_each(|part| hash.write_all(part));
        let (sealed, _) = hash.finish(String::new());
        let intact = written.is_ok() && hex(&sealed.sha256).as_bytes() == digits;
        if intact { Self::Intact } else { Self::Broken }
    }
}

/// Writes a text twice, as `write` does it: first to be hashed, then with the seal in its place.
pub(super) fn write_sealed(
    out: &mut dyn Write,
    write: impl Fn(&str, &mut dyn Write) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let mut hash = HashingWriter::new(io::sink());
    write(ZEROS, &mut hash)?;
    let (sealed, _) = hash.finish(String::new());
    write(&hex(&sealed.sha256), out)
}
