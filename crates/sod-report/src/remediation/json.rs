//! The whole plan as JSON: with its bound, what stays and why, and the causes.

use super::lines::{
    Check, cause, check, cluster, cohort, falls_short, held_back, impossible, short, step, taken, unproven,
};
use super::{CheckView, PlanTerms, PlanView, StepTotals};
use crate::WriteError;
use crate::json::{List, write_pretty};
use crate::source::WarningLine;
use serde::Serialize;
use std::io::Write;

/// The document, field by field.
#[derive(Serialize)]
struct Document<S, I, H, P, U, W, C> {
    /// By which rules and exceptions are in force or not.
    moment: Option<String>,
    rules_judged: u64,
    rules_not_evaluable: u64,
    conflicts_open: u64,
    conflicts_excepted: u64,
    users_in_open_conflict: u64,
    /// What the removals leave open, for want of a way or of holders to spare.
    conflicts_left: u64,
    /// Of these, what leaving groups clears.
    conflicts_left_for_groups: u64,
    /// Assignments that go, holdings that end, groups to leave, and whose they are.
    assignments: u64,
    holdings: u64,
    memberships: u64,
    users: u64,
    weight: u64,
    /// No plan that clears the same weighs less.
    lower_bound: u64,
    /// Whether the two are equal.
    proven: bool,
    gap: u64,
    terms: Terms,
    steps: S,
    impossible: I,
    held_back: H,
    shortages: P,
    unproven: U,
    causes: C,
    check: Option<Check>,
    warnings: W,
}

#[derive(Serialize)]
struct Terms {
    automatic_weighs: u32,
    free_until: Option<String>,
    keep_holders: u32,
    search_limit: u64,
    kept_packages: u64,
    kept_users: u64,
    kept_holdings: u64,
}

impl From<PlanTerms> for Terms {
    fn from(terms: PlanTerms) -> Self {
        let [kept_packages, kept_users, kept_holdings] = terms.kept;
        Self {
            automatic_weighs: terms.automatic,
            free_until: terms.free_until.map(|moment| moment.to_string()),
            keep_holders: terms.holders_min,
            search_limit: terms.search_limit,
            kept_packages,
            kept_users,
            kept_holdings,
        }
    }
}

#[derive(Serialize)]
struct Causes<P, K, H> {
    packages: P,
    components: K,
    cohorts: H,
}

/// Writes the plan as JSON.
///
/// # Errors
/// When the writer fails.
pub fn write_plan_json(view: &PlanView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let analysis = &view.analysis;
    let (plan, totals) = (view.plan, StepTotals::of(view.steps));
    let rules = analysis.rules.rules();
    let document = Document {
        moment: analysis.moment.map(|moment| moment.to_string()),
        rules_judged: rules.iter().filter(|rule| rule.is_judged()).count() as u64,
        rules_not_evaluable: analysis.rules_not_evaluable(),
        conflicts_open: analysis.conflicts.open() as u64,
        conflicts_excepted: (analysis.conflicts.conflicts().len() - analysis.conflicts.open()) as u64,
        users_in_open_conflict: analysis.conflicts.users_open() as u64,
        conflicts_left: view.left_by_removals(),
        conflicts_left_for_groups: view.left_by_leaving(),
        assignments: totals.assignments,
        holdings: plan.removals.len() as u64,
        memberships: totals.memberships,
        users: totals.users,
        weight: plan.cost,
        lower_bound: plan.lower_bound,
        proven: view.is_proven(),
        gap: plan.cost.saturating_sub(plan.lower_bound),
        terms: Terms::from(view.terms),
        steps: List(|| view.steps.iter().map(|one| step(analysis, one))),
        impossible: List(|| plan.impossible.iter().map(|one| impossible(view, one))),
        held_back: List(|| plan.held_back.iter().map(|one| held_back(analysis, one.rule, one.user))),
        shortages: List(|| plan.shortages.iter().map(|one| short(analysis, one))),
        unproven: List(|| plan.unproven.iter().map(|one| unproven(analysis, one))),
        causes: Causes {
            packages: List(|| view.causes.packages.iter().map(|one| cause(analysis, one))),
            components: List(|| view.causes.components.iter().map(|one| cluster(analysis, one))),
            cohorts: List(|| view.causes.cohorts.iter().map(|one| cohort(analysis, one))),
        },
        check: view.check.map(|found| check(analysis, found)),
        warnings: List(|| analysis.warnings.iter().map(WarningLine::from)),
    };
    write_pretty(&document, out)
}

/// Writes what is left of the conflicts when an edited plan is carried out.
///
/// # Errors
/// When the writer fails.
pub fn write_check_json(view: &CheckView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    #[derive(Serialize)]
    struct Checked<T, S, W> {
        moment: Option<String>,
        assignments: u64,
        memberships: u64,
        users: u64,
        check: Check,
        /// Assignments that go although they were to stay.
        kept_and_taken: T,
        /// Packages that fall under --keep-holders.
        short_of_holders: S,
        keeps_everything: bool,
        warnings: W,
    }
    let totals = StepTotals::of(view.steps);
    let checked = Checked {
        moment: view.analysis.moment.map(|moment| moment.to_string()),
        assignments: totals.assignments,
        memberships: totals.memberships,
        users: totals.users,
        check: check(&view.analysis, view.check),
        kept_and_taken: List(|| view.not_kept.taken.iter().map(|one| taken(&view.analysis, one))),
        short_of_holders: List(|| view.not_kept.short.iter().map(|one| falls_short(&view.analysis, one))),
        keeps_everything: view.not_kept.is_empty(),
        warnings: List(|| view.analysis.warnings.iter().map(WarningLine::from)),
    };
    write_pretty(&checked, out)
}
