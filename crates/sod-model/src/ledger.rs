//! A ledger: the conflicts of several snapshots, in the order of their moments.
//!
//! It keeps what each snapshot showed of each conflict, and nothing that can be computed from that: first seen, last seen,
//! closed and reopened are read off. A snapshot that comes late is put in its place; of the conflicts that it alone has, later
//! snapshots say nothing, for nobody looked for them there.

mod trend;

pub use trend::TrendRow;

use crate::{ChangedUser, Named, Severity, Timestamp};
use std::collections::BTreeMap;

/// What a snapshot shows of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// It is there, and no exception covers it.
    Open,
    /// It is there, and an exception covers it.
    Excepted,
    /// It is not there.
    Absent,
    /// It is not there, and the inputs would not show it if it were.
    OutOfSight,
}

impl Seen {
    /// The word for it in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Excepted => "excepted",
            Self::Absent => "absent",
            Self::OutOfSight => "out-of-sight",
        }
    }

    /// What the word means.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        [Self::Open, Self::Excepted, Self::Absent, Self::OutOfSight]
            .into_iter()
            .find(|seen| seen.name() == name)
    }
}

/// One snapshot of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerSnapshot {
    /// The moment by which it was judged; unique in a ledger.
    pub moment: Timestamp,
    /// As it was given.
    pub label: Box<str>,
    /// The states that count.
    pub states: Box<str>,
    /// Users who hold anything that counts, packages and holdings, as far as it tells.
    pub users: u64,
    /// Packages that it tells of.
    pub packages: u64,
    /// Distinct holdings that count.
    pub assignments: u64,
}

/// Which conflict: rule and user.
pub type LedgerKey = (Box<str>, Box<str>);

/// One conflict of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerConflict {
    /// The rule.
    pub rule: Named,
    /// How much it matters, in the latest snapshot that has it.
    pub severity: Severity,
    /// Who violates it.
    pub user: ChangedUser,
    /// What is held of what the rule names, in the latest snapshot that has it.
    pub packages: Vec<Box<str>>,
    // INVARIANT (ledger): one for each snapshot of the ledger, in its order.
    seen: Vec<Seen>,
}

/// A conflict as a snapshot shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenConflict {
    /// The rule.
    pub rule: Named,
    /// How much it matters.
    pub severity: Severity,
    /// Who violates it.
    pub user: ChangedUser,
    /// What is held of what the rule names.
    pub packages: Vec<Box<str>>,
    /// Open or excepted.
    pub seen: Seen,
}

/// One snapshot with its conflicts, to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// In short.
    pub snapshot: LedgerSnapshot,
    /// Everything that it shows.
    pub conflicts: Vec<SeenConflict>,
}

/// Another snapshot of the same moment is there already, and shows something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerError {
    /// The moment.
    pub moment: Timestamp,
    /// The one that is there.
    pub known: Box<str>,
    /// The one that was to be added.
    pub added: Box<str>,
}

/// Snapshots by their moments, and every conflict that any of them shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    // INVARIANT (ledger): ascends strictly by moment.
    snapshots: Vec<LedgerSnapshot>,
    conflicts: BTreeMap<LedgerKey, LedgerConflict>,
}

impl Ledger {
    /// The snapshots, by moment.
    #[must_use]
    pub fn snapshots(&self) -> &[LedgerSnapshot] {
        &self.snapshots
    }

    /// The conflicts, by rule and user.
    pub fn conflicts(&self) -> impl Iterator<Item = &LedgerConflict> {
        self.conflicts.values()
    }

