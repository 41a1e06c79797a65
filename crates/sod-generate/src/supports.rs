//! Which dirt can occur in which shape.

use crate::dirt::Dirt as D;
use crate::shape::{Dialect, ExportShape as S};

impl S {
    /// Whether the dirt can occur in this shape; what cannot is refused with an error, never silently left out.
    #[must_use]
    pub const fn supports(self, dirt: D) -> bool {
        let table = matches!(self.dialect(), Dialect::Table);
        let tree = matches!(self, S::EntraExporter);
        let bare = matches!(self.dialect(), Dialect::BetaBare);
        match dirt {
            D::EmptyFile => true,
            D::DanglingNextLink => self.is_paged(),
            // An object a file: the same id would be the same path.
            D::DuplicateRows => !tree,
            D::IdReused => self.has_state() && self.has_assignment_id() && !tree,
            // Without `target` nothing shows that there is no directory object.
            D::NullObjectId => !bare && !matches!(self, S::Csv | S::CsvTab | S::PlainList),
            D::MissingUser => !matches!(self, S::PlainList),
            // In a tree and in a file a package the place of the file says which package it is.
            D::MissingPackage => !matches!(self, S::PlainList | S::OfficialCsv | S::EntraExporter),
            D::UnknownState | D::StateMissing => self.has_state(),
            D::PastEndDate | D::StringNullDate => {
                !matches!(self, S::Adx) && (!table || matches!(self, S::CsvSemicolon))
            }
            D::EmailOnly => !bare && !matches!(self, S::PlainList),
            D::SeveralLive => self.has_assignment_id(),
            D::NameOnlyPackage => !bare && !table,
            D::DuplicatePackageName | D::GroupOf100 => !table,
            D::MalformedRecord => true,
            D::TruncatedDepth => matches!(self.dialect(), Dialect::Powershell | Dialect::PowershellBeta),
            D::HostileNames => !table || matches!(self, S::CsvSemicolon | S::OfficialCsv),
            D::MixedCase => !matches!(self, S::PlainList),
            D::Unexpanded => matches!(self.dialect(), Dialect::V1 | Dialect::Powershell),
            D::ErrorBody => self.is_paged() || tree,
            D::HtmlPage => matches!(
                self,
                S::GraphV1 | S::GraphBeta | S::GraphBetaUnexpanded | S::GraphMixed | S::EntraExporter
            ),
            D::TypeNameCsv => matches!(self, S::Csv | S::OfficialCsv),
            D::TruncatedFile => !table,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dirt_has_a_shape_and_every_shape_some_dirt() {
        assert!(D::ALL.iter().all(|&dirt| S::ALL.iter().any(|shape| shape.supports(dirt))));
        assert!(S::ALL.iter().all(|shape| D::ALL.iter().filter(|&&dirt| shape.supports(dirt)).count() >= 3));
    }
}
