//! The testkit tested: a harness that cannot fail proves nothing.
#![allow(clippy::indexing_slicing, clippy::expect_used, reason = "tests may panic")]

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sod_model::{AssignmentMatrix, PairCount};
use sod_testkit::{Holdings, assert_agree, check_pairs, matrix, naive_pairs, parse_assignments, snapshot};

fn forgets_the_last(matrix: &AssignmentMatrix) -> Vec<PairCount> {
    let mut counts = naive_pairs(matrix);
    counts.pop();
    counts
}

fn says_one_twice(matrix: &AssignmentMatrix) -> Vec<PairCount> {
    let mut counts = naive_pairs(matrix);
    counts.extend(counts.first().copied());
    counts
}

fn counts_one_too_many(matrix: &AssignmentMatrix) -> Vec<PairCount> {
    let mut counts = naive_pairs(matrix);
    if let Some(last) = counts.last_mut() {
        last.holders_both += 1;
    }
    counts
}

const TWO_PAIRS: [(u32, u32); 4] = [(0, 0), (0, 1), (1, 1), (1, 2)];

#[test]
#[should_panic(expected = "`wrong` disagrees with the specification at place 1")]
fn a_missing_pair_is_found() {
    assert_agree(&[("wrong", &forgets_the_last)], &Holdings::new(2, 3, TWO_PAIRS.into()));
}

#[test]
#[should_panic(expected = "`wrong` disagrees")]
fn a_repeated_pair_is_found() {
    assert_agree(
        &[("right", &naive_pairs), ("wrong", &says_one_twice)],
        &Holdings::new(2, 3, TWO_PAIRS.into()),
    );
}

#[test]
#[should_panic(expected = "`wrong` disagrees")]
fn a_wrong_count_is_found() {
    assert_agree(&[("wrong", &counts_one_too_many)], &Holdings::new(2, 3, TWO_PAIRS.into()));
}

#[test]
#[should_panic(expected = "found (left)")]
fn check_pairs_compares() {
    check_pairs(&naive_pairs, "alice: A B", "A B: 2");
}

#[test]
fn assignments_are_read_by_the_word() {
    let sketches = parse_assignments("\n a1 bob P2 delivered \n - alice P1 frozen\n");
    assert_eq!((sketches[0].id.as_deref(), sketches[1].id.as_deref()), (Some("a1"), None));
    let snapshot = snapshot(&sketches);
    let last = snapshot.assignments().last().and_then(|last| last.location).map(|place| place.offset);
    assert_eq!((last, snapshot.states.find("frozen").is_some()), (Some(0), true));
}

/// The generators keep their promises: every ugly edge does occur.
#[test]
fn every_edge_is_generated() {
    let mut runner = TestRunner::deterministic();
    let mut seen = [false; 9];
    for _ in 0..400 {
        let holdings = matrix().new_tree(&mut runner).expect("strategies never give up").current();
        let matrix = holdings.matrix();
        let held = matrix.holdings();
        let columns = matrix.columns();
        let edges = [
            matrix.users() == 0 || matrix.packages() == 0,
            held > 0 && held == matrix.users() as u64 * matrix.packages() as u64,
            matrix.users() == 1,
            matrix.packages() > 1 && matrix.users() > 1 && held == 0,
            (holdings.held.len() as u64) > held,
            columns.iter().any(|column| column.contains(65_535) && column.contains(65_536)),
            columns.iter().any(|column| column.len() == 4_096)
                || columns.iter().any(|column| column.len() == 4_097),
            matrix.packages() > 65_536 && held > 0,
            matrix.packages() > 2 && matrix.rows().any(|row| row.len() == matrix.packages()),
        ];
        for (seen, edge) in seen.iter_mut().zip(edges) {
            *seen |= edge;
        }
    }
    assert_eq!(seen, [true; 9]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn p9_the_naive_engine_equals_the_specification(holdings in matrix()) {
        assert_agree(&[("naive", &naive_pairs)], &holdings);
    }

    #[test]
    fn renumbering_twice_changes_nothing(holdings in matrix()) {
        prop_assert_eq!(holdings.renumbered().renumbered().matrix(), holdings.matrix());
    }
}
