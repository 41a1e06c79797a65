//! The specification on examples small enough to be checked by eye.
#![allow(clippy::indexing_slicing, reason = "tests may panic")]

use sod_spec::{
    Assignment, Holdings, Term, additional_access, holders, holdings, pair_count, pair_counts, pair_sum,
};
use sod_spec::{satisfies, side, violators};
use std::collections::BTreeSet;

fn export() -> Vec<Assignment<&'static str>> {
    let rows = [
        ("a5", "alice", "A", "delivered"),
        ("a1", "alice", "B", "delivered"),
        ("a4", "alice", "B", "expired"),
        ("a3", "alice", "B", "delivered"),
        ("a2", "bob", "A", "delivered"),
        ("a6", "bob", "B", "expired"),
        ("a7", "carol", "B", "delivered"),
        ("a8", "carol", "C", "delivered"),
    ];
    rows.map(|(id, user, package, state)| Assignment { id, user, package, state }).into()
}

fn delivered() -> Holdings<&'static str> {
    holdings(&export(), &["delivered"].into())
}

fn ids(found: &[&Assignment<&'static str>]) -> Vec<&'static str> {
    found.iter().map(|assignment| assignment.id).collect()
}

#[test]
fn holding_is_decided_by_state_and_repeats_are_one() {
    let held = delivered();
    assert_eq!(held["alice"], ["A", "B"].into());
    assert_eq!(held["bob"], ["A"].into());
    assert_eq!(holders(&held, &"B"), ["alice", "carol"].into());
    assert!(holdings(&export(), &BTreeSet::new()).is_empty());
}

#[test]
fn p1_p2_p3_counts_of_pairs() {
    let held = holdings(&export(), &["delivered", "expired"].into());
    for a in ["A", "B", "C", "nobody's"] {
        assert_eq!(pair_count(&held, &a, &a), holders(&held, &a).len() as u64);
        for b in ["A", "B", "C"] {
            let count = pair_count(&held, &a, &b);
            assert_eq!(count, pair_count(&held, &b, &a));
            assert!(count <= holders(&held, &a).len().min(holders(&held, &b).len()) as u64);
        }
    }
}

#[test]
fn p4_pair_sum_equals_row_sum() {
    let held = holdings(&export(), &["delivered", "expired"].into());
    let counts = pair_counts(&held);
    assert_eq!(counts, [(("A", "B"), 2), (("B", "C"), 1)].into());
    assert_eq!(counts.values().sum::<u64>(), pair_sum(&held));
}

#[test]
fn additional_access_lists_every_assignment_of_the_wanted_side() {
    let export = export();
    let found = additional_access(&export, &side("B", ["delivered"]), &side("A", ["delivered"]));
    assert_eq!(ids(&found), ["a1", "a3"]);
    let found = additional_access(&export, &side("A", ["delivered"]), &side("B", ["delivered", "expired"]));
    assert_eq!(ids(&found), ["a2", "a5"]);
    assert!(additional_access(&export, &side("A", ["delivered"]), &side("C", ["delivered"])).is_empty());
}

#[test]
fn rules_are_conjunctions_of_at_least_so_many() {
    let held = delivered();
    let term = |set: &[&'static str], at_least| Term { set: set.iter().copied().collect(), at_least };
    assert!(satisfies(&held["alice"], &term(&["A", "B", "C"], 2)));
    assert_eq!(violators(&held, &[term(&["A"], 1), term(&["B"], 1)]), ["alice"].into());
    assert_eq!(violators(&held, &[term(&["A", "B", "C"], 2)]), ["alice", "carol"].into());
    assert!(violators(&held, &[term(&["A"], 2)]).is_empty());
    assert!(violators(&held, &[]).is_empty());
    assert_eq!(violators(&held, &[term(&[], 0)]).len(), 3);
}

#[test]
fn numbers_serve_as_well_as_names() {
    let export = [(1, 10, 7, 2), (2, 10, 8, 2)];
    let export = export.map(|(id, user, package, state)| Assignment { id, user, package, state });
    assert_eq!(pair_counts(&holdings(&export, &[2u32].into())), [((7, 8), 1)].into());
}
