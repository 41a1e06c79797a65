//! Each kernel against its naive twin (laws P23 and P24 of the specification).
#![allow(clippy::indexing_slicing, reason = "tests may panic")]

mod loops;
mod text;
mod text_guid;
mod text_marks;
mod text_oracle;

use proptest::collection::vec;
use proptest::prelude::*;
use sod_kernel::Level;
use std::collections::BTreeMap;

/// As many cases as the environment asks for (`PROPTEST_CASES`), or `usual`.
fn cases(usual: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_some() {
        asked
    } else {
        ProptestConfig { cases: usual, ..asked }
    }
}

/// The step of a loop over all that there is: under Miri, a thousand times as slow, one in so many will do.
const fn one_in(many: usize) -> usize {
    if cfg!(miri) { many } else { 1 }
}

/// So many at most of what is drawn one by one: under Miri a choice of proptest takes a quarter of a second.
const fn most(usual: usize) -> usize {
    if cfg!(miri) && usual > 4 { 4 } else { usual }
}

/// Every level, available or not: what a processor lacks must be replaced by what it has. Miri has only portable code, which
/// need not be run once for each name.
fn levels() -> impl Iterator<Item = Level> {
    Level::ALL.iter().copied().filter(|level| !cfg!(miri) || level.is_available())
}

/// Bit by bit.
fn intersection_len_naive(a: &[u64], b: &[u64]) -> u64 {
    let mut count = 0;
    for word in 0..a.len().min(b.len()) {
        for bit in 0..64 {
            count += (a[word] >> bit) & (b[word] >> bit) & 1;
        }
    }
    count
}

/// A map in place of the array.
fn accumulate_naive(rows: &[Vec<u32>], size: u32) -> Vec<(u32, u32)> {
    let mut counts = BTreeMap::new();
    for &partner in rows.iter().flatten().filter(|&&partner| partner < size) {
        *counts.entry(partner).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

fn word() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), (0u32..64).prop_map(|bit| 1 << bit)]
}

proptest! {
    #[test]
    fn p23_intersection_len_equals_naive(a in vec(word(), 0..most(70)), b in vec(word(), 0..most(70))) {
        prop_assert_eq!(sod_kernel::intersection_len(&a, &b), intersection_len_naive(&a, &b));
        prop_assert_eq!(sod_kernel::intersection_len(&a, &b), sod_kernel::intersection_len(&b, &a));
    }

    // any touched of 50 are read off the array, 40 of 50,000 are sorted: both ways out are met.
    #[test]
    fn p23_p24_accumulator_equals_naive_and_is_left_clean(
        size in prop_oneof![0u32..50, Just(50_000u32)],
        rows in vec(vec(prop_oneof![0u32..50, 0u32..60_000], 0..most(20)), 0..most(8)),
    ) {
        let (mut counts, mut touched) = (vec![0; size as usize], Vec::new());
        for _ in 0..2 {
            for row in &rows {
                sod_kernel::increment(row.iter().copied(), &mut counts, &mut touched);
            }
            let mut out = Vec::new();
            sod_kernel::drain(&mut counts, &mut touched, |partner, count| out.push((partner, count)));
            prop_assert_eq!(&out, &accumulate_naive(&rows, size));
            prop_assert!(touched.is_empty() && counts.iter().all(|&count| count == 0));
        }
    }
}
