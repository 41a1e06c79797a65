//! Which rules are worth a comparison, and what the comparisons give.
//!
//! Not every rule is compared with every other. A need "n of T" can force something of S only if S has one of any n things
//! of T, so the rules that may follow from a rule are found from the n rarest things of each of its needs, by an index from
//! things to sets. Sets that several rules share are one.

use super::Context;
use super::demand::Need;
use super::hiding::implies;
use std::collections::HashMap;

/// Things looked at before the comparison ends: some seconds of work.
const WORK_MAX: u64 = 4_000_000_000;
/// Pairs kept before it ends: what memory takes.
const PAIRS_MAX: usize = 5_000_000;

/// From things to the rules whose sets have them.
pub(super) struct Index<'c> {
    leaders: &'c [usize],
    /// By thing: the different sets that have it.
    sets_with: Vec<Vec<u32>>,
    /// By set: the rules, by number among the leaders, of which it is a need.
    rules_with: Vec<Vec<u32>>,
    /// By leader.
    needs: Vec<&'c [Need]>,
}

impl<'c> Index<'c> {
    pub(super) fn of(context: &'c Context<'_>, leaders: &'c [usize]) -> Self {
        let mut numbers: HashMap<&[u32], u32> = HashMap::new();
        let (mut sets_with, mut rules_with) =
            (vec![Vec::new(); context.things.len()], Vec::<Vec<u32>>::new());
        let needs: Vec<&[Need]> = leaders
            .iter()
            .map(|at| context.rules.get(*at).map(|linted| &*linted.demand.plain).unwrap_or_default())
            .collect();
        for (rule, needs) in needs.iter().enumerate() {
            for need in *needs {
                let number = *numbers.entry(&need.set).or_insert_with(|| {
                    let number = rules_with.len() as u32;
                    rules_with.push(Vec::new());
                    for thing in &need.set {
                        if let Some(sets) = sets_with.get_mut(*thing as usize) {
                            sets.push(number);
                        }
                    }
                    number
                });
                if let Some(rules) = rules_with.get_mut(number as usize) {
                    rules.push(rule as u32);
                }
            }
        }
        Self { leaders, sets_with, rules_with, needs }
    }

    fn sets_with(&self, thing: u32) -> &[u32] {
        self.sets_with.get(thing as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// Pairs of rules of which the first implies the second, and whether all were compared.
    pub(super) fn implied(&self, context: &Context<'_>) -> (Vec<(usize, usize)>, bool) {
        let mut pairs = Vec::new();
        let mut seen = Seen { sets: vec![0; self.rules_with.len()], needs: vec![(0, 0); self.needs.len()] };
        let mut work = 0u64;
        for (number, needs) in self.needs.iter().enumerate() {
            let mut candidates = self.candidates(number, context, &mut seen, &mut work);
            candidates.sort_unstable();
            for other in candidates.into_iter().filter(|other| *other as usize != number) {
                let Some(others) = self.needs.get(other as usize) else { continue };
                work += needs.iter().map(|need| 1 + need.set.len() as u64).sum::<u64>() * others.len() as u64;
                let both = self.leaders.get(number).zip(self.leaders.get(other as usize));
                let Some((&first, &second)) = both else { continue };
                if within(context, first, second) && implies(needs, others, &context.things) {
                    pairs.push((first, second));
                }
            }
            if work > WORK_MAX || pairs.len() > PAIRS_MAX {
                pairs.sort_unstable();
                return (pairs, number + 1 == self.needs.len());
            }
        }
        pairs.sort_unstable();
        (pairs, true)
    }

    /// Rules of which every need may follow from this rule.
    fn candidates(&self, number: usize, context: &Context<'_>, seen: &mut Seen, work: &mut u64) -> Vec<u32> {
        let stamp = number as u32 + 1;
        let mut candidates = Vec::new();
        for need in self.needs.get(number).copied().unwrap_or_default() {
            for thing in self.probes(need, context) {
                for set in self.sets_with(thing) {
                    let Some(mark) = seen.sets.get_mut(*set as usize).filter(|mark| **mark != stamp) else {
                        continue;
                    };
                    *mark = stamp;
                    let rules = self.rules_with.get(*set as usize).map(Vec::as_slice).unwrap_or_default();
                    *work += 1 + rules.len() as u64;
                    for rule in rules {
                        let Some(met) = seen.needs.get_mut(*rule as usize) else { continue };
                        *met = if met.0 == stamp { (stamp, met.1 + 1) } else { (stamp, 1) };
                        if self.needs.get(*rule as usize).is_some_and(|needs| needs.len() as u32 == met.1) {
                            candidates.push(*rule);
                        }
                    }
                }
            }
        }
        candidates
    }

    /// Things of which a set must have one for this need to force anything of it; the rarest.
    fn probes(&self, need: &Need, context: &Context<'_>) -> Vec<u32> {
        let rarity = |thing: &u32| self.sets_with(*thing).len();
        let open = need.set.iter().copied().filter(|thing| !context.things.is_one(*thing));
        if let Some(rarest) = open.min_by_key(rarity) {
            // Of what has no known size all must lie in the set.
            return vec![rarest];
        }
        let mut things = need.set.clone();
        things.sort_by_key(rarity);
        things.truncate(need.at_least as usize);
        things
    }
}

/// What was met already for one rule; each rule has its own stamp, so nothing is cleared.
struct Seen {
    sets: Vec<u32>,
    /// By rule: the stamp, and how many of its needs were met.
    needs: Vec<(u32, u32)>,
}

/// Whether the second is in force whenever the first is.
fn within(context: &Context<'_>, first: usize, second: usize) -> bool {
    let period = |at: usize| context.rules.get(at).map(|linted| linted.rule.period).unwrap_or_default();
    let (inner, outer) = (period(first), period(second));
    let begins = outer.from.is_none_or(|outer| inner.from.is_some_and(|inner| inner >= outer));
    let ends = outer.until.is_none_or(|outer| inner.until.is_some_and(|inner| inner <= outer));
    begins && ends
}
