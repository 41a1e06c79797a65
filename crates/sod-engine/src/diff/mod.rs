//! Two snapshots, compared: which conflicts and pairs are new, gone or otherwise than before, and why.
//!
//! Works on written ids, because two snapshots number differently. A cause is a fact that both sides show: the assignment that
//! is there on one and not on the other, the rule that says something else. Where a side does not show enough, the cause is
//! `input-scope` or `untold`, and nothing is called resolved.

mod access;
mod documents;
mod exceptions;
mod export;
mod files;
mod held;
mod ledger;
mod pairs;
mod rules;
mod scope;
mod side;
mod witness;

pub use ledger::{add_to_ledger, ledger_entry};
pub use side::Side;

use crate::error::{Error, OtherNames};
use rules::RulePart;
use scope::Gap;
use side::SideConflict;
use sod_model::{
    CauseCode, CauseKind, ChangeCause, ChangeClass, ConflictChange, Observer, SideFacts, SnapshotDiff,
};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Which side has what the other lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The old one: it is gone.
    Gone,
    /// The new one: it has come.
    Come,
}

/// How to compare.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiffOptions {
    /// Go on although no user of the one is known to the other.
    pub allow_unjoined: bool,
}

/// Compares two snapshots.
///
/// ```
/// use sod_engine::{AnalyzeOptions, ChangeClass, CauseCode, DiffOptions, Input, LoadOptions, Side, Silent};
/// # let folder = tempfile::tempdir()?;
/// # let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
/// # write("rules.toml", "[[rule]]\nid = 'R1'\nterms = [{ packages = ['P1'] }, { packages = ['P2'] }]\n")?;
/// # write("old.csv", "id,user,package,state\na1,alice,P1,delivered\na2,alice,P2,delivered\na3,bob,P1,delivered\n")?;
/// # write("new.csv", "id,user,package,state\na1,alice,P1,delivered\na2,alice,P2,expired\na3,bob,P1,delivered\na4,bob,P2,delivered\n")?;
/// # let folder = folder.path();
/// // Alice's second assignment has expired, and Bob has a new one.
/// let rules = sod_engine::read_rules(&folder.join("rules.toml"))?;
/// let documents = sod_engine::Documents { rules: vec![rules], ..Default::default() };
/// let options = AnalyzeOptions { documents, ..AnalyzeOptions::default() };
/// let mut sides = Vec::new();
/// for name in ["old.csv", "new.csv"] {
///     let loaded = sod_engine::load(&[Input::Path(folder.join(name))], &LoadOptions::default(), &Silent)?;
///     let analysis = sod_engine::analyze(&loaded.snapshot, &options, &Silent)?;
///     sides.push((name, loaded.snapshot, analysis));
/// }
/// let side = |at: usize| Side::of_export(sides[at].0, &sides[at].1, &sides[at].2, &options.documents);
/// let diff = sod_engine::compare(&side(0), &side(1), DiffOptions::default(), &Silent)?;
/// let told: Vec<_> = diff.conflicts.iter().map(|one| (one.class, &*one.user.id, one.causes[0].code)).collect();
/// assert_eq!(told, [
///     (ChangeClass::New, "bob", CauseCode::AssignmentAdded),
///     (ChangeClass::Gone, "alice", CauseCode::AssignmentExpired),
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::OtherNames`] when the two name users by other pseudonyms; [`Error::NothingShared`] when the two are of other tenants: exports without a common user, or a report
/// and another side without a common package or user; [`Error::Cancelled`].
pub fn compare(
    old: &Side<'_>,
    new: &Side<'_>,
    options: DiffOptions,
    observer: &dyn Observer,
) -> Result<SnapshotDiff, Error> {
    if old.facts.pseudonyms != new.facts.pseudonyms {
        return Err(Error::OtherNames(Box::new([names(old), names(new)])));
    }
    let joined = old.joined(new);
    if let Some(kind) = old.shares_no(new).filter(|_| !options.allow_unjoined) {
        let (old, new) = (old.facts.label.to_string(), new.facts.label.to_string());
        return Err(Error::NothingShared { old, new, kind });
    }
    let (of_new, of_old) = (Gap::of(new, old, Direction::Gone), Gap::of(old, new, Direction::Come));
    let comparison = Comparison { old, new, of_new, of_old };
    let mut diff = SnapshotDiff {
        old: old.facts.clone(),
        new: new.facts.clone(),
        conflicts: comparison.conflicts(&joined, observer)?,
        documents: documents::changes(old, new),
        scope: comparison.scope(),
        untold: comparison.untold(),
        warnings: old.warnings(new),
        ..SnapshotDiff::default()
    };
    if observer.is_cancelled() {
        return Err(Error::Cancelled);
    }
    (diff.pairs, diff.pairs_unchanged) = pairs::changes(&comparison);
    diff.sort();
    Ok(diff)
}

fn names(side: &Side<'_>) -> OtherNames {
    let SideFacts { label, is_report, pseudonyms, .. } = &side.facts;
    OtherNames {
        label: label.to_string(),
        is_report: *is_report,
        key: pseudonyms.as_deref().map(str::to_owned),
    }
}

/// Two sides, and what each lacks of what the other has.
pub(crate) struct Comparison<'c, 'a> {
    pub(crate) old: &'c Side<'a>,
    pub(crate) new: &'c Side<'a>,
    /// What the new inputs lack.
    pub(crate) of_new: Gap,
    /// What the old inputs lack.
    pub(crate) of_old: Gap,
}

impl Comparison<'_, '_> {
    /// Every conflict of either side. `joined` tells how the new side calls users whom the old one calls otherwise.
    fn conflicts(
        &self,
        joined: &BTreeMap<Box<str>, Box<str>>,
        observer: &dyn Observer,
    ) -> Result<Vec<ConflictChange>, Error> {
        let user = |one: &SideConflict| joined.get(&one.user.id).unwrap_or(&one.user.id).clone();
        let mut before: Vec<(Box<str>, &SideConflict)> =
            self.old.conflicts.iter().map(|one| (user(one), one)).collect();
        before.sort_by(|(a, one), (b, other)| (&one.rule.id, a).cmp(&(&other.rule.id, b)));
        let mut changes = Vec::with_capacity(before.len().max(self.new.conflicts.len()));
        let (mut before, mut after) = (before.into_iter().peekable(), self.new.conflicts.iter().peekable());
        loop {
            let order = match (before.peek(), after.peek()) {
                (Some((user, was)), Some(is)) => (&was.rule.id, user).cmp(&(&is.rule.id, &is.user.id)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            let was = if order.is_le() { before.next().map(|(_, one)| one) } else { None };
            let is = if order.is_ge() { after.next() } else { None };
            changes.extend(self.change(was, is));
            if changes.len().is_multiple_of(4096) && observer.is_cancelled() {
                return Err(Error::Cancelled);
            }
        }
        Ok(changes)
    }

    fn change(&self, was: Option<&SideConflict>, is: Option<&SideConflict>) -> Option<ConflictChange> {
        let (class, causes) = match (was, is) {
            (Some(was), Some(is)) => match (was.status.is_open(), is.status.is_open()) {
                (false, true) => (ChangeClass::Reopened, self.uncovered(was, Direction::Gone)),
                (true, false) => (ChangeClass::Excepted, self.uncovered(is, Direction::Come)),
                _ => (ChangeClass::Unchanged, Vec::new()),
            },
            (Some(was), None) => (ChangeClass::Gone, self.absence(was, Direction::Gone)),
            (None, Some(is)) => (ChangeClass::New, self.absence(is, Direction::Come)),
            (None, None) => return None,
        };
        let (shown, side) = match is {
            Some(is) => (is, self.new),
            None => (was?, self.old),
        };
        Some(ConflictChange {
            class,
            rule: shown.rule.clone(),
            severity: shown.severity,
            user: shown.user.clone(),
            before: was.map(|was| was.status.clone()),
            after: is.map(|is| is.status.clone()),
            packages: side.held_packages(shown),
            causes,
        })
    }

    /// The side that has something, the one that lacks it, and what the inputs of the latter lack.
    pub(crate) fn sides(&self, direction: Direction) -> (&Side<'_>, &Side<'_>, &Gap) {
        match direction {
            Direction::Gone => (self.old, self.new, &self.of_new),
            Direction::Come => (self.new, self.old, &self.of_old),
        }
    }

    /// Why one side does not have a conflict of the other.
    fn absence(&self, conflict: &SideConflict, direction: Direction) -> Vec<ChangeCause> {
        let (have, lack, gap) = self.sides(direction);
        let witness = have.witness(conflict);
        let rule = rules::part(have, lack, gap, conflict, &witness);
        let access = match rule {
            RulePart::Enough(causes) => return told(causes, direction),
            RulePart::Other { ref causes, alone: true } => return told(causes.clone(), direction),
            _ => access::causes(lack, gap, &witness, direction),
        };
        let mut causes = match rule {
            RulePart::Other { causes, .. } => causes,
            _ => Vec::new(),
        };
        causes.extend(access);
        if causes.is_empty() {
            let why = match rules::untold(have, lack) {
                Some(why) => why,
                None => "the two sides do not show what makes the difference".to_owned(),
            };
            causes.push(ChangeCause::new(CauseCode::Untold).saying(why));
        }
        told(causes, direction)
    }

    fn scope(&self) -> Vec<ChangeCause> {
        let mut scope = told(self.of_new.causes.clone(), Direction::Gone);
        scope.extend(told(self.of_old.causes.clone(), Direction::Come));
        scope
    }

    fn untold(&self) -> Vec<Box<str>> {
        let mut untold = Vec::new();
        for (side, which) in [(self.old, "old"), (self.new, "new")] {
            if side.facts.is_report {
                let text = format!(
                    "the {which} side is a report, which has the assignments behind conflicts and no others: who gave or \
                     took away the rest cannot be told"
                );
                untold.push(text.into());
            }
            if side.rules.is_none() {
                let text = format!(
                    "the {which} report has no rules.json: causes by rules and exceptions cannot be told"
                );
                untold.push(text.into());
            }
        }
        untold
    }
}

/// Causes in order, each once, named as the direction wants. They are found as if what is asked for were gone.
fn told(mut causes: Vec<ChangeCause>, direction: Direction) -> Vec<ChangeCause> {
    if direction == Direction::Come {
        for cause in &mut causes {
            cause.code = cause.code.turned();
            std::mem::swap(&mut cause.before, &mut cause.after);
        }
    }
    // Where access explains it, nothing is left to be told.
    if causes.iter().any(|cause| cause.code.kind() == CauseKind::OutOfSight) {
        causes.retain(|cause| cause.code != CauseCode::Untold);
    }
    causes.sort();
    causes.dedup();
    causes
}
