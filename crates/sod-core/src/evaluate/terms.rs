//! What rules demand, in the shape in which it is judged: each rule a list of sets to intersect.
//!
//! A term that takes all that it names is as many single things. What is left is "so many of these", and a demand that several
//! rules make is one demand. Sets come in the order in which they are likely to leave nobody.

use crate::bands::Things;
use sod_model::{Rule, RuleId, Term};
use std::collections::HashMap;

/// At least so many of some things: more than none of them, and not all.
pub(super) struct Demand {
    // INVARIANT (things): ascend strictly.
    pub(super) things: Vec<u32>,
    pub(super) at_least: u32,
    /// Whether several rules make it.
    pub(super) is_shared: bool,
}

/// A set of users: those who have a thing, or meet a demand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Set {
    Thing(u32),
    Demand(u32),
}

/// The sets whose intersection violates a rule. Without any, everybody does.
pub(super) struct Judged {
    pub(super) id: RuleId,
    pub(super) sets: Vec<Set>,
}

/// All rules that somebody might violate, and their demands.
pub(super) struct Demands {
    rules: Vec<Judged>,
    demands: Vec<Demand>,
}

impl Demands {
    pub(super) fn new<'r>(things: &Things<'_>, rules: impl Iterator<Item = (RuleId, &'r Rule)>) -> Self {
        let holders = things.holders();
        let mut made = Self { rules: Vec::new(), demands: Vec::new() };
        let mut known = HashMap::new();
        for (id, rule) in rules.filter(|(_, rule)| !rule.terms.is_empty()) {
            let sets: Option<Vec<Vec<Set>>> =
                rule.terms.iter().map(|term| made.sets_of(term, things, &mut known)).collect();
            // A term that nobody can satisfy clears the rule.
            let Some(mut sets) = sets.map(|sets| sets.concat()) else { continue };
            sets.sort_by_cached_key(|set| (made.estimate(*set, &holders), *set));
            sets.dedup();
            made.rules.push(Judged { id, sets });
        }
        made
    }

    /// The rules, ascending.
    pub(super) fn rules(&self) -> &[Judged] {
        &self.rules
    }

    pub(super) fn len(&self) -> usize {
        self.demands.len()
    }

    pub(super) fn demand(&self, number: u32) -> Option<&Demand> {
        self.demands.get(number as usize)
    }

    /// The sets that are a term together; `None` if nobody can satisfy it.
    fn sets_of(
        &mut self,
        term: &Term,
        things: &Things<'_>,
        known: &mut HashMap<(Vec<u32>, u32), u32>,
    ) -> Option<Vec<Set>> {
        let packages = term.packages.iter().filter_map(|package| things.package(*package));
        let mut named: Vec<u32> =
            packages.chain(term.groups.iter().filter_map(|group| things.group(*group))).collect();
        // What is named twice is still held once.
        named.sort_unstable();
        named.dedup();
        let at_least = term.at_least;
        if at_least == 0 {
            return Some(Vec::new());
        }
        if named.len() <= at_least as usize {
            let takes_all = named.len() == at_least as usize;
            return takes_all.then(|| named.into_iter().map(Set::Thing).collect());
        }
        let new = self.demands.len() as u32;
        let number = *known.entry((named, at_least)).or_insert_with_key(|(named, at_least)| {
            self.demands.push(Demand { things: named.clone(), at_least: *at_least, is_shared: false });
            new
        });
        if let Some(demand) = self.demands.get_mut(number as usize).filter(|_| number < new) {
            demand.is_shared = true;
        }
        Some(vec![Set::Demand(number)])
    }

    /// About how many users are in a set. Whatever it says, the answer is the same.
    fn estimate(&self, set: Set, holders: &[u64]) -> u64 {
        let of = |thing: &u32| holders.get(*thing as usize).copied().unwrap_or(0);
        match set {
            Set::Thing(thing) => of(&thing),
            Set::Demand(number) => self.demand(number).map_or(0, |demand| {
                demand.things.iter().map(of).sum::<u64>() / u64::from(demand.at_least.max(1))
            }),
        }
    }
}
