//! Groups of conflicts, and the minimal violating subsets of what they hold, against the specification.

use proptest::prelude::*;
use sod_core::{conflict_groups, evaluate_rules};
use sod_model::{ExceptionId, HeldSet, PackageId, Rule, RuleOrigin, Term};
use sod_testkit::{GeneratedRules, remedies, rules_over, small_matrix};
use std::collections::{BTreeMap, BTreeSet};

/// The things of the specification that a held set has.
fn things(held: &HeldSet) -> BTreeSet<u32> {
    let packages = held.packages.iter().map(|package| package.0);
    packages.chain(held.groups.iter().map(|group| u32::MAX - group.0)).collect()
}

/// By rule and what is held of it: who holds that, told by the specification.
fn expected(case: &GeneratedRules) -> BTreeMap<(u32, BTreeSet<u32>), BTreeSet<u32>> {
    let held = case.spec_holdings();
    let mut groups: BTreeMap<_, BTreeSet<u32>> = BTreeMap::new();
    for at in 0..case.rules.len() {
        let terms = case.spec_terms(at);
        let named: BTreeSet<u32> = terms.iter().flat_map(|term| term.set.iter().copied()).collect();
        for user in sod_spec::violators(&held, &terms) {
            let own = held[&user].intersection(&named).copied().collect();
            groups.entry((at as u32, own)).or_default().insert(user);
        }
    }
    groups
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn p29_groups_hold_every_conflict_once_and_say_what_is_held(case in rules_over(small_matrix())) {
        let (matrix, directory, rules) = (case.holdings.matrix(), case.directory(), case.rule_set());
        // Every third user is excused, whatever the rule.
        let conflicts = evaluate_rules(&matrix, &directory, &rules)
            .excused(|_, user| (user.0 % 3 == 0).then_some(ExceptionId(0)));
        let groups = conflict_groups(&matrix, &directory, &rules, &conflicts);
        let found: BTreeMap<_, BTreeSet<u32>> = groups
            .iter()
            .map(|group| ((group.rule.0, things(&group.held)), group.users.iter().map(|user| user.0).collect()))
            .collect();
        prop_assert_eq!(found.len(), groups.len(), "two groups of one rule hold the same");
        prop_assert_eq!(found, expected(&case));
        prop_assert_eq!(groups.iter().map(|group| group.open as usize).sum::<usize>(), conflicts.open());
        for pair in groups.windows(2) {
            let key = |at: usize| (pair[at].rule, std::cmp::Reverse(pair[at].users.len()), &pair[at].held);
            prop_assert!(key(0) < key(1));
        }
    }

    #[test]
    fn p30_minimal_sets_are_those_of_the_specification(case in remedies()) {
        let case = case.rules;
        let (matrix, directory, rules) = (case.holdings.matrix(), case.directory(), case.rule_set());
        let conflicts = evaluate_rules(&matrix, &directory, &rules);
        for group in conflict_groups(&matrix, &directory, &rules, &conflicts) {
            let rule = rules.rule(group.rule).unwrap();
            let expected = sod_spec::minimal_sets(&things(&group.held), &case.spec_terms(group.rule.index()));
            let minimal = group.held.minimal_sets(rule, usize::MAX);
            prop_assert!(minimal.total_is_exact);
            prop_assert_eq!(minimal.total as usize, minimal.sets.len());
            prop_assert!(minimal.sets.is_sorted_by(|a, b| a < b));
            let found: BTreeSet<BTreeSet<u32>> = minimal.sets.iter().map(things).collect();
            prop_assert_eq!(&found, &expected);
            // A limit leaves out some, and says how many there are.
            let two = group.held.minimal_sets(rule, 2);
            prop_assert_eq!((two.sets.len(), two.total), (expected.len().min(2), minimal.total));
            // The order of terms makes no difference, not even under a limit.
            let turned = Rule { terms: rule.terms.iter().rev().cloned().collect(), ..rule.clone() };
            prop_assert_eq!(group.held.minimal_sets(&turned, 2), two);
        }
    }
}

fn packages(ids: std::ops::Range<u32>) -> Vec<PackageId> {
    ids.map(PackageId).collect()
}

fn rule(terms: Vec<Term>) -> Rule {
    Rule::new("R", "R", RuleOrigin::Document, terms)
}

#[test]
fn numbers_beyond_what_can_be_listed_are_known_or_said_to_be_unknown() {
    let term = |packages, at_least| Term { packages, groups: vec![], at_least };
    let held = HeldSet { packages: packages(0..200), groups: vec![] };
    // 100 of one side with 100 of the other.
    let sides = rule(vec![term(packages(0..100), 1), term(packages(100..200), 1)]);
    let minimal = held.minimal_sets(&sides, 3);
    assert_eq!((minimal.sets.len(), minimal.total, minimal.total_is_exact), (3, 10_000, true));
    // 100 of 200: more than 2^64.
    let half = rule(vec![term(packages(0..200), 100)]);
    let minimal = held.minimal_sets(&half, 1);
    assert_eq!((minimal.sets.len(), minimal.total, minimal.total_is_exact), (1, u64::MAX, false));
    // Two sides that share a package, and far too many choices to try.
    let shared = rule(vec![term(packages(0..150), 5), term(packages(149..200), 5)]);
    let minimal = held.minimal_sets(&shared, 4);
    assert!(
        !minimal.total_is_exact && minimal.total >= minimal.sets.len() as u64 && !minimal.sets.is_empty()
    );
    assert!(
        minimal
            .sets
            .iter()
            .all(|set| set.violates(&shared) && set.minimal_sets(&shared, 2).sets == [set.clone()])
    );
    // Who does not violate has none.
    let minimal = HeldSet::default().minimal_sets(&sides, 3);
    assert_eq!((minimal.sets.len(), minimal.total, minimal.total_is_exact), (0, 0, true));
}
