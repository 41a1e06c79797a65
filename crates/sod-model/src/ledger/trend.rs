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
        self.moment(ledger, self.seen.iter().position(|seen| seen.is_there())?)
    }

    /// The moment of the last snapshot that has it.
    #[must_use]
    pub fn last_seen(&self, ledger: &Ledger) -> Option<Timestamp> {
        self.moment(ledger, self.seen.iter().rposition(|seen| seen.is_there())?)
    }

    /// The moment of the snapshot that first lacked it, after the last that has it. `None` while it is there, and as long as no
    /// snapshot would show it: what is out of sight is not closed.
    #[must_use]
    pub fn closed_at(&self, ledger: &Ledger) -> Option<Timestamp> {
        let last = self.seen.iter().rposition(|seen| seen.is_there())?;
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
                row.new += u64::from(before.is_none() && seen.is_there());
                row.gone += u64::from(before.is_some_and(Seen::is_there) && seen == Seen::Absent);
                row.reopened += u64::from(is_reopened(before, seen));
                row.out_of_sight += u64::from(before.is_some_and(Seen::is_there) && seen == Seen::OutOfSight);
                before = next(before, seen);
            }
        }
        rows
    }
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
    use crate::{
        ChangedUser, Entry, InputFile, LedgerError, LedgerSnapshot, Named, People, RuleSight, SeenConflict,
        Severity, Sight,
    };
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn sight(sees: bool) -> Sight {
        let rules = BTreeMap::from([("R".into(), RuleSight::Judged(BTreeSet::new()))]);
        Sight { cut_off: !sees, people: People::Listed, rules: Some(rules), ..Sight::default() }
    }

    fn entry(moment: i64, seen: &[(u8, Seen)], sight: Sight) -> Entry {
        let snapshot = LedgerSnapshot {
            moment: Timestamp(moment),
            label: format!("{moment}").into(),
            states: "delivered".into(),
            users: 1,
            packages: 2,
            assignments: 2,
            pseudonyms: None,
            sight,
        };
        let conflict = |(user, seen): &(u8, Seen)| SeenConflict {
            rule: Named { id: "R".into(), name: None },
            severity: Severity::High,
            user: ChangedUser {
                id: format!("u{user}").into(),
                name: Some(format!("{moment}").into()),
                ..ChangedUser::default()
            },
            packages: Vec::new(),
            seen: *seen,
        };
        Entry { snapshot, conflicts: seen.iter().map(conflict).collect() }
    }

    #[test]
    fn out_of_sight_is_not_closed_and_what_comes_back_from_there_is_not_reopened() {
        let mut ledger = Ledger::default();
        let mut add = |moment, seen: Option<Seen>, sees| {
            let seen: Vec<(u8, Seen)> = seen.map(|seen| (0, seen)).into_iter().collect();
            let added = ledger.add(entry(moment, &seen, sight(sees)));
            let one = ledger.conflicts().next().unwrap();
            let told = (one.closed_at(&ledger).map(|moment| moment.0), one.reopened(), one.now());
            (added, told, ledger.clone())
        };
        assert_eq!(add(1, Some(Seen::Open), true).1, (None, 0, Seen::Open));
        assert_eq!(add(2, None, false).1, (None, 0, Seen::OutOfSight));
        assert_eq!(add(3, Some(Seen::Open), true).1, (None, 0, Seen::Open));
        assert_eq!(add(4, None, true).1, (Some(4), 0, Seen::Absent));
        assert_eq!(add(5, None, false).1, (Some(4), 0, Seen::OutOfSight));
        let (_, told, ledger) = add(6, Some(Seen::Open), true);
        assert_eq!(told, (None, 1, Seen::Open));
        let rows: Vec<[u64; 4]> =
            ledger.trend().iter().map(|row| [row.new, row.gone, row.reopened, row.out_of_sight]).collect();
        assert_eq!(
            rows,
            [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
        );
        // Another one of the same moment.
        assert!(matches!(add(6, Some(Seen::Excepted), true).0, Err(LedgerError::Moment { .. })));
        assert_eq!(add(6, Some(Seen::Open), false).0, Ok(false));
    }

    #[test]
    fn what_may_have_stood_in_a_missing_file_or_a_rejected_row_is_not_closed() {
        let files = |paths: &[&str]| -> Vec<InputFile> {
            paths
                .iter()
                .map(|path| InputFile { path: (*path).into(), rows: Some(5), ..InputFile::default() })
                .collect()
        };
        let now = |later: Sight| {
            let mut ledger = Ledger::default();
            let first = Sight { files: files(&["o/a.json", "o/b.json"]), ..sight(true) };
            ledger.add(entry(1, &[(0, Seen::Open)], first)).unwrap();
            ledger.add(entry(2, &[], later)).unwrap();
            ledger.conflicts().next().unwrap().now()
        };
        let both = files(&["n/a.json", "n/b.json"]);
        assert_eq!(now(Sight { files: both.clone(), ..sight(true) }), Seen::Absent);
        assert_eq!(now(Sight { files: files(&["n/a.json"]), ..sight(true) }), Seen::OutOfSight);
        assert_eq!(now(Sight { files: both, rejected: 1, ..sight(true) }), Seen::OutOfSight);
    }

    #[test]
    fn a_page_that_is_missing_stays_missing_until_the_row_ends_by_itself() {
        let pages = |sizes: &[u64]| -> Vec<InputFile> {
            let file = |(at, rows): (usize, &u64)| InputFile {
                path: format!("x/p{at}.json").into(),
                rows: Some(*rows),
                ..InputFile::default()
            };
            sizes.iter().enumerate().map(file).collect()
        };
        let mut ledger = Ledger::default();
        let months: [(&[u64], bool); 5] =
            [(&[7, 7, 7, 2], true), (&[7, 7], true), (&[7, 7], false), (&[7], false), (&[7, 7, 6], false)];
        for (at, (sizes, there)) in (1i64..).zip(months) {
            let seen = if there { vec![(0, Seen::Open)] } else { Vec::new() };
            ledger.add(entry(at, &seen, Sight { files: pages(sizes), ..sight(true) })).unwrap();
        }
        use Seen::{Absent, Open, OutOfSight};
        let one = ledger.conflicts().next().unwrap();
        assert_eq!(one.seen(), [Open, Open, OutOfSight, OutOfSight, Absent]);
    }

    #[test]
    fn a_rule_that_was_not_given_is_out_of_sight_and_one_that_was_taken_out_is_gone() {
        let now = |later: Sight| {
            let mut ledger = Ledger::default();
            ledger.add(entry(1, &[(0, Seen::Open)], sight(true))).unwrap();
            ledger.add(entry(2, &[], later)).unwrap();
            let forgotten = ledger.rules_forgotten(Timestamp(2)).len();
            (ledger.conflicts().next().unwrap().now(), forgotten)
        };
        let without = Sight { rules: Some(BTreeMap::new()), ..sight(true) };
        assert_eq!(now(without.clone()), (Seen::OutOfSight, 1));
        assert_eq!(now(Sight { rules_given: true, ..without }), (Seen::Absent, 0));
        assert_eq!(now(Sight { rules: None, ..sight(true) }), (Seen::OutOfSight, 0));
    }

    #[test]
    fn what_counted_under_other_states_is_out_of_sight() {
        let shown = |states: [&str; 3], there: [bool; 3]| {
            let mut ledger = Ledger::default();
            for (at, (states, there)) in (1i64..).zip(states.into_iter().zip(there)) {
                let seen = if there { vec![(0, Seen::Open)] } else { Vec::new() };
                let mut entry = entry(at, &seen, sight(true));
                entry.snapshot.states = states.into();
                ledger.add(entry).unwrap();
            }
            ledger.conflicts().next().unwrap().seen().to_vec()
        };
        let live = "delivering,partiallyDelivered,delivered";
        use Seen::{Absent, Open, OutOfSight};
        let once = [true, false, false];
        assert_eq!(shown([live, "delivered", live], once), [Open, OutOfSight, Absent]);
        assert_eq!(shown(["all", live, "all,x"], once), [Open, OutOfSight, Absent]);
        assert_eq!(
            shown(["delivered", live, "all"], once),
            [Open, Absent, Absent],
            "more states show as much"
        );
        assert_eq!(shown(["delivered", "DELIVERED", ""], once), [Open, Absent, OutOfSight]);
        // It was delivered once, and may be on its way by now: the last snapshot that has it does not tell.
        assert_eq!(shown(["delivered", live, "delivered"], [true, true, false]), [Open, Open, OutOfSight]);
    }

    #[test]
    fn another_tenant_is_no_snapshot_of_this_ledger() {
        let with = |moment, user, packages: &[&str]| {
            let packages = packages.iter().map(|id| (*id).into()).collect();
            entry(moment, &[(user, Seen::Open)], Sight { packages, ..sight(true) })
        };
        let mut ledger = Ledger::default();
        ledger.add(with(1, 0, &["a", "b"])).unwrap();
        let error = ledger.clone().add(with(2, 1, &["c"])).unwrap_err();
        assert!(matches!(error, LedgerError::Tenant { .. }), "{error:?}");
        // Somebody, a package, or nothing told: it may be the same one.
        for (user, packages) in [(0, ["c"].as_slice()), (1, &["b", "c"]), (1, &[])] {
            assert_eq!(ledger.clone().add(with(2, user, packages)), Ok(true));
        }
    }

    #[test]
    fn other_pseudonyms_are_other_people() {
        let mut ledger = Ledger::default();
        ledger.add(entry(1, &[], sight(true))).unwrap();
        let mut other = entry(2, &[], sight(true));
        other.snapshot.pseudonyms = Some("k1".into());
        assert!(matches!(ledger.add(other), Err(LedgerError::Pseudonyms { .. })));
        assert_eq!(ledger.snapshots().len(), 1);
    }

    fn any_sight() -> impl Strategy<Value = Sight> {
        let ids = prop::collection::btree_set((0u8..3).prop_map(|user| format!("u{user}").into()), 0..3);
        let people = prop_oneof![Just(People::Unknown), Just(People::Listed), ids.prop_map(People::Seen)];
        let rule = prop_oneof![
            Just(RuleSight::Judged(BTreeSet::new())),
            Just(RuleSight::Blind),
            Just(RuleSight::NotInForce)
        ];
        let rules =
            prop::option::of(rule).prop_map(|rule| rule.map(|rule| ("R".into(), rule)).into_iter().collect());
        let files =
            prop::collection::vec(prop::sample::select(vec!["x/a", "x/b", "x/1", "x/2", "x/3"]), 0..4);
        let files = files.prop_map(|paths| {
            paths
                .into_iter()
                .map(|path| InputFile { path: path.into(), rows: Some(2), ..InputFile::default() })
                .collect()
        });
        (prop::bool::weighted(0.2), 0u64..2, files, people, prop::option::weighted(0.9, rules)).prop_map(
            |(cut_off, rejected, files, people, rules)| Sight {
                cut_off,
                rejected,
                files,
                people,
                packages: BTreeSet::new(),
                packages_listed: true,
                lists_lacking: None,
                rules_given: rejected == 0,
                rules,
            },
        )
    }

    proptest! {
        #[test]
        fn p39_in_whatever_order_they_are_added_the_ledger_is_the_same(
            snapshots in prop::collection::vec((
                prop::collection::btree_map(0u8..3, prop::bool::ANY, 0..3), any_sight(),
                prop::sample::select(vec!["delivered", "delivering,delivered", "all"]),
            ), 1..7),
            order in prop::collection::vec(any::<u16>(), 7),
        ) {
            let entry = |at: usize| {
                let (seen, sight, states) = &snapshots[at];
                let status = |open: &bool| if *open { Seen::Open } else { Seen::Excepted };
                let seen: Vec<(u8, Seen)> = seen.iter().map(|(user, open)| (*user, status(open))).collect();
                let mut entry = entry(at as i64, &seen, sight.clone());
                entry.snapshot.states = (*states).into();
                entry
            };
            let (mut one, mut other) = (Ledger::default(), Ledger::default());
            for at in 0..snapshots.len() {
                prop_assert_eq!(one.add(entry(at)), Ok(true));
            }
            let mut late: Vec<usize> = (0..snapshots.len()).collect();
            late.sort_by_key(|at| order[*at]);
            for at in late {
                prop_assert_eq!(other.add(entry(at)), Ok(true));
            }
            prop_assert_eq!(&one, &other);
            for at in 0..snapshots.len() {
                prop_assert_eq!(one.clone().add(entry(at)), Ok(false));
            }
            // Nothing is closed by a snapshot that does not see to its end.
            for conflict in one.conflicts() {
                for (seen, (_, sight, _)) in conflict.seen().iter().zip(&snapshots) {
                    let judged = sight.rules.as_ref().is_some_and(|rules| {
                        matches!(rules.get("R"), Some(RuleSight::Judged(_)))
                    });
                    prop_assert!(!(judged && sight.cut_off && *seen == Seen::Absent));
                }
            }
        }
    }
}
