//! What a plan takes although it was to stay. Plans that somebody edited are held against this; those that were made keep it by
//! construction.

use super::Keep;
use super::steps::matrix_after;
use crate::analyze::Analysis;
use sod_model::{Act, FallsShort, NotKept, PackageId, PlanStep, Snapshot};
use std::collections::BTreeSet;

/// Looks for what steps take of what must stay: assignments of holdings that are kept, and holders of packages that have none
/// to spare when no package may fall under `holders_min` of them.
///
/// A kept holding keeps all its assignments: one that goes is told, even where another one stands behind the same holding.
#[must_use]
pub fn not_kept(
    snapshot: &Snapshot,
    analysis: &Analysis,
    keep: &Keep,
    holders_min: u32,
    steps: &[PlanStep],
) -> NotKept {
    let mut found = NotKept::default();
    let mut touched: BTreeSet<PackageId> = BTreeSet::new();
    for step in steps {
        let Act::Remove { package, row } = step.act else { continue };
        touched.insert(package);
        if keep.holds(step.user, package) {
            found.taken.push((step.user, package, row));
        }
    }
    if holders_min > 0 {
        let after = matrix_after(snapshot, &analysis.holding, steps);
        for package in touched {
            let [before, left] = [&analysis.matrix, &after].map(|matrix| matrix.holders_of(package));
            // What was short before may stay so, but lose nobody.
            if left < before && left < u64::from(holders_min) {
                found.short.push(FallsShort { package, before, after: left });
            }
        }
    }
    found
}
