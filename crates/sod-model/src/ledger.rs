//! A ledger: the conflicts of several snapshots, in the order of their moments.
//!
//! It keeps what each snapshot shows, and how far its inputs see ([`Sight`]). What a snapshot says of a conflict that it does
//! not have follows from that, as do first seen, last seen, closed and reopened. So a ledger is the same in whatever order its
//! snapshots came: one that comes late is put in its place, and the others are asked about what it shows.

mod sight;
mod trend;

pub use sight::{DECLARATION_RECORDS, MEMBER_RECORDS, People, RuleSight, Sight};
pub use trend::TrendRow;

use crate::{ChangedUser, Named, Severity, Timestamp};
use sight::Gaps;
use std::collections::{BTreeMap, BTreeSet};

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

    /// Whether it is there, covered or not.
    #[must_use]
    pub const fn is_there(self) -> bool {
        matches!(self, Self::Open | Self::Excepted)
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
    /// The key by whose pseudonyms users are named, by its id; the same in a whole ledger.
    pub pseudonyms: Option<Box<str>>,
    /// How far its inputs see.
    pub sight: Sight,
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

/// A snapshot that a ledger cannot take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerError {
    /// Another snapshot of the same moment is there already, and shows something else.
    Moment {
        /// The moment.
        moment: Timestamp,
        /// The one that is there.
        known: Box<str>,
        /// The one that was to be added.
        added: Box<str>,
    },
    /// None of the snapshots that are there tells of a package or shows a user of this one: it is of another tenant.
    Tenant {
        /// One that is there.
        known: Box<str>,
        /// The one that was to be added.
        added: Box<str>,
    },
    /// The snapshots that are there name users by other pseudonyms: everybody would be somebody new.
    Pseudonyms {
        /// One that is there, and the key of its pseudonyms.
        known: (Box<str>, Option<Box<str>>),
        /// The one that was to be added, and the key of its pseudonyms.
        added: (Box<str>, Option<Box<str>>),
    },
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

    /// The rules of the ledger that the snapshot of a moment did not judge because no rules were given with it. What they found is
    /// out of its sight.
    #[must_use]
    pub fn rules_forgotten(&self, moment: Timestamp) -> Vec<&Named> {
        let Some(snapshot) = self.snapshots.iter().find(|snapshot| snapshot.moment == moment) else {
            return Vec::new();
        };
        let rules = self.conflicts.values().map(|conflict| &conflict.rule);
        let mut forgotten: Vec<&Named> = rules.filter(|rule| snapshot.sight.forgot(&rule.id)).collect();
        // Conflicts are by rule.
        forgotten.dedup_by(|a, b| a.id == b.id);
        forgotten
    }

    /// Puts a snapshot in its place. `false` when the very same snapshot is there already: then nothing is changed.
    ///
    /// ```
    /// use sod_model::*;
    /// use std::collections::{BTreeMap, BTreeSet};
    /// let rules = BTreeMap::from([("R1".into(), RuleSight::Judged(BTreeSet::new()))]);
    /// let sight = Sight { people: People::Listed, rules: Some(rules), ..Sight::default() };
    /// let snapshot = |moment| LedgerSnapshot {
    ///     moment: Timestamp(moment), label: "x".into(), states: "delivered".into(), users: 1, packages: 2, assignments: 2,
    ///     pseudonyms: None, sight: sight.clone(),
    /// };
    /// let conflict = SeenConflict {
    ///     rule: Named { id: "R1".into(), name: None },
    ///     severity: Severity::High,
    ///     user: ChangedUser { id: "alice".into(), ..ChangedUser::default() },
    ///     packages: vec![],
    ///     seen: Seen::Open,
    /// };
    /// let mut ledger = Ledger::default();
    /// // The second month comes first: it has nothing.
    /// assert_eq!(ledger.add(Entry { snapshot: snapshot(20), conflicts: vec![] }), Ok(true));
    /// let first = Entry { snapshot: snapshot(10), conflicts: vec![conflict] };
    /// assert_eq!(ledger.add(first.clone()), Ok(true));
    /// assert_eq!(ledger.add(first), Ok(false));
    /// let closed = ledger.conflicts().next().unwrap().closed_at(&ledger);
    /// assert_eq!(closed, Some(Timestamp(20)));
    /// ```
    ///
    /// # Errors
    /// When another snapshot of that moment is there, or the others name users by other pseudonyms or are of another tenant.
    pub fn add(&mut self, entry: Entry) -> Result<bool, LedgerError> {
        let Entry { snapshot, conflicts } = entry;
        if let Some(known) = self.snapshots.first().filter(|known| known.pseudonyms != snapshot.pseudonyms) {
            return Err(LedgerError::Pseudonyms {
                known: (known.label.clone(), known.pseudonyms.clone()),
                added: (snapshot.label, snapshot.pseudonyms),
            });
        }
        if let Some(known) = self.snapshots.first().filter(|_| self.is_stranger(&snapshot, &conflicts)) {
            return Err(LedgerError::Tenant { known: known.label.clone(), added: snapshot.label });
        }
        let at = self.snapshots.partition_point(|known| known.moment < snapshot.moment);
        if let Some(known) = self.snapshots.get(at).filter(|known| known.moment == snapshot.moment) {
            let (label, sight) = (known.label.clone(), known.sight.clone());
            // Where it lies, and whether it is a report by now, makes no other snapshot of it.
            let same = LedgerSnapshot { label: label.clone(), sight, ..snapshot.clone() } == *known;
            return if same && self.shows(at, &conflicts) {
                Ok(false)
            } else {
                let (moment, added) = (snapshot.moment, snapshot.label);
                Err(LedgerError::Moment { moment, known: label, added })
            };
        }
        self.snapshots.insert(at, snapshot);
        self.take(at, conflicts);
        self.look();
        Ok(true)
    }

    /// Whether a snapshot shares neither packages nor users with those that are there, as far as both tell.
    fn is_stranger(&self, snapshot: &LedgerSnapshot, conflicts: &[SeenConflict]) -> bool {
        let own = &snapshot.sight.packages;
        let mut known =
            self.snapshots.iter().map(|known| &known.sight.packages).filter(|ids| !ids.is_empty()).peekable();
        if own.is_empty() || known.peek().is_none() || known.any(|known| !known.is_disjoint(own)) {
            return false;
        }
        let users: BTreeSet<&str> = self.conflicts.values().map(|conflict| &*conflict.user.id).collect();
        !conflicts.iter().any(|conflict| users.contains(&*conflict.user.id))
    }

    /// Takes what a new snapshot shows; of everything else nobody has looked yet.
    fn take(&mut self, at: usize, conflicts: Vec<SeenConflict>) {
        let mut shown: BTreeMap<LedgerKey, SeenConflict> =
            conflicts.into_iter().map(|one| ((one.rule.id.clone(), one.user.id.clone()), one)).collect();
        let last = |seen: &[Seen]| seen.iter().rposition(|seen| seen.is_there());
        for (key, conflict) in &mut self.conflicts {
            let Some(one) = shown.remove(key) else {
                conflict.seen.insert(at, Seen::OutOfSight);
                continue;
            };
            if last(&conflict.seen).is_none_or(|last| at > last) {
                (conflict.rule, conflict.severity) = (one.rule, one.severity);
                (conflict.user, conflict.packages) = (one.user, one.packages);
            }
            conflict.seen.insert(at, one.seen);
        }
        for (key, one) in shown {
            let SeenConflict { rule, severity, user, packages, seen } = one;
            let mut all = vec![Seen::OutOfSight; self.snapshots.len()];
            all.splice(at..=at, [seen]);
            self.conflicts.insert(key, LedgerConflict { rule, severity, user, packages, seen: all });
        }
    }

    /// Asks each snapshot about each conflict that it does not have.
    fn look(&mut self) {
        let mut gaps = Gaps::new(&self.snapshots);
        for conflict in self.conflicts.values_mut() {
            let mut there = None;
            let mut seen = std::mem::take(&mut conflict.seen);
            for (at, (seen, snapshot)) in seen.iter_mut().zip(&self.snapshots).enumerate() {
                if seen.is_there() {
                    there = Some(at);
                    continue;
                }
                let is_hidden = there.is_some_and(|earlier| gaps.up_to(earlier, at).hides(&conflict.rule.id));
                let shows = snapshot.sight.would_show(conflict) && !is_hidden;
                *seen = if shows { Seen::Absent } else { Seen::OutOfSight };
            }
            conflict.seen = seen;
        }
    }

    /// Whether the snapshot at a place shows just these conflicts.
    fn shows(&self, at: usize, conflicts: &[SeenConflict]) -> bool {
        let mut told: Vec<(&str, &str, Seen)> =
            conflicts.iter().map(|one| (&*one.rule.id, &*one.user.id, one.seen)).collect();
        told.sort_unstable();
        let known = self.conflicts.values().filter_map(|conflict| {
            let seen = *conflict.seen.get(at)?;
            seen.is_there().then_some((&*conflict.rule.id, &*conflict.user.id, seen))
        });
        known.eq(told)
    }

    /// A ledger that was kept somewhere. What snapshots say of conflicts that they do not have is worked out again. `None` unless the moments ascend strictly and each conflict, once, says something
    /// of each snapshot.
    #[must_use]
    pub fn from_parts(
        snapshots: Vec<LedgerSnapshot>,
        conflicts: Vec<(SeenConflict, Vec<Seen>)>,
    ) -> Option<Self> {
        let ascends = snapshots.is_sorted_by(|a, b| a.moment < b.moment && a.pseudonyms == b.pseudonyms);
        let whole = conflicts.iter().all(|(_, seen)| seen.len() == snapshots.len());
        let count = conflicts.len();
        let conflicts: BTreeMap<LedgerKey, LedgerConflict> = conflicts
            .into_iter()
            .map(|(SeenConflict { rule, severity, user, packages, .. }, seen)| {
                let key = (rule.id.clone(), user.id.clone());
                (key, LedgerConflict { rule, severity, user, packages, seen })
            })
            .collect();
        let mut ledger = Self { snapshots, conflicts };
        let once = ledger.conflicts.len() == count;
        (ascends && whole && once).then(|| {
            ledger.look();
            ledger
        })
    }
}
