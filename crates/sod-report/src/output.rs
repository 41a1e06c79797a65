//! Bytes on their way to a file: counted and hashed as they pass.

use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Its name within the report folder, or its path.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// The 64 lower-case digits of a SHA-256.
pub(crate) fn hex(hash: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What [`hex`] wrote; `None` for anything else.
pub(crate) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut hash = [0; 32];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != hash.len() || !rest.is_empty() {
        return None;
    }
    for (slot, &[high, low]) in hash.iter_mut().zip(pairs) {
        *slot = digit(high)? << 4 | digit(low)?;
    }
    Some(hash)
}

/// The SHA-256 of bytes at hand.
///
/// ```
/// assert_eq!(sod_report::sha256(b"abc")[..2], [0xba, 0x78]);
/// ```
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The size and the SHA-256 of what a reader gives.
///
/// ```
/// assert_eq!(sod_report::sha256_of(&b"abc"[..]).unwrap(), (3, sod_report::sha256(b"abc")));
/// ```
///
/// # Errors
/// When it cannot be read.
pub fn sha256_of(mut reader: impl io::Read) -> io::Result<(u64, [u8; 32])> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, hash.finalize().into()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
}

/// Hashes what it passes on. Give it large pieces: put the buffer in front of it, not behind.
pub(crate) struct HashingWriter<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W> HashingWriter<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// What was written, and what it was written to.
    pub(crate) fn finish(self, name: String) -> (OutputFile, W) {
        (OutputFile { name, bytes: self.bytes, sha256: self.hash.finalize().into() }, self.inner)
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Prefix of everything temporary: hidden, and telling whose it is should a power cut leave it.
pub(crate) const TEMPORARY_PREFIX: &str = ".sod-";

/// A builder of temporary files and folders that are as readable as what the user would create by hand: `mode` is
/// narrowed by the umask. (The temporary thing becomes the result, so it must not stay private to the owner.)
pub(crate) fn temporary(mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    builder
}
