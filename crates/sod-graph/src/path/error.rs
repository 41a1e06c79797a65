//! Addresses that cannot be understood.

use std::fmt;

/// An address that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// The character of the address as it was sent, from 0.
    pub position: usize,
    /// What was found, what was expected, and the position again.
    pub message: String,
    /// Which answer it deserves.
    pub kind: PathErrorKind,
}

/// Which answer an address deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathErrorKind {
    /// 400: it says nothing.
    BadRequest,
    /// 404: it could be the address of something, but not here.
    NotFound,
}

impl PathError {
    pub(super) fn bad(position: usize, message: impl fmt::Display) -> Self {
        let message = format!("{message} (position {position} of the path).");
        Self { position, message, kind: PathErrorKind::BadRequest }
    }

    pub(super) fn not_found(position: usize, message: impl fmt::Display) -> Self {
        Self { kind: PathErrorKind::NotFound, ..Self::bad(position, message) }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PathError {}
