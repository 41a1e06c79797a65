//! The whole plan as JSON: with its bound, what stays and why, and the causes.

use super::csv::kind;
use super::{CheckView, PlanTerms, PlanView, StepTotals, names};
use crate::explain::{NamedId, UserRef};
use crate::json::{List, write_pretty};
use crate::source::WarningLine;
use crate::{ReportView, WriteError};
use serde::Serialize;
use sod_model::{
    Act, CauseCohort, Component, Hindrance, Impossible, PackageCause, PlanCheck, PlanStep, RuleId, Shortage,
    Unproven, UserId,
};
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
struct Step<'a> {
    kind: &'static str,
    assignment_id: Option<String>,
    user: UserRef,
    package: Option<NamedId>,
    group: Option<NamedId>,
    policy: Option<NamedId>,
    automatic: Option<bool>,
    until: Option<String>,
    weight: Option<u32>,
    rules: Vec<&'a str>,
}

#[derive(Serialize)]
struct Left<'a> {
    rule_id: &'a str,
    user: UserRef,
    /// Why it stays, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'static str>,
    /// Leaving these groups clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    leave: Option<Vec<NamedId>>,
}

#[derive(Serialize)]
struct Short {
    package: NamedId,
    spare: u64,
    wanted_by: u64,
    needed_by: u64,
    /// More users need to lose it than it can spare: no plan keeps the floor and clears all.
    proven_infeasible: bool,
}

#[derive(Serialize)]
struct Open {
    user: UserRef,
    weight: u64,
    lower_bound: u64,
}

#[derive(Serialize)]
struct Causes<P, K, H> {
    packages: P,
    components: K,
    cohorts: H,
}

#[derive(Serialize)]
struct Cause {
    package: NamedId,
    users: u64,
    conflicts: u64,
    clears: u64,
}

#[derive(Serialize)]
struct Cluster {
    packages: Vec<NamedId>,
    users: u64,
    conflicts: u64,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    package_a: String,
    package_b: String,
    users: u64,
    conflicts: u64,
}

#[derive(Serialize)]
struct Cohort<'a> {
    users_total: u64,
    rules: Vec<&'a str>,
    packages: Vec<NamedId>,
    groups: Vec<NamedId>,
    users: Vec<UserRef>,
}

#[derive(Serialize)]
struct Check {
    conflicts_before: u64,
    conflicts_left: Vec<LeftOver>,
    /// Of these, how many were excepted before.
    reopened: u64,
    /// Holdings that other assignments keep alive.
    still_held: u64,
    clears_everything: bool,
}

#[derive(Serialize)]
struct LeftOver {
    rule_id: String,
    user: UserRef,
}

/// Writes the plan as JSON.
///
/// # Errors
/// When the writer fails.
pub fn write_plan_json(view: &PlanView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let analysis = &view.analysis;
    let directory = &analysis.snapshot.directory;
    let (plan, totals) = (view.plan, StepTotals::of(view.steps));
    let rules = analysis.rules.rules();
    let held_back = |(rule, user): (RuleId, UserId)| Left {
        rule_id: rule_id(analysis, rule),
        user: names::user(directory, user),
        because: None,
        leave: None,
    };
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
        held_back: List(|| plan.held_back.iter().map(|one| held_back((one.rule, one.user)))),
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
    struct Checked<W> {
        moment: Option<String>,
        assignments: u64,
        memberships: u64,
        users: u64,
        check: Check,
        warnings: W,
    }
    let totals = StepTotals::of(view.steps);
    let checked = Checked {
        moment: view.analysis.moment.map(|moment| moment.to_string()),
        assignments: totals.assignments,
        memberships: totals.memberships,
        users: totals.users,
        check: check(&view.analysis, view.check),
        warnings: List(|| view.analysis.warnings.iter().map(WarningLine::from)),
    };
    write_pretty(&checked, out)
}

fn rule_id<'a>(analysis: &ReportView<'a>, rule: RuleId) -> &'a str {
    analysis.rules.rule(rule).map(|rule| &*rule.id).unwrap_or_default()
}

