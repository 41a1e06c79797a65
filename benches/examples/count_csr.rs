//! Counts the pairs of one matrix in compressed-row form and prints one line of JSON: what every measurement of counting uses.
//!
//! ```text
//! count_csr DIR [--stored | --streamed | --top K] [--threads N] [--level portable|neon|avx2|avx512] [--method M] [--reps N] [--check]
//! ```
//!
//! DIR holds `indptr.npy` (int64), `indices.npy` (int32) and `meta.json` (with `users` and `packages`). The clock runs from the
//! rows in memory to the finished sink: planning, ranking, layout and counting, and not the reading of the files. With
//! `--check` the pairs of one more repetition are summed up as the peers sum theirs.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that fails should stop"
)]

use sod_benches::csr::{matrix, peak_mb};
use sod_core::{
    CountMethod, CountPlan, CountRow, Level, PairCounts, PairScope, PairSink, PairTotals, TopPairs,
    count_pairs,
};
use sod_model::{PairCount, Silent};
use std::time::Instant;

/// The sum that the peers make of their pairs: number, total, and a hash that does not depend on the order.
#[derive(Clone, Copy, Default)]
struct Sum {
    packages: u64,
    pairs: u64,
    total: u64,
    hash: u64,
}

impl PairSink for Sum {
    fn fork(&self) -> Self {
        Self { packages: self.packages, ..Self::default() }
    }

    fn pair(&mut self, count: PairCount) {
        let (low, high) = (u64::from(count.pair.low().0), u64::from(count.pair.high().0));
        let holders = u64::from(count.holders_both);
        let mixed = (low * self.packages + high).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        self.pairs += 1;
        self.total += holders;
        self.hash = self.hash.wrapping_add(holders.wrapping_mul(mixed));
    }

    fn absorb(&mut self, later: Self) {
        self.pairs += later.pairs;
        self.total += later.total;
        self.hash = self.hash.wrapping_add(later.hash);
    }
}

/// Looks at every row and keeps the number and the sum: the pairs pass by, and nothing is stored.
#[derive(Clone, Copy, Default)]
struct Streamed(PairTotals);

impl PairSink for Streamed {
    fn fork(&self) -> Self {
        Self::default()
    }

    fn pair(&mut self, count: PairCount) {
        self.0.nonzero += 1;
        self.0.holders_sum += u64::from(count.holders_both);
    }

    fn row(&mut self, row: &CountRow<'_>) {
        let (nonzero, holders_sum, _) = row.summary();
        self.0.nonzero += nonzero;
        self.0.holders_sum += holders_sum;
    }

    fn absorb(&mut self, later: Self) {
        self.0.nonzero += later.0.nonzero;
        self.0.holders_sum += later.0.holders_sum;
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| arguments.iter().position(|a| a == name).map(|at| arguments[at + 1].clone());
    let flag = |name: &str| arguments.iter().any(|a| a == name);
    let number = |name: &str| value(name).map(|text| text.parse::<usize>().expect("a number"));
    let dir = arguments.get(1).expect("usage: count_csr DIR [options], see the head of the file");
    let level = value("--level").map(|name| name.parse::<Level>().unwrap_or_else(|error| panic!("{error}")));
    let method =
        value("--method").map(|name| name.parse::<CountMethod>().unwrap_or_else(|error| panic!("{error}")));
    let threads = number("--threads").unwrap_or(2);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("a thread pool");

    let matrix = matrix(dir);
    let packages = matrix.packages();
    let before_mb = peak_mb();

    let plan = || {
        let plan = CountPlan::choose(&matrix, PairScope::All, method);
        level.map_or(plan.clone(), |level| plan.on(level))
    };
    let (mut kernel_s, mut plan_s, mut phases) = (Vec::new(), Vec::new(), String::new());
    let (mut nonzero, mut total) = (0, 0);
    for _ in 0..number("--reps").unwrap_or(3) {
        let began = Instant::now();
        let plan = plan();
        plan_s.push(began.elapsed().as_secs_f64());
        if let Some(limit) = number("--top") {
            let top = count_pairs(&matrix, &plan, TopPairs::new(limit), &Silent).expect("nobody cancels");
            nonzero = top.into_report_order().len() as u64;
            kernel_s.push(began.elapsed().as_secs_f64());
        } else if flag("--streamed") {
            let totals = count_pairs(&matrix, &plan, Streamed::default(), &Silent).expect("nobody cancels").0;
            kernel_s.push(began.elapsed().as_secs_f64());
            (nonzero, total) = (totals.nonzero, totals.holders_sum);
        } else {
            let stored = count_pairs(&matrix, &plan, PairCounts::default(), &Silent).expect("nobody cancels");
            kernel_s.push(began.elapsed().as_secs_f64());
            nonzero = stored.len() as u64;
        }
        phases = plan.explain();
    }
    let rss_mb = peak_mb();
    let mut hash = 0;
    if flag("--check") {
        let sink = Sum { packages: packages as u64, ..Sum::default() };
        let sum = count_pairs(&matrix, &plan(), sink, &Silent).expect("nobody cancels");
        assert_eq!(sum.total, matrix.pair_sum_from_rows(), "the sum of all counts");
        (nonzero, total, hash) = (sum.pairs, sum.total, sum.hash);
    }
    let list = |times: &[f64]| times.iter().map(|s| format!("{s:.5}")).collect::<Vec<_>>().join(",");
    println!(
        "{{\"contestant\":\"sod\",\"kernel_s\":[{}],\"plan_s\":[{}],\"pairs\":{nonzero},\"total\":{total},\"hash\":{hash},\
         \"rss_mb\":{rss_mb},\"input_mb\":{before_mb},\"plan\":\"{phases}\"}}",
        list(&kernel_s),
        list(&plan_s)
    );
}
