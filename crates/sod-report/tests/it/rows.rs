//! `read = accepted + rejected + set_aside`, whatever the choice of states.

use crate::fixture::{assignment, package, tenant, user};
use proptest::prelude::*;
use sod_model::{Directory, Holding, Provenance, RowCounts, Snapshot, Source, StateFilter, StateTable};
use sod_report::view::{row_totals, set_aside_by};

fn snapshot(states: &[u8], rejected: u64, repeated: u64) -> Snapshot {
    let mut table = StateTable::new();
    let names = ["delivered", "expired", "delivering", "Frozen", "repeated"];
    let assignments: Vec<_> = states
        .iter()
        .map(|&state| assignment(None, 0, 0, table.intern(names[usize::from(state) % 5])))
        .collect();
    let accepted = states.len() as u64;
    let rows = RowCounts { read: accepted + rejected + repeated, accepted, rejected, repeated };
    let provenance =
        Provenance { sources: vec![Source { rows, ..Source::default() }], ..Provenance::default() };
    let directory =
        Directory::from_sorted(vec![user("u", None)], vec![package("p", None)], vec![], vec![], vec![])
            .unwrap();
    Snapshot::new(directory, table, provenance, assignments)
}

proptest! {
    #[test]
    fn every_row_is_accounted_for(
        states in proptest::collection::vec(any::<u8>(), 0..40),
        rejected in 0..50u64,
        repeated in 0..50u64,
        filter in proptest::sample::select(vec!["delivered", "live", "all", "frozen,expired", "repeated", "nothing"]),
    ) {
        let snapshot = snapshot(&states, rejected, repeated);
        let holding = Holding { states: StateFilter::parse(filter).unwrap() };
        let totals = row_totals(&snapshot, &holding);
        prop_assert!(totals.add_up());
        prop_assert_eq!(totals.read, totals.accepted + totals.rejected + totals.set_aside);
        prop_assert_eq!(set_aside_by(&snapshot, &holding).values().sum::<u64>(), totals.set_aside);
        prop_assert_eq!(totals.rejected, rejected);
        if filter == "all" {
            prop_assert_eq!((totals.accepted, totals.set_aside), (states.len() as u64, repeated));
        }
    }
}

#[test]
fn the_tenant_by_hand() {
    let tenant = tenant();
    let rows = tenant.view().rows();
    assert_eq!((rows.read, rows.accepted, rows.rejected, rows.set_aside), (13, 7, 2, 4));
    let reasons: Vec<(&str, u64)> = tenant.view().set_aside_by().into_iter().collect();
    assert_eq!(reasons, [("Frozen", 1), ("expired", 1), ("repeated", 2)]);
}