    /// Puts a snapshot in its place. Of the conflicts that it does not show, `is_visible` says whether the inputs would show them.
    /// `false` when the very same snapshot is there already: then nothing is changed.
    ///
    /// ```
    /// use sod_model::*;
    /// let snapshot = |moment| LedgerSnapshot {
    ///     moment: Timestamp(moment), label: "x".into(), states: "delivered".into(), users: 1, packages: 2, assignments: 2,
    /// };
    /// let conflict = SeenConflict {
    ///     rule: Named { id: "R1".into(), name: None },
    ///     severity: Severity::High,
    ///     user: ChangedUser { id: "alice".into(), ..ChangedUser::default() },
    ///     packages: vec![],
    ///     seen: Seen::Open,
    /// };
    /// let mut ledger = Ledger::default();
    /// let first = Entry { snapshot: snapshot(10), conflicts: vec![conflict] };
    /// assert_eq!(ledger.add(first.clone(), |_| true), Ok(true));
    /// assert_eq!(ledger.add(first, |_| true), Ok(false));
    /// assert_eq!(ledger.add(Entry { snapshot: snapshot(20), conflicts: vec![] }, |_| true), Ok(true));
    /// let closed = ledger.conflicts().next().unwrap().closed_at(&ledger);
    /// assert_eq!(closed, Some(Timestamp(20)));
    /// ```
    ///
    /// # Errors
    /// When another snapshot of that moment is there.
    pub fn add(
        &mut self,
        entry: Entry,
        is_visible: impl Fn(&LedgerConflict) -> bool,
    ) -> Result<bool, LedgerError> {
        let Entry { snapshot, conflicts } = entry;
        let at = self.snapshots.partition_point(|known| known.moment < snapshot.moment);
        if let Some(known) = self.snapshots.get(at).filter(|known| known.moment == snapshot.moment) {
            let label = known.label.clone();
            let same = LedgerSnapshot { label: label.clone(), ..snapshot.clone() } == *known;
            return if same && self.shows(at, &conflicts) {
                Ok(false)
            } else {
                Err(LedgerError { moment: snapshot.moment, known: label, added: snapshot.label })
            };
        }
        // What comes first here was in no snapshot before, and nobody looked for it in those that came later.
        let mut others = vec![Seen::Absent; at];
        others.resize(self.snapshots.len(), Seen::OutOfSight);
        self.snapshots.insert(at, snapshot);
        let last = |seen: &[Seen]| seen.iter().rposition(|seen| matches!(seen, Seen::Open | Seen::Excepted));
        let mut shown: BTreeMap<LedgerKey, SeenConflict> =
            conflicts.into_iter().map(|one| ((one.rule.id.clone(), one.user.id.clone()), one)).collect();
        for (key, conflict) in &mut self.conflicts {
            match shown.remove(key) {
                Some(one) => {
                    if last(&conflict.seen).is_none_or(|last| at > last) {
                        (conflict.rule, conflict.severity) = (one.rule, one.severity);
                        (conflict.user, conflict.packages) = (one.user, one.packages);
                    }
                    conflict.seen.insert(at, one.seen);
                }
                None if is_visible(conflict) => conflict.seen.insert(at, Seen::Absent),
                None => conflict.seen.insert(at, Seen::OutOfSight),
            }
        }
        for (key, one) in shown {
            let SeenConflict { rule, severity, user, packages, seen } = one;
            let mut all = others.clone();
            all.insert(at, seen);
            self.conflicts.insert(key, LedgerConflict { rule, severity, user, packages, seen: all });
        }
        Ok(true)
    }

    /// Whether the snapshot at a place shows just these conflicts.
    fn shows(&self, at: usize, conflicts: &[SeenConflict]) -> bool {
        let mut told: Vec<(&str, &str, Seen)> =
            conflicts.iter().map(|one| (&*one.rule.id, &*one.user.id, one.seen)).collect();
        told.sort_unstable();
        let known = self.conflicts.values().filter_map(|conflict| {
            let seen = *conflict.seen.get(at)?;
            matches!(seen, Seen::Open | Seen::Excepted).then_some((
                &*conflict.rule.id,
                &*conflict.user.id,
                seen,
            ))
        });
        known.eq(told)
    }

    /// A ledger that was kept somewhere. `None` unless the moments ascend strictly and each conflict, once, says something
    /// of each snapshot.
    #[must_use]
    pub fn from_parts(
        snapshots: Vec<LedgerSnapshot>,
        conflicts: Vec<(SeenConflict, Vec<Seen>)>,
    ) -> Option<Self> {
        let ascends = snapshots.is_sorted_by(|a, b| a.moment < b.moment);
        let whole = conflicts.iter().all(|(_, seen)| seen.len() == snapshots.len());
        let count = conflicts.len();
        let conflicts: BTreeMap<LedgerKey, LedgerConflict> = conflicts
            .into_iter()
            .map(|(SeenConflict { rule, severity, user, packages, .. }, seen)| {
                let key = (rule.id.clone(), user.id.clone());
                (key, LedgerConflict { rule, severity, user, packages, seen })
            })
            .collect();
        (ascends && whole && conflicts.len() == count).then_some(Self { snapshots, conflicts })
    }
}
