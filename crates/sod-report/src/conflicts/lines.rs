//! `conflicts.jsonl`: the columns of `conflicts.csv`, and the witness of each conflict.
//!
//! `conflict_group` is the number of the group, from 1 within the rule, in `conflict-groups.jsonl`, where the names of what is held and
//! the minimal violating subsets stand once for all its users.

use super::{Behind, group_ids, in_report_order, package_ids, status};
use crate::view::user_id_kind_name;
use crate::{ReportView, WriteError};
use serde::Serialize;
use sod_model::{Assignment, Conflict, Rule, RuleId, UserId};
use std::io::{self, Write};

#[derive(Serialize)]
struct Line<'a> {
    rule_id: &'a str,
    rule_name: &'a str,
    severity: &'static str,
    status: &'static str,
    user_id: Option<String>,
    user_id_kind: Option<&'static str>,
    user_name: Option<&'a str>,
    user_principal_name: Option<&'a str>,
    held_packages: Vec<String>,
    assignment_ids: Vec<String>,
    since: Option<String>,
    until: Option<String>,
    exception_id: Option<&'a str>,
    conflict_group: Option<u64>,
    /// In the order of the rule.
    terms: Vec<TermLine>,
    assignments: Vec<AssignmentLine<'a>>,
}

/// What the user has of one term.
#[derive(Serialize)]
struct TermLine {
    at_least: u32,
    held_packages: Vec<String>,
    held_groups: Vec<String>,
}

#[derive(Serialize)]
struct AssignmentLine<'a> {
    id: Option<String>,
    package_id: Option<String>,
    policy_id: Option<String>,
    policy_name: Option<&'a str>,
    state: &'a str,
    since: Option<String>,
    until: Option<String>,
}

/// Writes `conflicts.jsonl`, in the order of `conflicts.csv`; nothing when there are no conflicts.
///
/// # Errors
/// When the writer fails.
pub fn write_conflict_lines(view: &ReportView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    write_lines_of(view, in_report_order(view), out)
}

/// The lines of these conflicts alone, in the order given; it is quickest by rule.
///
/// # Errors
/// When the writer fails.
pub fn write_lines_of<'a>(
    view: &ReportView<'a>,
    conflicts: impl Iterator<Item = (&'a Rule, Conflict)>,
    out: &mut dyn Write,
) -> Result<(), WriteError> {
    let mut numbers = GroupNumbers::default();
    for (rule, conflict) in conflicts {
        let number = numbers.of(view, conflict);
        serde_json::to_writer(&mut *out, &line(view, rule, conflict, number)).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn line<'a>(view: &ReportView<'a>, rule: &'a Rule, conflict: Conflict, number: Option<u64>) -> Line<'a> {
    let behind = Behind::new(view, rule, conflict);
    let user = view.snapshot.directory.user(conflict.user);
    let exception = conflict.exception.and_then(|id| view.exceptions.exception(id));
    let terms = rule.terms.iter().map(|term| {
        let held = behind.held.of_term(term);
        let (held_packages, held_groups) = (package_ids(view, &held), group_ids(view, &held));
        TermLine { at_least: term.at_least, held_packages, held_groups }
    });
    Line {
        rule_id: &rule.id,
        rule_name: &rule.name,
        severity: rule.severity.name(),
        status: status(conflict.exception),
        user_id: user.map(|user| user.id.to_string()),
        user_id_kind: user.map(|user| user_id_kind_name(user.id_kind)),
        user_name: user.and_then(|user| user.display_name.as_deref()),
        user_principal_name: user.and_then(|user| user.principal_name.as_deref()),
        held_packages: behind.package_ids(view),
        assignment_ids: behind.assignment_ids(),
        since: behind.span.since.map(|moment| moment.to_string()),
        until: behind.span.until.map(|moment| moment.to_string()),
        exception_id: exception.map(|exception| &*exception.id),
        conflict_group: number,
        terms: terms.collect(),
        assignments: behind.assignments.iter().map(|own| assignment(view, own)).collect(),
    }
}

fn assignment<'a>(view: &ReportView<'a>, own: &Assignment) -> AssignmentLine<'a> {
    let directory = &view.snapshot.directory;
    let policy = own.policy.and_then(|policy| directory.policy(policy));
    AssignmentLine {
        id: own.id.as_ref().map(ToString::to_string),
        package_id: directory.package(own.package).map(|package| package.id.to_string()),
        policy_id: policy.map(|policy| policy.id.to_string()),
        policy_name: policy.and_then(|policy| policy.display_name.as_deref()),
        state: view.snapshot.states.name(own.state),
        since: own.since.map(|moment| moment.to_string()),
        until: own.until.map(|moment| moment.to_string()),
    }
}

/// The numbers of the groups of one rule at a time, for conflicts that come by rule.
#[derive(Default)]
pub(crate) struct GroupNumbers {
    rule: Option<RuleId>,
    /// Ascending by user.
    of_users: Vec<(UserId, u64)>,
}

impl GroupNumbers {
    pub(crate) fn of(&mut self, view: &ReportView<'_>, conflict: Conflict) -> Option<u64> {
        if self.rule != Some(conflict.rule) {
            self.rule = Some(conflict.rule);
            self.of_users.clear();
            for (at, group) in view.groups_of(conflict.rule).iter().enumerate() {
                self.of_users.extend(group.users.iter().map(|user| (*user, at as u64 + 1)));
            }
            self.of_users.sort_unstable();
        }
        let at = self.of_users.binary_search_by_key(&conflict.user, |(user, _)| *user).ok()?;
        self.of_users.get(at).map(|(_, number)| *number)
    }
}
