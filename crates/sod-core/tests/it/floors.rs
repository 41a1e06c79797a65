//! Remediation that keeps holders.

use crate::remediation::{UNLIMITED, check_plan, judge, solve};
use proptest::prelude::*;
use sod_core::{Hindrance, RemediationOptions, RemediationPlan, evaluate_rules, remediate, without};
use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleOrigin, RuleSet, Term, UserId};
use sod_testkit::{GeneratedRemedy, remedies};
use std::collections::BTreeSet;

/// A tenant of users who hold pairs of packages that are incompatible, each pair by so many; the weights of packages; the plan.
fn plan(pairs: &[(u32, u32, u32)], weights: &[u32], holders_min: u32) -> (AssignmentMatrix, RemediationPlan) {
    let mut held = Vec::new();
    let mut users = 0;
    for &(a, b, times) in pairs {
        for _ in 0..times {
            held.extend([(UserId(users), PackageId(a)), (UserId(users), PackageId(b))]);
            users += 1;
        }
    }
    let matrix = AssignmentMatrix::from_holdings(users as usize, weights.len(), held);
    let rule = |(a, b): (u32, u32)| {
        let terms = [a, b].map(|package| Term::package(PackageId(package)));
        Rule::new(&format!("R{a}-{b}"), "pair", RuleOrigin::Document, terms.into())
    };
    let rules = RuleSet::new(pairs.iter().map(|&(a, b, _)| rule((a, b))).collect());
    let conflicts = evaluate_rules(&matrix, &Directory::default(), &rules);
    let weigh = |_, package: PackageId| Some(weights[package.index()]);
    let options = RemediationOptions { nodes_max: 1_000, holders_min };
    let plan = remediate(&matrix, &Directory::default(), &rules, &conflicts, weigh, options);
    for package in (0..weights.len() as u32).map(PackageId) {
        let (before, after) = (matrix.column(package).len(), without(&matrix, &plan).column(package).len());
        assert!(after >= before.min(u64::from(holders_min)), "{package:?} falls to {after}");
    }
    (matrix, plan)
}

fn lost_by(plan: &RemediationPlan, package: u32) -> Vec<u32> {
    let removals = plan.removals.iter().filter(|removal| removal.package == PackageId(package));
    removals.map(|removal| removal.user.0).collect()
}

#[test]
fn the_last_users_take_the_dearer_package() {
    // All ten hold the cheap 0 and the dear 1. Seven can lose 0; three lose 1 instead.
    let (_, plan) = plan(&[(0, 1, 10)], &[1, 5], 3);
    assert_eq!((lost_by(&plan, 0), lost_by(&plan, 1)), ((0..7).collect(), vec![7, 8, 9]));
    assert_eq!((plan.cost, plan.lower_bound, plan.unproven.len()), (22, 10, 3));
    assert!(plan.held_back.is_empty() && plan.shortages.is_empty());
}

#[test]
fn a_chain_of_users_makes_room() {
    // Two of the first three must leave package 0, and 1 has room for one of them. The other gets in where a user leaves 1
    // for 2, which has room.
    let (_, plan_of_two) = plan(&[(0, 1, 3), (1, 2, 3)], &[1, 3, 9], 2);
    assert_eq!((plan_of_two.removals.len(), plan_of_two.held_back.len(), plan_of_two.cost), (6, 0, 22));
    // Here 2 is full as well, until one of its users goes on to 3.
    let (_, plan_of_three) = plan(&[(0, 1, 3), (1, 2, 2), (2, 3, 4)], &[1, 3, 9, 20], 2);
    assert_eq!((plan_of_three.removals.len(), plan_of_three.held_back.len()), (9, 0));
    let lost: Vec<usize> = (0..4).map(|package| lost_by(&plan_of_three, package).len()).collect();
    assert_eq!(lost, [1, 3, 4, 1]);
}

#[test]
fn who_moves_is_who_pays_the_least_more() {
    // One user must leave package 0: to 1 costs eight more, to 2 one more.
    let (_, plan) = plan(&[(0, 1, 2), (0, 2, 2)], &[1, 9, 2], 1);
    assert_eq!((lost_by(&plan, 0), lost_by(&plan, 2), plan.cost), (vec![0, 1, 2], vec![3], 5));
}

