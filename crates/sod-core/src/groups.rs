//! Conflicts of one cause: the users who violate a rule by holding the same of it.
//!
//! A rule over two lists of packages may be violated by fifty thousand users, who hold the lists in forty ways. Nothing is lost by
//! telling the forty: every conflict is in exactly one group, and a group says what each of its users has of the rule.

mod keys;

use crate::pieces::take_first;
use crate::violators::distinct;
use foldhash::fast::FixedState;
use keys::keys;
use rayon::prelude::*;
use sod_model::{
    AssignmentMatrix, Conflict, ConflictGroup, ConflictSet, Directory, GroupId, HeldSet, PackageId, Rule,
    RuleId, RuleSet,
};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

/// Rules of so many conflicts are looked at together: memory for keys against going through the holdings once more.
const CONFLICTS_AT_ONCE: usize = 1 << 23;

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
    let of_rule = |(at, rule)| Violated::new(RuleId(at as u32), rule, conflicts);
    let violated: Vec<Violated<'_>> = rules.rules().iter().enumerate().filter_map(of_rule).collect();
    let mut groups = Vec::new();
    for batch in batches(&violated) {
        let mut keys = keys(matrix, directory, batch);
        let mut rest = keys.as_mut_slice();
        let with_keys: Vec<(&Violated<'_>, &[u64])> = batch
            .iter()
            .map(|rule| (rule, &*take_first(&mut rest, rule.words * rule.conflicts.len())))
            .collect();
        let found: Vec<Vec<ConflictGroup>> =
            with_keys.into_par_iter().map(|(rule, keys)| rule.groups(keys)).collect();
        groups.extend(found.into_iter().flatten());
    }
    groups
}

/// Consecutive rules whose conflicts are looked at together; a rule of more comes alone.
fn batches<'v, 'r>(mut violated: &'v [Violated<'r>]) -> Vec<&'v [Violated<'r>]> {
    let mut batches = Vec::new();
    while !violated.is_empty() {
        let mut conflicts = 0;
        let fits = |rule: &&Violated<'_>| {
            conflicts += rule.conflicts.len();
            conflicts <= CONFLICTS_AT_ONCE
        };
        let length = violated.iter().take_while(fits).count().max(1);
        let (batch, rest) = violated.split_at(length);
        batches.push(batch);
        violated = rest;
    }
    batches
}

/// A rule with its conflicts.
struct Violated<'r> {
    id: RuleId,
    rule: &'r Rule,
    conflicts: &'r [Conflict],
    /// Everything that the rule speaks of.
    named: HeldSet,
    /// Words of a key, which has a bit for each named thing; none where all conflicts have one and the same.
    words: usize,
}

impl<'r> Violated<'r> {
    /// `None` if nobody violates it.
    fn new(id: RuleId, rule: &'r Rule, conflicts: &'r ConflictSet) -> Option<Self> {
        let conflicts = conflicts.of_rule(id);
        let packages: Vec<PackageId> =
            rule.terms.iter().flat_map(|term| term.packages.iter().copied()).collect();
        let groups: Vec<GroupId> = rule.terms.iter().flat_map(|term| term.groups.iter().copied()).collect();
        let named = HeldSet { packages: distinct(&packages), groups: distinct(&groups) };
        // Who violates a rule that takes all that it names has all that it names: nobody need be looked at.
        let takes_all =
            rule.terms.iter().all(|term| term.packages.len() + term.groups.len() <= term.at_least as usize);
        let words = if takes_all { 0 } else { named.len().div_ceil(64) };
        (!conflicts.is_empty()).then_some(Self { id, rule, conflicts, named, words })
    }

    /// Its groups; `keys` has those of its conflicts, in order.
    fn groups(&self, keys: &[u64]) -> Vec<ConflictGroup> {
        let (numbers, held): (Vec<u32>, Vec<HeldSet>) = match self.words {
            0 => (vec![0; self.conflicts.len()], vec![self.named.clone()]),
            1 => {
                let (numbers, keys) = numbered(keys.iter().copied());
                (numbers, keys.into_iter().map(|key| self.held(&[key])).collect())
            }
            words => {
                let (numbers, keys) = numbered(keys.chunks_exact(words));
                (numbers, keys.into_iter().map(|key| self.held(key)).collect())
            }
        };
        let mut lengths = vec![0usize; held.len()];
        for number in &numbers {
            if let Some(length) = lengths.get_mut(*number as usize) {
                *length += 1;
            }
        }
        let of = |(held, length)| ConflictGroup {
            rule: self.id,
            held,
            users: Vec::with_capacity(length),
            open: 0,
        };
        let mut groups: Vec<ConflictGroup> = held.into_iter().zip(lengths).map(of).collect();
        for (conflict, number) in self.conflicts.iter().zip(numbers) {
            if let Some(group) = groups.get_mut(number as usize) {
                group.users.push(conflict.user);
                group.open += u64::from(conflict.exception.is_none());
            }
        }
        groups.sort_unstable_by(|a, b| {
            (Reverse(a.users.len()), &a.held).cmp(&(Reverse(b.users.len()), &b.held))
        });
        groups
    }

    /// What of the named things a key says is held.
    fn held(&self, key: &[u64]) -> HeldSet {
        let is_held = |place: usize| key.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1);
        let packages = self.named.packages.iter().enumerate().filter(|(at, _)| is_held(*at));
        let groups = self.named.groups.iter().enumerate();
        let groups = groups.filter(|(at, _)| is_held(self.named.packages.len() + at));
        HeldSet {
            packages: packages.map(|(_, package)| *package).collect(),
            groups: groups.map(|(_, group)| *group).collect(),
        }
    }
}

/// Equal keys get equal numbers, from 0 in the order in which they first come; and the key of each number.
fn numbered<K: Hash + Eq + Copy>(keys: impl Iterator<Item = K>) -> (Vec<u32>, Vec<K>) {
    let mut known: HashMap<K, u32, FixedState> = HashMap::default();
    let mut distinct = Vec::new();
    let numbers = keys.map(|key| {
        *known.entry(key).or_insert_with(|| {
            distinct.push(key);
            distinct.len() as u32 - 1
        })
    });
    (numbers.collect(), distinct)
}
