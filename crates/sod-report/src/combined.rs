//! Packages that give by themselves what a rule keeps apart, and who holds them.
//!
//! `combined-packages.csv` has a row for each rule, package and holder. `in_conflict` tells whether the holder violates the rule by the
//! packages that it names, too: those are in `conflicts.csv` already, the others in no other file.

use crate::formula::defuse;
use crate::witness::counted;
use crate::{ReportView, WriteError};
use serde::Serialize;
use sod_model::{Combination, UserId};
use std::io::{self, Write};

/// The columns, in order.
pub const COLUMNS: [&str; 10] = [
    "rule_id",
    "package_id",
    "package_name",
    "kind",
    "whole",
    "user_id",
    "user_name",
    "user_principal_name",
    "assignment_ids",
    "in_conflict",
];

/// One combination in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CombinationLine {
    rule_id: String,
    package_id: String,
    package_name: Option<String>,
    /// `override`, or `intra-package` where the rule names the package itself.
    kind: &'static str,
    /// What is given as a whole is enough.
    whole: bool,
    holders: u64,
    /// Holders who violate the rule by the packages that it names, too.
    holders_in_conflict: u64,
}

impl CombinationLine {
    pub(crate) fn of(view: &ReportView<'_>, one: &Combination) -> Option<Self> {
        let package = view.snapshot.directory.package(one.package)?;
        Some(Self {
            rule_id: view.rules.rule(one.rule)?.id.to_string(),
            package_id: package.id.to_string(),
            package_name: package.display_name.as_deref().map(str::to_owned),
            kind: one.kind.name(),
            whole: one.is_whole,
            holders: one.holders.len(),
            holders_in_conflict: one.in_conflict,
        })
    }
}

/// Writes `combined-packages.csv`: by rule, package and user.
///
/// # Errors
/// When the writer fails.
pub fn write_combined(view: &ReportView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS).map_err(io::Error::from)?;
    for one in view.combinations {
        let Some(line) = CombinationLine::of(view, one) else { continue };
        for user in one.holders.iter().map(UserId) {
            table.write_record(cells(view, one, &line, user)).map_err(io::Error::from)?;
        }
    }
    table.flush()?;
    Ok(())
}

fn cells(
    view: &ReportView<'_>,
    one: &Combination,
    line: &CombinationLine,
    user: UserId,
) -> [String; COLUMNS.len()] {
    let ReportView { snapshot, holding, conflicts, .. } = *view;
    let known = snapshot.directory.user(user);
    let text = |text: Option<&str>| text.map_or_else(String::new, |text| defuse(text).into_owned());
    let assignments = counted(snapshot, holding, user, one.package);
    let ids: Vec<String> = assignments.filter_map(|own| own.id).map(|id| id.to_string()).collect();
    let in_conflict =
        conflicts.of_rule(one.rule).binary_search_by_key(&user, |conflict| conflict.user).is_ok();
    [
        text(Some(&line.rule_id)),
        text(Some(&line.package_id)),
        text(line.package_name.as_deref()),
        line.kind.to_owned(),
        line.whole.to_string(),
        text(known.map(|user| user.id.to_string()).as_deref()),
        text(known.and_then(|user| user.display_name.as_deref())),
        text(known.and_then(|user| user.principal_name.as_deref())),
        text(Some(&ids.join(";"))),
        in_conflict.to_string(),
    ]
}
