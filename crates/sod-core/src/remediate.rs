//! Remediation: the least that must go so that no open conflict is left.
//!
//! Taking a package away from a user is the only move; rules are monotone, so it never makes a violation. What to take is a
//! problem for each user by itself: to break a rule, one of its terms must fail, and a term of which h are held and m are
//! enough fails when h - m + 1 of them go. Rules share packages, so the least for all is a search (a minimum weighted
//! hitting set; a vertex cover where all rules are pairs).
//!
//! The way: users in the same position become one [`cohort`]; each gets a [`problem`], solved once by branch and bound
//! ([`search`] over a [`cover`], begun by [`start`], cut by [`bound`]); where packages must keep holders, [`floor`] moves
//! [`shares`] of cohorts away from what the users together would take too much of, and [`shortage`] tells what is left.

mod bound;
mod causes;
mod cohort;
mod cover;
mod floor;
mod plan;
mod problem;
mod search;
mod shares;
mod shortage;
mod start;
mod ways_out;

pub use causes::causes;
pub use plan::RemediationOptions;
pub use ways_out::ways_out;

use cohort::{Cohort, Price, cohorts};
use floor::repair;
use problem::{Answer, Problem};
use rayon::prelude::*;
use shares::{Share, Spare};
use shortage::shortages;
use sod_model::{
    AssignmentMatrix, ConflictSet, Directory, Event, Impossible, Observer, PackageId, RemediationPlan,
    Removal, RuleSet, Silent, Unproven, UserId,
};

/// Finds the least that must go so that no open conflict is left: those without exception, of rules that are judged.
///
/// `weigh` says what removing a holding costs: 0 is free (it ends soon anyway), `None` means that it must be kept. An
/// exception for the [holders of a package](sod_model::ExceptedUsers::HoldersOf) ends for a user who loses that package, and this
/// function does not know of it: judge and excuse again without the removals.
///
/// Cost: a pass over the open conflicts and the rows of their users, and one search for each distinct problem, in parallel. A
/// branching looks at all rules of the problem.
///
/// ```
/// use sod_core::{RemediationOptions, evaluate_rules, remediate, without};
/// use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleOrigin, RuleSet, Term, UserId};
///
/// // Package 1 goes neither with 0 nor with 2; users 0 and 1 hold all three.
/// let held = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)].map(|(u, p)| (UserId(u), PackageId(p)));
/// let matrix = AssignmentMatrix::from_holdings(2, 3, held);
/// let directory = Directory::default();
/// let pair = |id, a, b| {
///     let terms = [a, b].map(|package| Term::package(PackageId(package)));
///     Rule::new(id, "never both", RuleOrigin::Document, terms.into())
/// };
/// let rules = RuleSet::new(vec![pair("R1", 0, 1), pair("R2", 1, 2)]);
/// let conflicts = evaluate_rules(&matrix, &directory, &rules);
///
/// // Every removal costs 1, but user 1 needs package 1.
/// let weigh = |user, package| ((user, package) != (UserId(1), PackageId(1))).then_some(1);
/// let plan = remediate(&matrix, &directory, &rules, &conflicts, weigh, RemediationOptions::default());
/// let goes: Vec<_> = plan.removals.iter().map(|removal| (removal.user.0, removal.package.0)).collect();
/// assert_eq!(goes, [(0, 1), (1, 0), (1, 2)]);
/// assert_eq!((plan.cost, plan.lower_bound), (3, 3));
/// assert!(evaluate_rules(&without(&matrix, &plan), &directory, &rules).conflicts().is_empty());
/// ```
#[must_use]
pub fn remediate(
    matrix: &AssignmentMatrix,
    directory: &Directory,
    rules: &RuleSet,
    conflicts: &ConflictSet,
    weigh: impl Fn(UserId, PackageId) -> Option<u32> + Sync,
    options: RemediationOptions,
) -> RemediationPlan {
    let judged = Judged { matrix, directory, rules, conflicts };
    // Nobody stops it, so there is a plan.
    remediate_observed(&judged, weigh, options, &Silent).unwrap_or_default()
}

/// What was judged, and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// Who holds what.
    pub matrix: &'a AssignmentMatrix,
    /// Who is a member of what.
    pub directory: &'a Directory,
    /// What must not be held together.
    pub rules: &'a RuleSet,
    /// Who holds it all the same; conflicts with an exception are not open.
    pub conflicts: &'a ConflictSet,
}

