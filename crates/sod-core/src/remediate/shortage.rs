//! What the floor leaves open, and which packages it is for.

use super::cohort::{Cohort, Price};
use super::problem::Problem;
use super::shares::{Share, Spare};
use rayon::prelude::*;
use sod_model::{HeldBack, Hindrance, PackageId, RuleId, RuleSet, Shortage};
use std::collections::{BTreeMap, BTreeSet};

/// The conflicts that stay because of how the room was divided, and the packages that ran short.
pub(super) fn shortages(
    cohorts: &[Cohort],
    problems: &[Problem],
    shares: &[Share],
    spare: &Spare,
    rules: &RuleSet,
) -> (Vec<HeldBack>, Vec<Shortage>) {
    // The problems as they would be without a floor.
    let unfloored: Vec<Problem> = cohorts.par_iter().map(|cohort| unfloored(cohort, rules)).collect();
    let mut room = spare.clone();
    let mut found: BTreeMap<PackageId, Shortage> = BTreeMap::new();
    let packages =
        |share: &Share| problems.get(share.cohort).map(|p| p.packages(&share.answer)).unwrap_or_default();
    for share in shares {
        for package in packages(share) {
            room.entry(package).and_modify(|room| *room -= share.users.len() as i64);
        }
    }
    let mut held_back = Vec::new();
    for share in shares {
        let Some(problem) = problems.get(share.cohort) else { continue };
        let lost = share.answer.lost.iter().filter_map(|&at| problem.duties.get(at)).map(|duty| duty.rule);
        let lost: BTreeSet<RuleId> = lost.collect();
        held_back.extend(
            lost.iter().flat_map(|&rule| share.users.iter().map(move |&user| HeldBack { rule, user })),
        );
        let never = problem.impossible.iter().filter(|(_, hindrance)| *hindrance == Hindrance::Floor);
        let left: BTreeSet<RuleId> = lost.iter().copied().chain(never.map(|(rule, _)| *rule)).collect();
        let Some(free) = unfloored.get(share.cohort) else { continue };
        let own = packages(share);
        let wanted = free.duties.iter().filter(|duty| left.contains(&duty.rule));
        let wanted: BTreeSet<PackageId> = wanted
            .flat_map(|duty| duty.ways.iter().flat_map(|way| &way.of))
            .filter_map(|&place| free.holdings.get(place).map(|held| held.0))
            .filter(|package| !own.contains(package) && room.get(package).is_some_and(|room| *room <= 0))
            .collect();
        for package in wanted {
            let spare = spare.get(&package).copied().unwrap_or_default();
            let new = Shortage { package, spare: spare as u64, wanted_by: 0, needed_by: 0 };
            found.entry(package).or_insert(new).wanted_by += share.users.len() as u64;
        }
    }
    for (problem, cohort) in unfloored.iter().zip(cohorts) {
        for package in problem.needed() {
            found.entry(package).and_modify(|shortage| shortage.needed_by += cohort.users.len() as u64);
        }
    }
    held_back.sort_unstable();
    (held_back, found.into_values().collect())
}

fn unfloored(cohort: &Cohort, rules: &RuleSet) -> Problem {
    let price = |price| if price == Price::AtFloor { Price::Weight(0) } else { price };
    let held = cohort.held.iter().map(|&(package, at)| (package, price(at))).collect();
    Problem::new(&Cohort { held, ..cohort.clone() }, rules)
}
