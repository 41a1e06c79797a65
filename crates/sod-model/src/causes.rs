//! Why there are open conflicts: packages, clusters of packages, and users in the same position.

use crate::{GroupId, PackageId, PackagePair, RuleId, UserId};

/// Why there are open conflicts, from three sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Causes {
    /// The packages that open conflicts rest on: first the one whose removal clears most, then by conflicts, then by id.
    pub packages: Vec<PackageCause>,
    /// The parts of the conflict graph that have no link between them: most conflicts first, then by their first package.
    pub components: Vec<Component>,
    /// Users who share one cause: the most users first, then by rules, packages and groups.
    pub cohorts: Vec<CauseCohort>,
}

/// A package that open conflicts rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackageCause {
    /// The package.
    pub package: PackageId,
    /// Its holders with an open conflict that it counts towards.
    pub users: u64,
    /// Those conflicts.
    pub conflicts: u64,
    /// Those of them that would be cleared if the user lost this package alone.
    pub clears: u64,
}

/// Two packages that one user holds and that count towards the same conflict: in different terms of the rule, or in one term
/// that takes two or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The packages.
    pub pair: PackagePair,
    /// Users who hold both and have such a conflict.
    pub users: u64,
    /// Those conflicts.
    pub conflicts: u64,
}

/// Packages that are linked with one another, directly or through others.
///
/// A package without links is a component by itself: it satisfies a rule alone, or together with groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// The packages, ascending.
    pub packages: Vec<PackageId>,
    /// Their links, ascending by pair.
    pub links: Vec<Link>,
    /// Users with an open conflict that a package of this component counts towards.
    pub users: u64,
    /// Those conflicts. One that rests on groups as well may count in several components.
    pub conflicts: u64,
}

/// Users who violate the same rules, with the same holdings and memberships that those rules speak of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CauseCohort {
    /// The rules that each of them violates without exception, ascending.
    pub rules: Vec<RuleId>,
    /// What each of them holds of the packages of those rules, ascending.
    pub packages: Vec<PackageId>,
    /// Which of the groups of those rules each of them belongs to, ascending.
    pub groups: Vec<GroupId>,
    /// Who they are, ascending.
    pub users: Vec<UserId>,
}