/// The same as [`remediate`], with somebody who is told how many problems are solved ([`Event::Solved`]) and who may stop it:
/// `None` then, and never a part of a plan.
#[must_use]
pub fn remediate_observed(
    judged: &Judged<'_>,
    weigh: impl Fn(UserId, PackageId) -> Option<u32> + Sync,
    options: RemediationOptions,
    observer: &dyn Observer,
) -> Option<RemediationPlan> {
    let &Judged { matrix, directory, rules, conflicts } = judged;
    let spare = if options.holders_min == 0 { Vec::new() } else { spare(matrix, options.holders_min) };
    let price = |user, package: PackageId| match weigh(user, package) {
        None => Price::Kept,
        Some(_) if spare.get(package.index()) == Some(&0) => Price::AtFloor,
        Some(weight) => Price::Weight(weight),
    };
    let cohorts = cohorts(matrix, directory, rules, conflicts, price);
    let problems: Vec<Problem> = cohorts.par_iter().map(|cohort| Problem::new(cohort, rules)).collect();
    let of = problems.len() as u64;
    let solve = |problem: &Problem| {
        // Who wants to stop gets nothing, whatever is answered here.
        let answer = if observer.is_cancelled() {
            Answer::default()
        } else {
            problem.solve(options.nodes_max, &[], &[])
        };
        observer.event(Event::Solved { done: 1, of });
        answer
    };
    let least: Vec<Answer> = problems.par_iter().map(solve).collect();
    if observer.is_cancelled() {
        return None;
    }
    let share = |(cohort, answer): (usize, &Answer)| Share {
        cohort,
        answer: answer.clone(),
        users: cohorts.get(cohort).map(|cohort| cohort.users.clone()).unwrap_or_default(),
    };
    let mut shares: Vec<Share> = least.iter().enumerate().map(share).collect();
    let mut plan = RemediationPlan { distinct_problems: cohorts.len(), ..RemediationPlan::default() };
    if options.holders_min > 0 {
        let concerned = cohorts.iter().flat_map(|cohort| &cohort.held).map(|(package, _)| *package);
        let spare: Spare = concerned
            .filter_map(|package| spare.get(package.index()).map(|&spare| (package, i64::from(spare))))
            .collect();
        shares = repair(&problems, &least, shares, &spare, options.nodes_max);
        (plan.held_back, plan.shortages) = shortages(&cohorts, &problems, &shares, &spare, rules);
    }
    for share in &shares {
        let Some((problem, least)) = problems.get(share.cohort).zip(least.get(share.cohort)) else {
            continue;
        };
        let lower_bound = if share.answer.lost.is_empty() {
            least.lower_bound
        } else {
            problem.solve(options.nodes_max, &share.answer.lost, &[]).lower_bound
        };
        add(&mut plan, problem, share, lower_bound.min(share.answer.cost));
    }
    plan.impossible = impossible(&cohorts, &problems);
    plan.removals.par_sort_unstable_by_key(|removal| (removal.user, removal.package));
    plan.unproven.sort_unstable();
    (!observer.is_cancelled()).then_some(plan)
}

/// Adds what the users of a share do. Each pays at least `lower_bound`.
fn add(plan: &mut RemediationPlan, problem: &Problem, share: &Share, lower_bound: u64) {
    let cost = share.answer.cost;
    let removals = problem.removals(&share.answer);
    for &user in &share.users {
        plan.removals.extend(removals.iter().map(|(package, weight, clears)| Removal {
            user,
            package: *package,
            weight: *weight,
            clears: clears.clone(),
        }));
        if lower_bound < cost {
            plan.unproven.push(Unproven { user, cost, lower_bound });
        }
    }
    let users = share.users.len() as u64;
    plan.cost = plan.cost.saturating_add(cost.saturating_mul(users));
    plan.lower_bound = plan.lower_bound.saturating_add(lower_bound.saturating_mul(users));
}

/// By package: how many holders it has above the floor.
fn spare(matrix: &AssignmentMatrix, holders_min: u32) -> Vec<u32> {
    let mut holders = vec![0u32; matrix.packages()];
    for package in matrix.row_arrays().1 {
        holders.get_mut(package.index()).into_iter().for_each(|holders| *holders += 1);
    }
    holders.iter().map(|holders| holders.saturating_sub(holders_min)).collect()
}

fn impossible(cohorts: &[Cohort], problems: &[Problem]) -> Vec<Impossible> {
    let mut impossible = Vec::new();
    for (cohort, problem) in cohorts.iter().zip(problems) {
        for &(rule, because) in &problem.impossible {
            impossible.extend(cohort.users.iter().map(|&user| Impossible { rule, user, because }));
        }
    }
    impossible.sort_unstable();
    impossible
}

/// The matrix after a plan: what it removes is not held any more. Removals of what is not held change nothing.
#[must_use]
pub fn without(matrix: &AssignmentMatrix, plan: &RemediationPlan) -> AssignmentMatrix {
    let mut gone: Vec<(UserId, PackageId)> =
        plan.removals.iter().map(|removal| (removal.user, removal.package)).collect();
    gone.sort_unstable();
    let mut starts = vec![0];
    let mut packages = Vec::with_capacity(matrix.row_arrays().1.len());
    for (user, row) in matrix.rows().enumerate() {
        let user = UserId(user as u32);
        let from = gone.partition_point(|one| one.0 < user);
        let to = gone.partition_point(|one| one.0 <= user);
        let gone = gone.get(from..to).unwrap_or_default();
        packages.extend(row.iter().filter(|package| gone.binary_search(&(user, **package)).is_err()));
        starts.push(packages.len() as u64);
    }
    AssignmentMatrix::from_rows(matrix.packages(), starts, packages)
}
