//! A ledger as JSON Lines: one line that says what the file is, two for each snapshot, one for each conflict.
//!
//! A line is a whole fact, so that the file can be searched, compared and kept under version control. The line behind a snapshot
//! says how far its inputs see. What each snapshot shows of a conflict is in `seen`, in the order of the snapshots; whether it is
//! absent there or out of sight, and everything else about time (`first_seen`, `last_seen`, `closed_at`, `reopened`, and the
//! counts of a snapshot) follows from the rest: it is written for readers, and worked out again by who reads it back.

mod read;
mod sight;

pub use read::{LedgerFileError, read_ledger};

use crate::WriteError;
use crate::formula::defuse;
use serde::Serialize;
use sight::SightFields;
use sod_model::{Ledger, LedgerConflict, LedgerSnapshot, Seen, Timestamp, TrendRow};
use std::io::{self, Write};

/// The number of the form of the file.
pub const VERSION: u32 = 2;

/// The columns of the trend, in order.
pub const TREND_COLUMNS: [&str; 12] = [
    "moment",
    "label",
    "states",
    "users",
    "packages",
    "assignments",
    "open",
    "excepted",
    "new",
    "gone",
    "reopened",
    "out_of_sight",
];

/// The columns of the table of conflicts, in order.
pub const CONFLICT_COLUMNS: [&str; 12] = [
    "rule_id",
    "rule_name",
    "severity",
    "user_id",
    "user_name",
    "user_principal_name",
    "held_packages",
    "status",
    "first_seen",
    "last_seen",
    "closed_at",
    "reopened",
];

#[derive(Serialize)]
struct Head {
    sod_ledger: u32,
}

#[derive(Serialize)]
struct SnapshotLine<'a> {
    snapshot: SnapshotFields<'a>,
}

#[derive(Serialize)]
struct SnapshotFields<'a> {
    moment: String,
    label: &'a str,
    states: &'a str,
    users: u64,
    packages: u64,
    assignments: u64,
    pseudonyms: Option<&'a str>,
    open: u64,
    excepted: u64,
    new: u64,
    gone: u64,
    reopened: u64,
    out_of_sight: u64,
}

#[derive(Serialize)]
struct SightLine<'a> {
    sight: SightFields<'a>,
}

#[derive(Serialize)]
struct ConflictLine<'a> {
    conflict: ConflictFields<'a>,
}

#[derive(Serialize)]
struct ConflictFields<'a> {
    rule_id: &'a str,
    rule_name: Option<&'a str>,
    severity: &'static str,
    user_id: &'a str,
    user_name: Option<&'a str>,
    user_principal_name: Option<&'a str>,
    held_packages: &'a [Box<str>],
    first_seen: Option<String>,
    last_seen: Option<String>,
    closed_at: Option<String>,
    reopened: u64,
    seen: Vec<&'static str>,
}

/// Writes a ledger.
///
/// ```
/// let mut out = Vec::new();
/// sod_report::ledger::write_ledger(&sod_model::Ledger::default(), &mut out).unwrap();
/// assert_eq!(out, b"{\"sod_ledger\":2}\n");
/// ```
///
/// # Errors
/// When the writer fails.
pub fn write_ledger(ledger: &Ledger, out: &mut dyn Write) -> Result<(), WriteError> {
    line(&Head { sod_ledger: VERSION }, out)?;
    for (snapshot, row) in ledger.snapshots().iter().zip(ledger.trend()) {
        line(&SnapshotLine { snapshot: snapshot_fields(snapshot, &row) }, out)?;
        line(&SightLine { sight: SightFields::of(&snapshot.sight) }, out)?;
    }
    for conflict in ledger.conflicts() {
        line(&ConflictLine { conflict: conflict_fields(ledger, conflict) }, out)?;
    }
    Ok(())
}

fn line(value: &impl Serialize, out: &mut dyn Write) -> Result<(), WriteError> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

fn snapshot_fields<'a>(snapshot: &'a LedgerSnapshot, row: &TrendRow) -> SnapshotFields<'a> {
    SnapshotFields {
        moment: snapshot.moment.to_string(),
        label: &snapshot.label,
        states: &snapshot.states,
        users: snapshot.users,
        packages: snapshot.packages,
        assignments: snapshot.assignments,
        pseudonyms: snapshot.pseudonyms.as_deref(),
        open: row.open,
        excepted: row.excepted,
        new: row.new,
        gone: row.gone,
        reopened: row.reopened,
        out_of_sight: row.out_of_sight,
    }
}

fn conflict_fields<'a>(ledger: &Ledger, conflict: &'a LedgerConflict) -> ConflictFields<'a> {
    let text = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string());
    ConflictFields {
        rule_id: &conflict.rule.id,
        rule_name: conflict.rule.name.as_deref(),
        severity: conflict.severity.name(),
        user_id: &conflict.user.id,
        user_name: conflict.user.name.as_deref(),
        user_principal_name: conflict.user.principal_name.as_deref(),
        held_packages: &conflict.packages,
        first_seen: text(conflict.first_seen(ledger)),
        last_seen: text(conflict.last_seen(ledger)),
        closed_at: text(conflict.closed_at(ledger)),
        reopened: conflict.reopened(),
        seen: conflict.seen().iter().copied().map(Seen::name).collect(),
    }
}

/// Writes the trend as CSV: one row for each snapshot.
///
/// # Errors
/// When the writer fails.
pub fn write_trend(ledger: &Ledger, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(TREND_COLUMNS).map_err(io::Error::from)?;
    for (snapshot, row) in ledger.snapshots().iter().zip(ledger.trend()) {
        let counts = [snapshot.users, snapshot.packages, snapshot.assignments, row.open, row.excepted];
        let more = [row.new, row.gone, row.reopened, row.out_of_sight];
        let mut cells = vec![
            snapshot.moment.to_string(),
            defuse(&snapshot.label).into_owned(),
            defuse(&snapshot.states).into_owned(),
        ];
        cells.extend(counts.into_iter().chain(more).map(|count| count.to_string()));
        table.write_record(cells).map_err(io::Error::from)?;
    }
    table.flush()?;
    Ok(())
}

/// Writes the conflicts of a ledger as CSV: by rule and user.
///
/// # Errors
/// When the writer fails.
pub fn write_ledger_conflicts(ledger: &Ledger, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(CONFLICT_COLUMNS).map_err(io::Error::from)?;
    let text = |text: Option<&str>| text.map_or_else(String::new, |text| defuse(text).into_owned());
    for conflict in ledger.conflicts() {
        let fields = conflict_fields(ledger, conflict);
        let cells = [
            text(Some(fields.rule_id)),
            text(fields.rule_name),
            fields.severity.to_owned(),
            text(Some(fields.user_id)),
            text(fields.user_name),
            text(fields.user_principal_name),
            text(Some(&fields.held_packages.join(";"))),
            conflict.now().name().to_owned(),
            fields.first_seen.unwrap_or_default(),
            fields.last_seen.unwrap_or_default(),
            fields.closed_at.unwrap_or_default(),
            fields.reopened.to_string(),
        ];
        table.write_record(cells).map_err(io::Error::from)?;
    }
    table.flush()?;
    Ok(())
}
