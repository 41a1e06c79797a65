//! What goes wrong with a report that should be read back: always with the file and with what to do about it.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// A report that cannot be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PastError {
    /// A file cannot be read.
    #[error("cannot read `{}`: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The manifest does not list a file that it takes.
    #[error("`{}` is not among the files of the report", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The bytes are not those that were written.
    #[error("`{}` was changed after it was written: its SHA-256 is {found}, and manifest.json says {expected}", path.display())]
    Edited {
        /// The file.
        path: PathBuf,
        /// Of the bytes that are there.
        found: String,
        /// Of those that were written.
        expected: String,
    },
    /// The manifest is not the one that was sealed.
    #[error("`{}` was changed after it was sealed: `manifest_sha256` is not the hash of the rest", path.display())]
    Unsealed {
        /// The file.
        path: PathBuf,
    },
    /// It is not what such a file looks like.
    #[error("`{}`, line {line}: {why}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What was found and what was expected.
        why: String,
    },
    /// Two files of the report tell different things.
    #[error("`{}`: {why}", path.display())]
    Contradiction {
        /// One of the files.
        path: PathBuf,
        /// What they tell.
        why: String,
    },
}

impl PastError {
    /// What the user can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => {
                "expected a report folder that `sod analyze --out` wrote, and that you may read"
            }
            _ => "write the report again with `sod analyze INPUT... --out DIR`, or give the export itself",
        }
    }

    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), why: error.to_string() }
    }

    pub(crate) fn malformed(path: &Path, line: usize, why: &impl Display) -> Self {
        // serde_json tells the line of the text that it was given, which may be one line of many.
        let why = why.to_string();
        let why = why.rsplit_once(" at line ").map_or(why.as_str(), |(before, _)| before).to_owned();
        Self::Malformed { path: path.to_owned(), line, why }
    }
}
