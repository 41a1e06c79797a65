//! The differential harness: any number of engines against the specification, on one matrix.
//!
//! Two engines agree when they deliver the same pairs with the same counts, each pair once and none with zero; the order
//! is theirs.

use crate::{Fixture, Holdings};
use sod_model::{AssignmentMatrix, PackageId, PackagePair, PairCount};
use std::collections::BTreeMap;

/// Anything that counts pairs. Closures and functions from a matrix to a list are engines.
pub trait PairEngine {
    /// Every pair that somebody holds both of, in any order.
    fn pair_counts(&self, matrix: &AssignmentMatrix) -> Vec<PairCount>;
}

impl<F: Fn(&AssignmentMatrix) -> Vec<PairCount>> PairEngine for F {
    fn pair_counts(&self, matrix: &AssignmentMatrix) -> Vec<PairCount> {
        self(matrix)
    }
}

/// What the specification says, ascending by pair.
#[must_use]
pub fn spec_pairs(holdings: &Holdings) -> Vec<PairCount> {
    let counts = sod_spec::pair_counts(&holdings.spec());
    let counts = counts.into_iter().filter_map(|((low, high), count)| {
        let pair = PackagePair::new(PackageId(low), PackageId(high))?;
        Some(PairCount { pair, holders_both: count as u32 })
    });
    counts.collect()
}

/// The slowest engine: each user's pairs into a map. Ascending by pair.
#[must_use]
pub fn naive_pairs(matrix: &AssignmentMatrix) -> Vec<PairCount> {
    let mut counts = BTreeMap::new();
    for row in matrix.rows() {
        for (at, &low) in row.iter().enumerate() {
            for &high in &row[at + 1..] {
                *counts.entry(PackagePair::new(low, high).expect("rows ascend strictly")).or_insert(0) += 1;
            }
        }
    }
    counts.into_iter().map(|(pair, holders_both)| PairCount { pair, holders_both }).collect()
}

/// Panics unless every engine gives what the specification gives. Returns the counts all agree on, ascending by pair.
pub fn assert_agree(engines: &[(&str, &dyn PairEngine)], holdings: &Holdings) -> Vec<PairCount> {
    assert_agree_where(engines, holdings, |_| true)
}

/// As [`assert_agree`], for engines that deliver only the pairs that `wanted` says.
pub fn assert_agree_where(
    engines: &[(&str, &dyn PairEngine)],
    holdings: &Holdings,
    wanted: impl Fn(PackagePair) -> bool,
) -> Vec<PairCount> {
    let mut expected = spec_pairs(holdings);
    expected.retain(|count| wanted(count.pair));
    let matrix = holdings.matrix();
    for (name, engine) in engines {
        let mut found = engine.pair_counts(&matrix);
        found.sort_unstable_by_key(|count| (count.pair, count.holders_both));
        if found != expected {
            let at = found.iter().zip(&expected).take_while(|(found, expected)| found == expected).count();
            panic!(
                "`{name}` disagrees with the specification at place {at}: expected {:?}, found {:?} \
                 ({} and {} pairs in all)\n{holdings:?}",
                expected.get(at),
                found.get(at),
                expected.len(),
                found.len(),
            );
        }
    }
    expected
}

/// Counts the pairs of a fixture and compares them, ascending by pair, with `expect`: lines such as `P1 P2: 3`.
///
/// ```
/// sod_testkit::check_pairs(&sod_testkit::naive_pairs, "alice: A B\nbob: A B C", "
///     A B: 2
///     A C: 1
///     B C: 1
/// ");
/// ```
pub fn check_pairs(engine: &dyn PairEngine, fixture: &str, expect: &str) {
    let fixture = Fixture::parse(fixture);
    let mut found = engine.pair_counts(&fixture.matrix());
    found.sort_unstable_by_key(|count| count.pair);
    let expect: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let found = fixture.write_pairs(&found);
    assert_eq!(found.lines().collect::<Vec<_>>(), expect, "found (left) is not as expected (right)");
}
