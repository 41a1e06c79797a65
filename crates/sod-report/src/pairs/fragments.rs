//! Ids and names as the text formats write them, escaped once per package and copied for every row.

use super::PairContext;
use sod_model::PackageId;

/// One escaped piece of text for each package.
pub(super) struct Fragments {
    text: Vec<Box<[u8]>>,
    unknown: &'static [u8],
}

impl Fragments {
    /// Escapes something about each package; `unknown` stands for a package that the context does not have.
    pub(super) fn new(
        context: &PairContext,
        unknown: &'static [u8],
        escape: impl Fn(PackageId) -> Vec<u8>,
    ) -> Self {
        let packages = (0..context.packages() as u32).map(PackageId);
        Self { text: packages.map(|package| escape(package).into_boxed_slice()).collect(), unknown }
    }

    /// The escaped text.
    pub(super) fn get(&self, package: PackageId) -> &[u8] {
        self.text.get(package.index()).map_or(self.unknown, |text| text)
    }
}
