//! Remediation of large tenants and of hard users: too large to try everything, checked by bounds and by one another.
#![allow(clippy::print_stdout, reason = "times are for whoever asks for them")]

use sod_core::{RemediationOptions, RemediationPlan, causes, evaluate_rules, remediate, without};
use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleOrigin, RuleSet, Term, UserId};
use std::time::Instant;

/// The same numbers every time.
fn draws() -> impl FnMut(u32) -> u32 {
    let mut state = 1u64;
    move |bound| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(bound)) as u32
    }
}

fn rule(at: usize, terms: Vec<Term>) -> Rule {
    Rule::new(&format!("R{at:05}"), "generated", RuleOrigin::Document, terms)
}

/// Remediates, and checks that nothing is left. Run with `--nocapture` to see the times.
fn solve(
    what: &str,
    matrix: &AssignmentMatrix,
    rules: &RuleSet,
    weigh: impl Fn(UserId, PackageId) -> Option<u32> + Sync,
    options: RemediationOptions,
) -> RemediationPlan {
    let directory = Directory::default();
    let conflicts = evaluate_rules(matrix, &directory, rules);
    let start = Instant::now();
    let plan = remediate(matrix, &directory, rules, &conflicts, weigh, options);
    println!(
        "{what}: {} conflicts, {} problems, {} removals, cost {} at least {}, {} held back, {:?}",
        conflicts.conflicts().len(),
        plan.distinct_problems,
        plan.removals.len(),
        plan.cost,
        plan.lower_bound,
        plan.held_back.len(),
        start.elapsed()
    );
    let left = evaluate_rules(&without(matrix, &plan), &directory, rules);
    assert_eq!(left.conflicts().len(), plan.held_back.len() + plan.impossible.len());
    plan
}

/// 50,000 users in 40 cohorts, each of 30 packages of its own and 5 noise packages; each cohort violates some of 400 rules.
fn cohorts() -> (AssignmentMatrix, RuleSet) {
    const COHORTS: u32 = 40;
    let mut draw = draws();
    let mut held = Vec::new();
    for user in 0..50_000 {
        held.extend((0..30).map(|at| (UserId(user), PackageId((user % COHORTS) * 20 + at))));
        held.extend((0..5).map(|_| (UserId(user), PackageId(1_000 + draw(1_000)))));
    }
    let mut rules = Vec::new();
    for at in 0..400 {
        let first = draw(COHORTS) * 20;
        let mut term = |most: u32| Term {
            packages: (0..=draw(most)).map(|_| PackageId(first + draw(30))).collect(),
            groups: Vec::new(),
            at_least: 1,
        };
        rules.push(rule(at, vec![term(3), term(3)]));
    }
    (AssignmentMatrix::from_holdings(50_000, 2_000, held), RuleSet::new(rules))
}

#[test]
fn many_users_with_few_causes() {
    let (matrix, rules) = cohorts();
    let plan = solve(
        "50,000 users",
        &matrix,
        &rules,
        |_, package| Some(1 + package.0 % 7),
        RemediationOptions::default(),
    );
    assert!(plan.distinct_problems <= 40 && plan.cost == plan.lower_bound);
    let start = Instant::now();
    let conflicts = evaluate_rules(&matrix, &Directory::default(), &rules);
    let causes = causes(&matrix, &Directory::default(), &rules, &conflicts);
    println!(
        "causes: {} cohorts, {} components, {:?}",
        causes.cohorts.len(),
        causes.components.len(),
        start.elapsed()
    );
    assert_eq!(causes.cohorts.len(), plan.distinct_problems);
    assert_eq!(causes.cohorts.iter().map(|cohort| cohort.users.len()).sum::<usize>(), conflicts.users());
}

#[test]
fn many_users_who_must_leave_holders() {
    let (matrix, rules) = cohorts();
    for holders_min in [10, 600, 1_250] {
        let options = RemediationOptions { holders_min, ..RemediationOptions::default() };
        let plan = solve(&format!("floor {holders_min}"), &matrix, &rules, |_, p| Some(1 + p.0 % 7), options);
        assert!(plan.lower_bound <= plan.cost);
    }
}

#[test]
fn every_user_is_different() {
    let mut draw = draws();
    let held = (0..20_000)
        .flat_map(|user| (0..12).map(move |_| user))
        .map(|user| (UserId(user), PackageId(draw(200))));
    let matrix = AssignmentMatrix::from_holdings(20_000, 200, held.collect::<Vec<_>>());
    let mut draw = draws();
    let pair = |_| [draw(200), draw(200)].map(|package| Term::package(PackageId(package))).into();
    let rules = RuleSet::new((0..1_000).map(pair).enumerate().map(|(at, terms)| rule(at, terms)).collect());
    for holders_min in [0, 900] {
        let options = RemediationOptions { holders_min, ..RemediationOptions::default() };
        let plan = solve("each different", &matrix, &rules, |_, package| Some(1 + package.0 % 3), options);
        assert!(plan.distinct_problems > 5_000);
    }
}

/// One user with all packages of random rules: pairs, or thresholds and lists.
fn hard(packages: u32, pairs: usize, others: usize, weights: u32) -> RemediationPlan {
    let mut draw = draws();
    let matrix = AssignmentMatrix::from_holdings(
        1,
        packages as usize,
        (0..packages).map(|p| (UserId(0), PackageId(p))),
    );
    let mut all = Vec::new();
    while all.len() < pairs {
        let (a, b) = (draw(packages), draw(packages));
        if a != b {
            all.push(vec![Term::package(PackageId(a)), Term::package(PackageId(b))]);
        }
    }
    for at in 0..others {
        let mut term = |size: u32, at_least: u32| {
            let mut packages: Vec<PackageId> = (0..size).map(|_| PackageId(draw(packages))).collect();
            packages.sort_unstable();
            packages.dedup();
            Term { packages, groups: Vec::new(), at_least }
        };
        all.push(if at % 2 == 0 { vec![term(6, 3)] } else { vec![term(3, 1), term(4, 1)] });
    }
    let rules = RuleSet::new(all.into_iter().enumerate().map(|(at, terms)| rule(at, terms)).collect());
    let weigh = |_, package: PackageId| Some(1 + package.0.wrapping_mul(2_654_435_761) % weights);
    let what = format!("{packages} packages, {pairs} pairs, {others} others, weights to {weights}");
    solve(&what, &matrix, &rules, weigh, RemediationOptions::default())
}

#[test]
fn one_user_with_many_rules() {
    for weights in [1, 5, 1_000] {
        let plan = hard(60, 200, 0, weights);
        assert_eq!(plan.cost, plan.lower_bound, "sixty packages under two hundred pairs are solved");
        let plan = hard(60, 60, 60, weights);
        assert!(plan.lower_bound > 0 && plan.cost <= plan.lower_bound * 2);
    }
    let plan = hard(300, 1_500, 0, 1);
    assert!(plan.cost <= plan.lower_bound * 2, "a packing of pairs is at least half of the least");
}
