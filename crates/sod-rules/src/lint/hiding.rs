//! Whether one rule implies another: whether whoever violates the first violates the second.
//!
//! It does if every need of the second is met by all who meet the needs of the first. For one need, "m of S": somebody who
//! wants to meet the first rule with as little of S as possible takes whatever lies outside S, and is then left with
//! needs inside S: `r = n - |T \ S|` of `T ∩ S` for each need "n of T". The need follows if no choice of fewer than m things of
//! S meets all that is left. If some `r` is m or more there is none, and for m = 1 that is the whole answer. For more, the
//! choices are tried, things that count for the same needs being one. Departures from exactness, both towards "does
//! not imply": the search ends after so many steps; and of words that the tenant does not know two may mean one
//! thing, so what several needs leave is not added up.

use super::demand::Need;
use super::things::{ThingId, Things};
use std::collections::BTreeMap;

/// Steps for one need.
const STEPS_MAX: u32 = 20_000;

/// Whether all who meet `first` meet `second`, as far as it can be decided.
pub(crate) fn implies(first: &[Need], second: &[Need], things: &Things<'_>) -> bool {
    second.iter().all(|need| forces(first, need, things))
}

fn forces(first: &[Need], need: &Need, things: &Things<'_>) -> bool {
    let left: Vec<(&Need, u32)> = first
        .iter()
        .map(|other| (other, other.certain_of(&need.set, things)))
        .filter(|(_, left)| *left > 0)
        .collect();
    if left.iter().any(|(_, left)| *left >= need.at_least) {
        return true;
    }
    let known = |thing: &ThingId| things.is_known(*thing);
    let certain = need.set.iter().all(known) && left.iter().all(|(other, _)| other.set.iter().all(known));
    if left.len() < 2 || left.len() > u64::BITS as usize || !certain {
        return false;
    }
    // Things of the set, by the needs for which they count.
    let mut kinds: BTreeMap<u64, u32> = BTreeMap::new();
    for thing in &need.set {
        let counts_for = left.iter().enumerate().fold(0u64, |counts, (at, (other, _))| {
            counts | u64::from(other.set.binary_search(thing).is_ok()) << at
        });
        if counts_for != 0 {
            *kinds.entry(counts_for).or_default() += 1;
        }
    }
    let mut search = Search { kinds: kinds.into_iter().collect(), steps: STEPS_MAX };
    let mut left: Vec<u32> = left.into_iter().map(|(_, left)| left).collect();
    search.can_hide(&mut left, need.at_least - 1) == Some(false)
}

struct Search {
    /// For which needs a kind of thing counts, and how many there are of it.
    kinds: Vec<(u64, u32)>,
    steps: u32,
}

impl Search {
    /// Whether so few things meet all that is left; `None` if it took too long to tell.
    fn can_hide(&mut self, left: &mut [u32], few: u32) -> Option<bool> {
        let Some(open) = left.iter().position(|left| *left > 0) else { return Some(true) };
        if left.iter().any(|left| *left > few) {
            return Some(false);
        }
        self.steps = self.steps.checked_sub(1)?;
        for kind in 0..self.kinds.len() {
            let Some((counts_for, there)) = self.kinds.get_mut(kind) else { continue };
            if *counts_for >> open & 1 == 0 || *there == 0 {
                continue;
            }
            *there -= 1;
            let counts_for = *counts_for;
            let mut fewer = left.to_vec();
            for (at, left) in fewer.iter_mut().enumerate() {
                *left = left.saturating_sub((counts_for >> at & 1) as u32);
            }
            let hidden = self.can_hide(&mut fewer, few - 1);
            if let Some((_, there)) = self.kinds.get_mut(kind) {
                *there += 1;
            }
            if hidden != Some(false) {
                return hidden;
            }
        }
        Some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;
    use sod_model::PackageId;

    const PACKAGES: u32 = 7;

    fn violated(needs: &[Need], held: u32) -> bool {
        needs.iter().all(|need| {
            need.set.iter().filter(|thing| held >> **thing & 1 == 1).count() >= need.at_least as usize
        })
    }

    fn rule() -> impl Strategy<Value = Vec<Need>> {
        let need = btree_set(0..PACKAGES, 1..5).prop_flat_map(|set| {
            let most = set.len() as u32;
            (Just(set), 1..=most)
                .prop_map(|(set, at_least)| Need { set: set.into_iter().collect(), at_least })
        });
        vec(need, 1..4)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn p34_implied_is_what_holds_for_every_holding(first in rule(), second in rule()) {
            let mut things = Things::new(None);
            (0..PACKAGES).for_each(|package| {
                things.package(PackageId(package));
            });
            let every = (0..1u32 << PACKAGES).all(|held| !violated(&first, held) || violated(&second, held));
            prop_assert_eq!(implies(&first, &second, &things), every, "{:?} {:?}", first, second);
        }
    }

    #[test]
    fn several_needs_together_force_more_than_each_alone() {
        let mut things = Things::new(None);
        (0..PACKAGES).for_each(|package| {
            things.package(PackageId(package));
        });
        let need = |set: &[u32], at_least| Need { set: set.to_vec(), at_least };
        assert!(implies(&[need(&[0], 1), need(&[1], 1)], &[need(&[0, 1, 2], 2)], &things));
        assert!(!implies(&[need(&[0, 2], 1), need(&[1, 2], 1)], &[need(&[0, 1, 2], 2)], &things));
    }
}
