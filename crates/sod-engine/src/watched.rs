//! Writing that can be stopped: a large table must not keep anybody waiting who no longer wants it.

use sod_model::Observer;
use std::io::{self, Write};

/// Passes bytes on until the observer asks to stop; every write after that fails.
///
/// ```
/// use sod_engine::{Observer, WatchedWriter};
/// use std::io::Write;
///
/// struct Stop;
/// impl Observer for Stop {
///     fn is_cancelled(&self) -> bool { true }
/// }
/// let mut bytes = Vec::new();
/// assert!(WatchedWriter::new(&mut bytes, &sod_engine::Silent).write_all(b"row").is_ok());
/// assert!(WatchedWriter::new(&mut bytes, &Stop).write_all(b"row").is_err());
/// assert_eq!(bytes, b"row");
/// ```
pub struct WatchedWriter<'o, W> {
    inner: W,
    observer: &'o dyn Observer,
}

impl<'o, W: Write> WatchedWriter<'o, W> {
    /// Watches `inner`.
    pub fn new(inner: W, observer: &'o dyn Observer) -> Self {
        Self { inner, observer }
    }

    fn go_on(&self) -> io::Result<()> {
        // Not `Interrupted`, which `write_all` would try again.
        if self.observer.is_cancelled() { Err(io::Error::other("stopped")) } else { Ok(()) }
    }
}

impl<W: Write> Write for WatchedWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.go_on()?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
