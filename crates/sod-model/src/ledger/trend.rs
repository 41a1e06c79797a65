//! What a ledger tells: of each conflict from when to when, and of each snapshot how much is open, new, gone and open again.

use super::{Ledger, LedgerConflict, Seen};
use crate::Timestamp;

/// One snapshot in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrendRow {
    /// Its moment.
    pub moment: Timestamp,
    /// Open conflicts.
    pub open: u64,
    /// Excepted conflicts.
    pub excepted: u64,
    /// Conflicts that no earlier snapshot shows.
    pub new: u64,
    /// Conflicts that the last snapshot to show anything of them had, and this one has not.
    pub gone: u64,
    /// Open here, and closed or excepted before.
    pub reopened: u64,
    /// Conflicts that were there before and that these inputs would not show.
    pub out_of_sight: u64,
}

impl LedgerConflict {
    /// What each snapshot shows of it, in the order of the ledger.
    #[must_use]
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// What the last snapshot shows of it.
    #[must_use]
    pub fn now(&self) -> Seen {
        self.seen.last().copied().unwrap_or(Seen::Absent)
    }

    /// The moment of the first snapshot that has it.
    #[must_use]
    pub fn first_seen(&self, ledger: &Ledger) -> Option<Timestamp> {
        self.moment(ledger, self.seen.iter().position(|seen| is_there(*seen))?)
    }

    /// The moment of the last snapshot that has it.
    #[must_use]
    pub fn last_seen(&self, ledger: &Ledger) -> Option<Timestamp> {
        self.moment(ledger, self.seen.iter().rposition(|seen| is_there(*seen))?)
    }

    /// The moment of the snapshot that first lacked it, after the last that has it. `None` while it is there, and as long as no
    /// snapshot would show it: what is out of sight is not closed.
    #[must_use]
    pub fn closed_at(&self, ledger: &Ledger) -> Option<Timestamp> {
        let last = self.seen.iter().rposition(|seen| is_there(*seen))?;
        let absent = self.seen.iter().skip(last).position(|seen| *seen == Seen::Absent)?;
        self.moment(ledger, last + absent)
    }

    /// How many times it was open again, after it was closed or excepted.
    #[must_use]
    pub fn reopened(&self) -> u64 {
        let mut times = 0;
        let mut before = None;
        for &seen in &self.seen {
            times += u64::from(is_reopened(before, seen));
            before = next(before, seen);
        }
        times
    }

    fn moment(&self, ledger: &Ledger, at: usize) -> Option<Timestamp> {
        ledger.snapshots().get(at).map(|snapshot| snapshot.moment)
    }
}

impl Ledger {
    /// The snapshots in numbers, by moment.
    #[must_use]
    pub fn trend(&self) -> Vec<TrendRow> {
        let empty =
            |moment| TrendRow { moment, open: 0, excepted: 0, new: 0, gone: 0, reopened: 0, out_of_sight: 0 };
        let mut rows: Vec<TrendRow> = self.snapshots.iter().map(|snapshot| empty(snapshot.moment)).collect();
        for conflict in self.conflicts() {
            let mut before = None;
            for (row, &seen) in rows.iter_mut().zip(conflict.seen()) {
                row.open += u64::from(seen == Seen::Open);
                row.excepted += u64::from(seen == Seen::Excepted);
                row.new += u64::from(before.is_none() && is_there(seen));
                row.gone += u64::from(before.is_some_and(is_there) && seen == Seen::Absent);
                row.reopened += u64::from(is_reopened(before, seen));
                row.out_of_sight += u64::from(before.is_some_and(is_there) && seen == Seen::OutOfSight);
                before = next(before, seen);
            }
        }
        rows
    }
}

const fn is_there(seen: Seen) -> bool {
    matches!(seen, Seen::Open | Seen::Excepted)
}

/// What is known of a conflict after a snapshot: nothing before the first that has it, and nothing new from one that would not
/// show it.
fn next(before: Option<Seen>, seen: Seen) -> Option<Seen> {
    match (before, seen) {
        (None, Seen::Absent) | (_, Seen::OutOfSight) => before,
        _ => Some(seen),
    }
}

