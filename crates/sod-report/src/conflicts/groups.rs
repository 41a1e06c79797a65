//! `conflict-groups.jsonl`: one line for all users who violate a rule by holding the same of it.
//!
//! The same conflicts as in `conflicts.jsonl`, told once for each cause: with the names of what is held and the minimal violating
//! subsets of it.

use super::rules_in_report_order;
use crate::explain::{ExplainedMinimalSets, ExplainedWitness, Namer};
use crate::{ReportView, WriteError};
use serde::Serialize;
use sod_model::{ConflictGroup, Rule};
use std::io::{self, Write};

/// Minimal violating subsets listed for a group; their number is always told.
const MINIMAL_SETS_MAX: usize = 100;

#[derive(Serialize)]
struct Line<'a> {
    rule_id: &'a str,
    rule_name: &'a str,
    severity: &'static str,
    /// From 1 within the rule.
    conflict_group: u64,
    users: u64,
    users_open: u64,
    users_excepted: u64,
    /// In the order of the rule.
    terms: Vec<ExplainedWitness>,
    minimal_sets: ExplainedMinimalSets,
    user_ids: Vec<String>,
}

/// Writes `conflict-groups.jsonl`: worst severity first, then by rule id, then those of most users; nothing when there are no
/// conflicts.
///
/// # Errors
/// When the writer fails.
pub fn write_conflict_groups(view: &ReportView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    for (id, rule) in rules_in_report_order(view) {
        for (at, group) in view.groups_of(id).iter().enumerate() {
            let line = line(view, rule, group, at as u64 + 1);
            serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

fn line<'a>(view: &ReportView<'a>, rule: &'a Rule, group: &ConflictGroup, number: u64) -> Line<'a> {
    let directory = &view.snapshot.directory;
    let namer = Namer(directory);
    let ids = group.users.iter().filter_map(|user| directory.user(*user));
    Line {
        rule_id: &rule.id,
        rule_name: &rule.name,
        severity: rule.severity.name(),
        conflict_group: number,
        users: group.users.len() as u64,
        users_open: group.open,
        users_excepted: group.users.len() as u64 - group.open,
        terms: namer.witnesses(rule, &group.held),
        minimal_sets: namer.minimal_sets(rule, &group.held, MINIMAL_SETS_MAX),
        user_ids: ids.map(|user| user.id.to_string()).collect(),
    }
}
