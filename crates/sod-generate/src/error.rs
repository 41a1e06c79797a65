//! What can go wrong while writing.

use crate::dirt::Dirt;
use crate::shape::ExportShape;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why an export was not written. Nothing is left behind.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// The shape cannot have that dirt.
    #[error("dirt `{dirt}` cannot occur in shape `{shape}`, which allows: {allowed}")]
    UnsupportedDirt {
        /// The dirt that was asked for.
        dirt: Dirt,
        /// The shape that was asked for.
        shape: ExportShape,
        /// What the shape allows, joined with commas.
        allowed: String,
    },
    /// `page_size` is 0.
    #[error("a page needs at least one row, found a page size of 0")]
    EmptyPages,
    /// The target folder has something in it.
    #[error("`{}` is not empty, nothing was written", .0.display())]
    FolderNotEmpty(PathBuf),
    /// The target exists and is no folder.
    #[error("`{}` is not a folder, nothing was written", .0.display())]
    NotAFolder(PathBuf),
    /// A file could not be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The progress callback asked to stop.
    #[error("stopped, nothing was written")]
    Stopped,
}

impl GenerateError {
    pub(crate) fn unsupported(shape: ExportShape, dirt: Dirt) -> Self {
        let allowed: Vec<_> =
            Dirt::ALL.into_iter().filter(|&dirt| shape.supports(dirt)).map(Dirt::name).collect();
        Self::UnsupportedDirt { dirt, shape, allowed: allowed.join(", ") }
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Io { path: path.to_owned(), source }
    }
}