fn is_reopened(before: Option<Seen>, seen: Seen) -> bool {
    seen == Seen::Open && matches!(before, Some(Seen::Absent | Seen::Excepted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChangedUser, Entry, LedgerSnapshot, Named, SeenConflict, Severity};
    use proptest::prelude::*;

    fn entry(moment: i64, seen: Option<Seen>) -> Entry {
        let snapshot = LedgerSnapshot {
            moment: Timestamp(moment),
            label: format!("{moment}").into(),
            states: "delivered".into(),
            users: 1,
            packages: 2,
            assignments: 2,
        };
        let conflict = |seen| SeenConflict {
            rule: Named { id: "R".into(), name: None },
            severity: Severity::High,
            user: ChangedUser { id: "u".into(), ..ChangedUser::default() },
            packages: Vec::new(),
            seen,
        };
        Entry { snapshot, conflicts: seen.map(conflict).into_iter().collect() }
    }

    #[test]
    fn out_of_sight_is_not_closed_and_what_comes_back_from_there_is_not_reopened() {
        let mut ledger = Ledger::default();
        let (there, gone) = (|_: &LedgerConflict| true, |_: &LedgerConflict| false);
        ledger.add(entry(1, Some(Seen::Open)), there).unwrap();
        ledger.add(entry(2, None), gone).unwrap();
        let now = |ledger: &Ledger| {
            let one = ledger.conflicts().next().unwrap();
            (one.closed_at(ledger).map(|moment| moment.0), one.reopened(), one.now())
        };
        assert_eq!(now(&ledger), (None, 0, Seen::OutOfSight));
        ledger.add(entry(3, Some(Seen::Open)), there).unwrap();
        assert_eq!(now(&ledger), (None, 0, Seen::Open));
        ledger.add(entry(4, None), there).unwrap();
        ledger.add(entry(5, None), gone).unwrap();
        assert_eq!(now(&ledger), (Some(4), 0, Seen::OutOfSight));
        ledger.add(entry(6, Some(Seen::Open)), there).unwrap();
        assert_eq!(now(&ledger), (None, 1, Seen::Open));
        let rows: Vec<[u64; 4]> =
            ledger.trend().iter().map(|row| [row.new, row.gone, row.reopened, row.out_of_sight]).collect();
        assert_eq!(
            rows,
            [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
        );
        // Another one of the same moment.
        assert!(ledger.add(entry(6, Some(Seen::Excepted)), there).is_err());
        assert_eq!(ledger.add(entry(6, Some(Seen::Open)), there), Ok(false));
    }

    proptest! {
        #[test]
        fn in_whatever_order_they_are_added_each_shows_what_it_shows(
            seen in prop::collection::vec(prop::option::of(prop::bool::ANY), 1..8), turn in 0usize..8,
        ) {
            let entry = |at: usize| {
                let status = |open| if open { Seen::Open } else { Seen::Excepted };
                entry(at as i64, seen[at].map(status))
            };
            let (mut one, mut other) = (Ledger::default(), Ledger::default());
            for at in 0..seen.len() {
                prop_assert_eq!(one.add(entry(at), |_| true), Ok(true));
                prop_assert_eq!(other.add(entry((at + turn) % seen.len()), |_| true), Ok(true));
            }
            for at in 0..seen.len() {
                prop_assert_eq!(one.clone().add(entry(at), |_| true), Ok(false));
            }
            prop_assert_eq!(one.snapshots(), other.snapshots());
            let shown = |row: &TrendRow| [row.open, row.excepted, row.new];
            let rows = |ledger: &Ledger| ledger.trend().iter().map(shown).collect::<Vec<_>>();
            prop_assert_eq!(rows(&one), rows(&other));
            for (one_by_one, late) in one.conflicts().zip(other.conflicts()) {
                prop_assert_eq!(one_by_one.first_seen(&one), late.first_seen(&other));
                prop_assert_eq!(one_by_one.last_seen(&one), late.last_seen(&other));
                // Nothing is closed that would not be if they had come in order.
                if let Some(closed) = late.closed_at(&other) {
                    prop_assert!(one_by_one.closed_at(&one).is_some_and(|moment| moment <= closed));
                }
                prop_assert!(late.reopened() <= one_by_one.reopened());
            }
        }
    }
}
