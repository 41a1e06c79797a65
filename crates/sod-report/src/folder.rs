//! A report folder, all or nothing.
//!
//! Files are written to a temporary folder and reach their place only when all of them are complete and on disk.
//! A folder that does not exist appears by one rename. One that exists must be empty or hold an earlier report of
//! this tool; its report files are then replaced one by one, those of the earlier report that have no successor are
//! removed, and `manifest.json` comes last: until it does, it does not match the files, and `verify` would say so.
//! Files that are not the report's are left alone. Anything else is refused before the first byte is written.
//!
//! The temporary folder lies beside a new folder, but *inside* an existing one: that may be a mount point, and only
//! its inside is sure to be on the same file system.

mod earlier;

use crate::WriteError;
use crate::output::{HashingWriter, OutputFile, TEMPORARY_PREFIX, temporary};
use earlier::Earlier;
use std::fs::{self, File};
use std::io::{BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The file that makes a folder a report, written last.
pub const MANIFEST: &str = "manifest.json";

/// A report folder being written. Dropped without [`commit`](Self::commit), it leaves nothing behind.
///
/// ```
/// use sod_report::folder::ReportFolder;
/// let place = tempfile::tempdir().unwrap();
/// let report = place.path().join("report");
/// let mut folder = ReportFolder::create(&report).unwrap();
/// folder.write("summary.json", |out| Ok(out.write_all(b"{}\n")?)).unwrap();
/// assert!(!report.exists());
/// let files = folder.commit(|files, out| Ok(write!(out, "{{\"files\":{}}}", files.len())?)).unwrap();
/// assert_eq!(files.last().unwrap().name, "manifest.json");
/// assert_eq!(std::fs::read(report.join("summary.json")).unwrap(), b"{}\n");
/// ```
#[derive(Debug)]
pub struct ReportFolder {
    target: PathBuf,
    earlier: Option<Earlier>,
    temporary: TempDir,
    files: Vec<OutputFile>,
}

impl ReportFolder {
    /// Begins a report at `target`.
    ///
    /// # Errors
    /// When the target is a file or holds something that is not a report of this tool, or when nothing can be
    /// created there.
    pub fn create(target: &Path) -> Result<Self, WriteError> {
        let earlier = Earlier::look(target)?;
        let place = if earlier.is_some() { target } else { nearest_folder(target) };
        let temporary = temporary(0o777).tempdir_in(place).map_err(WriteError::at("create", target))?;
        Ok(Self { target: target.to_owned(), earlier, temporary, files: Vec::new() })
    }

    /// Writes one file of the report; the writer is buffered.
    ///
    /// # Errors
    /// When `fill` fails, when the bytes cannot be written, or when the name is no plain file name, was used before
    /// or is `manifest.json`.
    pub fn write(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let reason = if name.eq_ignore_ascii_case(MANIFEST) {
            Some("the manifest is written by the commit")
        } else if !is_plain(name) {
            Some("it is not a plain file name")
        } else if self.files.iter().any(|file| file.name.eq_ignore_ascii_case(name)) {
            Some("the report has it already")
        } else {
            None
        };
        match reason {
            Some(reason) => Err(WriteError::FileName { name: name.to_owned(), reason }),
            None => self.write_unchecked(name, fill),
        }
    }

    fn write_unchecked(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        // Errors name the place that the user knows, not the temporary one.
        let path = self.target.join(name);
        let file =
            File::create_new(self.temporary.path().join(name)).map_err(WriteError::at("create", &path))?;
        let mut out = BufWriter::with_capacity(1 << 18, HashingWriter::new(file));
        fill(&mut out).map_err(|error| error.into_file(&path))?;
        let out =
            out.into_inner().map_err(IntoInnerError::into_error).map_err(WriteError::at("write", &path))?;
        let (written, file) = out.finish(name.to_owned());
        file.sync_all().map_err(WriteError::at("write", &path))?;
        self.files.push(written);
        Ok(())
    }

    /// A folder on the file system of the report for what has no name and is gone when it is closed.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        self.temporary.path()
    }

    /// What was written so far, in that order.
    #[must_use]
    pub fn files(&self) -> &[OutputFile] {
        &self.files
    }

    /// Writes the manifest, given the other files, and puts the report in its place. Returns all files, the manifest
    /// last.
    ///
    /// # Errors
    /// When the manifest cannot be written or something cannot be moved.
    pub fn commit(
        mut self,
        manifest: impl FnOnce(&[OutputFile], &mut (dyn Write + Send)) -> Result<(), WriteError>,
    ) -> Result<Vec<OutputFile>, WriteError> {
        let others = self.files.clone();
        self.write_unchecked(MANIFEST, |out| manifest(&others, out))?;
        sync_folder(self.temporary.path());
        match self.earlier.take() {
            Some(earlier) => self.replace(&earlier)?,
            None => self.appear()?,
        }
        Ok(self.files)
    }

    /// One rename: the report is there or it is not.
    fn appear(&self) -> Result<(), WriteError> {
        if let Some(parent) = self.target.parent() {
            fs::create_dir_all(parent).map_err(WriteError::at("create", parent))?;
        }
        // The temporary folder is gone then, and its removal on drop finds nothing to remove.
        fs::rename(self.temporary.path(), &self.target).map_err(WriteError::at("create", &self.target))?;
        sync_folder(nearest_folder(&self.target));
        Ok(())
    }

    /// File by file, the manifest last.
    fn replace(&self, earlier: &Earlier) -> Result<(), WriteError> {
        let (manifest, others): (Vec<_>, Vec<_>) = self.files.iter().partition(|file| file.name == MANIFEST);
        let rename = |name: &str| {
            let to = self.target.join(name);
            fs::rename(self.temporary.path().join(name), &to).map_err(WriteError::at("replace", &to))
        };
        others.iter().try_for_each(|file| rename(&file.name))?;
        for name in &earlier.files {
            if is_plain(name) && !self.files.iter().any(|file| file.name == *name) {
                // Somebody may have removed it before; if it cannot be removed, the new manifest does not name it.
                let _ = fs::remove_file(self.target.join(name));
            }
        }
        manifest.iter().try_for_each(|file| rename(&file.name))?;
        sync_folder(&self.target);
        Ok(())
    }
}

/// One component, visible, and not what a file system of any kind takes for a path.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0'])
}

/// The nearest folder above `target` that exists: folders between are created on its file system.
fn nearest_folder(target: &Path) -> &Path {
    let mut above = target.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    above.find(|folder| folder.exists()).unwrap_or(Path::new("."))
}

/// Makes renames durable where the system can; a failure costs durability after a power cut, not correctness.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
