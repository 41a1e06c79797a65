//! Conflicts of one cause: the users who violate a rule by holding the same of it.
//!
//! A rule over two lists of packages may be violated by fifty thousand users, who hold the lists in forty ways. Nothing is lost by
//! telling the forty: every conflict is in exactly one group, and a group says what each of its users has of the rule.

use crate::evaluate::{Tenant, distinct};
use rayon::prelude::*;
use roaring::RoaringBitmap;
use sod_model::{
    AssignmentMatrix, Conflict, ConflictGroup, ConflictSet, Directory, GroupId, HeldSet, PackageId, Rule,
    RuleId, RuleSet, UserId,
};
use std::cmp::Reverse;
use std::collections::HashMap;

/// The groups of all conflicts: by rule, those of most users first, then by what is held.
///
/// ```
/// use sod_core::{conflict_groups, evaluate_rules};
/// use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleOrigin, RuleSet, Term, UserId};
///
/// // Users 0 and 2 hold packages 0 and 1, user 1 holds 0 and 2.
/// let held = [(0, 0), (0, 1), (1, 0), (1, 2), (2, 0), (2, 1)].map(|(u, p)| (UserId(u), PackageId(p)));
/// let matrix = AssignmentMatrix::from_holdings(3, 3, held);
/// let either = Term { packages: vec![PackageId(1), PackageId(2)], groups: vec![], at_least: 1 };
/// let rule = Rule::new("R1", "0 with either", RuleOrigin::Document, vec![Term::package(PackageId(0)), either]);
/// let rules = RuleSet::new(vec![rule]);
/// let conflicts = evaluate_rules(&matrix, &Directory::default(), &rules);
/// let groups = conflict_groups(&matrix, &Directory::default(), &rules, &conflicts);
/// assert_eq!(groups.iter().map(|group| group.users.len()).collect::<Vec<_>>(), [2, 1]);
/// assert_eq!(groups[0].held.packages, [PackageId(0), PackageId(1)]);
/// ```
#[must_use]
pub fn conflict_groups(
    matrix: &AssignmentMatrix,
    directory: &Directory,
    rules: &RuleSet,
    conflicts: &ConflictSet,
) -> Vec<ConflictGroup> {
    let tenant = Tenant::new(matrix, directory);
    let of_rule = |places: &mut Vec<u32>, (at, rule): (usize, &Rule)| {
        let id = RuleId(at as u32);
        let conflicts = conflicts.of_rule(id);
        if conflicts.is_empty() { Vec::new() } else { groups_of(&tenant, places, id, rule, conflicts) }
    };
    let places = || vec![NOWHERE; matrix.packages()];
    let groups: Vec<Vec<ConflictGroup>> =
        rules.rules().par_iter().enumerate().map_init(places, of_rule).collect();
    groups.into_iter().flatten().collect()
}

/// The groups of one rule. `places` has a slot for each package, all of them [`NOWHERE`], and is left so.
fn groups_of(
    tenant: &Tenant<'_>,
    places: &mut [u32],
    id: RuleId,
    rule: &Rule,
    conflicts: &[Conflict],
) -> Vec<ConflictGroup> {
    let named = named(rule);
    // Who violates a rule that takes all that it names has all that it names: nobody need be looked at.
    let takes_all =
        rule.terms.iter().all(|term| term.packages.len() + term.groups.len() <= term.at_least as usize);
    let mut keys = Keys::new(tenant, &named, places);
    let mut groups: Vec<ConflictGroup> = Vec::new();
    let mut numbers: HashMap<Vec<u64>, usize> = HashMap::new();
    for conflict in conflicts {
        let number = if takes_all && !groups.is_empty() {
            0
        } else {
            let key = keys.of(conflict.user);
            numbers.get(key).copied().unwrap_or_else(|| {
                let held = held_by(key, &named);
                numbers.insert(key.to_vec(), groups.len());
                groups.push(ConflictGroup { rule: id, held, users: RoaringBitmap::new(), open: 0 });
                groups.len() - 1
            })
        };
        if let Some(group) = groups.get_mut(number) {
            group.users.insert(conflict.user.0);
            group.open += u64::from(conflict.exception.is_none());
        }
    }
    keys.leave();
    groups.sort_by(|a, b| (Reverse(a.users.len()), &a.held).cmp(&(Reverse(b.users.len()), &b.held)));
    groups
}

/// Everything that a rule speaks of.
fn named(rule: &Rule) -> HeldSet {
    let packages: Vec<PackageId> = rule.terms.iter().flat_map(|term| term.packages.iter().copied()).collect();
    let groups: Vec<GroupId> = rule.terms.iter().flat_map(|term| term.groups.iter().copied()).collect();
    HeldSet { packages: distinct(&packages), groups: distinct(&groups) }
}

/// What of the named things a key says is held.
fn held_by(key: &[u64], named: &HeldSet) -> HeldSet {
    let is_held = |place: usize| key.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1);
    let packages = named.packages.iter().enumerate().filter(|(at, _)| is_held(*at));
    let groups = named.groups.iter().enumerate().filter(|(at, _)| is_held(named.packages.len() + at));
    HeldSet {
        packages: packages.map(|(_, package)| *package).collect(),
        groups: groups.map(|(_, group)| *group).collect(),
    }
}

/// What no rule names has no place.
const NOWHERE: u32 = u32::MAX;

/// Rows so many times longer than what a rule names are searched, shorter ones are walked.
const SEARCH_FROM: usize = 8;

/// Users to keys: a bit for each package and group that a rule names, set if the user has it.
struct Keys<'k> {
    tenant: &'k Tenant<'k>,
    named: &'k HeldSet,
    members: Vec<&'k RoaringBitmap>,
    places: &'k mut [u32],
    key: Vec<u64>,
}

impl<'k> Keys<'k> {
    fn new(tenant: &'k Tenant<'k>, named: &'k HeldSet, places: &'k mut [u32]) -> Self {
        for (at, package) in named.packages.iter().enumerate() {
            if let Some(place) = places.get_mut(package.index()) {
                *place = at as u32;
            }
        }
        let members = named.groups.iter().map(|&group| tenant.members_of(group)).collect();
        Self { tenant, named, members, places, key: vec![0; named.len().div_ceil(64)] }
    }

    fn of(&mut self, user: UserId) -> &[u64] {
        self.key.fill(0);
        let row = self.tenant.matrix.row(user);
        if row.len() < self.named.packages.len() * SEARCH_FROM {
            for package in row {
                if let Some(&place) = self.places.get(package.index()).filter(|place| **place != NOWHERE) {
                    set(&mut self.key, place as usize);
                }
            }
        } else {
            for (place, package) in self.named.packages.iter().enumerate() {
                if row.binary_search(package).is_ok() {
                    set(&mut self.key, place);
                }
            }
        }
        for (at, members) in self.members.iter().enumerate() {
            if members.contains(user.0) {
                set(&mut self.key, self.named.packages.len() + at);
            }
        }
        &self.key
    }

    /// Clears the places for the next rule.
    fn leave(self) {
        for package in &self.named.packages {
            if let Some(place) = self.places.get_mut(package.index()) {
                *place = NOWHERE;
            }
        }
    }
}

fn set(key: &mut [u64], place: usize) {
    if let Some(word) = key.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}
