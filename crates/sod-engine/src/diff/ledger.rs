//! A side as an entry of a ledger, and whether it would show a conflict of it.

use super::access::is_partly_known;
use super::side::{Shown, Side};
use crate::error::Error;
use sod_model::{Entry, ExternalId, Ledger, LedgerConflict, LedgerError, LedgerSnapshot, Seen, SeenConflict};

/// What a ledger keeps of a snapshot.
///
/// # Errors
/// [`Error::NoLedgerMoment`] when nothing tells its moment: a ledger is in the order of moments.
pub fn ledger_entry(side: &Side<'_>) -> Result<Entry, Error> {
    let facts = side.facts();
    let Some(moment) = facts.moment else {
        return Err(Error::NoLedgerMoment { label: facts.label.to_string() });
    };
    let snapshot = LedgerSnapshot {
        moment,
        label: facts.label.clone(),
        states: facts.states.clone(),
        users: facts.users,
        packages: facts.packages,
        assignments: facts.assignments,
    };
    let conflicts = side.conflicts.iter().map(|one| SeenConflict {
        rule: one.rule.clone(),
        severity: one.severity,
        user: one.user.clone(),
        packages: side.held_packages(one).into_iter().map(|package| package.id).collect(),
        seen: if one.status.is_open() { Seen::Open } else { Seen::Excepted },
    });
    Ok(Entry { snapshot, conflicts: conflicts.collect() })
}

/// Adds a snapshot to a ledger, in its place. Conflicts that it does not have are absent, unless its inputs would not show them.
/// `false` when the ledger has the very same already.
///
/// # Errors
/// [`Error::NoLedgerMoment`]; [`Error::LedgerMoment`] when another snapshot of that moment is there.
pub fn add_to_ledger(ledger: &mut Ledger, side: &Side<'_>) -> Result<bool, Error> {
    let entry = ledger_entry(side)?;
    ledger.add(entry, |conflict| side.would_show(conflict)).map_err(|error| {
        let LedgerError { moment, known, added } = error;
        Error::LedgerMoment { moment, known: known.into(), added: added.into() }
    })
}

impl Side<'_> {
    /// Whether the inputs of this side would show a conflict that it does not have. In doubt they would not: nothing is closed for
    /// want of data.
    fn would_show(&self, conflict: &LedgerConflict) -> bool {
        let incomplete = self.inputs.iter().any(|input| input.dangling_next_link);
        let lists = |kind: &str| self.lists(kind);
        let rule = self.rules.as_ref().map(|rules| rules.get(&conflict.rule.id));
        match rule {
            Some(Some(rule)) if rule.not_evaluable.is_some() => return false,
            // It does not say anything any more: that is an end of its own kind, and known.
            Some(Some(rule)) if rule.inactive.is_some() => return true,
            // What the rule names there is what the inputs know.
            Some(Some(rule)) if !conflict.packages.iter().all(|id| rule.names_package(id)) => return false,
            Some(Some(_)) => {}
            Some(None) => {
                let declared =
                    self.rules.iter().flat_map(|rules| rules.values()).any(|rule| rule.is_declared);
                let is_declared = conflict.rule.id.starts_with("entra:");
                return !is_declared || declared && lists("package");
            }
            None => return false,
        }
        match &self.shown {
            Shown::Report(..) => !incomplete && lists("user") && lists("package"),
            Shown::Export(export) => {
                let directory = &export.snapshot.directory;
                let Some(user) = directory.find_user(&ExternalId::new(&conflict.user.id)) else {
                    return lists("user") && !incomplete;
                };
                // Of groups the ledger knows only what the rule says.
                let rule = export.analysis.rules.find(&conflict.rule.id);
                let rule = rule.and_then(|rule| export.analysis.rules.rule(rule));
                let mut groups = rule.iter().flat_map(|rule| &rule.terms).flat_map(|term| &term.groups);
                if groups.any(|group| directory.group(*group).is_none_or(is_partly_known)) {
                    return false;
                }
                let row = export.analysis.matrix.row(user);
                // Each package is held, or is known to be otherwise.
                conflict.packages.iter().all(|id| {
                    directory.find_package(&ExternalId::new(id)).is_some_and(|package| {
                        row.binary_search(&package).is_ok()
                            || export.snapshot.assignments_of(user, package).len() > 0
                            || !incomplete
                    })
                })
            }
        }
    }
}
