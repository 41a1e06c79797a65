//! `conflicts.csv`: one line for each rule and user who violates it.
//!
//! Columns as in [`COLUMNS`]; worst severity first, then by rule id and user id. `held_packages` and `assignment_ids`
//! are joined with `;` and list only what counts; `since` and `until` are explained at [`crate::witness::span`].
//! `status` is `open`, or `excepted` by the exception of the last column. Text cells are made harmless, see
//! [`crate::formula`].

use crate::formula::defuse;
use crate::witness::{counted, held_packages, span};
use crate::{ReportView, WriteError};
use sod_model::{Conflict, Rule, RuleId, Timestamp};
use std::io::{self, Write};

/// The columns, in order.
pub const COLUMNS: [&str; 12] = [
    "rule_id",
    "rule_name",
    "severity",
    "status",
    "user_id",
    "user_name",
    "user_principal_name",
    "held_packages",
    "assignment_ids",
    "since",
    "until",
    "exception_id",
];

/// Writes `conflicts.csv`; only the header when there are none.
///
/// # Errors
/// When the writer fails.
pub fn write_conflicts(view: &ReportView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS).map_err(io::Error::from)?;
    for (rule, conflict) in in_report_order(view) {
        table.write_record(cells(view, rule, conflict)).map_err(io::Error::from)?;
    }
    table.flush()?;
    Ok(())
}

/// The conflicts by severity, rule id and user id.
pub fn in_report_order<'a>(view: &ReportView<'a>) -> impl Iterator<Item = (&'a Rule, Conflict)> {
    let conflicts = view.conflicts;
    let mut rules: Vec<(RuleId, &'a Rule)> =
        view.rules.rules().iter().enumerate().map(|(at, rule)| (RuleId(at as u32), rule)).collect();
    // Rules ascend by id, and the sort is stable.
    rules.sort_by_key(|(_, rule)| rule.severity);
    rules
        .into_iter()
        .flat_map(move |(id, rule)| conflicts.of_rule(id).iter().map(move |&conflict| (rule, conflict)))
}

fn cells(view: &ReportView<'_>, rule: &Rule, conflict: Conflict) -> [String; COLUMNS.len()] {
    let ReportView { snapshot, holding, matrix, .. } = *view;
    let user = snapshot.directory.user(conflict.user);
    let text = |text: Option<&str>| text.map_or_else(String::new, |text| defuse(text).into_owned());
    let held = held_packages(rule, conflict.user, matrix);
    let packages = held.iter().filter_map(|&package| snapshot.directory.package(package));
    let assignments = held.iter().flat_map(|&package| counted(snapshot, holding, conflict.user, package));
    let span = span(rule, conflict.user, snapshot, holding, matrix);
    let exception = conflict.exception.and_then(|id| view.exceptions.exception(id));
    let moment = |moment: Option<Timestamp>| moment.map_or_else(String::new, |moment| moment.to_string());
    [
        text(Some(&rule.id)),
        text(Some(&rule.name)),
        rule.severity.name().to_owned(),
        if exception.is_some() { "excepted".to_owned() } else { "open".to_owned() },
        text(user.map(|user| user.id.to_string()).as_deref()),
        text(user.and_then(|user| user.display_name.as_deref())),
        text(user.and_then(|user| user.principal_name.as_deref())),
        text(Some(&joined(packages.map(|package| package.id.to_string())))),
        text(Some(&joined(assignments.filter_map(|assignment| assignment.id).map(|id| id.to_string())))),
        moment(span.since),
        moment(span.until),
        text(exception.map(|exception| &*exception.id)),
    ]
}

fn joined(ids: impl Iterator<Item = String>) -> String {
    ids.collect::<Vec<String>>().join(";")
}
