//! Counting by columns: the users of one package, intersected with the users of every partner.
//!
//! ```text
//! for each anchor a:  for each partner b:  emit (a, b, |users(a) & users(b)|)
//! ```
//!
//! The intersection is counted and not built. Its cost is that of the two columns, whether or not anyone holds both.

use crate::{CountPlan, PairSink};
use sod_model::{AssignmentMatrix, PackageId};

/// Counts the pairs of these anchors.
pub(super) fn count(
    matrix: &AssignmentMatrix,
    plan: &CountPlan,
    anchors: &mut dyn Iterator<Item = PackageId>,
    sink: &mut impl PairSink,
) {
    for anchor in anchors {
        let users = matrix.column(anchor);
        for partner in plan.partners(anchor) {
            // No pair has more holders than there are user ids.
            let holders_both = users.intersection_len(matrix.column(partner)) as u32;
            super::push(sink, anchor, partner, holders_both);
        }
    }
}
