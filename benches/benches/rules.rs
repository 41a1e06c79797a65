//! Rules: every conflict of a rule set by bands, beside one rule after the other by whole columns; and what each conflict holds.
//!
//! Benchmarks are tests: before anything is timed, the contestants must agree on the answer.
//! Units: conflicts.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may panic")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sod_benches::{SplitMix, Tenant, size};
use sod_core::{conflict_groups, evaluate_rules, violators};
use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleId, RuleOrigin, RuleSet, Term};
use std::hint::black_box;

/// Draws for each user: in the middle of what tenants have.
const DRAWS: u32 = 15;

/// Pairs, function against function, three functions, so many of a set, one that is enough: a fifth each.
fn rules(count: usize, packages: u32) -> RuleSet {
    let mut random = SplitMix(9);
    let mut draw = |below: usize| (random.draw() % below as u64) as usize;
    let mut set = |length: usize| -> Vec<PackageId> {
        let mut members: Vec<PackageId> =
            (0..length).map(|_| PackageId(draw(packages as usize) as u32)).collect();
        members.sort_unstable();
        members.dedup();
        members
    };
    let functions: Vec<Vec<PackageId>> = (0..count / 25 + 3).map(|at| set(2 + at % 19)).collect();
    let any =
        |packages: &Vec<PackageId>| Term { packages: packages.clone(), groups: Vec::new(), at_least: 1 };
    let rule = |at: usize| {
        let function = |nth: usize| any(&functions[(at * 7 + nth * 13 + nth) % functions.len()]);
        let terms = match at % 5 {
            0 => set(2).into_iter().map(Term::package).collect(),
            1 => vec![function(0), function(1)],
            2 => vec![function(0), function(1), function(2)],
            3 => vec![Term { packages: set(3 + at % 18), groups: Vec::new(), at_least: 2 + (at % 3) as u32 }],
            _ => vec![any(&set(1))],
        };
        Rule::new(&format!("R{at:06}"), "generated", RuleOrigin::Document, terms)
    };
    RuleSet::new((0..count).map(rule).collect())
}

fn one_by_one(matrix: &AssignmentMatrix, directory: &Directory, rules: &RuleSet) -> u64 {
    rules.rules().iter().map(|rule| violators(matrix, directory, rule).len()).sum()
}

fn judging(criterion: &mut Criterion) {
    let users = size(100_000, 3_000) as u32;
    let packages = size(1_000, 60) as u32;
    let matrix = Tenant { name: "judged", users, packages, draws: DRAWS }.matrix(3);
    let (directory, rules) = (Directory::default(), rules(size(1_000, 50), packages));
    let conflicts = evaluate_rules(&matrix, &directory, &rules);
    assert_eq!(conflicts.conflicts().len() as u64, one_by_one(&matrix, &directory, &rules));
    for (at, rule) in rules.rules().iter().enumerate().step_by(17) {
        let found = conflicts.of_rule(RuleId(at as u32)).iter().map(|conflict| conflict.user.0);
        assert!(violators(&matrix, &directory, rule).iter().eq(found), "rule {at}");
    }
    let groups = conflict_groups(&matrix, &directory, &rules, &conflicts);
    assert_eq!(groups.iter().map(|group| group.users.len()).sum::<usize>(), conflicts.conflicts().len());
    let mut group = criterion.benchmark_group("rules");
    group.throughput(Throughput::Elements(conflicts.conflicts().len() as u64));
    group.bench_function("bands", |bencher| {
        bencher.iter(|| evaluate_rules(black_box(&matrix), &directory, &rules));
    });
    group.bench_function("columns", |bencher| {
        bencher.iter(|| one_by_one(black_box(&matrix), &directory, &rules));
    });
    group.bench_function("groups", |bencher| {
        bencher.iter(|| conflict_groups(black_box(&matrix), &directory, &rules, &conflicts));
    });
    group.finish();
}

criterion_group!(benches, judging);
criterion_main!(benches);
