//! Additional access against the specification, and its laws.

use proptest::prelude::*;
use sod_core::{AdditionalAccess, additional_access, holders_of_both};
use sod_model::{Assignment, ExternalId, Holding, PackageId, Snapshot, StateFilter};
use sod_testkit::{AssignmentSketch, STATES, assignments, parse_assignments, snapshot};
use std::collections::BTreeSet;

/// A choice of states, as names.
fn states() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(STATES.to_vec(), 1..=STATES.len())
}

fn filter(states: &[&str]) -> StateFilter {
    StateFilter::parse(&states.join(",")).unwrap()
}

/// The package of that name; unknown to the snapshot if it does not occur.
fn package(snapshot: &Snapshot, name: &str) -> PackageId {
    snapshot.directory.find_package(&ExternalId::new(name)).unwrap_or(PackageId(1_000))
}

fn ask(snapshot: &Snapshot, a: &str, a_states: &[&str], b: &str, b_states: &[&str]) -> Vec<Assignment> {
    let question = AdditionalAccess {
        package: package(snapshot, a),
        incompatible: package(snapshot, b),
        states: filter(a_states),
        incompatible_states: filter(b_states),
    };
    additional_access(snapshot, &question)
}

/// As the specification writes it: id, user, package, state.
fn write(snapshot: &Snapshot, found: &Assignment) -> sod_spec::Assignment<String> {
    sod_spec::Assignment {
        id: found.id.as_ref().map(ToString::to_string).unwrap_or_default(),
        user: snapshot.directory.user(found.user).unwrap().id.to_string(),
        package: snapshot.directory.package(found.package).unwrap().id.to_string(),
        state: snapshot.states.name(found.state).into(),
    }
}

fn spec(sketches: &[AssignmentSketch]) -> Vec<sod_spec::Assignment<String>> {
    sketches.iter().map(AssignmentSketch::spec).collect()
}

fn users(found: &[Assignment]) -> BTreeSet<u32> {
    found.iter().map(|assignment| assignment.user.0).collect()
}

#[test]
fn every_assignment_of_the_wanted_side_is_listed() {
    let snapshot = snapshot(&parse_assignments(
        "b2 alice A delivered
         b1 alice A delivered
         a9 alice A expired
         c1 alice B delivered
         c2 bob   A delivered
         c3 bob   B expired
         -  carol A delivered
         -  carol B delivered",
    ));
    let ids = |a, a_states: &[&str], b, b_states: &[&str]| -> Vec<String> {
        let found = ask(&snapshot, a, a_states, b, b_states);
        found.into_iter().map(|assignment| write(&snapshot, &assignment).id).collect()
    };
    assert_eq!(ids("A", &["delivered"], "B", &["delivered"]), ["", "b1", "b2"]);
    assert_eq!(ids("B", &["delivered"], "A", &["delivered"]), ["", "c1"]);
    assert_eq!(ids("A", &["expired"], "B", &["delivered"]), ["a9"]);
    assert_eq!(ids("A", &["all"], "B", &["all"]), ["", "a9", "b1", "b2", "c2"]);
    assert!(ids("A", &["delivered"], "unknown", &["all"]).is_empty());
    assert!(ids("unknown", &["all"], "A", &["delivered"]).is_empty());
}

proptest! {
    #[test]
    fn p15_p17_rows_are_those_of_the_specification(
        sketches in assignments(), a in 0u32..4, b in 0u32..4, a_states in states(), b_states in states(),
    ) {
        let snapshot = snapshot(&sketches);
        let (a, b) = (format!("P{a}"), format!("P{b}"));
        let found = ask(&snapshot, &a, &a_states, &b, &b_states);
        let written: Vec<_> = found.iter().map(|found| write(&snapshot, found)).collect();
        let side = |package: &str, states: &[&str]| sod_spec::Side {
            package: package.to_owned(),
            states: states.iter().map(|&state| state.into()).collect(),
        };
        let all = spec(&sketches);
        let expected = sod_spec::additional_access(&all, &side(&a, &a_states), &side(&b, &b_states));
        prop_assert_eq!(written.iter().collect::<Vec<_>>(), expected);
        prop_assert!(written.iter().all(|row| row.package == a && a_states.contains(&row.state.as_str())));
        prop_assert!(written.is_sorted_by_key(|row| (row.id.as_bytes().to_vec(), row.user.clone())));
        // Each assignment once, even where two say the same.
        let places: BTreeSet<u64> = found.iter().map(|found| found.location.unwrap().offset).collect();
        prop_assert_eq!(places.len(), found.len());
    }

    #[test]
    fn p14_p16_both_sides_name_the_same_users(
        sketches in assignments(), a_states in states(), b_states in states(),
    ) {
        let snapshot = snapshot(&sketches);
        for (a, b) in [("P0", "P1"), ("P2", "P0"), ("P1", "P3"), ("P2", "P2")] {
            let there = users(&ask(&snapshot, a, &a_states, b, &b_states));
            let back = users(&ask(&snapshot, b, &b_states, a, &a_states));
            prop_assert_eq!(&there, &back);
            let left = snapshot.matrix(&Holding { states: filter(&a_states) });
            let right = snapshot.matrix(&Holding { states: filter(&b_states) });
            let both = holders_of_both(&left, package(&snapshot, a), &right, package(&snapshot, b));
            prop_assert_eq!(there, both.iter().collect::<BTreeSet<_>>());
        }
    }

    #[test]
    fn p6_one_more_state_hides_no_row(sketches in assignments(), states in states()) {
        let snapshot = snapshot(&sketches);
        let rows = |states: &[&str]| -> BTreeSet<u64> {
            ask(&snapshot, "P0", states, "P1", states).iter().map(|found| found.location.unwrap().offset).collect()
        };
        prop_assert!(rows(&states).is_subset(&rows(&["all"])));
    }
}
