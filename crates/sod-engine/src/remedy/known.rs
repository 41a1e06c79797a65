//! What the export does not tell, and a plan would need to know.

use super::RemedyOptions;
use super::steps::distinct_rows;
use super::weighing::automatic;
use crate::analyze::Analysis;
use sod_model::{Assignment, PackageId, Snapshot, UserId, Warning, WarningCode};
use std::collections::BTreeSet;

/// Warnings about weights that rest on what the export does not have.
pub(super) fn warnings(snapshot: &Snapshot, analysis: &Analysis, options: &RemedyOptions) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !options.weigh_policies && options.free_ending_within.is_none() {
        return warnings;
    }
    let assignments = concerned(snapshot, analysis);
    let all = assignments.len();
    let mut add = |code, count: usize, message: String| {
        if count > 0 {
            warnings.push(Warning { code, count: count as u64, message: message.into() });
        }
    };
    if options.weigh_policies {
        let unknown = assignments.iter().filter(|one| automatic(one, &snapshot.directory).is_none()).count();
        let message = format!(
            "of {all} assignments behind open conflicts the inputs do not say whether their policy assigns \
             automatically; they weigh like requested ones"
        );
        add(WarningCode::PolicyKindUnknown, unknown, message);
    }
    if options.free_ending_within.is_some() && assignments.iter().all(|one| one.until.is_none()) {
        let message = "no assignment behind an open conflict has an end, so none is free: either they have none, or \
                       the export lacks them";
        add(WarningCode::EndsUnknown, all, message.to_owned());
    }
    warnings
}

/// The assignments that open conflicts rest on.
fn concerned(snapshot: &Snapshot, analysis: &Analysis) -> Vec<Assignment> {
    let mut holdings: BTreeSet<(UserId, PackageId)> = BTreeSet::new();
    for conflict in analysis.conflicts.conflicts().iter().filter(|conflict| conflict.exception.is_none()) {
        let Some(rule) = analysis.rules.rule(conflict.rule) else { continue };
        let row = analysis.matrix.row(conflict.user);
        let named = rule.terms.iter().flat_map(|term| &term.packages);
        let held = named.filter(|package| row.binary_search(package).is_ok());
        holdings.extend(held.map(|&package| (conflict.user, package)));
    }
    let rows = holdings
        .into_iter()
        .flat_map(|(user, package)| distinct_rows(snapshot, &analysis.holding, user, package));
    rows.filter_map(|row| snapshot.table().get(row)).collect()
}
