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
