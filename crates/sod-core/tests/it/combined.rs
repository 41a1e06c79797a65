//! Combinations against the plainest reading of what they are.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use sod_core::{combinations, evaluate_rules};
use sod_model::{
    AssignmentMatrix, CombinationKind, Directory, ExternalId, PackageId, ResourceRole, ResourceRoleId,
    ResourceRoles, Rule, RuleOrigin, RuleSet, Term, UserId,
};
use sod_testkit::directory;
use std::collections::BTreeSet;

const PACKAGES: u32 = 6;
const ROLES: u32 = 6;

type Roles = Vec<Option<BTreeSet<u32>>>;

fn tenant(given: &Roles) -> Directory {
    let names: Vec<String> = (0..PACKAGES).map(|at| format!("p{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let role = |at: u32| ResourceRole {
        id: ExternalId::new(&format!("r{at}")),
        role_name: None,
        resource_name: None,
        origin_system: None,
    };
    let of =
        given.iter().map(|own| own.as_ref().map(|own| own.iter().copied().map(ResourceRoleId).collect()));
    let roles = ResourceRoles::new((0..ROLES).map(role).collect(), of.collect()).unwrap();
    directory(&["u0", "u1", "u2"], &names, &[]).with_resource_roles(roles)
}

fn rules(sketches: &[Vec<(BTreeSet<u32>, u32)>]) -> RuleSet {
    let term = |(packages, at_least): &(BTreeSet<u32>, u32)| Term {
        packages: packages.iter().copied().map(PackageId).collect(),
        groups: vec![],
        at_least: *at_least,
    };
    let rule = |(at, terms): (usize, &Vec<_>)| {
        Rule::new(&format!("R{at}"), "r", RuleOrigin::Document, terms.iter().map(term).collect())
    };
    RuleSet::new(sketches.iter().enumerate().map(rule).collect())
}

/// Of how many packages of the term `package` gives everything (or, if `in_part`, something that tells it from others).
fn counts(given: &Roles, terms: &[(BTreeSet<u32>, u32)], at: usize, package: u32, in_part: bool) -> usize {
    let none = BTreeSet::new();
    let roles = |package: u32| given[package as usize].as_ref().unwrap_or(&none);
    let (set, at_least) = &terms[at];
    let contains = |&&member: &&u32| {
        if member == package {
            return true;
        }
        let common: BTreeSet<u32> = roles(member).intersection(roles(package)).copied().collect();
        let tells = |role: &u32| {
            !terms.iter().enumerate().any(|(other, (set, _))| {
                (other != at || *at_least > 1) && set.iter().any(|&p| p != member && roles(p).contains(role))
            })
        };
        !common.is_empty() && common == *roles(member) || in_part && common.iter().any(tells)
    };
    set.iter().filter(contains).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn combinations_are_what_they_are_said_to_be(
        given in vec(prop_oneof![1 => Just(None), 6 => btree_set(0..ROLES, 0..5).prop_map(Some)], PACKAGES as usize),
        sketches in vec(vec((btree_set(0..PACKAGES, 0..4), 0u32..3), 0..4), 0..4),
        held in vec((0u32..3, 0..PACKAGES), 0..12),
    ) {
        let (directory, rules) = (tenant(&given), rules(&sketches));
        let holdings = held.iter().map(|&(user, package)| (UserId(user), PackageId(package)));
        let matrix = AssignmentMatrix::from_holdings(3, PACKAGES as usize, holdings);
        let conflicts = evaluate_rules(&matrix, &directory, &rules);
        let found = combinations(&matrix, &directory, &rules, &conflicts);
        let mut told = found.iter();
        let known = given.iter().flatten().count() > 0;
        for (at, terms) in sketches.iter().enumerate().filter(|(_, terms)| known && !terms.is_empty()) {
            for package in 0..PACKAGES {
                let enough = |in_part: bool| {
                    (0..terms.len()).all(|term| counts(&given, terms, term, package, in_part) >= terms[term].1 as usize)
                };
                // One of which nothing is contained at all is none, even where every term takes none; nor is one that
                // violates the rule all alone.
                let any = (0..terms.len()).any(|term| counts(&given, terms, term, package, true) > 0);
                let own = |(set, at_least): &(BTreeSet<u32>, u32)| u32::from(set.contains(&package)) >= *at_least;
                if !enough(true) || !any || terms.iter().all(own) {
                    continue;
                }
                let one = told.next().unwrap();
                prop_assert_eq!((one.rule.index(), one.package.0, one.is_whole), (at, package, enough(false)));
                let named = terms.iter().any(|(set, _)| set.contains(&package));
                prop_assert_eq!(one.kind == CombinationKind::IntraPackage, named);
                for (term, contained) in one.terms.iter().enumerate() {
                    prop_assert_eq!(contained.len(), counts(&given, terms, term, package, true));
                }
                let holders: BTreeSet<u32> = held.iter().filter(|(_, p)| *p == package).map(|(user, _)| *user).collect();
                prop_assert_eq!(one.holders.iter().collect::<BTreeSet<u32>>(), holders.clone());
                let violating = conflicts.of_rule(one.rule).iter().filter(|conflict| holders.contains(&conflict.user.0));
                prop_assert_eq!(one.in_conflict as usize, violating.count());
            }
        }
        prop_assert!(told.next().is_none());
    }
}

#[test]
fn a_role_that_everything_gives_combines_nothing() {
    // 0 and 1 are kept apart; all give role 0, package 2 gives nothing else, 3 gives the own role of 0, 4 those of both.
    let sets = [&[0, 1][..], &[0, 2], &[0], &[0, 1], &[0, 1, 2], &[]];
    let given: Roles = sets.iter().map(|set| Some(set.iter().copied().collect())).collect();
    let rules = rules(&[vec![(BTreeSet::from([0]), 1), (BTreeSet::from([1]), 1)]]);
    let matrix = AssignmentMatrix::from_holdings(3, PACKAGES as usize, [(UserId(0), PackageId(4))]);
    let directory = tenant(&given);
    let conflicts = evaluate_rules(&matrix, &directory, &rules);
    let found = combinations(&matrix, &directory, &rules, &conflicts);
    let seen: Vec<_> = found.iter().map(|one| (one.package.0, one.kind.name(), one.is_whole)).collect();
    assert_eq!(seen, [(4, "override", true)]);
    assert_eq!((found[0].holders.len(), found[0].in_conflict), (1, 0));
}
