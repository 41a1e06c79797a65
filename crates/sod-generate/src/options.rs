//! How to write a tenant down.

use crate::dirt::Dirt;
use crate::error::GenerateError;
use crate::shape::ExportShape;

/// How every file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip, `.gz`.
    Gzip,
    /// zstd, `.zst`.
    Zstd,
}

impl Compression {
    /// The ending that files get.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Zstd => "zst",
        }
    }
}

/// In which shape to write, and with which dirt.
///
/// ```
/// use sod_generate::{Dirt, ExportOptions, ExportShape};
/// let options = ExportOptions { dirt: vec![Dirt::DanglingNextLink], ..ExportOptions::new(ExportShape::GraphV1) };
/// assert!(options.check().is_ok());
/// let options = ExportOptions { dirt: vec![Dirt::DanglingNextLink], ..ExportOptions::new(ExportShape::Csv) };
/// assert!(options.check().unwrap_err().to_string().contains("dangling-next-link"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// The shape.
    pub shape: ExportShape,
    /// The traps to lay, in any order; naming one twice is naming it once.
    pub dirt: Vec<Dirt>,
    /// How every file is packed, if at all.
    pub compression: Option<Compression>,
    /// Rows in a page, for shapes that have pages. Graph answers with 100.
    pub page_size: u32,
}

impl ExportOptions {
    /// A clean export in that shape, pages of 100.
    #[must_use]
    pub const fn new(shape: ExportShape) -> Self {
        Self { shape, dirt: Vec::new(), compression: None, page_size: 100 }
    }

    /// Whether a trap is to be laid.
    #[must_use]
    pub fn has(&self, dirt: Dirt) -> bool {
        self.dirt.contains(&dirt)
    }

    /// Says what is wrong with the options, if anything.
    ///
    /// # Errors
    /// A dirt that the shape cannot have, or pages without rows.
    pub fn check(&self) -> Result<(), GenerateError> {
        if self.page_size == 0 {
            return Err(GenerateError::EmptyPages);
        }
        match self.dirt.iter().find(|&&dirt| !self.shape.supports(dirt)) {
            Some(&dirt) => Err(GenerateError::unsupported(self.shape, dirt)),
            None => Ok(()),
        }
    }
}
