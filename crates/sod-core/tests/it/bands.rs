//! Rules over tenants of many bands of users, held beside their slower twins: whole columns, and users one by one.

use proptest::prelude::*;
use sod_core::{conflict_groups, evaluate_rules, violators};
use sod_model::{
    AssignmentMatrix, ConflictSet, Directory, GroupId, HeldSet, PackageId, Rule, RuleId, RuleOrigin, RuleSet,
    Term, UserId,
};
use sod_testkit::{GeneratedRules, Holdings, matrix, rules_over};
use std::collections::BTreeMap;

fn judged(case: &GeneratedRules) -> (AssignmentMatrix, Directory, RuleSet, ConflictSet) {
    let (matrix, directory, rules) = (case.holdings.matrix(), case.directory(), case.rule_set());
    let conflicts = evaluate_rules(&matrix, &directory, &rules);
    (matrix, directory, rules, conflicts)
}

/// Every rule against whole columns, every group against the rows of its users, on one thread and on three.
fn check(case: &GeneratedRules) {
    let (matrix, directory, rules, conflicts) = judged(case);
    for (at, rule) in rules.rules().iter().enumerate() {
        let found: Vec<u32> =
            conflicts.of_rule(RuleId(at as u32)).iter().map(|conflict| conflict.user.0).collect();
        let expected: Vec<u32> = violators(&matrix, &directory, rule).iter().collect();
        assert_eq!(found, expected, "{:?}", rule.terms);
    }
    let groups = conflict_groups(&matrix, &directory, &rules, &conflicts);
    let mut expected: BTreeMap<(RuleId, HeldSet), Vec<UserId>> = BTreeMap::new();
    for conflict in conflicts.conflicts() {
        let held = HeldSet::of_user(rules.rule(conflict.rule).unwrap(), conflict.user, &matrix, &directory);
        expected.entry((conflict.rule, held)).or_default().push(conflict.user);
    }
    let found: BTreeMap<_, _> =
        groups.iter().map(|group| ((group.rule, group.held.clone()), group.users.clone())).collect();
    assert_eq!((found.len(), found), (groups.len(), expected));
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| evaluate_rules(&matrix, &directory, &rules)), conflicts);
        assert_eq!(pool.install(|| conflict_groups(&matrix, &directory, &rules, &conflicts)), groups);
    }
}

/// Package `p` is held by every `p + 1`-th user from a place of its own: some dense, some rare, none in step with a band.
fn regular(users: u32, packages: u32) -> Holdings {
    let of_package = |package: u32| (package % 3..users).step_by(package as usize + 1);
    let held = (0..packages).flat_map(|package| of_package(package).map(move |user| (user, package)));
    Holdings::new(users, packages, held.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn p18_p19_p29_bands_agree_with_whole_columns(case in rules_over(matrix())) {
        check(&case);
    }
}

#[test]
fn p19_every_number_of_a_set_over_several_bands() {
    // Two bands and a rest of one user; members before, on and behind the borders; some who are in no row.
    let users = 4_097;
    let groups =
        vec![Some(vec![0, 63, 64, 2_047, 2_048, 4_095, 4_096]), None, Some((1_000..3_000).collect())];
    let all = |from: u32, to: u32| (from..to).collect::<Vec<u32>>();
    let mut rules = Vec::new();
    for at_least in 0..=14 {
        rules.push(vec![(all(0, 12), vec![0, 1, 2], at_least)]);
        // The same set in several rules, alone and beside others.
        rules.push(vec![(all(3, 9), vec![], at_least), (vec![0], vec![], 1)]);
        rules.push(vec![(all(3, 9), vec![], at_least), (vec![1, 11, 99], vec![2], 1)]);
    }
    rules.push(vec![(vec![], vec![], 0)]);
    check(&GeneratedRules { holdings: regular(users, 12), groups, rules });
}

#[test]
fn p29_rules_that_name_more_than_two_words_of_things() {
    let (packages, users) = (150, 5_000);
    let named: Vec<u32> = (0..packages).rev().collect();
    let groups = vec![Some((4_000..4_100).collect())];
    let rules = [1, 2, 5].map(|at_least| vec![(named.clone(), vec![0], at_least), (vec![3, 7], vec![], 1)]);
    // Every second rule has no keys at all: a pair.
    let pairs = [(0, 1), (2, 149)].map(|(a, b)| vec![(vec![a], vec![], 1), (vec![b], vec![], 1)]);
    let rules = rules.into_iter().chain(pairs).collect();
    check(&GeneratedRules { holdings: regular(users, packages), groups, rules });
}

#[test]
fn few_conflicts_among_many_users() {
    let mut holdings = regular(200_000, 2);
    holdings.packages = 5;
    holdings.held.extend([(7, 3), (7, 4), (199_999, 3), (199_999, 4), (150_000, 3)]);
    let rules = vec![vec![(vec![3, 4], vec![], 1), (vec![4, 2], vec![], 1)], vec![(vec![2], vec![], 1)]];
    check(&GeneratedRules { holdings, groups: vec![], rules });
}

#[test]
fn what_is_not_in_the_matrix_is_held_by_nobody() {
    let matrix = AssignmentMatrix::from_holdings(3, 2, (0..3).map(|user| (UserId(user), PackageId(0))));
    let rule = |id: &str, terms| Rule::new(id, id, RuleOrigin::Document, terms);
    let term = |packages: &[u32], groups: &[u32], at_least| Term {
        packages: packages.iter().copied().map(PackageId).collect(),
        groups: groups.iter().copied().map(GroupId).collect(),
        at_least,
    };
    let rules = RuleSet::new(vec![
        rule("both", vec![term(&[0, 9], &[], 2)]),
        rule("either", vec![term(&[0, 9], &[7], 1)]),
        rule("group", vec![term(&[0], &[], 1), term(&[], &[7], 1)]),
    ]);
    let conflicts = evaluate_rules(&matrix, &Directory::default(), &rules);
    assert_eq!([0, 1, 2].map(|at| conflicts.of_rule(RuleId(at)).len()), [0, 3, 0]);
    let nobody = AssignmentMatrix::from_holdings(0, 0, []);
    assert!(evaluate_rules(&nobody, &Directory::default(), &rules).conflicts().is_empty());
}
