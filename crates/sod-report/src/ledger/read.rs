//! A ledger, read back. Every line must be one of ours: a line that is not understood is not passed over, for it may be a
//! conflict.

use super::VERSION;
use super::sight::SightFields;
use serde::Deserialize;
use sod_model::{ChangedUser, Ledger, LedgerSnapshot, Named, Seen, SeenConflict, Severity, Sight, Timestamp};

/// A file that is no ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct LedgerFileError {
    /// From 1.
    pub line: usize,
    /// What was found and what was expected.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    SodLedger(u32),
    Snapshot(SnapshotFields),
    Sight(SightFields<'static>),
    Conflict(ConflictFields),
}

#[derive(Deserialize)]
struct SnapshotFields {
    moment: String,
    label: Box<str>,
    states: Box<str>,
    users: u64,
    packages: u64,
    assignments: u64,
    pseudonyms: Option<Box<str>>,
}

#[derive(Deserialize)]
struct ConflictFields {
    rule_id: Box<str>,
    rule_name: Option<Box<str>>,
    severity: String,
    user_id: Box<str>,
    user_name: Option<Box<str>>,
    user_principal_name: Option<Box<str>>,
    held_packages: Vec<Box<str>>,
    seen: Vec<String>,
}

/// Reads the text of a ledger.
///
/// ```
/// use sod_report::ledger::read_ledger;
/// assert_eq!(read_ledger("{\"sod_ledger\":2}\n").unwrap(), sod_model::Ledger::default());
/// assert_eq!(read_ledger("{}").unwrap_err().line, 1);
/// ```
///
/// # Errors
/// At the first line that is not one of a ledger; at the end if the lines contradict one another.
pub fn read_ledger(text: &str) -> Result<Ledger, LedgerFileError> {
    let (mut snapshots, mut sights, mut conflicts) = (Vec::new(), Vec::new(), Vec::new());
    let mut has_head = false;
    let mut lines = 0;
    for (at, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        lines = at + 1;
        let wrong = |why: String| LedgerFileError { line: at + 1, why };
        let line = serde_json::from_str(text).map_err(|error| {
            let why = error.to_string();
            let why = why.rsplit_once(" at line ").map_or(why.as_str(), |(before, _)| before);
            // A line of something else may say anything: it is not quoted.
            let why =
                match why.strip_prefix("unknown variant ").and_then(|rest| rest.rsplit_once("expected ")) {
                    Some((_, expected)) => format!("expected {expected}"),
                    None => why.to_owned(),
                };
            wrong(format!("expected a line of a ledger of sod: {why}"))
        })?;
        match line {
            Line::SodLedger(VERSION) => has_head = true,
            Line::SodLedger(other) => {
                return Err(wrong(format!("a ledger of form {other}; this sod knows form {VERSION}")));
            }
            _ if !has_head => return Err(wrong("expected {\"sod_ledger\":2} as the first line".to_owned())),
            Line::Snapshot(fields) => snapshots.push(snapshot(fields).map_err(wrong)?),
            Line::Sight(fields) => {
                sights.push(fields.read().map_err(wrong)?);
                if sights.len() != snapshots.len() {
                    return Err(wrong("expected a snapshot before each sight, and no other".to_owned()));
                }
            }
            Line::Conflict(fields) => conflicts.push(conflict(fields).map_err(wrong)?),
        }
    }
    if !has_head {
        let why = "expected {\"sod_ledger\":2} as the first line".to_owned();
        return Err(LedgerFileError { line: 1, why });
    }
    if sights.len() != snapshots.len() {
        let why = "expected how far it sees, a line `sight`, behind each snapshot".to_owned();
        return Err(LedgerFileError { line: lines, why });
    }
    for (snapshot, sight) in snapshots.iter_mut().zip(sights) {
        snapshot.sight = sight;
    }
    Ledger::from_parts(snapshots, conflicts).ok_or_else(|| LedgerFileError {
        line: lines,
        why: "the lines contradict one another: snapshots must ascend by moment, and each conflict stands once and has as \
              many words in `seen` as there are snapshots"
            .to_owned(),
    })
}

fn snapshot(fields: SnapshotFields) -> Result<LedgerSnapshot, String> {
    let moment = Timestamp::parse(&fields.moment)
        .ok_or_else(|| format!("`{}` is no moment such as 2026-11-22T08:00:00Z", fields.moment))?;
    let SnapshotFields { label, states, users, packages, assignments, pseudonyms, .. } = fields;
    let sight = Sight::default();
    Ok(LedgerSnapshot { moment, label, states, users, packages, assignments, pseudonyms, sight })
}

fn conflict(fields: ConflictFields) -> Result<(SeenConflict, Vec<Seen>), String> {
    let severity = Severity::find(&fields.severity).ok_or_else(|| {
        format!("`{}` is no severity; expected critical, high, medium or low", fields.severity)
    })?;
    let seen = fields.seen.iter().map(|word| {
        Seen::find(word)
            .ok_or_else(|| format!("`{word}` is no status; expected open, excepted, absent or out-of-sight"))
    });
    let seen = seen.collect::<Result<Vec<Seen>, String>>()?;
    let conflict = SeenConflict {
        rule: Named { id: fields.rule_id, name: fields.rule_name },
        severity,
        user: ChangedUser {
            id: fields.user_id,
            name: fields.user_name,
            principal_name: fields.user_principal_name,
        },
        packages: fields.held_packages,
        seen: seen.last().copied().unwrap_or(Seen::Absent),
    };
    Ok((conflict, seen))
}
