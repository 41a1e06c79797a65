//! A plan held against the tenant: carried out on the assignments, and everything judged again.

use super::steps::{directory_after, matrix_after};
use crate::analyze::Analysis;
use crate::error::Error;
use sod_core::{evaluate_rules, excuse};
use sod_model::{Act, PackageId, PlanCheck, PlanStep, RemediationPlan, RuleId, Snapshot, UserId};
use std::collections::BTreeSet;

/// Carries steps out on the assignments and analyses again. Exceptions count as before: one for the holders of a package
/// ends for who loses it.
#[must_use]
pub fn check_steps(snapshot: &Snapshot, analysis: &Analysis, steps: &[PlanStep]) -> PlanCheck {
    let matrix = matrix_after(snapshot, &analysis.holding, steps);
    let left_groups = directory_after(&snapshot.directory, steps);
    let directory = left_groups.as_ref().unwrap_or(&snapshot.directory);
    let conflicts = evaluate_rules(&matrix, directory, &analysis.rules);
    let after = excuse(conflicts, &analysis.exceptions, &matrix, directory, analysis.moment).conflicts;
    let open = after.conflicts().iter().filter(|conflict| conflict.exception.is_none());
    let left: Vec<(RuleId, UserId)> = open.map(|conflict| (conflict.rule, conflict.user)).collect();
    let was_excepted = |&&(rule, user): &&(RuleId, UserId)| {
        let before = analysis.conflicts.of_rule(rule);
        let found = before.binary_search_by_key(&user, |conflict| conflict.user).ok();
        found.and_then(|at| before.get(at)).is_some_and(|conflict| conflict.exception.is_some())
    };
    let reopened = left.iter().filter(was_excepted).count() as u64;
    let touched: BTreeSet<(UserId, PackageId)> = steps
        .iter()
        .filter_map(|step| match step.act {
            Act::Remove { package, .. } => Some((step.user, package)),
            Act::Leave(_) => None,
        })
        .collect();
    let still = |(user, package): &&(UserId, PackageId)| matrix.row(*user).binary_search(package).is_ok();
    let still_held = touched.iter().filter(still).count() as u64;
    PlanCheck { before: analysis.conflicts.open() as u64, left, reopened, still_held }
}

/// Holds what a plan says of itself against what is found: nothing is left but what it names, and no bound is above its cost.
pub(super) fn agrees(plan: &RemediationPlan, check: &PlanCheck) -> Result<(), Error> {
    let impossible = plan.impossible.iter().map(|left| (left.rule, left.user));
    let held_back = plan.held_back.iter().map(|left| (left.rule, left.user));
    let said: BTreeSet<(RuleId, UserId)> = impossible.chain(held_back).collect();
    let unsaid = check.left.iter().filter(|left| !said.contains(left)).count() as u64;
    if unsaid > 0 || check.still_held > 0 || plan.lower_bound > plan.cost {
        return Err(Error::PlanMismatch { unsaid, cost: plan.cost, lower_bound: plan.lower_bound });
    }
    Ok(())
}
