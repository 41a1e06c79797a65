//! The way out of the conflicts, in every format: what goes, what it costs, what is proven, and what stays.
//!
//! Takes for granted that the plan belongs to the analysis beside it. Nothing is weighed or judged here.

mod csv;
mod json;
mod lines;
mod names;

pub use csv::{COLUMNS, write_plan_csv};
pub use json::{write_check_json, write_plan_json};

use crate::ReportView;
use sod_model::{
    Act, Causes, NotKept, PlanCheck, PlanStep, RemediationPlan, RuleId, Timestamp, UserId, WayOut,
};
use std::collections::BTreeSet;

/// A plan and the analysis that it is for.
#[derive(Clone, Copy, Debug)]
pub struct PlanView<'a> {
    /// What was judged; its warnings are those of the plan too.
    pub analysis: ReportView<'a>,
    /// What goes, by holding.
    pub plan: &'a RemediationPlan,
    /// What goes, by assignment, and groups to leave.
    pub steps: &'a [PlanStep],
    /// For conflicts that no removal clears: the groups to leave.
    pub ways_out: &'a [WayOut],
    /// Why there are conflicts.
    pub causes: &'a Causes,
    /// How it was weighed and searched.
    pub terms: PlanTerms,
    /// What is left when it is carried out, if that was tried.
    pub check: Option<&'a PlanCheck>,
}

/// How a plan was weighed, and what it had to keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanTerms {
    /// What an automatic assignment weighs.
    pub automatic: u32,
    /// What ends until then weighs nothing.
    pub free_until: Option<Timestamp>,
    /// No package falls under so many holders; 0 is no floor.
    pub holders_min: u32,
    /// Branchings for each distinct problem.
    pub search_limit: u64,
    /// Packages, users and single holdings that must stay.
    pub kept: [u64; 3],
}

/// An edited plan that was held against the tenant.
#[derive(Clone, Copy, Debug)]
pub struct CheckView<'a> {
    /// What was judged before.
    pub analysis: ReportView<'a>,
    /// What of the plan means something here.
    pub steps: &'a [PlanStep],
    /// What is left.
    pub check: &'a PlanCheck,
    /// What goes although it was to stay.
    pub not_kept: &'a NotKept,
}

/// Steps in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StepTotals {
    pub(crate) assignments: u64,
    pub(crate) memberships: u64,
    pub(crate) users: u64,
}

impl StepTotals {
    pub(crate) fn of(steps: &[PlanStep]) -> Self {
        let assignments = steps.iter().filter(|step| matches!(step.act, Act::Remove { .. })).count() as u64;
        let users: BTreeSet<UserId> = steps.iter().map(|step| step.user).collect();
        Self { assignments, memberships: steps.len() as u64 - assignments, users: users.len() as u64 }
    }
}

impl PlanView<'_> {
    /// Whether no plan that clears the same weighs less.
    pub(crate) fn is_proven(&self) -> bool {
        self.plan.cost == self.plan.lower_bound
    }

    /// Conflicts that the removals leave open.
    pub(crate) fn left_by_removals(&self) -> u64 {
        (self.plan.impossible.len() + self.plan.held_back.len()) as u64
    }

    /// Of these, those that leaving groups clears.
    pub(crate) fn left_by_leaving(&self) -> u64 {
        let cleared: BTreeSet<(RuleId, UserId)> =
            self.ways_out.iter().map(|way| (way.rule, way.user)).collect();
        cleared.len() as u64
    }
}
