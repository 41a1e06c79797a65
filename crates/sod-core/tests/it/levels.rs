//! The whole property suite of counting, stamped on each instruction set and on several numbers of threads.

#![allow(clippy::print_stdout, reason = "a level that is not tested must say so")]

use proptest::prelude::*;
use sod_core::{CountMethod, CountPlan, Level, PairCounts, PairScope, count_pairs};
use sod_model::{AssignmentMatrix, PackageId, PairCount, Silent};
use sod_testkit::{Holdings, assert_agree, matrix, spec_pairs};

fn count_on(
    level: Level,
    threads: usize,
    method: Option<CountMethod>,
    matrix: &AssignmentMatrix,
) -> Vec<PairCount> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let plan = CountPlan::choose(matrix, PairScope::All, method).on(level);
    assert_eq!(plan.level(), level);
    pool.install(|| count_pairs(matrix, &plan, PairCounts::default(), &Silent).unwrap().iter().collect())
}

/// 700 packages, so that there are two blocks and a rest, and more users than one tile has: each package is held by every
/// `stride`-th user from a place of its own, so that some are dense, some are not, and one is held by everybody.
fn wide(users: u32, packages: u32) -> Holdings {
    let mut held = Vec::new();
    for package in 0..packages {
        let stride = 1 + package * package / 7;
        held.extend(
            (0..users).skip((package % 5) as usize).step_by(stride as usize).map(|user| (user, package)),
        );
    }
    held.extend((0..packages).map(|package| (users - 1, package)));
    Holdings::new(users, packages, held)
}

macro_rules! stamp {
    ($($name:ident: $level:expr;)*) => {$(
        mod $name {
            use super::*;

            /// Whether there is anything to test; says so where there is not.
            fn is_here() -> bool {
                if !$level.is_available() {
                    println!("skipped: this machine has no {}", $level);
                }
                $level.is_available()
            }

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(48))]

                #[test]
                fn p9_equals_the_specification(holdings in matrix(), threads in prop::sample::select(&[1usize, 2, 5])) {
                    if is_here() {
                        let blocks = |matrix: &AssignmentMatrix| count_on($level, threads, Some(CountMethod::Blocks), matrix);
                        let triangle = |matrix: &AssignmentMatrix| count_on($level, threads, Some(CountMethod::Triangle), matrix);
                        let plan = |matrix: &AssignmentMatrix| count_on($level, threads, None, matrix);
                        assert_agree(&[("blocks", &blocks), ("triangle", &triangle), ("plan", &plan)], &holdings);
                    }
                }
            }

            #[test]
            fn p9_borders_of_blocks_and_tiles() {
                if !is_here() {
                    return;
                }
                let shapes =
                    [(3_000, 511), (3_000, 512), (3_000, 513), (1_300, 1_100), (65_537, 40), (63, 64), (64, 65), (65, 8), (131_100, 3)];
                for (users, packages) in shapes {
                    let holdings = wide(users, packages);
                    let blocks = |matrix: &AssignmentMatrix| count_on($level, 2, Some(CountMethod::Blocks), matrix);
                    assert_agree(&[("blocks", &blocks)], &holdings);
                }
            }

            #[test]
            fn p8_any_number_of_threads_delivers_the_same() {
                if !is_here() {
                    return;
                }
                let matrix = crate::scale::zipf(20_000, 1_500, 12);
                let alone = count_on($level, 1, Some(CountMethod::Blocks), &matrix);
                for threads in [2, 5] {
                    assert_eq!(count_on($level, threads, Some(CountMethod::Blocks), &matrix), alone);
                }
            }
        }
    )*};
}

stamp! {
    portable: Level::Portable;
    neon: Level::Neon;
    avx2: Level::Avx2;
    avx512: Level::Avx512;
}

#[test]
fn p9_codes_of_more_than_sixteen_bits() {
    // Everybody holds two packages of 70,000, and one user holds every 90th.
    let held = (0..300u32).flat_map(|user| [(user, user * 233), (user, 69_999)]);
    let held = held.chain((0..70_000).step_by(90).map(|package| (7, package)));
    // The rest is held by somebody, so that it has a code.
    let held = held.chain((0..70_000u32).map(|package| (300 + package, package)));
    let holdings = Holdings::new(70_300, 70_000, held.collect());
    let matrix = holdings.matrix();
    let mut counted = count_on(Level::best(), 2, Some(CountMethod::Blocks), &matrix);
    counted.sort_unstable_by_key(|count| count.pair);
    assert_eq!(counted, spec_pairs(&holdings));
    assert!(counted.iter().any(|count| count.pair.high() == PackageId(69_999)));
}

#[test]
fn p9_rows_that_are_nearly_empty_and_rows_that_only_seem_so() {
    // Six thousand packages that two or three hold: rows are handed out by what was met. One user holds every seventh, far more
    // than the average tells, so that there is no room for what is met in these.
    let held = (0..12_000u32).flat_map(|user| [(user, user % 6_000), (user, user * 31 % 6_000)]);
    let held = held.chain((0..6_000).step_by(7).map(|package| (12_000, package)));
    let holdings = Holdings::new(12_001, 6_000, held.collect());
    let matrix = holdings.matrix();
    let mut counted = count_on(Level::best(), 2, Some(CountMethod::Blocks), &matrix);
    counted.sort_unstable_by_key(|count| count.pair);
    assert_eq!(counted, spec_pairs(&holdings));
}
