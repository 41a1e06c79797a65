//! The laws of `sod-spec/PROPERTIES.md`, held against every method; tests bear the number of their law.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod access;
mod agree;
mod bands;
mod causes;
mod combined;
mod counts;
mod excuse;
mod floors;
mod groups;
mod levels;
mod near;
mod remediation;
mod remediation_scale;
mod rules;
mod scale;
mod sinks;

use sod_core::{CountMethod, CountPlan, PairCounts, PairScope, PairSink, count_pairs};
use sod_model::{AssignmentMatrix, PackageId, PairCount, Silent};

/// Counts into a sink by one method.
fn count_into<S: PairSink>(
    matrix: &AssignmentMatrix,
    scope: &PairScope,
    method: Option<CountMethod>,
    sink: S,
) -> S {
    let plan = CountPlan::choose(matrix, scope.clone(), method);
    count_pairs(matrix, &plan, sink, &Silent).unwrap()
}

/// All pairs, in the order of delivery.
fn count_all(matrix: &AssignmentMatrix, method: Option<CountMethod>) -> Vec<PairCount> {
    count_into(matrix, &PairScope::All, method, PairCounts::default()).iter().collect()
}

/// Pairs that touch some packages, in the order of delivery.
fn count_touching(
    matrix: &AssignmentMatrix,
    packages: &[u32],
    method: Option<CountMethod>,
) -> Vec<PairCount> {
    let scope = PairScope::Touching(packages.iter().map(|&package| PackageId(package)).collect());
    count_into(matrix, &scope, method, PairCounts::default()).iter().collect()
}

/// Every method, and the plan's own choice.
fn methods() -> impl Iterator<Item = Option<CountMethod>> {
    CountMethod::ALL.iter().copied().map(Some).chain([None])
}
