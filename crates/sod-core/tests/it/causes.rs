//! The causes of conflicts, by examples and against what a plan says.

use crate::remediation::judge;
use proptest::prelude::*;
use sod_core::{causes, evaluate_rules, violators};
use sod_model::{
    AssignmentMatrix, Directory, ExceptionId, GroupId, PackageId, Rule, RuleId, RuleOrigin, RuleSet, Term,
    UserId,
};
use sod_testkit::{Fixture, directory, remedies};
use std::collections::BTreeSet;

fn rule(id: &str, terms: &[(&[u32], &[u32], u32)]) -> Rule {
    let term = |(packages, groups, at_least): &(&[u32], &[u32], u32)| Term {
        packages: packages.iter().map(|&package| PackageId(package)).collect(),
        groups: groups.iter().map(|&group| GroupId(group)).collect(),
        at_least: *at_least,
    };
    Rule::new(id, id, RuleOrigin::Document, terms.iter().map(term).collect())
}

#[test]
fn links_components_and_cohorts_of_a_small_tenant() {
    // A to F are 0 to 5. Ann and bob differ in F alone, which no rule names.
    let fixture = Fixture::parse("ann: A B C\nbob: A B C F\ncid: D E\ndee: A C\neve: F");
    let users: Vec<&str> = fixture.users().iter().map(String::as_str).collect();
    let packages: Vec<&str> = fixture.packages().iter().map(String::as_str).collect();
    let directory = directory(&users, &packages, &[("g0", Some(vec![2]))]);
    let rules = RuleSet::new(vec![
        rule("R0", &[(&[0], &[], 1), (&[1, 2], &[], 1)]),
        rule("R1", &[(&[1, 2, 3], &[], 2)]),
        rule("R2", &[(&[3, 4], &[], 1), (&[], &[0], 1)]),
    ]);
    let matrix = fixture.matrix();
    let conflicts = evaluate_rules(&matrix, &directory, &rules);
    let found = causes(&matrix, &directory, &rules, &conflicts);

    // A clears R0 of all three; B and C clear R1 of two each, and C clears R0 of dee; D and E clear nothing alone.
    let seen: Vec<_> = found.packages.iter().map(|p| (p.package.0, p.users, p.conflicts, p.clears)).collect();
    assert_eq!(seen, [(2, 3, 5, 3), (0, 3, 3, 3), (1, 2, 4, 2), (3, 1, 1, 0), (4, 1, 1, 0)]);
    let seen: Vec<Vec<u32>> = found
        .components
        .iter()
        .map(|component| component.packages.iter().map(|package| package.0).collect())
        .collect();
    assert_eq!(seen, [vec![0, 1, 2], vec![3], vec![4]]);
    let first = &found.components[0];
    assert_eq!((first.users, first.conflicts), (3, 5));
    let links: Vec<_> =
        first.links.iter().map(|l| (l.pair.low().0, l.pair.high().0, l.users, l.conflicts)).collect();
    assert_eq!(links, [(0, 1, 2, 2), (0, 2, 3, 3), (1, 2, 2, 2)]);
    let cohorts: Vec<Vec<u32>> =
        found.cohorts.iter().map(|cohort| cohort.users.iter().map(|user| user.0).collect()).collect();
    assert_eq!(cohorts, [vec![0, 1], vec![3], vec![2]]);
    assert_eq!(
        (found.cohorts[2].rules.as_slice(), found.cohorts[2].groups.as_slice()),
        (&[RuleId(2)][..], &[GroupId(0)][..])
    );

    // What is excused is no cause.
    let excused = conflicts.excused(|_, _| Some(ExceptionId(0)));
    assert_eq!(causes(&matrix, &directory, &rules, &excused), sod_core::Causes::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_a_package_clears_is_what_is_gone_without_it(case in remedies()) {
        let matrix = case.rules.holdings.matrix();
        let (tenant, rules) = (case.rules.directory(), case.rules.rule_set());
        let conflicts = judge(&case, &matrix);
        let found = causes(&matrix, &tenant, &rules, &conflicts);
        for cause in &found.packages {
            let held = (0..matrix.users() as u32).flat_map(|user| {
                matrix.row(UserId(user)).iter().map(move |&package| (UserId(user), package))
            });
            let kept = held.filter(|(_, package)| *package != cause.package);
            let after = AssignmentMatrix::from_holdings(matrix.users(), matrix.packages(), kept);
            let left = judge(&case, &after).conflicts().len();
            prop_assert_eq!(cause.clears as usize, conflicts.conflicts().len() - left);
        }
        let users: Vec<UserId> = found.cohorts.iter().flat_map(|cohort| cohort.users.clone()).collect();
        prop_assert_eq!(users.iter().collect::<BTreeSet<_>>().len(), users.len());
        let per_cohort = found.cohorts.iter().map(|cohort| cohort.rules.len() * cohort.users.len());
        prop_assert_eq!(per_cohort.sum::<usize>(), conflicts.conflicts().len());
        // Components part the packages, and a pair rule's two packages are in one.
        let parts: Vec<PackageId> = found.components.iter().flat_map(|component| component.packages.clone()).collect();
        prop_assert_eq!(parts.len(), found.packages.len());
        for (a, b) in (0..10).flat_map(|a| (0..10).map(move |b| (PackageId(a), PackageId(b)))) {
            let pair = Rule::new("P", "P", RuleOrigin::Document, vec![Term::package(a), Term::package(b)]);
            let is_link = found.components.iter().flat_map(|component| &component.links).any(|link| {
                (link.pair.low(), link.pair.high()) == (a, b)
            });
            if is_link {
                prop_assert!(!violators(&matrix, &Directory::default(), &pair).is_empty());
                prop_assert!(found.components.iter().any(|one| one.packages.contains(&a) && one.packages.contains(&b)));
            }
        }
    }
}