/// A plan for users who hold what is listed, all of it to be cleared.
fn plan_of(
    held: &[&[u32]],
    rules: &[&[&[u32]]],
    weigh: impl Fn(u32, u32) -> Option<u32> + Sync,
    holders_min: u32,
) -> RemediationPlan {
    let holdings =
        held.iter().enumerate().flat_map(|(user, packages)| packages.iter().map(move |&p| (user as u32, p)));
    let holdings = holdings.map(|(user, package)| (UserId(user), PackageId(package)));
    let matrix = AssignmentMatrix::from_holdings(held.len(), 10, holdings);
    let any = |packages: &&[u32]| Term {
        packages: packages.iter().map(|&package| PackageId(package)).collect(),
        groups: Vec::new(),
        at_least: 1,
    };
    let rule = |(at, terms): (usize, &&[&[u32]])| {
        Rule::new(&format!("R{at}"), "any of each", RuleOrigin::Document, terms.iter().map(any).collect())
    };
    let rules = RuleSet::new(rules.iter().enumerate().map(rule).collect());
    let conflicts = evaluate_rules(&matrix, &Directory::default(), &rules);
    let weigh = |user: UserId, package: PackageId| weigh(user.0, package.0);
    let options = RemediationOptions { nodes_max: 1_000, holders_min };
    remediate(&matrix, &Directory::default(), &rules, &conflicts, weigh, options)
}

#[test]
fn chains_avoid_what_needs_two_places_at_once() {
    // The first four lose 0, or both 1 and 2, or 3. One each finds room; for the fourth, 1 and 2 are full and so is 3, but
    // only 3 has users who can go elsewhere: to 5, which is dear.
    let first: &[u32] = &[0, 1, 2, 3];
    let (one, two, three): (&[u32], &[u32], &[u32]) = (&[1, 4], &[2, 4], &[3, 5]);
    let held = [first, first, first, first, one, two, three, three, three, three];
    let rules: [&[&[u32]]; 4] = [&[&[0], &[1, 2], &[3]], &[&[1], &[4]], &[&[2], &[4]], &[&[3], &[5]]];
    let weights = [Some(1), Some(2), Some(2), Some(9), None, Some(30)];
    let plan = plan_of(&held, &rules, |_, package| weights[package as usize], 3);
    assert!(plan.held_back.is_empty(), "{plan:?}");
    assert_eq!([0, 1, 2, 3, 5].map(|package| lost_by(&plan, package).len()), [1, 2, 2, 5, 1]);
}

#[test]
fn the_bound_of_a_user_whose_conflict_stays_is_that_of_the_others() {
    // Both must lose 0, and 1 or 2; each package can lose one holder. The first user keeps 0 and loses 2, at a cost of 8 where
    // 1 alone would cost 1; the second loses 0 and 1.
    let weights = [Some(5), Some(1)];
    let weigh = |user: u32, package: u32| match package {
        2 => Some(8 + user),
        _ => weights[package as usize],
    };
    let plan = plan_of(&[&[0, 1, 2], &[0, 1, 2]], &[&[&[0]], &[&[1], &[2]]], weigh, 1);
    assert_eq!((plan.removals.len(), plan.held_back.len()), (3, 1));
    assert_eq!((plan.cost, plan.lower_bound), (14, 7));
}

#[test]
fn what_must_stay_is_proven_where_it_can_be() {
    // Three users, each package has three holders and keeps two: one loses 0, one loses 1, one conflict stays.
    let (_, short) = plan(&[(0, 1, 3)], &[1, 1], 2);
    assert_eq!((short.removals.len(), short.held_back.len(), short.impossible.len()), (2, 1, 0));
    let seen: Vec<_> =
        short.shortages.iter().map(|s| (s.package.0, s.spare, s.wanted_by, s.needed_by)).collect();
    assert_eq!(seen, [(0, 1, 1, 0), (1, 1, 1, 0)]);
    // None to spare: nothing can go, and that is proven for each conflict.
    let (_, none) = plan(&[(0, 1, 3)], &[1, 1], 3);
    assert_eq!((none.removals.len(), none.held_back.len()), (0, 0));
    assert!(
        none.impossible.len() == 3 && none.impossible.iter().all(|left| left.because == Hindrance::Floor)
    );
    let seen: Vec<_> =
        none.shortages.iter().map(|s| (s.package.0, s.spare, s.wanted_by, s.needed_by)).collect();
    assert_eq!(seen, [(0, 0, 3, 0), (1, 0, 3, 0)]);
    // A rule of one package: every holder must lose it, and two of three can.
    let (_, critical) = plan(&[(0, 0, 3)], &[1], 1);
    assert_eq!((critical.removals.len(), critical.held_back.len()), (2, 1));
    assert_eq!((critical.shortages[0].spare, critical.shortages[0].needed_by), (2, 3));
}

fn matrix_without(matrix: &AssignmentMatrix, gone: &[(UserId, PackageId)]) -> AssignmentMatrix {
    let held = (0..matrix.users() as u32)
        .flat_map(|user| matrix.row(UserId(user)).iter().map(move |&package| (UserId(user), package)));
    let kept: Vec<_> = held.filter(|one| !gone.contains(one)).collect();
    AssignmentMatrix::from_holdings(matrix.users(), matrix.packages(), kept)
}

