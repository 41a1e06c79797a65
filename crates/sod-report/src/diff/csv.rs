//! Two tables: one row for each conflict of either side, or one for each pair whose number of holders is another.

use super::sentence::cause_sentence;
use crate::WriteError;
use crate::formula::defuse;
use sod_model::{ConflictChange, ConflictStatus, Named, PairChange, SnapshotDiff};
use std::io::{self, Write};

/// The columns of the table of conflicts, in order.
pub const CONFLICT_COLUMNS: [&str; 15] = [
    "change",
    "ending",
    "rule_id",
    "rule_name",
    "severity",
    "user_id",
    "user_name",
    "user_principal_name",
    "status_before",
    "status_after",
    "exception_before",
    "exception_after",
    "held_packages",
    "causes",
    "cause_details",
];

/// The columns of the table of pairs, in order.
pub const PAIR_COLUMNS: [&str; 8] = [
    "change",
    "package_a",
    "package_b",
    "package_a_name",
    "package_b_name",
    "holders_both_before",
    "holders_both_after",
    "causes",
];

/// Writes the table of conflicts.
///
/// # Errors
/// When the writer fails.
pub fn write_diff_csv(diff: &SnapshotDiff, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(CONFLICT_COLUMNS).map_err(io::Error::from)?;
    for conflict in &diff.conflicts {
        table.write_record(conflict_cells(conflict)).map_err(io::Error::from)?;
    }
    table.flush()?;
    Ok(())
}

/// Writes the table of pairs.
///
/// # Errors
/// When the writer fails.
pub fn write_diff_pairs_csv(diff: &SnapshotDiff, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(PAIR_COLUMNS).map_err(io::Error::from)?;
    for pair in &diff.pairs {
        table.write_record(pair_cells(pair)).map_err(io::Error::from)?;
    }
    table.flush()?;
    Ok(())
}

fn conflict_cells(conflict: &ConflictChange) -> [String; CONFLICT_COLUMNS.len()] {
    let status = |status: &Option<ConflictStatus>| {
        status.as_ref().map_or_else(String::new, |status| status.name().to_owned())
    };
    let exception = |status: &Option<ConflictStatus>| {
        text(status.as_ref().and_then(|status| status.exception.as_deref()).unwrap_or_default())
    };
    let mut codes: Vec<&str> = conflict.causes.iter().map(|cause| cause.code.code()).collect();
    codes.dedup();
    let sentences: Vec<String> = conflict.causes.iter().map(cause_sentence).collect();
    let packages: Vec<&str> = conflict.packages.iter().map(|package| &*package.id).collect();
    [
        conflict.class.name().to_owned(),
        conflict.ending().map_or_else(String::new, |ending| ending.name().to_owned()),
        text(&conflict.rule.id),
        name(&conflict.rule),
        conflict.severity.name().to_owned(),
        text(&conflict.user.id),
        text(conflict.user.name.as_deref().unwrap_or_default()),
        text(conflict.user.principal_name.as_deref().unwrap_or_default()),
        status(&conflict.before),
        status(&conflict.after),
        exception(&conflict.before),
        exception(&conflict.after),
        text(&packages.join(";")),
        codes.join(";"),
        text(&sentences.join("; ")),
    ]
}

fn pair_cells(pair: &PairChange) -> [String; PAIR_COLUMNS.len()] {
    let causes: Vec<String> =
        pair.causes.iter().map(|(code, users)| format!("{} {users}", code.code())).collect();
    [
        pair.class().to_owned(),
        text(&pair.package_a.id),
        text(&pair.package_b.id),
        name(&pair.package_a),
        name(&pair.package_b),
        pair.before.to_string(),
        pair.after.to_string(),
        causes.join(";"),
    ]
}

fn text(text: &str) -> String {
    defuse(text).into_owned()
}

fn name(named: &Named) -> String {
    text(named.name.as_deref().unwrap_or_default())
}
