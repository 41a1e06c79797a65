//! Computing: the slices of a plan, in parallel, into a sink.
//!
//! Gathered by position and not by arrival: which thread counted what, and when, leaves no trace in the answer.

mod columns;
mod rows;

use crate::{CountMethod, CountPlan, PairSink};
use rayon::prelude::*;
use sod_model::{AssignmentMatrix, Event, Observer, PackageId, PackagePair, PairCount};
use std::cell::Cell;
use std::ops::Range;

/// Counts the users who hold both packages of each pair in the plan's scope, and pushes every pair that somebody holds
/// into the sink, once.
///
/// `plan` must have been chosen for this matrix. Uses the current rayon pool. Pairs arrive in the same order and in the
/// same forks of the sink for any number of threads; with [`PairScope::All`](crate::PairScope::All) that order, over all
/// forks, ascends by (low, high). Memory is the sink's, and 4 bytes a package for each running thread.
///
/// `None` when the observer cancelled: never a part that could be taken for the whole. Progress is [`Event::Counted`], in
/// packages.
///
/// ```
/// use sod_core::{CountPlan, PairScope, PairTotals, TopPairs, count_pairs};
/// use sod_model::{AssignmentMatrix, PackageId, Silent, UserId};
///
/// let held = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)].map(|(u, p)| (UserId(u), PackageId(p)));
/// let matrix = AssignmentMatrix::from_holdings(2, 3, held);
/// let plan = CountPlan::choose(&matrix, PairScope::All, None);
/// let (totals, top) = count_pairs(&matrix, &plan, (PairTotals::default(), TopPairs::new(1)), &Silent).unwrap();
/// assert_eq!((totals.nonzero, totals.holders_sum), (3, matrix.pair_sum_from_rows()));
/// assert_eq!(top.into_report_order(), Vec::from_iter(totals.largest));
/// ```
pub fn count_pairs<S: PairSink>(
    matrix: &AssignmentMatrix,
    plan: &CountPlan,
    mut sink: S,
    observer: &dyn Observer,
) -> Option<S> {
    if observer.is_cancelled() {
        return None;
    }
    let slices: Vec<_> = plan.slices().into_iter().map(|slice| (slice, sink.fork())).collect();
    let anchors = plan.anchors();
    let count_slice = |(slice, mut part): (Range<usize>, S)| {
        let own = anchors.get(slice).unwrap_or_default();
        let cancelled = Cell::new(false);
        let mut going_on = own.iter().copied().take_while(|_| {
            cancelled.set(observer.is_cancelled());
            !cancelled.get()
        });
        match plan.method() {
            CountMethod::Columns => columns::count(matrix, plan, &mut going_on, &mut part),
            CountMethod::Rows => rows::count(matrix, plan, &mut going_on, &mut part),
        }
        if cancelled.get() {
            return None;
        }
        observer.event(Event::Counted { done: own.len() as u64, of: anchors.len() as u64 });
        Some(part)
    };
    // Slices are the unit of work: left to itself, rayon would run several of them as one.
    let parts = slices.into_par_iter().with_max_len(1).map(count_slice);
    let counted = parts.try_reduce_with(|mut earlier, later| {
        earlier.absorb(later);
        Some(earlier)
    });
    if let Some(parts) = counted {
        sink.absorb(parts?);
    }
    Some(sink)
}

/// Pushes one count, if there is anything to count.
fn push(sink: &mut impl PairSink, anchor: PackageId, partner: PackageId, holders_both: u32) {
    if let (Some(pair), 1..) = (PackagePair::new(anchor, partner), holders_both) {
        sink.pair(PairCount { pair, holders_both });
    }
}
