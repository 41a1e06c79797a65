//! What a user has of what a rule speaks of: the witness of a conflict, and the users who share it.

use crate::{AssignmentMatrix, Directory, GroupId, PackageId, Rule, RuleId, Term, UserId};

/// Packages held and groups belonged to. Both ascend without repeats.
///
/// ```
/// use sod_model::{HeldSet, PackageId, Rule, RuleOrigin, Term};
/// let term = |package| Term::package(PackageId(package));
/// let rule = Rule::new("R1", "never both", RuleOrigin::Document, vec![term(3), term(1)]);
/// let row = [0, 1, 3, 7].map(PackageId);
/// let held = HeldSet::of_rule(&rule, &row, |_group| false);
/// assert_eq!(held.packages, [PackageId(1), PackageId(3)]);
/// assert!(held.violates(&rule));
/// assert_eq!(held.of_term(&rule.terms[0]).packages, [PackageId(3)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeldSet {
    /// Packages.
    pub packages: Vec<PackageId>,
    /// Groups.
    pub groups: Vec<GroupId>,
}

impl HeldSet {
    /// What of the terms of `rule` somebody has who holds the packages of `row`, which ascend, and belongs to those groups
    /// for which `is_member` says so.
    #[must_use]
    pub fn of_rule(rule: &Rule, row: &[PackageId], is_member: impl Fn(GroupId) -> bool) -> Self {
        let packages = rule.terms.iter().flat_map(|term| term.packages.iter().copied());
        let groups = rule.terms.iter().flat_map(|term| term.groups.iter().copied());
        Self {
            packages: ascending(packages.filter(|package| row.binary_search(package).is_ok())),
            groups: ascending(groups.filter(|&group| is_member(group))),
        }
    }

    /// What of the terms of `rule` a user of a snapshot has. Groups without exported members are not belonged to.
    #[must_use]
    pub fn of_user(rule: &Rule, user: UserId, matrix: &AssignmentMatrix, directory: &Directory) -> Self {
        let belongs = |group: GroupId| {
            let members = directory.group(group).and_then(|group| group.members.as_ref());
            members.is_some_and(|members| members.binary_search(&user).is_ok())
        };
        Self::of_rule(rule, matrix.row(user), belongs)
    }

    /// The part of it that a term speaks of.
    #[must_use]
    pub fn of_term(&self, term: &Term) -> Self {
        let packages = term.packages.iter().copied();
        let groups = term.groups.iter().copied();
        Self {
            packages: ascending(packages.filter(|package| self.packages.binary_search(package).is_ok())),
            groups: ascending(groups.filter(|group| self.groups.binary_search(group).is_ok())),
        }
    }

    /// Whether whoever has it satisfies every term. A rule without terms is violated by nothing.
    #[must_use]
    pub fn violates(&self, rule: &Rule) -> bool {
        let satisfies = |term: &Term| self.of_term(term).len() >= term.at_least as usize;
        !rule.terms.is_empty() && rule.terms.iter().all(satisfies)
    }

    /// How many packages and groups it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packages.len() + self.groups.len()
    }

    /// Whether it has nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packages.is_empty() && self.groups.is_empty()
    }
}

fn ascending<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The users who violate one rule by holding the same of it.
///
/// The groups of a set of conflicts hold every conflict once: fifty thousand conflicts may well be forty groups, and nothing
/// is lost by reading those.
#[derive(Clone, Debug, PartialEq)]
pub struct ConflictGroup {
    /// The violated rule.
    pub rule: RuleId,
    /// What each of the users has of it.
    pub held: HeldSet,
    /// Who they are, ascending.
    pub users: Vec<UserId>,
    /// How many of them no exception covers.
    pub open: u64,
}
