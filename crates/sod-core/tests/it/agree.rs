//! Every method and every scope against the specification, on every shape of matrix.

use crate::{count_all, count_touching, methods};
use proptest::collection::vec;
use proptest::prelude::*;
use sod_core::CountMethod;
use sod_model::{AssignmentMatrix, PackageId, PairCount};
use sod_testkit::{Holdings, assert_agree, assert_agree_where, check_pairs, matrix, naive_pairs};

fn by_columns(matrix: &AssignmentMatrix) -> Vec<PairCount> {
    count_all(matrix, Some(CountMethod::Columns))
}

fn by_blocks(matrix: &AssignmentMatrix) -> Vec<PairCount> {
    count_all(matrix, Some(CountMethod::Blocks))
}

fn by_triangle(matrix: &AssignmentMatrix) -> Vec<PairCount> {
    count_all(matrix, Some(CountMethod::Triangle))
}

fn by_rows(matrix: &AssignmentMatrix) -> Vec<PairCount> {
    count_all(matrix, Some(CountMethod::Rows))
}

fn as_planned(matrix: &AssignmentMatrix) -> Vec<PairCount> {
    count_all(matrix, None)
}

#[test]
fn p9_a_tenant_that_fits_on_a_line() {
    for engine in [by_triangle, by_blocks, by_columns, by_rows, as_planned] {
        check_pairs(
            &engine,
            "alice: A B C
             bob:   B C
             carol: C
             dave:
             -:     D",
            "A B: 1
             A C: 1
             B C: 2",
        );
        check_pairs(&engine, "alice: A", "");
        check_pairs(&engine, "", "");
    }
}

/// Some packages to touch: of the matrix, repeated, and unknown.
fn touched() -> impl Strategy<Value = Vec<u32>> {
    vec(prop_oneof![0u32..13, Just(65_535), Just(65_536), Just(65_537), Just(u32::MAX)], 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn p9_p10_every_method_equals_the_specification(holdings in matrix()) {
        assert_agree(
            &[
                ("triangle", &by_triangle),
                ("blocks", &by_blocks),
                ("columns", &by_columns),
                ("rows", &by_rows),
                ("plan", &as_planned),
                ("naive", &naive_pairs),
            ],
            &holdings,
        );
    }

    #[test]
    fn p9_p10_touching_is_a_part_of_the_whole(holdings in matrix(), packages in touched()) {
        let touches = |package: PackageId| packages.contains(&package.0);
        for method in methods() {
            assert_agree_where(
                &[("touching", &|matrix: &AssignmentMatrix| count_touching(matrix, &packages, method))],
                &holdings,
                |pair| touches(pair.low()) || touches(pair.high()),
            );
        }
    }

    #[test]
    fn p10_touching_every_package_is_everything_in_the_same_order(holdings in matrix()) {
        let matrix = holdings.matrix();
        let packages: Vec<u32> = (0..holdings.packages).collect();
        for method in CountMethod::ALL.iter().copied().map(Some) {
            prop_assert_eq!(count_touching(&matrix, &packages, method), count_all(&matrix, method));
        }
    }
}

#[test]
fn p10_a_pair_of_two_touched_packages_comes_once() {
    let holdings = Holdings::new(1, 4, vec![(0, 0), (0, 1), (0, 2), (0, 3)]);
    for method in methods() {
        let mut counts = count_touching(&holdings.matrix(), &[2, 0, 2], method);
        counts.sort_unstable_by_key(|count| count.pair);
        let pairs: Vec<_> = counts.iter().map(|count| (count.pair.low().0, count.pair.high().0)).collect();
        assert_eq!(pairs, [(0, 1), (0, 2), (0, 3), (1, 2), (2, 3)]);
    }
}
