//! The plan as a table that a script can act on: one row for each assignment that has to go.
//!
//! A holding behind which two assignments stand has two rows, for it lasts until both are gone. A group to leave is a row of
//! its own kind, without an assignment. Text cells are made harmless, see [`crate::formula`]. Rows ascend by user, then by
//! package and assignment.

use super::{PlanView, names};
use crate::WriteError;
use crate::formula::defuse;
use sod_model::{Act, PlanStep};
use std::io::{self, Write};

/// The columns, in order.
pub const COLUMNS: [&str; 15] = [
    "assignment_id",
    "user_id",
    "user_name",
    "user_principal_name",
    "package_id",
    "package_name",
    "rules",
    "weight",
    "kind",
    "policy_id",
    "policy_name",
    "automatic",
    "until",
    "group_id",
    "group_name",
];

/// Writes the plan as CSV; only the header when nothing has to go.
///
/// # Errors
/// When the writer fails.
pub fn write_plan_csv(view: &PlanView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS).map_err(io::Error::from)?;
    for step in view.steps {
        table.write_record(cells(view, step)).map_err(io::Error::from)?;
    }
    table.flush()?;
    Ok(())
}

fn cells(view: &PlanView<'_>, step: &PlanStep) -> [String; COLUMNS.len()] {
    let snapshot = view.analysis.snapshot;
    let directory = &snapshot.directory;
    let text = |text: Option<String>| text.map_or_else(String::new, |text| defuse(&text).into_owned());
    let (package, assignment, group) = match step.act {
        Act::Remove { package, row } => {
            (Some(names::package(directory, package)), snapshot.table().get(row), None)
        }
        Act::Leave(group) => (None, None, Some(names::group(directory, group))),
    };
    let user = names::user(directory, step.user);
    let rules = step.clears.iter().filter_map(|&rule| view.analysis.rules.rule(rule));
    let rules: Vec<&str> = rules.map(|rule| &*rule.id).collect();
    let policy = assignment.as_ref().and_then(|assignment| directory.policy(assignment.policy?));
    let automatic = policy.and_then(|policy| policy.automatic);
    [
        text(assignment.as_ref().and_then(|assignment| assignment.id.as_ref()).map(ToString::to_string)),
        text(Some(user.id)),
        text(user.name),
        text(user.principal_name),
        text(package.as_ref().map(|package| package.id.clone())),
        text(package.and_then(|package| package.name)),
        text(Some(rules.join(";"))),
        step.weight.map_or_else(String::new, |weight| weight.to_string()),
        kind(step).to_owned(),
        text(policy.map(|policy| policy.id.to_string())),
        text(policy.and_then(|policy| policy.display_name.as_deref()).map(str::to_owned)),
        automatic.map_or_else(String::new, |automatic| automatic.to_string()),
        assignment
            .and_then(|assignment| assignment.until)
            .map_or_else(String::new, |until| until.to_string()),
        text(group.as_ref().map(|group| group.id.clone())),
        text(group.and_then(|group| group.name)),
    ]
}

/// The word for what a step takes away.
pub(super) const fn kind(step: &PlanStep) -> &'static str {
    match step.act {
        Act::Remove { .. } => "assignment",
        Act::Leave(_) => "membership",
    }
}
