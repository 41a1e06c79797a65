//! By what a user violates a rule: the packages and groups of each term, and since when.
//!
//! Takes for granted that the user does violate the rule; for one who does not, the lists are shorter than the term
//! asks for. Judges nothing itself: that is `sod-core`'s work.

use sod_model::{
    Assignment, AssignmentMatrix, Directory, GroupId, Holding, PackageId, Rule, Snapshot, Term, Timestamp,
    UserId,
};

/// What of one term a user has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// How many of the set the term takes.
    pub at_least: u32,
    /// Packages of the term that the user holds, ascending.
    pub packages: Vec<PackageId>,
    /// Groups of the term that the user belongs to, ascending.
    pub groups: Vec<GroupId>,
}

/// What of `term` the user has.
#[must_use]
pub fn witness_of(term: &Term, user: UserId, matrix: &AssignmentMatrix, directory: &Directory) -> Witness {
    let row = matrix.row(user);
    let holds = |package: &PackageId| row.binary_search(package).is_ok();
    let belongs = |group: &GroupId| {
        let members = directory.group(*group).and_then(|group| group.members.as_ref());
        members.is_some_and(|members| members.binary_search(&user).is_ok())
    };
    Witness {
        at_least: term.at_least,
        packages: term.packages.iter().copied().filter(holds).collect(),
        groups: term.groups.iter().copied().filter(belongs).collect(),
    }
}

/// The packages of all terms of `rule` that the user holds: ascending, without duplicates.
#[must_use]
pub fn held_packages(rule: &Rule, user: UserId, matrix: &AssignmentMatrix) -> Vec<PackageId> {
    let row = matrix.row(user);
    let named = rule.terms.iter().flat_map(|term| term.packages.iter().copied());
    let mut held: Vec<PackageId> = named.filter(|package| row.binary_search(package).is_ok()).collect();
    held.sort_unstable();
    held.dedup();
    held
}

/// The assignments of `user` to `package` that count, ascending by id.
pub fn counted<'a>(
    snapshot: &'a Snapshot,
    holding: &'a Holding,
    user: UserId,
    package: PackageId,
) -> impl Iterator<Item = Assignment> {
    let all = snapshot.assignments_of(user, package);
    all.filter(|assignment| holding.states.matches(assignment.state, &snapshot.states))
}

/// From when to when a conflict lasts, as far as the dates tell. Dates never decide *whether* there is a conflict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The moment from which every term is satisfied; `None` when no start is known.
    pub since: Option<Timestamp>,
    /// The first moment at which some term is no longer satisfied; `None` when that has no end.
    pub until: Option<Timestamp>,
}

/// From when to when `user` violates `rule`.
///
/// A package is held from the first start to the last end of its counted assignments; an unknown start counts as
/// "always", a missing end as "for ever", and so does belonging to a group, which has no dates. A term that takes
/// n is satisfied from the n-th start to the n-th last end; the rule from the last of those starts to the first of
/// those ends.
#[must_use]
pub fn span(
    rule: &Rule,
    user: UserId,
    snapshot: &Snapshot,
    holding: &Holding,
    matrix: &AssignmentMatrix,
) -> Span {
    let mut span = Span::default();
    for term in &rule.terms {
        let witness = witness_of(term, user, matrix, &snapshot.directory);
        let mut starts: Vec<Option<Timestamp>> = vec![None; witness.groups.len()];
        let mut ends: Vec<Option<Timestamp>> = vec![None; witness.groups.len()];
        for package in witness.packages {
            let own = || counted(snapshot, holding, user, package);
            // `None` sorts first, which is what an unknown start means.
            starts.push(own().map(|assignment| assignment.since).min().flatten());
            let endless = own().any(|assignment| assignment.until.is_none());
            ends.push(if endless { None } else { own().filter_map(|assignment| assignment.until).max() });
        }
        starts.sort_unstable();
        // Latest end first; a missing end is later than all.
        ends.sort_unstable_by_key(|end| std::cmp::Reverse(end.map_or(i64::MAX, |moment| moment.0)));
        let needed = (term.at_least as usize).saturating_sub(1);
        span.since = span.since.max(starts.get(needed).copied().flatten());
        if let Some(end) = ends.get(needed).copied().flatten() {
            span.until = Some(span.until.map_or(end, |first| first.min(end)));
        }
    }
    span
}
