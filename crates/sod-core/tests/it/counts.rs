//! The laws of holding and counting.

use crate::{count_all, methods};
use proptest::prelude::*;
use sod_core::{CountMethod, CountPlan, PairCounts, PairScope, PairTotals, count_pairs, holders_of_both};
use sod_model::{AssignmentMatrix, Event, Observer, PackageId, PackagePair, PairCount, Silent, UserId};
use sod_testkit::{matrix, small_matrix};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

fn as_map(counts: &[PairCount]) -> BTreeMap<PackagePair, u32> {
    counts.iter().map(|count| (count.pair, count.holders_both)).collect()
}

fn in_pool<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn p1_p2_p3_a_pair_and_its_holders(holdings in small_matrix()) {
        let matrix = holdings.matrix();
        let counts = as_map(&count_all(&matrix, None));
        for a in (0..holdings.packages).map(PackageId) {
            let own = matrix.column(a);
            prop_assert_eq!(&holders_of_both(&matrix, a, &matrix, a), own);
            for b in (0..holdings.packages).map(PackageId) {
                let both = holders_of_both(&matrix, a, &matrix, b);
                prop_assert_eq!(&both, &holders_of_both(&matrix, b, &matrix, a));
                prop_assert!(both.len() <= own.len().min(matrix.column(b).len()));
                if let Some(pair) = PackagePair::new(a, b) {
                    prop_assert_eq!(u64::from(counts.get(&pair).copied().unwrap_or(0)), both.len());
                }
            }
        }
    }

    #[test]
    fn p4_pair_sum_equals_row_sum(holdings in matrix()) {
        let matrix = holdings.matrix();
        for method in methods() {
            let plan = CountPlan::choose(&matrix, PairScope::All, method);
            let totals = count_pairs(&matrix, &plan, PairTotals::default(), &Silent).unwrap();
            prop_assert_eq!(totals.holders_sum, matrix.pair_sum_from_rows());
            prop_assert_eq!(totals.holders_sum, sod_spec::pair_sum(&holdings.spec()));
        }
    }

    #[test]
    fn p5_renaming_and_reordering_change_names_only(holdings in matrix()) {
        let last = PackageId(holdings.packages.saturating_sub(1));
        for method in methods() {
            let turned = count_all(&holdings.renumbered().matrix(), method);
            let turn = |package: PackageId| PackageId(last.0 - package.0);
            let back: BTreeMap<_, _> = turned
                .iter()
                .filter_map(|count| {
                    let pair = PackagePair::new(turn(count.pair.low()), turn(count.pair.high()))?;
                    Some((pair, count.holders_both))
                })
                .collect();
            prop_assert_eq!(back, as_map(&count_all(&holdings.matrix(), method)));
        }
    }

    #[test]
    fn p6_one_more_assignment_lowers_no_count(holdings in small_matrix(), user in 0u32..30, package in 0u32..12) {
        let mut more = holdings.clone();
        more.held.push((user % holdings.users.max(1), package % holdings.packages.max(1)));
        let more = sod_testkit::Holdings::new(more.users, more.packages, more.held);
        let (before, after) = (count_all(&holdings.matrix(), None), as_map(&count_all(&more.matrix(), None)));
        for count in before {
            prop_assert!(after[&count.pair] >= count.holders_both);
        }
    }

    #[test]
    fn p7_counts_of_a_split_add_up(holdings in matrix(), cut in 2u32..5) {
        for method in methods() {
            let mut sum = as_map(&count_all(&holdings.of_users(|user| user % cut == 0).matrix(), method));
            for count in count_all(&holdings.of_users(|user| user % cut != 0).matrix(), method) {
                *sum.entry(count.pair).or_insert(0) += count.holders_both;
            }
            prop_assert_eq!(sum, as_map(&count_all(&holdings.matrix(), method)));
        }
    }
}

/// A sink that keeps its forks apart: what it got, slice by slice.
#[derive(Default)]
struct BySlice(Vec<Vec<PairCount>>);

impl sod_core::PairSink for BySlice {
    fn fork(&self) -> Self {
        Self(vec![Vec::new()])
    }

