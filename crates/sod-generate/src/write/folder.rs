//! The folder that is written: first beside its place, then moved there whole.

use super::sink::Sink;
use crate::error::GenerateError;
use crate::options::Compression;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder under construction; removed when dropped before [`Folder::publish`].
#[derive(Debug)]
pub(crate) struct Folder {
    target: PathBuf,
    partial: PathBuf,
    compression: Option<Compression>,
    files: u64,
    bytes: u64,
    is_published: bool,
}

impl Folder {
    /// Begins beside `target`, which must not exist or be empty.
    pub(crate) fn create(target: &Path, compression: Option<Compression>) -> Result<Self, GenerateError> {
        check_target(target)?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(GenerateError::io(parent))?;
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let partial = create_first_free(parent, &name)?;
        let target = target.to_owned();
        Ok(Self { target, partial, compression, files: 0, bytes: 0, is_published: false })
    }

    /// Where a file of a name is to be written, its folders made.
    pub(crate) fn path(&self, name: &str) -> Result<PathBuf, GenerateError> {
        let mut path = self.partial.join(name);
        if let Some(compression) = self.compression {
            path.as_mut_os_string().push(".");
            path.as_mut_os_string().push(compression.extension());
        }
        if name.contains('/')
            && let Some(parent) = path.parent()
        {
            fs::create_dir_all(parent).map_err(GenerateError::io(parent))?;
        }
        Ok(path)
    }

    /// Opens a new file.
    pub(crate) fn open(&self, name: &str) -> Result<Sink, GenerateError> {
        Sink::create(self.path(name)?, self.compression)
    }

    /// Writes a whole small file.
    pub(crate) fn write(&mut self, name: &str, text: &[u8]) -> Result<(), GenerateError> {
        let mut sink = self.open(name)?;
        sink.write(text)?;
        self.close(sink)
    }

    /// Writes a file of no bytes at all, not even those that a compression would add.
    pub(crate) fn write_nothing(&mut self, name: &str) -> Result<(), GenerateError> {
        let path = self.partial.join(name);
        fs::write(&path, b"").map_err(GenerateError::io(&path))?;
        self.files += 1;
        Ok(())
    }

    /// Finishes a file and counts it.
    pub(crate) fn close(&mut self, sink: Sink) -> Result<(), GenerateError> {
        self.bytes += sink.close()?;
        self.files += 1;
        Ok(())
    }

    /// Finishes a part of a file; counts the file with its first part.
    pub(crate) fn close_part(&mut self, sink: Sink, is_first: bool) -> Result<(), GenerateError> {
        self.bytes += sink.close()?;
        self.files += u64::from(is_first);
        Ok(())
    }

    /// How many files there are, and their bytes before compression.
    pub(crate) const fn totals(&self) -> (u64, u64) {
        (self.files, self.bytes)
    }

    /// How files are packed.
    pub(crate) const fn compression(&self) -> Option<Compression> {
        self.compression
    }

    /// Moves the folder to its place.
    pub(crate) fn publish(mut self) -> Result<(), GenerateError> {
        check_target(&self.target)?;
        if self.target.exists() {
            // Not every system renames a folder onto an empty one.
            fs::remove_dir(&self.target).map_err(GenerateError::io(&self.target))?;
        }
        fs::rename(&self.partial, &self.target).map_err(GenerateError::io(&self.target))?;
        self.is_published = true;
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_published {
            // Nobody is left to tell when this fails too.
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}

fn check_target(target: &Path) -> Result<(), GenerateError> {
    match fs::read_dir(target) {
        Ok(entries) => match entries.count() {
            0 => Ok(()),
            _ => Err(GenerateError::FolderNotEmpty(target.to_owned())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) if target.is_file() => Err(GenerateError::NotAFolder(target.to_owned())),
        Err(error) => Err(GenerateError::io(target)(error)),
    }
}

/// Makes a hidden folder beside the target under the first name that is free.
fn create_first_free(parent: &Path, name: &str) -> Result<PathBuf, GenerateError> {
    let process = std::process::id();
    let mut number = 0_u32;
    loop {
        let path = parent.join(format!(".{name}.partial-{process}-{number}"));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1_000 => number += 1,
            Err(error) => return Err(GenerateError::io(&path)(error)),
        }
    }
}
