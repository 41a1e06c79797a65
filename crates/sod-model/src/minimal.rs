//! The smallest parts of what somebody holds that violate a rule by themselves.
//!
//! Whoever holds five packages of each side of a rule violates it in twenty-five ways. Each of them is a *minimal violating
//! subset*: it violates the rule, and with any one of its members gone it does not. Where the terms share nothing that is
//! held, these are the products of the choices in each term, and their number is known without listing them. Where they
//! share something, all choices are tried and those that are not minimal are left out.

use crate::{GroupId, HeldSet, PackageId, Rule};
use std::collections::BTreeSet;

/// Choices tried where terms share what is held.
const TRIES_MAX: usize = 10_000;

/// Minimal violating subsets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinimalSets {
    /// As many of them as were asked for, ascending. Which, depends neither on the order of terms nor on that of sets.
    pub sets: Vec<HeldSet>,
    /// How many there are, or at least so many if `total_is_exact` is not set.
    pub total: u64,
    /// Whether `total` is their number; not where it is beyond 2^64, or too many choices would have to be tried.
    pub total_is_exact: bool,
}

/// One package or group; packages come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Package(PackageId),
    Group(GroupId),
}

/// How many, and of what.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Choice {
    of: Vec<Thing>,
    take: usize,
}

impl HeldSet {
    /// The minimal violating subsets of it, at most `limit` listed; none if it does not violate the rule.
    ///
    /// ```
    /// use sod_model::{HeldSet, PackageId, Rule, RuleOrigin, Term};
    /// let any = |packages: [u32; 2]| Term { packages: packages.map(PackageId).to_vec(), groups: vec![], at_least: 1 };
    /// let rule = Rule::new("R1", "either with either", RuleOrigin::Document, vec![any([0, 1]), any([2, 3])]);
    /// let held = HeldSet { packages: [0, 1, 2].map(PackageId).to_vec(), groups: vec![] };
    /// let minimal = held.minimal_sets(&rule, 10);
    /// assert_eq!((minimal.total, minimal.total_is_exact), (2, true));
    /// assert_eq!(minimal.sets[0].packages, [0, 2].map(PackageId));
    /// assert_eq!(minimal.sets[1].packages, [1, 2].map(PackageId));
    /// ```
    #[must_use]
    pub fn minimal_sets(&self, rule: &Rule, limit: usize) -> MinimalSets {
        if !self.violates(rule) {
            return MinimalSets { total_is_exact: true, ..MinimalSets::default() };
        }
        let mut choices: Vec<Choice> = rule
            .terms
            .iter()
            .filter(|term| term.at_least > 0)
            .map(|term| Choice { take: term.at_least as usize, of: things(&self.of_term(term)) })
            .collect();
        choices.sort_unstable();
        let named: usize = choices.iter().map(|choice| choice.of.len()).sum();
        let different: BTreeSet<Thing> =
            choices.iter().flat_map(|choice| choice.of.iter().copied()).collect();
        if named == different.len() { apart(&choices, limit) } else { shared(&choices, limit) }
    }
}

fn things(held: &HeldSet) -> Vec<Thing> {
    let packages = held.packages.iter().map(|&package| Thing::Package(package));
    packages.chain(held.groups.iter().map(|&group| Thing::Group(group))).collect()
}

fn held_set(things: impl IntoIterator<Item = Thing>) -> HeldSet {
    let mut held = HeldSet::default();
    for thing in things {
        match thing {
            Thing::Package(package) => held.packages.push(package),
            Thing::Group(group) => held.groups.push(group),
        }
    }
    held.packages.sort_unstable();
    held.groups.sort_unstable();
    held
}

/// Terms that share nothing: every choice is minimal, and no two are the same.
fn apart(choices: &[Choice], limit: usize) -> MinimalSets {
    let total = choices
        .iter()
        .try_fold(1u64, |total, choice| total.checked_mul(binomial(choice.of.len(), choice.take)?));
    let mut found = Vec::new();
    walk(choices, &mut Vec::new(), &mut |chosen| {
        found.push(held_set(chosen.iter().copied()));
        found.len() < limit.max(1)
    });
    found.truncate(limit);
    found.sort_unstable();
    MinimalSets { sets: found, total: total.unwrap_or(u64::MAX), total_is_exact: total.is_some() }
}

/// Terms that share something: one thing may serve two of them, so a choice may have superfluous members.
fn shared(choices: &[Choice], limit: usize) -> MinimalSets {
    let satisfied = |things: &[Thing]| {
        choices
            .iter()
            .all(|choice| things.iter().filter(|thing| choice.of.contains(thing)).count() >= choice.take)
    };
    let mut found = BTreeSet::new();
    let mut tries = 0;
    let complete = walk(choices, &mut Vec::new(), &mut |chosen| {
        tries += 1;
        let mut left = chosen.to_vec();
        for thing in chosen {
            let without: Vec<Thing> = left.iter().copied().filter(|other| other != thing).collect();
            if satisfied(&without) {
                left = without;
            }
        }
        found.insert(held_set(left));
        tries < TRIES_MAX
    });
    let total = found.len() as u64;
    MinimalSets { sets: found.into_iter().take(limit).collect(), total, total_is_exact: complete }
}

/// Goes through every way to satisfy the terms one after another, taking for each no more than is still lacking; every minimal
/// set is among them, because whatever of it serves a term can be what is taken. Ends, with `false`, once `visit` wants no more.
fn walk(choices: &[Choice], chosen: &mut Vec<Thing>, visit: &mut dyn FnMut(&[Thing]) -> bool) -> bool {
    let Some((choice, rest)) = choices.split_first() else { return visit(chosen) };
    let (have, open): (Vec<Thing>, Vec<Thing>) = choice.of.iter().partition(|thing| chosen.contains(thing));
    take(&open, choice.take.saturating_sub(have.len()), rest, chosen, visit)
}

fn take(
    open: &[Thing],
    lacking: usize,
    rest: &[Choice],
    chosen: &mut Vec<Thing>,
    visit: &mut dyn FnMut(&[Thing]) -> bool,
) -> bool {
    if lacking == 0 {
        return walk(rest, chosen, visit);
    }
    // The last `lacking - 1` are left for those taken after this one.
    let firsts = open.len().saturating_sub(lacking - 1);
    for (at, thing) in open.iter().take(firsts).enumerate() {
        chosen.push(*thing);
        let goes_on = take(open.get(at + 1..).unwrap_or_default(), lacking - 1, rest, chosen, visit);
        chosen.pop();
        if !goes_on {
            return false;
        }
    }
    true
}

/// How many ways there are to take `take` of `of`; `None` beyond 2^64.
fn binomial(of: usize, take: usize) -> Option<u64> {
    let take = take.min(of.checked_sub(take)?) as u128;
    let mut ways: u128 = 1;
    for at in 0..take {
        // Exact: the product of `at + 1` successive numbers is divisible by (at + 1)!. It stays below 2^64 times 2^32.
        ways = ways * (of as u128 - at) / (at + 1);
        if ways > u128::from(u64::MAX) {
            return None;
        }
    }
    u64::try_from(ways).ok()
}