    fn pair(&mut self, count: PairCount) {
        self.0.last_mut().unwrap().push(count);
    }

    fn absorb(&mut self, later: Self) {
        self.0.extend(later.0);
    }
}

#[test]
fn p8_one_thread_and_many_deliver_the_same_in_the_same_slices() {
    // Small tenants are cut in one or two slices: this one is large enough for several by any method.
    let matrix = crate::scale::zipf(12_000, 1_500, 12);
    let touching = PairScope::Touching((0..1_500).step_by(3).map(PackageId).collect());
    for scope in [PairScope::All, touching] {
        for method in methods() {
            let deliver = |threads| {
                in_pool(threads, || crate::count_into(&matrix, &scope, method, BySlice::default()).0)
            };
            let alone = deliver(1);
            assert!(alone.len() > 2, "a plan of {} slices tests little", alone.len());
            for threads in [2, 3, 8] {
                assert_eq!(deliver(threads), alone, "{method:?}, {threads} threads");
            }
        }
    }
}

/// Says stop at the n-th time it is asked; keeps what it was told.
struct Impatient {
    patience: u32,
    asked: AtomicU32,
    counted: AtomicU64,
    of: Mutex<Vec<u64>>,
}

impl Impatient {
    fn new(patience: u32) -> Self {
        Self { patience, asked: AtomicU32::new(0), counted: AtomicU64::new(0), of: Mutex::new(Vec::new()) }
    }
}

impl Observer for Impatient {
    fn event(&self, event: Event) {
        if let Event::Counted { done, of } = event {
            self.counted.fetch_add(done, Ordering::Relaxed);
            self.of.lock().unwrap().push(of);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) >= self.patience
    }
}

#[test]
fn p12_cancelled_work_gives_nothing() {
    let matrix = crate::scale::zipf(500, 100, 8);
    for method in methods() {
        let plan = CountPlan::choose(&matrix, PairScope::All, method);
        let whole = count_pairs(&matrix, &plan, PairCounts::default(), &Silent).unwrap();
        let patient = Impatient::new(u32::MAX);
        assert_eq!(count_pairs(&matrix, &plan, PairCounts::default(), &patient).as_ref(), Some(&whole));
        let asked = patient.asked.into_inner();
        for patience in [0, 1, 2, asked / 2, asked - 1] {
            let observer = Impatient::new(patience);
            assert_eq!(count_pairs(&matrix, &plan, PairCounts::default(), &observer), None, "{patience}");
        }
    }
}

#[test]
fn progress_adds_up_to_the_packages_that_somebody_holds() {
    let matrix = crate::scale::zipf(500, 100, 8);
    let held = matrix.columns().iter().filter(|column| !column.is_empty()).count() as u64;
    for method in methods() {
        let observer = Impatient::new(u32::MAX);
        let plan = CountPlan::choose(&matrix, PairScope::All, method);
        count_pairs(&matrix, &plan, PairTotals::default(), &observer).unwrap();
        assert_eq!(observer.counted.into_inner(), held);
        assert!(observer.of.into_inner().unwrap().iter().all(|&of| of == held));
    }
}

#[test]
fn p13_the_plan_tells_what_it_chose() {
    // A triangle for 300 packages stays in the cache; one for thirty thousand does not.
    let small = crate::scale::zipf(2_000, 300, 4);
    let large = crate::scale::zipf(20_000, 30_000, 8);
    for (matrix, expected) in [(small, "triangle"), (large, "blocks")] {
        let plan = CountPlan::choose(&matrix, PairScope::All, None);
        assert_eq!(plan.method().name(), expected, "{}", plan.explain());
        assert!(plan.explain().starts_with(&format!("counting by {expected}: ")), "{}", plan.explain());
    }
}

#[test]
fn p1_a_triangle_counts_beyond_sixteen_bits() {
    let held = (0..70_000).flat_map(|user| [0, 1].map(|package| (UserId(user), PackageId(package))));
    let matrix = AssignmentMatrix::from_holdings(70_000, 2, held);
    let counts = count_all(&matrix, Some(CountMethod::Triangle));
    assert_eq!(counts.iter().map(|count| count.holders_both).collect::<Vec<_>>(), [70_000]);
}
