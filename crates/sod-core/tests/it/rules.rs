//! Rules against the specification, and their laws.

use proptest::prelude::*;
use sod_core::{evaluate_rules, holders_of_both, violators};
use sod_model::{ConflictSet, Directory, PackageId, Rule, RuleId, RuleOrigin, RuleSet, Term};
use sod_testkit::{Fixture, GeneratedRules, matrix, rules_over, small_matrix};
use std::collections::BTreeSet;

fn rule(terms: Vec<Term>) -> Rule {
    Rule::new("R", "R", RuleOrigin::Document, terms)
}

fn users_of(conflicts: &ConflictSet, rule: usize) -> BTreeSet<u32> {
    conflicts.of_rule(RuleId(rule as u32)).iter().map(|conflict| conflict.user.0).collect()
}

fn judge(case: &GeneratedRules) -> ConflictSet {
    evaluate_rules(&case.holdings.matrix(), &case.directory(), &case.rule_set())
}

/// Who violates a rule written as terms, each a number and packages: `["1 A B", "2 C D E"]`.
fn check(fixture: &str, terms: &[&str], expect: &str) {
    let fixture = Fixture::parse(fixture);
    let term = |text: &&str| {
        let (at_least, packages) = text.split_once(' ').unwrap();
        let packages = packages.split_whitespace().map(|name| fixture.package(name)).collect();
        Term { packages, groups: Vec::new(), at_least: at_least.parse().unwrap() }
    };
    let rule = rule(terms.iter().map(term).collect());
    let conflicts = evaluate_rules(&fixture.matrix(), &Directory::default(), &RuleSet::new(vec![rule]));
    let found = fixture.write_users(conflicts.conflicts().iter().map(|conflict| conflict.user));
    assert_eq!(found, expect, "{terms:?}");
}

#[test]
fn terms_are_sets_and_rules_are_conjunctions() {
    let tenant = "alice: A B C
                  bob:   A D
                  carol: B C D
                  dave:  E
                  erin:";
    check(tenant, &["1 A", "1 D"], "bob");
    check(tenant, &["1 A B", "1 C D"], "alice bob carol");
    check(tenant, &["2 A B C D"], "alice bob carol");
    check(tenant, &["3 A B C D"], "alice carol");
    check(tenant, &["4 A B C D"], "");
    check(tenant, &["5 A B C D"], "");
    check(tenant, &["2 A A"], "");
    check(tenant, &["0 A"], "alice bob carol dave erin");
    check(tenant, &[], "");
}

#[test]
fn p22_a_rule_that_cannot_be_judged_convicts_nobody() {
    let fixture = Fixture::parse("alice: A B");
    let packages = ["A", "B"].map(|name| Term::package(fixture.package(name)));
    let judged = Rule { id: "R1".into(), ..rule(packages.to_vec()) };
    let unjudged = Rule { id: "R0".into(), not_evaluable: Some("no members".into()), ..judged.clone() };
    let rules = RuleSet::new(vec![judged.clone(), unjudged.clone()]);
    let conflicts = evaluate_rules(&fixture.matrix(), &Directory::default(), &rules);
    assert_eq!((users_of(&conflicts, 0).len(), users_of(&conflicts, 1).len()), (0, 1));
    let alone = violators(&fixture.matrix(), &Directory::default(), &unjudged);
    assert_eq!(alone, violators(&fixture.matrix(), &Directory::default(), &judged));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn p21_conflicts_are_those_of_the_specification(case in rules_over(small_matrix())) {
        let conflicts = judge(&case);
        let held = case.spec_holdings();
        for at in 0..case.rules.len() {
            prop_assert_eq!(users_of(&conflicts, at), sod_spec::violators(&held, &case.spec_terms(at)));
        }
    }

    #[test]
    fn p20_the_order_of_terms_and_members_changes_nothing(case in rules_over(small_matrix())) {
        let mut turned = case.clone();
        for terms in &mut turned.rules {
            terms.reverse();
            for (packages, groups, _) in terms {
                packages.reverse();
                groups.reverse();
            }
        }
        prop_assert_eq!(judge(&turned), judge(&case));
    }

    #[test]
    fn p19_p20_more_demands_add_nobody(case in rules_over(small_matrix())) {
        let all = judge(&case);
        let (mut harder, mut longer) = (case.clone(), case.clone());
        for terms in &mut harder.rules {
            terms.iter_mut().for_each(|(_, _, at_least)| *at_least += 1);
        }
        for terms in &mut longer.rules {
            let first = terms.first().cloned();
            terms.extend(first.map(|(packages, _, at_least)| (packages, Vec::new(), at_least)));
        }
        for more in [judge(&harder), judge(&longer)] {
            for at in 0..case.rules.len() {
                prop_assert!(users_of(&more, at).is_subset(&users_of(&all, at)));
            }
        }
    }

    #[test]
    fn p6_one_more_assignment_clears_no_conflict(
        case in rules_over(small_matrix()), user in 0u32..30, package in 0u32..12,
    ) {
        let mut more = case.clone();
        more.holdings.held.push((user % case.holdings.users.max(1), package % case.holdings.packages.max(1)));
        let (before, after) = (judge(&case), judge(&more));
        for at in 0..case.rules.len() {
            prop_assert!(users_of(&before, at).is_subset(&users_of(&after, at)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn p18_p19_two_packages_and_sets_of_them(holdings in matrix(), a in 0u32..8, b in 0u32..8) {
        let matrix = holdings.matrix();
        let directory = Directory::default();
        let (a, b) = (PackageId(a), PackageId(b));
        let both = holders_of_both(&matrix, a, &matrix, b);
        let pair = rule(vec![Term::package(a), Term::package(b)]);
        prop_assert_eq!(violators(&matrix, &directory, &pair), both.clone());
        let of_two = |at_least| rule(vec![Term { packages: vec![a, b], groups: Vec::new(), at_least }]);
        prop_assert_eq!(violators(&matrix, &directory, &of_two(1)), matrix.column(a) | matrix.column(b));
        if a != b {
            prop_assert_eq!(violators(&matrix, &directory, &of_two(2)), both);
        }
        prop_assert_eq!(violators(&matrix, &directory, &of_two(0)).len(), matrix.users() as u64);
        prop_assert!(violators(&matrix, &directory, &of_two(u32::MAX)).is_empty());
    }
}
