//! A side as an entry of a ledger, with how far it sees.

use super::access::is_partly_known;
use super::rules::SideRule;
use super::side::{Shown, Side};
use crate::error::{Error, OtherNames};
use sod_model::{
    Entry, ExternalId, InputFile, Ledger, LedgerError, LedgerSnapshot, People, RuleSight, Seen, SeenConflict,
    Sight,
};

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
        pseudonyms: facts.pseudonyms.clone(),
        sight: side.sight(),
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
/// [`Error::NoLedgerMoment`]; [`Error::LedgerMoment`] when another snapshot of that moment is there; [`Error::OtherNames`] when
/// those that are there name users by other pseudonyms; [`Error::LedgerTenant`] when they are of another tenant.
pub fn add_to_ledger(ledger: &mut Ledger, side: &Side<'_>) -> Result<bool, Error> {
    let is_report = side.facts().is_report;
    ledger.add(ledger_entry(side)?).map_err(|error| match error {
        LedgerError::Moment { moment, known, added } => {
            Error::LedgerMoment { moment, known: known.into(), added: added.into() }
        }
        LedgerError::Tenant { known, added } => {
            Error::LedgerTenant { known: known.into(), added: added.into() }
        }
        LedgerError::Pseudonyms { known, added } => {
            let names = |(label, key): (Box<str>, Option<Box<str>>), is_report| OtherNames {
                label: label.into(),
                is_report,
                key: key.map(Into::into),
            };
            // What is in the ledger has its names for good, as a report has.
            Error::OtherNames(Box::new([names(known, true), names(added, is_report)]))
        }
    })
}

impl Side<'_> {
    /// How far the inputs of this side see.
    fn sight(&self) -> Sight {
        let file = |input: &super::side::SideInput| InputFile {
            path: input.path.as_str().into(),
            rows: input.size(input.rows),
            records: input.records.iter().map(|(kind, count)| (kind.as_str().into(), *count)).collect(),
        };
        let rules = self.rules.as_ref();
        Sight {
            cut_off: self.cut_off().is_some(),
            rejected: self.inputs.iter().map(|input| input.rejected).sum(),
            files: self.inputs.iter().map(file).collect(),
            people: self.people(),
            packages: self.package_ids(),
            packages_listed: self.lists("package"),
            lists_lacking: self.lists_lacking(),
            rules_given: !self.rules_files.is_empty(),
            rules: rules.map(|rules| rules.iter().map(|(id, rule)| (id.clone(), self.sees(rule))).collect()),
        }
    }

    fn people(&self) -> People {
        match &self.shown {
            _ if self.lists("user") && (self.export().is_some() || self.lists("package")) => People::Listed,
            // It tells of those alone who violate something.
            Shown::Report(_) => People::Unknown,
            Shown::Export(export) => {
                let users = export.snapshot.directory.users().iter();
                let ids = users.flat_map(|user| std::iter::once(&user.id).chain(&user.aliases));
                People::Seen(ids.map(super::side::written).collect())
            }
        }
    }

    fn sees(&self, rule: &SideRule) -> RuleSight {
        let whole = |id: &str| {
            let Some(export) = self.export() else { return false };
            let directory = &export.snapshot.directory;
            let group = directory.find_group(&ExternalId::new(id)).and_then(|group| directory.group(group));
            group.is_some_and(|group| group.members.is_some() && !is_partly_known(group))
        };
        if rule.inactive.is_some() {
            RuleSight::NotInForce
        } else if rule.not_evaluable.is_some() || !rule.groups().all(whole) {
            RuleSight::Blind
        } else {
            RuleSight::Judged(rule.packages().map(Into::into).collect())
        }
    }
}
