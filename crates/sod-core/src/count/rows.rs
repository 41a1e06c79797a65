//! Counting by rows: for one package, what else its users hold.
//!
//! ```text
//! for each anchor a:
//!     for each user u of a:  for each package b of u, b a partner of a:  counts[b] += 1
//!     emit (a, b, counts[b]) for each b that was touched, ascending;  clear them
//! ```
//!
//! Departures from this:
//!
//! 1. When all pairs are counted, partners are the packages after `a`. They are read from the far end of the sorted row
//!    until `a` is reached: looking for `a` by bisection waits for memory at every probe, while the tail is wanted anyway.
//!    When only some pairs are counted, all packages of the row are, and the pairs that are counted from their other side
//!    are dropped once, on the way out.
//! 2. Most of the time goes to fetching rows that lie anywhere in memory. So the last package of a batch of rows is looked
//!    at before any of them is counted: these looks do not depend on one another, and the processor waits for several at
//!    once. Rows that have no partner are left out at the same time.

use crate::{CountPlan, PairSink};
use sod_model::{AssignmentMatrix, PackageId, UserId};

/// How many rows to look at before counting them: enough to keep the memory busy, few enough to stay in the L1 cache.
const ROWS_AT_ONCE: usize = 32;

/// Counts the pairs of these anchors.
pub(super) fn count(
    matrix: &AssignmentMatrix,
    plan: &CountPlan,
    anchors: &mut dyn Iterator<Item = PackageId>,
    sink: &mut impl PairSink,
) {
    let mut counts = vec![0u32; matrix.packages()];
    let mut touched = Vec::new();
    let mut batch: Vec<&[PackageId]> = Vec::with_capacity(ROWS_AT_ONCE);
    for anchor in anchors {
        let least = if plan.is_whole() { anchor.0.saturating_add(1) } else { 0 };
        let mut count_batch = |batch: &mut Vec<&[PackageId]>| {
            for row in batch.drain(..) {
                let partners =
                    row.iter().rev().map(|package| package.0).take_while(|&partner| partner >= least);
                sod_kernel::increment(partners, &mut counts, &mut touched);
            }
        };
        for user in plan.users_of(matrix, anchor) {
            let row = matrix.row(UserId(user));
            if row.last().is_some_and(|last| last.0 >= least) {
                batch.push(row);
                if batch.len() == ROWS_AT_ONCE {
                    count_batch(&mut batch);
                }
            }
        }
        count_batch(&mut batch);
        sod_kernel::drain(&mut counts, &mut touched, |partner, holders_both| {
            if plan.takes(anchor, PackageId(partner)) {
                super::push(sink, anchor, PackageId(partner), holders_both);
            }
        });
    }
}
