//! Who comes near a rule, against trying every package on every user.

use proptest::prelude::*;
use sod_core::{Nearness, near_violations};
use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleOrigin, RuleSet, Term, UserId};
use sod_testkit::{Fixture, GeneratedRules, directory, rules_over, small_matrix};
use std::collections::BTreeSet;

/// Who comes near a rule: each user is asked alone, as a tenant of one.
fn near(matrix: &AssignmentMatrix, groups: &[Option<Vec<u32>>], rule: &Rule) -> BTreeSet<u32> {
    let names: Vec<String> = (0..groups.len()).map(|at| format!("g{at:06}")).collect();
    let rules = RuleSet::new(vec![rule.clone()]);
    let comes_near = |user: &u32| {
        let row = matrix.row(UserId(*user)).iter().map(|package| (UserId(0), *package));
        let alone = AssignmentMatrix::from_holdings(1, matrix.packages(), row);
        let is_in = |members: &Vec<u32>| if members.contains(user) { vec![0] } else { Vec::new() };
        let groups = names.iter().zip(groups);
        let groups: Vec<_> =
            groups.map(|(name, members)| (name.as_str(), members.as_ref().map(is_in))).collect();
        near_violations(&alone, &directory(&["u"], &[], &groups), &rules)[0].unwrap().near == 1
    };
    (0..matrix.users() as u32).filter(comes_near).collect()
}

/// Who comes near a rule written as terms, each a number and packages.
fn check(fixture: &str, terms: &[&str], expect: &str) {
    let fixture = Fixture::parse(fixture);
    let term = |text: &&str| {
        let (at_least, packages) = text.split_once(' ').unwrap();
        let packages = packages.split_whitespace().map(|name| fixture.package(name)).collect();
        Term { packages, groups: Vec::new(), at_least: at_least.parse().unwrap() }
    };
    let rule = Rule::new("R", "R", RuleOrigin::Document, terms.iter().map(term).collect());
    let near = near(&fixture.matrix(), &[], &rule);
    assert_eq!(fixture.write_users(near.into_iter().map(UserId)), expect, "{terms:?}");
}

#[test]
fn one_package_more() {
    let tenant = "alice: A B C
                  bob:   A D
                  carol: E
                  erin:";
    check(tenant, &["1 A", "1 D"], "alice");
    check(tenant, &["1 A", "1 B", "1 C"], "");
    check(tenant, &["3 A B C"], "");
    check(tenant, &["2 A B C"], "bob");
    check(tenant, &["1 E"], "alice bob erin");
    // A counts for both: who holds neither side is made a violator by it alone.
    check(tenant, &["1 A B", "1 A D"], "carol erin");
    check(tenant, &["2 A B", "2 A D"], "alice bob");
    check(tenant, &[], "");
    // Nobody holds any of it, and it takes two.
    check("alice: E\nbob: B C", &["1 B", "1 E"], "alice bob");
    check("alice: E\nbob: E", &["2 E E"], "");
}

/// Tries every package on every user.
fn brute_force(case: &GeneratedRules, rule: usize) -> BTreeSet<u32> {
    let terms = case.spec_terms(rule);
    let held = case.spec_holdings();
    let now = sod_spec::violators(&held, &terms);
    let mut near = BTreeSet::new();
    for package in 0..case.holdings.packages.max(1) {
        let mut more = held.clone();
        more.values_mut().for_each(|things| {
            things.insert(package);
        });
        near.extend(sod_spec::violators(&more, &terms));
    }
    &near - &now
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn p33_who_comes_near_is_who_one_package_more_convicts(case in rules_over(small_matrix())) {
        let (matrix, directory) = (case.holdings.matrix(), case.directory());
        let rules = case.rule_set();
        let all = near_violations(&matrix, &directory, &rules);
        for (at, rule) in rules.rules().iter().enumerate() {
            let near = near(&matrix, &case.groups, rule);
            let expected = brute_force(&case, at);
            prop_assert_eq!(&near, &expected, "{:?}", rule.terms);
            let violators = sod_spec::violators(&case.spec_holdings(), &case.spec_terms(at)).len() as u64;
            prop_assert_eq!(all[at], Some(Nearness { violators, near: expected.len() as u64 }));
        }
    }
}

#[test]
fn p22_a_rule_that_is_not_judged_is_not_far_either() {
    let fixture = Fixture::parse("alice: A");
    let rule = Rule::new("R", "R", RuleOrigin::Document, vec![Term::package(PackageId(0))]);
    let unjudged = Rule { not_evaluable: Some("no members".into()), ..rule };
    let near = near_violations(&fixture.matrix(), &Directory::default(), &RuleSet::new(vec![unjudged]));
    assert_eq!(near, [None]);
}