fn step<'a>(analysis: &ReportView<'a>, step: &PlanStep) -> Step<'a> {
    let directory = &analysis.snapshot.directory;
    let (package, assignment, group) = match step.act {
        Act::Remove { package, row } => {
            (Some(names::package(directory, package)), analysis.snapshot.table().get(row), None)
        }
        Act::Leave(group) => (None, None, Some(names::group(directory, group))),
    };
    let policy = assignment.as_ref().and_then(|assignment| directory.policy(assignment.policy?));
    Step {
        kind: kind(step),
        assignment_id: assignment.as_ref().and_then(|one| one.id.as_ref()).map(ToString::to_string),
        user: names::user(directory, step.user),
        package,
        group,
        policy: policy.map(|policy| NamedId {
            id: policy.id.to_string(),
            name: policy.display_name.as_deref().map(str::to_owned),
        }),
        automatic: policy.and_then(|policy| policy.automatic),
        until: assignment.and_then(|one| one.until).map(|until| until.to_string()),
        weight: step.weight,
        rules: step.clears.iter().map(|&rule| rule_id(analysis, rule)).collect(),
    }
}

fn impossible<'a>(view: &PlanView<'a>, left: &Impossible) -> Left<'a> {
    let directory = &view.analysis.snapshot.directory;
    let way = view.ways_out.binary_search_by_key(&(left.user, left.rule), |way| (way.user, way.rule)).ok();
    let way = way.and_then(|at| view.ways_out.get(at));
    Left {
        rule_id: rule_id(&view.analysis, left.rule),
        user: names::user(directory, left.user),
        because: Some(match left.because {
            Hindrance::Memberships => "memberships",
            Hindrance::Kept => "kept",
            Hindrance::Floor => "keep-holders",
        }),
        leave: way.map(|way| way.groups.iter().map(|&group| names::group(directory, group)).collect()),
    }
}

fn short(analysis: &ReportView<'_>, short: &Shortage) -> Short {
    Short {
        package: names::package(&analysis.snapshot.directory, short.package),
        spare: short.spare,
        wanted_by: short.wanted_by,
        needed_by: short.needed_by,
        proven_infeasible: short.needed_by > short.spare,
    }
}

fn unproven(analysis: &ReportView<'_>, one: &Unproven) -> Open {
    let user = names::user(&analysis.snapshot.directory, one.user);
    Open { user, weight: one.cost, lower_bound: one.lower_bound }
}

fn cause(analysis: &ReportView<'_>, cause: &PackageCause) -> Cause {
    let &PackageCause { package, users, conflicts, clears } = cause;
    Cause { package: names::package(&analysis.snapshot.directory, package), users, conflicts, clears }
}

fn cluster(analysis: &ReportView<'_>, component: &Component) -> Cluster {
    let package = |id| names::package(&analysis.snapshot.directory, id);
    let link = |link: &sod_model::Link| Link {
        package_a: package(link.pair.low()).id,
        package_b: package(link.pair.high()).id,
        users: link.users,
        conflicts: link.conflicts,
    };
    Cluster {
        packages: component.packages.iter().map(|&id| package(id)).collect(),
        users: component.users,
        conflicts: component.conflicts,
        links: component.links.iter().map(link).collect(),
    }
}

fn cohort<'a>(analysis: &ReportView<'a>, cohort: &CauseCohort) -> Cohort<'a> {
    let directory = &analysis.snapshot.directory;
    Cohort {
        users_total: cohort.users.len() as u64,
        rules: cohort.rules.iter().map(|&rule| rule_id(analysis, rule)).collect(),
        packages: cohort.packages.iter().map(|&id| names::package(directory, id)).collect(),
        groups: cohort.groups.iter().map(|&id| names::group(directory, id)).collect(),
        users: cohort.users.iter().map(|&id| names::user(directory, id)).collect(),
    }
}

fn check(analysis: &ReportView<'_>, check: &PlanCheck) -> Check {
    let left = |&(rule, user): &(RuleId, UserId)| LeftOver {
        rule_id: rule_id(analysis, rule).to_owned(),
        user: names::user(&analysis.snapshot.directory, user),
    };
    Check {
        conflicts_before: check.before,
        conflicts_left: check.left.iter().map(left).collect(),
        reopened: check.reopened,
        still_held: check.still_held,
        clears_everything: check.left.is_empty(),
    }
}
