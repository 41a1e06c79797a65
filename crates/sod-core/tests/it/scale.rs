//! Extremes that generated matrices do not reach: too large for the specification, checked by P4 and by one another.

use crate::methods;
use sod_core::{CountMethod, CountPlan, PairScope, PairTotals, count_pairs};
use sod_model::{AssignmentMatrix, PackageId, Silent, UserId};
use std::collections::BTreeSet;

/// A tenant whose packages are the rarer the higher their id, `each` draws for each user; the same every time.
pub(crate) fn zipf(users: u32, packages: u32, each: u32) -> AssignmentMatrix {
    let mut state = 1u64;
    let mut draw = |bound: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(bound)) as u32
    };
    let mut held = Vec::new();
    for user in 0..users {
        for _ in 0..each {
            let below = draw(packages) + 1;
            held.push((UserId(user), PackageId(draw(below))));
        }
    }
    AssignmentMatrix::from_holdings(users as usize, packages as usize, held)
}

fn totals(matrix: &AssignmentMatrix, scope: PairScope, method: Option<CountMethod>) -> PairTotals {
    let plan = CountPlan::choose(matrix, scope, method);
    count_pairs(matrix, &plan, PairTotals::default(), &Silent).unwrap()
}

#[test]
fn p4_one_user_holds_all_of_many_packages() {
    const PACKAGES: u32 = 3_000;
    let held = (0..PACKAGES).map(|package| (UserId(70_000), PackageId(package)));
    let matrix = AssignmentMatrix::from_holdings(70_001, PACKAGES as usize, held);
    for method in methods() {
        let totals = totals(&matrix, PairScope::All, method);
        let pairs = u64::from(PACKAGES) * u64::from(PACKAGES - 1) / 2;
        assert_eq!((totals.nonzero, totals.holders_sum), (pairs, pairs));
        assert_eq!(totals.largest.map(|largest| (largest.pair.low().0, largest.pair.high().0)), Some((0, 1)));
    }
}

#[test]
fn p4_more_packages_than_sixteen_bits_count() {
    const PACKAGES: u32 = 200_000;
    // Everybody holds the last package, and two others far apart.
    let held =
        (0..2_000).flat_map(|user| [user, user + 90_000, PACKAGES - 1].map(|p| (UserId(user), PackageId(p))));
    let matrix = AssignmentMatrix::from_holdings(2_000, PACKAGES as usize, held);
    let expected = totals(&matrix, PairScope::All, Some(CountMethod::Rows));
    assert_eq!((expected.nonzero, expected.holders_sum), (6_000, matrix.pair_sum_from_rows()));
    assert_eq!(totals(&matrix, PairScope::All, Some(CountMethod::Columns)), expected);
    for method in methods() {
        let touching = PairScope::Touching(vec![PackageId(PACKAGES - 1)]);
        let totals = totals(&matrix, touching, method);
        assert_eq!((totals.nonzero, totals.holders_sum), (4_000, 4_000));
    }
}

#[test]
fn p9_a_tenant_of_three_containers() {
    let matrix = zipf(150_000, 300, 6);
    let distinct: BTreeSet<_> = methods()
        .map(|method| {
            let totals = totals(&matrix, PairScope::All, method);
            assert_eq!(totals.holders_sum, matrix.pair_sum_from_rows());
            (totals.nonzero, totals.largest.map(|largest| (largest.pair, largest.holders_both)))
        })
        .collect();
    assert_eq!(distinct.len(), 1);
}

#[test]
fn nothing_gives_nothing() {
    for (users, packages) in [(0, 0), (5, 0), (0, 5), (5, 5)] {
        let matrix = AssignmentMatrix::from_holdings(users, packages, []);
        for method in methods() {
            assert_eq!(totals(&matrix, PairScope::All, method), PairTotals::default());
            let touching = PairScope::Touching(vec![PackageId(0), PackageId(7)]);
            assert_eq!(totals(&matrix, touching, method), PairTotals::default());
        }
    }
}
