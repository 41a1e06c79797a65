//! The lists of a plan in JSON: one line of each.

use super::csv::kind;
use super::{PlanView, names};
use crate::ReportView;
use crate::explain::{NamedId, UserRef};
use serde::Serialize;
use sod_model::{
    Act, CauseCohort, Component, FallsShort, Hindrance, Impossible, PackageCause, PackageId, PlanCheck,
    PlanStep, RuleId, Shortage, Unproven, UserId,
};

#[derive(Serialize)]
pub(super) struct Step<'a> {
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
pub(super) struct Left<'a> {
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
pub(super) struct Short {
    package: NamedId,
    spare: u64,
    wanted_by: u64,
    needed_by: u64,
    /// More users need to lose it than it can spare: no plan keeps the floor and clears all.
    proven_infeasible: bool,
}

#[derive(Serialize)]
pub(super) struct Open {
    user: UserRef,
    weight: u64,
    lower_bound: u64,
}

#[derive(Serialize)]
pub(super) struct Cause {
    package: NamedId,
    users: u64,
    conflicts: u64,
    clears: u64,
}

#[derive(Serialize)]
pub(super) struct Cluster {
    packages: Vec<NamedId>,
    users: u64,
    conflicts: u64,
    links: Vec<Link>,
}

#[derive(Serialize)]
pub(super) struct Link {
    package_a: String,
    package_b: String,
    users: u64,
    conflicts: u64,
}

#[derive(Serialize)]
pub(super) struct Cohort<'a> {
    users_total: u64,
    rules: Vec<&'a str>,
    packages: Vec<NamedId>,
    groups: Vec<NamedId>,
    users: Vec<UserRef>,
}

#[derive(Serialize)]
pub(super) struct Check {
    conflicts_before: u64,
    conflicts_left: Vec<LeftOver>,
    /// Of these, how many were excepted before.
    reopened: u64,
    /// Holdings that other assignments keep alive.
    still_held: u64,
    clears_everything: bool,
}

#[derive(Serialize)]
pub(super) struct LeftOver {
    rule_id: String,
    user: UserRef,
}

#[derive(Serialize)]
pub(super) struct Taken {
    assignment_id: Option<String>,
    user: UserRef,
    package: NamedId,
}

#[derive(Serialize)]
pub(super) struct TooFew {
    package: NamedId,
    holders_before: u64,
    holders_after: u64,
}

pub(super) fn rule_id<'a>(analysis: &ReportView<'a>, rule: RuleId) -> &'a str {
    analysis.rules.rule(rule).map(|rule| &*rule.id).unwrap_or_default()
}

pub(super) fn step<'a>(analysis: &ReportView<'a>, step: &PlanStep) -> Step<'a> {
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

pub(super) fn impossible<'a>(view: &PlanView<'a>, left: &Impossible) -> Left<'a> {
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

pub(super) fn short(analysis: &ReportView<'_>, short: &Shortage) -> Short {
    Short {
        package: names::package(&analysis.snapshot.directory, short.package),
        spare: short.spare,
        wanted_by: short.wanted_by,
        needed_by: short.needed_by,
        proven_infeasible: short.needed_by > short.spare,
    }
}

pub(super) fn unproven(analysis: &ReportView<'_>, one: &Unproven) -> Open {
    let user = names::user(&analysis.snapshot.directory, one.user);
    Open { user, weight: one.cost, lower_bound: one.lower_bound }
}

pub(super) fn cause(analysis: &ReportView<'_>, cause: &PackageCause) -> Cause {
    let &PackageCause { package, users, conflicts, clears } = cause;
    Cause { package: names::package(&analysis.snapshot.directory, package), users, conflicts, clears }
}

pub(super) fn cluster(analysis: &ReportView<'_>, component: &Component) -> Cluster {
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

pub(super) fn cohort<'a>(analysis: &ReportView<'a>, cohort: &CauseCohort) -> Cohort<'a> {
    let directory = &analysis.snapshot.directory;
    Cohort {
        users_total: cohort.users.len() as u64,
        rules: cohort.rules.iter().map(|&rule| rule_id(analysis, rule)).collect(),
        packages: cohort.packages.iter().map(|&id| names::package(directory, id)).collect(),
        groups: cohort.groups.iter().map(|&id| names::group(directory, id)).collect(),
        users: cohort.users.iter().map(|&id| names::user(directory, id)).collect(),
    }
}

pub(super) fn check(analysis: &ReportView<'_>, check: &PlanCheck) -> Check {
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

pub(super) fn held_back<'a>(analysis: &ReportView<'a>, rule: RuleId, user: UserId) -> Left<'a> {
    let user = names::user(&analysis.snapshot.directory, user);
    Left { rule_id: rule_id(analysis, rule), user, because: None, leave: None }
}

pub(super) fn taken(analysis: &ReportView<'_>, taken: &(UserId, PackageId, usize)) -> Taken {
    let &(user, package, row) = taken;
    let directory = &analysis.snapshot.directory;
    Taken {
        assignment_id: analysis.snapshot.table().id(row).map(|id| id.to_string()),
        user: names::user(directory, user),
        package: names::package(directory, package),
    }
}

pub(super) fn falls_short(analysis: &ReportView<'_>, short: &FallsShort) -> TooFew {
    let &FallsShort { package, before, after } = short;
    let package = names::package(&analysis.snapshot.directory, package);
    TooFew { package, holders_before: before, holders_after: after }
}
