//! The hot intersection loop, alone and inside each counting method.
//!
//! Benchmarks are tests: before anything is timed, the contestants must agree on the answer.
//! Units: `columns` in members looked at (both sides), `count` in increments of the sum of all pair counts.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sod_benches::{DENSE, TENANTS, column, words};
use sod_core::{CountMethod, CountPlan, PairScope, PairTotals, count_pairs};
use sod_model::{AssignmentMatrix, Silent};
use std::hint::black_box;

const USERS: u32 = 1 << 18;
/// Beyond so many packages, intersecting every two columns takes a quarter of a minute and shows nothing new.
const COLUMNS_UP_TO: usize = 2_000;

/// Two columns of one density: the roaring loop, and the dense words.
fn columns(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("columns");
    for share in [0.001, 0.01, 0.05, 0.1, 0.5] {
        let (a, b) = (column(USERS, share, 1), column(USERS, share, 2));
        let (a_words, b_words) = (words(&a, USERS), words(&b, USERS));
        assert_eq!(a.intersection_len(&b), sod_kernel::intersection_len(&a_words, &b_words));
        group.throughput(Throughput::Elements(a.len() + b.len()));
        group.bench_function(BenchmarkId::new("roaring", share), |bencher| {
            bencher.iter(|| black_box(&a).intersection_len(black_box(&b)));
        });
        group.bench_function(BenchmarkId::new("words", share), |bencher| {
            bencher.iter(|| sod_kernel::intersection_len(black_box(&a_words), black_box(&b_words)));
        });
    }
    group.finish();
}

fn totals(matrix: &AssignmentMatrix, plan: &CountPlan) -> Option<PairTotals> {
    count_pairs(matrix, plan, PairTotals::default(), &Silent)
}

/// Every pair of a tenant, streamed into totals, by every method. The plan is made beforehand.
fn count(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("count");
    group.sample_size(10);
    let mut tenants: Vec<_> = TENANTS.iter().map(|tenant| (tenant.name, tenant.matrix(42))).collect();
    tenants.push((DENSE.name, DENSE.flat_matrix(42)));
    for (name, matrix) in &tenants {
        let planned = CountPlan::choose(matrix, PairScope::All, None);
        eprintln_plan(name, matrix, &planned);
        group.throughput(Throughput::Elements(matrix.pair_sum_from_rows()));
        for method in CountMethod::ALL {
            if *method == CountMethod::Columns && matrix.packages() > COLUMNS_UP_TO {
                continue;
            }
            let plan = CountPlan::choose(matrix, PairScope::All, Some(*method));
            assert_eq!(totals(matrix, &plan), totals(matrix, &planned));
            group.bench_function(BenchmarkId::new(method.name(), name), |bencher| {
                bencher.iter(|| totals(black_box(matrix), &plan));
            });
        }
        group.bench_function(BenchmarkId::new("plan", name), |bencher| {
            bencher.iter(|| CountPlan::choose(black_box(matrix), PairScope::All, None));
        });
    }
    group.finish();
}

#[expect(clippy::print_stderr, reason = "a bench talks to its reader")]
fn eprintln_plan(name: &str, matrix: &AssignmentMatrix, plan: &CountPlan) {
    let totals = totals(matrix, plan).unwrap_or_default();
    eprintln!(
        "{name}: {} users, {} packages, {} holdings, {} pairs held, sum of counts {}; {}",
        matrix.users(),
        matrix.packages(),
        matrix.holdings(),
        totals.nonzero,
        totals.holders_sum,
        plan.explain()
    );
}

criterion_group!(benches, columns, count);
criterion_main!(benches);
