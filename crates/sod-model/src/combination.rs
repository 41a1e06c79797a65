//! Packages that give by themselves what a rule keeps apart.

use crate::{PackageId, RuleId};
use roaring::RoaringBitmap;

/// What kind of package combines the sides of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CombinationKind {
    /// The rule names the package itself: it stands on one side and gives what the other sides give.
    IntraPackage,
    /// The rule does not name it: the way that Entra's documentation has to sanction a combination, or one that nobody thought of.
    Override,
}

impl CombinationKind {
    /// The word for it in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IntraPackage => "intra-package",
            Self::Override => "override",
        }
    }
}

/// A package of a rule, as far as another package gives the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contained {
    /// The package that the rule names.
    pub package: PackageId,
    /// How many of its resource roles are given.
    pub given: u32,
    /// How many resource roles it has; 0 where the package is the combining one itself and its roles were not exported.
    pub of: u32,
}

impl Contained {
    /// Whether all of it is given.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.given == self.of
    }
}

/// A package whose holders have what a rule keeps apart, although they may hold none of the packages that it names.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    /// The rule.
    pub rule: RuleId,
    /// The package that combines.
    pub package: PackageId,
    /// What kind of combination.
    pub kind: CombinationKind,
    /// Packages given as a whole are enough to satisfy every term; otherwise parts of some are needed.
    pub is_whole: bool,
    /// By term: the packages of its set that are given, in whole or in part, ascending.
    pub terms: Vec<Vec<Contained>>,
    /// Who holds the package.
    pub holders: RoaringBitmap,
    /// Those holders who violate the rule by the packages that they hold, and so are among its conflicts already.
    pub in_conflict: u64,
}