/// The least cost with a floor of whatever leaves no conflict but those that the plan leaves, by trying every set of removals;
/// `None` where these are too many to try.
fn least_with_floor(case: &GeneratedRemedy, plan: &RemediationPlan, holders_min: u32) -> Option<u64> {
    const TRIED_MOST: usize = 11;
    let matrix = case.rules.holdings.matrix();
    let left: BTreeSet<_> = judge(case, &without(&matrix, plan)).conflicts().to_vec().into_iter().collect();
    let users: BTreeSet<UserId> =
        judge(case, &matrix).conflicts().iter().map(|conflict| conflict.user).collect();
    let held = users.iter().flat_map(|&user| matrix.row(user).iter().map(move |&package| (user, package)));
    let held: Vec<_> = held.filter_map(|one| Some((one, u64::from(case.weigh(one.0, one.1)?)))).collect();
    if held.len() > TRIED_MOST {
        return None;
    }
    let mut least = None;
    for subset in 0..1u32 << held.len() {
        let gone = (0..held.len()).filter(|at| subset >> at & 1 == 1).map(|at| held[at]);
        let (gone, weights): (Vec<(UserId, PackageId)>, Vec<u64>) = gone.unzip();
        let cost: u64 = weights.iter().sum();
        if least.is_some_and(|least| least <= cost) {
            continue;
        }
        let after = matrix_without(&matrix, &gone);
        let is_kept = |package| {
            let (before, after) = (matrix.column(package).len(), after.column(package).len());
            after >= before.min(u64::from(holders_min))
        };
        if (0..matrix.packages() as u32).map(PackageId).all(is_kept)
            && judge(case, &after).conflicts().iter().all(|conflict| left.contains(conflict))
        {
            least = Some(cost);
        }
    }
    least
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn p25_p27_floors_are_kept(case in remedies(), holders_min in 1u32..4, nodes_max in prop_oneof![0u64..3, Just(u64::MAX)]) {
        let matrix = case.rules.holdings.matrix();
        let conflicts = judge(&case, &matrix);
        let plan = solve(&case, RemediationOptions { nodes_max, holders_min });
        check_plan(&case, &conflicts, &plan);
        let after = without(&matrix, &plan);
        let mut is_short = false;
        for package in (0..matrix.packages() as u32).map(PackageId) {
            let (before, after) = (matrix.column(package).len(), after.column(package).len());
            prop_assert!(after >= before.min(u64::from(holders_min)));
            is_short |= after <= u64::from(holders_min);
        }
        let free = solve(&case, UNLIMITED);
        if !is_short && nodes_max > 3 {
            prop_assert_eq!(&plan.removals, &free.removals);
        }
        // What nothing clears without a floor, nothing clears with one, for the same reason.
        prop_assert!(free.impossible.iter().all(|left| plan.impossible.contains(left)));
        prop_assert!(plan.shortages.is_empty() <= plan.held_back.is_empty());
        for held_back in &plan.held_back {
            prop_assert!(!plan.impossible.iter().any(|left| (left.rule, left.user) == (held_back.rule, held_back.user)));
        }
        // Nobody alone could clear what is held back with what is still to spare.
        for held_back in &plan.held_back {
            let user = held_back.user;
            let own = plan.removals.iter().filter(|removal| removal.user == user).map(|removal| removal.package);
            let own: BTreeSet<PackageId> = own.collect();
            let has_room = |package: &PackageId| after.column(*package).len() > u64::from(holders_min);
            let may_go = |package: &PackageId| case.weigh(user, *package).is_some();
            let can_go = matrix.row(user).iter().filter(|one| may_go(one) && (own.contains(one) || has_room(one)));
            let gone: Vec<_> = can_go.map(|&package| (user, package)).collect();
            let still = judge(&case, &matrix_without(&matrix, &gone));
            prop_assert!(still.of_rule(held_back.rule).iter().any(|conflict| conflict.user == user));
        }
        // More who need it than can lose it: so many stay in conflict at least, in this plan as in any.
        let mut left: Vec<UserId> = plan.held_back.iter().map(|left| left.user).collect();
        left.extend(plan.impossible.iter().filter(|left| left.because == Hindrance::Floor).map(|left| left.user));
        left.sort_unstable();
        left.dedup();
        for shortage in &plan.shortages {
            prop_assert!(shortage.needed_by.saturating_sub(shortage.spare) <= left.len() as u64);
        }
    }

    #[test]
    fn p27_the_bound_is_below_the_cheapest_division(case in remedies(), holders_min in 1u32..4) {
        let plan = solve(&case, RemediationOptions { holders_min, ..UNLIMITED });
        if let Some(least) = least_with_floor(&case, &plan, holders_min) {
            prop_assert!(plan.lower_bound <= least && least <= plan.cost);
        }
    }
}
