//! One output file, all or nothing.
//!
//! The bytes go to a temporary file beside the target, which takes the target's place by one rename when all is
//! written and on disk; until then, and after a failure, the target is as it was. What is no regular file (a pipe, a
//! terminal, `/dev/stdout`) cannot be replaced and is written directly. A symbolic link stays, and the file it leads
//! to is replaced. Refuses folders.

use crate::WriteError;
use crate::output::{HashingWriter, OutputFile, temporary};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file being written. Dropped without [`commit`](Self::commit), it leaves nothing behind.
///
/// ```
/// use std::io::Write;
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("pairs.csv");
/// let mut file = sod_report::atomic::AtomicFile::create(&path).unwrap();
/// file.write_all(b"package_a\n").unwrap();
/// assert!(!path.exists());
/// assert_eq!(file.commit().unwrap().bytes, 10);
/// assert_eq!(std::fs::read(&path).unwrap(), b"package_a\n");
/// ```
pub struct AtomicFile {
    path: PathBuf,
    target: PathBuf,
    out: BufWriter<HashingWriter<Sink>>,
}

enum Sink {
    Beside(NamedTempFile),
    Direct(File),
}

impl AtomicFile {
    /// Begins to write `path`.
    ///
    /// # Errors
    /// When it is a folder, or when nothing can be created beside it.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let existing = fs::metadata(path).ok();
        if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(WriteError::IsAFolder { path: path.to_owned() });
        }
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let sink = if is_direct(path, existing.as_ref()) {
            // Appending is what a pipe does anyway; a redirected `/dev/stdout` must not be cut off.
            let file = OpenOptions::new().append(true).open(path);
            Sink::Direct(file.map_err(WriteError::at("open", path))?)
        } else {
            let folder = match target.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            };
            let beside = temporary(0o666).tempfile_in(folder).map_err(WriteError::at("create", path))?;
            if let Some(existing) = existing {
                fs::set_permissions(beside.path(), existing.permissions())
                    .map_err(WriteError::at("create", path))?;
            }
            Sink::Beside(beside)
        };
        let out = BufWriter::with_capacity(1 << 18, HashingWriter::new(sink));
        Ok(Self { path: path.to_owned(), target, out })
    }

    /// Ends the file: everything on disk, then in its place.
    ///
    /// # Errors
    /// When a write, the sync or the rename fails; the target is then as it was.
    pub fn commit(self) -> Result<OutputFile, WriteError> {
        let Self { path, target, out } = self;
        let out = out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .map_err(WriteError::at("write", &path))?;
        let (written, sink) = out.finish(path.display().to_string());
        if let Sink::Beside(beside) = sink {
            beside.as_file().sync_all().map_err(WriteError::at("write", &path))?;
            beside
                .persist(&target)
                .map_err(|failed| failed.error)
                .map_err(WriteError::at("replace", &path))?;
        }
        Ok(written)
    }
}

/// Whether `path` can only be written to, not replaced: no regular file, or one that the shell opened for us, whose
/// name merely leads to it.
fn is_direct(path: &Path, existing: Option<&fs::Metadata>) -> bool {
    let mut descriptors = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"].into_iter();
    existing.is_some_and(|existing| !existing.is_file() || descriptors.any(|opened| path.starts_with(opened)))
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            // The bare file: errors of the other name the temporary path, which nobody gave.
            Self::Beside(file) => file.as_file_mut().write(bytes),
            Self::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside(file) => file.as_file_mut().flush(),
            Self::Direct(file) => file.flush(),
        }
    }
}
