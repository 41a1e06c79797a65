//! What it is to violate a rule. A group is treated as one more thing that a user may hold.

use crate::Holdings;
use std::collections::BTreeSet;

/// "Holds at least `at_least` of `set`."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<K> {
    /// The set.
    pub set: BTreeSet<K>,
    /// How many of it.
    pub at_least: usize,
}

/// Whether a user who holds `held` satisfies the term.
pub fn satisfies<K: Ord>(held: &BTreeSet<K>, term: &Term<K>) -> bool {
    held.intersection(&term.set).count() >= term.at_least
}

// A rule without terms forbids nothing, so nobody violates it.
fn violates<K: Ord>(held: &BTreeSet<K>, terms: &[Term<K>]) -> bool {
    !terms.is_empty() && terms.iter().all(|term| satisfies(held, term))
}

/// The users who satisfy every term. A rule without terms is violated by nobody.
pub fn violators<K: Ord + Clone>(held: &Holdings<K>, terms: &[Term<K>]) -> BTreeSet<K> {
    let mut users = BTreeSet::new();
    for (user, packages) in held {
        if violates(packages, terms) {
            users.insert(user.clone());
        }
    }
    users
}

/// The subsets of what somebody holds that violate, but not without any one of their members. Tries every subset.
pub fn minimal_sets<K: Ord + Clone>(held: &BTreeSet<K>, terms: &[Term<K>]) -> BTreeSet<BTreeSet<K>> {
    let subset = |bits: u32| held.iter().enumerate().filter(move |(at, _)| bits >> at & 1 == 1);
    let subsets = (0..1 << held.len()).map(|bits| subset(bits).map(|(_, thing)| thing.clone()).collect());
    let without = |set: &BTreeSet<K>, one: &K| set.iter().filter(|other| *other != one).cloned().collect();
    let is_minimal = |set: &BTreeSet<K>| !set.iter().any(|one| violates(&without(set, one), terms));
    subsets.filter(|set| violates(set, terms) && is_minimal(set)).collect()
}

/// The least sum of weights of things whose removal clears every rule that can be: all that are not violated when everything
/// goes that has a weight. What has none must be kept. Tries every subset.
pub fn least_removal<K: Ord + Clone>(
    held: &BTreeSet<K>,
    rules: &[Vec<Term<K>>],
    weigh: impl Fn(&K) -> Option<u64>,
) -> u64 {
    let weights: Vec<(&K, u64)> = held.iter().filter_map(|thing| Some((thing, weigh(thing)?))).collect();
    let gone = |subset: u32| weights.iter().enumerate().filter(move |(at, _)| subset >> at & 1 == 1);
    let violated = |subset: u32| {
        let mut left = held.clone();
        left.retain(|thing| gone(subset).all(|(_, (other, _))| *other != thing));
        rules.iter().filter(|terms| violates(&left, terms)).count()
    };
    let everything = (1 << weights.len()) - 1;
    let clearing = (0..=everything).filter(|&subset| violated(subset) == violated(everything));
    clearing.map(|subset| gone(subset).map(|(_, (_, weight))| weight).sum()).min().unwrap_or(0)
}
