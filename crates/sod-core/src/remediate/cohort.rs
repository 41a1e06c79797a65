//! Users who are in the same position: the same open conflicts, resting on the same holdings and group memberships.
//!
//! Tens of thousands of conflicts have some tens of causes. Whatever is worked out is worked out for a cohort, not for each
//! of its users.

use rayon::prelude::*;
use roaring::RoaringBitmap;
use sod_model::{AssignmentMatrix, ConflictSet, Directory, GroupId, PackageId, RuleId, RuleSet, UserId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What taking a holding away costs, or why it is not taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Price {
    /// So much.
    Weight(u32),
    /// The caller keeps it.
    Kept,
    /// Its package has no holder to spare.
    AtFloor,
}

/// Users in the same position.
#[derive(Clone, Debug)]
pub(super) struct Cohort {
    /// The rules that each of them violates without exception, ascending.
    pub(super) rules: Vec<RuleId>,
    /// What each of them holds of what those rules speak of, ascending.
    pub(super) held: Vec<(PackageId, Price)>,
    /// The groups of those rules that each of them belongs to, ascending.
    pub(super) groups: Vec<GroupId>,
    /// Who they are, ascending.
    pub(super) users: Vec<UserId>,
}

/// What the rules of one list speak of; each part ascends without repeats.
struct Concern {
    rules: Vec<RuleId>,
    packages: Vec<PackageId>,
    groups: Vec<GroupId>,
}

/// The price and membership part of a position; the rules are told apart by the number of their [`Concern`].
type Position = (usize, Vec<(PackageId, Price)>, Vec<GroupId>);

/// The cohorts of all users with open conflicts, in the order of their first users.
///
/// Conflicts with rules that are unknown, not judged or without terms are none, and are left out.
pub(super) fn cohorts(
    matrix: &AssignmentMatrix,
    directory: &Directory,
    rules: &RuleSet,
    conflicts: &ConflictSet,
    price: impl Fn(UserId, PackageId) -> Price + Sync,
) -> Vec<Cohort> {
    let counts =
        |rule: RuleId| rules.rule(rule).is_some_and(|rule| rule.is_judged() && !rule.terms.is_empty());
    let open = conflicts.conflicts().iter().filter(|one| one.exception.is_none() && counts(one.rule));
    let mut open: Vec<(UserId, RuleId)> = open.map(|conflict| (conflict.user, conflict.rule)).collect();
    open.par_sort_unstable();

    let (concerns, concerned) = concerns(rules, &open);
    let mut members: BTreeMap<GroupId, RoaringBitmap> = BTreeMap::new();
    for &group in concerns.iter().flat_map(|concern| &concern.groups) {
        members.entry(group).or_insert_with(|| {
            let exported = directory.group(group).and_then(|group| group.members.as_ref());
            exported.into_iter().flatten().map(|user| user.0).collect()
        });
    }
    let position = |&(user, at): &(UserId, usize)| -> Position {
        let Some(concern) = concerns.get(at) else { return (at, Vec::new(), Vec::new()) };
        let held = common(matrix.row(user), &concern.packages);
        let is_member = |group: &GroupId| members.get(group).is_some_and(|users| users.contains(user.0));
        let groups = concern.groups.iter().copied().filter(is_member).collect();
        (at, held.into_iter().map(|package| (package, price(user, package))).collect(), groups)
    };
    let positions: Vec<Position> = concerned.par_iter().map(position).collect();

    // One after another and in the order of users, so that numbers do not depend on threads.
    let mut cohorts: Vec<Cohort> = Vec::new();
    let mut numbers: HashMap<Position, usize> = HashMap::new();
    for (&(user, _), position) in concerned.iter().zip(positions) {
        if let Some(cohort) = numbers.get(&position).and_then(|&number| cohorts.get_mut(number)) {
            cohort.users.push(user);
            continue;
        }
        let (concern, held, groups) = position.clone();
        let rules = concerns.get(concern).map(|concern| concern.rules.clone()).unwrap_or_default();
        numbers.insert(position, cohorts.len());
        cohorts.push(Cohort { rules, held, groups, users: vec![user] });
    }
    cohorts
}

/// The different lists of rules that users violate, and for each user, ascending, the number of the list.
fn concerns(rules: &RuleSet, open: &[(UserId, RuleId)]) -> (Vec<Concern>, Vec<(UserId, usize)>) {
    let mut concerns: Vec<Concern> = Vec::new();
    let mut concerned = Vec::new();
    let mut numbers: HashMap<Vec<RuleId>, usize> = HashMap::new();
    let mut list: Vec<RuleId> = Vec::new();
    for of_user in open.chunk_by(|a, b| a.0 == b.0) {
        let Some(&(user, _)) = of_user.first() else { continue };
        list.clear();
        list.extend(of_user.iter().map(|&(_, rule)| rule));
        let number = numbers.get(list.as_slice()).copied().unwrap_or_else(|| {
            let terms = || list.iter().filter_map(|&rule| rules.rule(rule)).flat_map(|rule| &rule.terms);
            let packages: BTreeSet<PackageId> =
                terms().flat_map(|term| term.packages.iter().copied()).collect();
            let groups: BTreeSet<GroupId> = terms().flat_map(|term| term.groups.iter().copied()).collect();
            let (packages, groups) = (packages.into_iter().collect(), groups.into_iter().collect());
            concerns.push(Concern { rules: list.clone(), packages, groups });
            numbers.insert(list.clone(), concerns.len() - 1);
            concerns.len() - 1
        });
        concerned.push((user, number));
    }
    (concerns, concerned)
}

/// What two ascending lists have in common.
fn common(a: &[PackageId], b: &[PackageId]) -> Vec<PackageId> {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    few.iter().copied().filter(|package| many.binary_search(package).is_ok()).collect()
}
