//! The slow engine beside the specification: same pairs, same violators.

use super::*;
use proptest::prelude::*;
use sod_model::{Rule, RuleOrigin, RuleSet, Silent, Term};
use sod_testkit::{assignments, snapshot};
use std::collections::BTreeMap;

fn rules() -> impl Strategy<Value = Vec<Vec<(u32, BTreeSet<u32>)>>> {
    let term = (0u32..4, prop::collection::btree_set(0u32..6, 0..5));
    prop::collection::vec(prop::collection::vec(term, 0..4), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pairs_and_violators_are_those_of_the_specification(sketches in assignments(), written in rules()) {
        let snapshot = snapshot(&sketches);
        let held = holdings(&snapshot, &sod_model::Holding::default());
        let rows: Vec<_> = sketches.iter().map(sod_testkit::AssignmentSketch::spec).collect();
        let specified = sod_spec::holdings(&rows, &["delivered".to_owned()].into());
        let package = |id: PackageId| snapshot.directory.package(id).unwrap().id.to_string();
        let user = |id: UserId| snapshot.directory.user(id).unwrap().id.to_string();

        let pairs = count_pairs(&held, &Silent).unwrap();
        let sums = totals(&held, &pairs);
        prop_assert_eq!(sums.row_sum, sod_spec::pair_sum(&specified));
        prop_assert!(sums.identity_holds());
        let named: BTreeMap<(String, String), u64> = pairs
            .iter()
            .map(|pair| ((package(pair.pair.low()), package(pair.pair.high())), u64::from(pair.holders_both)))
            .collect();
        prop_assert_eq!(named, sod_spec::pair_counts(&specified));

        let packages = snapshot.directory.packages().len() as u32;
        let term = |(at_least, set): &(u32, BTreeSet<u32>)| Term {
            packages: set.iter().filter(|id| **id < packages).map(|id| PackageId(*id)).collect(),
            groups: Vec::new(),
            at_least: *at_least,
        };
        let rule = |(at, terms): (usize, &Vec<(u32, BTreeSet<u32>)>)| {
            Rule::new(&format!("R{at}"), "", RuleOrigin::Document, terms.iter().map(term).collect())
        };
        let rules = RuleSet::new(written.iter().enumerate().map(rule).collect());
        let found = violations(&Things::new(&snapshot.directory, &held), &rules, &Silent).unwrap();
        // The specification leaves out users who hold nothing; a rule that takes nothing is violated by them too.
        let holding = |id: UserId| held.get(id.index()).is_some_and(|packages| !packages.is_empty());
        let found: BTreeSet<(String, String)> = found
            .into_iter()
            .filter(|(_, id)| holding(*id))
            .map(|(rule, id)| (rules.rule(rule).unwrap().id.to_string(), user(id)))
            .collect();
        let mut expected = BTreeSet::new();
        for rule in rules.rules() {
            let term = |term: &Term| sod_spec::Term {
                set: term.packages.iter().map(|id| package(*id)).collect(),
                at_least: term.at_least as usize,
            };
            let terms: Vec<sod_spec::Term<String>> = rule.terms.iter().map(term).collect();
            let users = sod_spec::violators(&specified, &terms);
            expected.extend(users.into_iter().map(|user| (rule.id.to_string(), user)));
        }
        prop_assert_eq!(found, expected);
    }
}
