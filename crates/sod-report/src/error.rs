//! What goes wrong while writing: always with the path, where there is one, and with what to do about it.
//!
//! A closed pipe is told apart from every other failure, because a reader that has seen enough is not an error.

use std::io;
use std::path::{Path, PathBuf};

/// An output could not be written. Nothing half-written is left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The stream that the caller brought refused the bytes.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// Something about a file or folder failed.
    #[error("cannot {action} `{}`: {source}", path.display())]
    File {
        /// What was tried, as a verb: `create`, `write`, `rename`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The report folder exists and holds something that is not a report of this tool.
    #[error("`{}` already holds files that are not a report of sod, such as `{found}`", path.display())]
    ForeignFolder {
        /// The folder.
        path: PathBuf,
        /// One of the files, the first in byte order.
        found: String,
    },
    /// A folder was expected, and a file is there.
    #[error("`{}` is a file; the report is a folder", path.display())]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// A file was expected, and a folder is there.
    #[error("`{}` is a folder; this output is one file", path.display())]
    IsAFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A report file was named like a path, or named twice.
    #[error("`{name}` cannot be a file of the report: {reason}")]
    FileName {
        /// The name.
        name: String,
        /// Why not.
        reason: &'static str,
    },
}

impl WriteError {
    /// Whether the reader of the output went away: a quiet success, not a failure.
    ///
    /// ```
    /// use sod_report::WriteError;
    /// use std::io::{Error, ErrorKind};
    /// assert!(WriteError::from(Error::from(ErrorKind::BrokenPipe)).is_broken_pipe());
    /// assert!(!WriteError::from(Error::from(ErrorKind::StorageFull)).is_broken_pipe());
    /// ```
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        self.io_kind() == Some(io::ErrorKind::BrokenPipe)
    }

    /// What the user can do about it, for a help line of its own; `None` when the message says all there is to say.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::ForeignFolder { .. } => {
                Some("name a folder that does not exist, an empty one, or one with an earlier report")
            }
            Self::NotAFolder { .. } => Some("name a folder, or move the file away"),
            Self::IsAFolder { .. } => Some("name a file inside the folder"),
            Self::FileName { .. } => None,
            Self::Output(_) | Self::File { .. } => match self.io_kind()? {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    Some("free some space, or write to another disk; nothing half-written was left")
                }
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    Some("choose a place where you may write")
                }
                io::ErrorKind::NotFound => Some("create the folder that should contain it first"),
                _ => None,
            },
        }
    }

    fn io_kind(&self) -> Option<io::ErrorKind> {
        match self {
            Self::Output(source) | Self::File { source, .. } => Some(source.kind()),
            _ => None,
        }
    }

    /// Makes a closure for `map_err` that adds the path and what was tried.
    pub(crate) fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }

    /// Gives an error of a nameless output the path of the file that it went to.
    ///
    /// ```
    /// use sod_report::WriteError;
    /// use std::io::{Error, ErrorKind};
    /// let error = WriteError::from(Error::from(ErrorKind::StorageFull)).into_file("pairs.csv".as_ref());
    /// assert!(error.to_string().starts_with("cannot write `pairs.csv`: "));
    /// ```
    #[must_use]
    pub fn into_file(self, path: &Path) -> Self {
        match self {
            Self::Output(source) => Self::File { action: "write", path: path.to_owned(), source },
            other => other,
        }
    }
}
