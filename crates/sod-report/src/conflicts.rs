//! `conflicts.csv`, `conflicts.jsonl` and `conflict-groups.jsonl`: one line for each rule and user who violates it, and one for
//! all who violate it by holding the same.
//!
//! Columns as in [`COLUMNS`]; worst severity first, then by rule id and user id. `held_packages` and `assignment_ids`
//! are joined with `;` (lists in JSON) and list only what counts; `since` and `until` are explained at [`crate::witness::span`].
//! `status` is `open`, or `excepted` by the exception of the last column. Text cells are made harmless, see
//! [`crate::formula`].

mod groups;
mod lines;

pub use groups::write_conflict_groups;
pub(crate) use lines::GroupNumbers;
pub use lines::{write_conflict_lines, write_lines_of};

use crate::formula::defuse;
use crate::witness::{Span, counted, span};
use crate::{ReportView, WriteError};
use sod_model::{Assignment, Conflict, ExceptionId, HeldSet, PackageId, Rule, RuleId, Timestamp};
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
        table.write_record(cells(view, rule, conflict).0).map_err(io::Error::from)?;
    }
    table.flush()?;
    Ok(())
}

/// The conflicts by severity, rule id and user id.
pub fn in_report_order<'a>(view: &ReportView<'a>) -> impl Iterator<Item = (&'a Rule, Conflict)> {
    let conflicts = view.conflicts;
    rules_in_report_order(view)
        .into_iter()
        .flat_map(move |(id, rule)| conflicts.of_rule(id).iter().map(move |&conflict| (rule, conflict)))
}

/// The rules by severity and id.
pub(crate) fn rules_in_report_order<'a>(view: &ReportView<'a>) -> Vec<(RuleId, &'a Rule)> {
    let rules = view.rules.rules().iter().enumerate();
    let mut rules: Vec<(RuleId, &'a Rule)> = rules.map(|(at, rule)| (RuleId(at as u32), rule)).collect();
    // Rules ascend by id, and the sort is stable.
    rules.sort_by_key(|(_, rule)| rule.severity);
    rules
}

/// What stands behind one conflict.
pub(crate) struct Behind {
    held: HeldSet,
    /// The assignments to the packages held that count, by package.
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) span: Span,
}

impl Behind {
    pub(crate) fn new(view: &ReportView<'_>, rule: &Rule, conflict: Conflict) -> Self {
        let ReportView { snapshot, holding, matrix, .. } = *view;
        let held = HeldSet::of_user(rule, conflict.user, matrix, &snapshot.directory);
        let of = |&package: &PackageId| counted(snapshot, holding, conflict.user, package);
        let assignments = held.packages.iter().flat_map(of).collect();
        let span = span(rule, &held, conflict.user, snapshot, holding);
        Self { held, assignments, span }
    }

    fn package_ids(&self, view: &ReportView<'_>) -> Vec<String> {
        package_ids(view, &self.held)
    }

    fn assignment_ids(&self) -> Vec<String> {
        self.assignments.iter().filter_map(|own| own.id.as_ref()).map(ToString::to_string).collect()
    }
}

fn package_ids(view: &ReportView<'_>, held: &HeldSet) -> Vec<String> {
    let directory = &view.snapshot.directory;
    let packages = held.packages.iter().filter_map(|&package| directory.package(package));
    packages.map(|package| package.id.to_string()).collect()
}

fn group_ids(view: &ReportView<'_>, held: &HeldSet) -> Vec<String> {
    let directory = &view.snapshot.directory;
    let groups = held.groups.iter().filter_map(|&group| directory.group(group));
    groups.map(|group| group.id.to_string()).collect()
}

const fn status(exception: Option<ExceptionId>) -> &'static str {
    if exception.is_some() { "excepted" } else { "open" }
}

/// The cells of one row, and its two moments as such.
pub(crate) fn cells(
    view: &ReportView<'_>,
    rule: &Rule,
    conflict: Conflict,
) -> ([String; COLUMNS.len()], Span) {
    let user = view.snapshot.directory.user(conflict.user);
    let text = |text: Option<&str>| text.map_or_else(String::new, |text| defuse(text).into_owned());
    let behind = Behind::new(view, rule, conflict);
    let exception = conflict.exception.and_then(|id| view.exceptions.exception(id));
    let moment = |moment: Option<Timestamp>| moment.map_or_else(String::new, |moment| moment.to_string());
    let cells = [
        text(Some(&rule.id)),
        text(Some(&rule.name)),
        rule.severity.name().to_owned(),
        status(conflict.exception).to_owned(),
        text(user.map(|user| user.id.to_string()).as_deref()),
        text(user.and_then(|user| user.display_name.as_deref())),
        text(user.and_then(|user| user.principal_name.as_deref())),
        text(Some(&behind.package_ids(view).join(";"))),
        text(Some(&behind.assignment_ids().join(";"))),
        moment(behind.span.since),
        moment(behind.span.until),
        text(exception.map(|exception| &*exception.id)),
    ];
    (cells, behind.span)
}
