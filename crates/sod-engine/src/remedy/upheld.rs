//! Plans that mind what exceptions rest on.
//!
//! An exception for the holders of a package ends for who loses it, and the conflict that it covered is open again. So the first
//! plan is judged again. Most often nothing is reopened, and it is the least. Where something is, the user keeps the packages
//! that exceptions rest on; and where a conflict cannot be cleared then, what they cover must go as well.

use crate::analyze::Analysis;
use sod_core::{Judged, RemediationOptions, evaluate_rules, excuse, remediate_observed, upholding, without};
use sod_model::{
    Conflict, ConflictSet, ExceptedUsers, Observer, PackageId, RemediationPlan, RuleId, Snapshot, Unproven,
    UserId,
};
use std::collections::{BTreeMap, BTreeSet};

/// The plan; `None` when the observer stopped the work.
pub(super) fn plan(
    snapshot: &Snapshot,
    analysis: &Analysis,
    weigh: &(impl Fn(UserId, PackageId) -> Option<u32> + Sync),
    options: RemediationOptions,
    observer: &dyn Observer,
) -> Option<RemediationPlan> {
    let Analysis { matrix, rules, conflicts, exceptions, .. } = analysis;
    let solve = |conflicts: &ConflictSet, kept: &BTreeSet<(UserId, PackageId)>| {
        let judged = Judged { matrix, directory: &snapshot.directory, rules, conflicts };
        let weigh = |user, package| if kept.contains(&(user, package)) { None } else { weigh(user, package) };
        remediate_observed(&judged, weigh, options, observer)
    };
    let least = solve(conflicts, &BTreeSet::new())?;
    let upheld = upholding(conflicts, exceptions);
    if upheld.is_empty() {
        return Some(least);
    }
    let mut plan = least.clone();
    // Users who keep what their exceptions rest on, and those of them who lose what these cover.
    let (mut careful, mut thorough): (BTreeSet<UserId>, BTreeSet<UserId>) = Default::default();
    loop {
        let known = (careful.len(), thorough.len());
        let reopened = reopened(snapshot, analysis, &plan);
        careful.extend(reopened.iter().map(|(_, user)| user));
        let could: BTreeSet<(RuleId, UserId)> =
            least.impossible.iter().map(|one| (one.rule, one.user)).collect();
        let blocked = plan.impossible.iter().filter(|one| !could.contains(&(one.rule, one.user)));
        thorough.extend(blocked.map(|one| one.user).filter(|user| careful.contains(user)));
        if (careful.len(), thorough.len()) == known {
            break;
        }
        let kept = upheld.iter().copied();
        let kept = kept.filter(|(user, _)| careful.contains(user) && !thorough.contains(user)).collect();
        plan = solve(&opened(analysis, &thorough), &kept)?;
    }
    settle(snapshot, analysis, &mut plan);
    bound(&least, &mut plan, &careful, options);
    Some(plan)
}

/// The conflicts that were excepted and are open under a plan.
fn reopened(snapshot: &Snapshot, analysis: &Analysis, plan: &RemediationPlan) -> Vec<(RuleId, UserId)> {
    let excepted: BTreeSet<(RuleId, UserId)> = analysis
        .conflicts
        .conflicts()
        .iter()
        .filter(|conflict| conflict.exception.is_some())
        .map(|conflict| (conflict.rule, conflict.user))
        .collect();
    open_after(snapshot, analysis, plan).into_iter().filter(|one| excepted.contains(one)).collect()
}

fn open_after(
    snapshot: &Snapshot,
    analysis: &Analysis,
    plan: &RemediationPlan,
) -> BTreeSet<(RuleId, UserId)> {
    let after = without(&analysis.matrix, plan);
    let conflicts = evaluate_rules(&after, &snapshot.directory, &analysis.rules);
    let exceptions = &analysis.exceptions;
    let conflicts = excuse(conflicts, exceptions, &after, &snapshot.directory, analysis.moment).conflicts;
    let open = conflicts.conflicts().iter().filter(|conflict| conflict.exception.is_none());
    open.map(|conflict| (conflict.rule, conflict.user)).collect()
}

/// The conflicts, where those of thorough users count as open that are excepted for the holders of a package.
fn opened(analysis: &Analysis, thorough: &BTreeSet<UserId>) -> ConflictSet {
    let rests = |conflict: &Conflict| {
        let exception = conflict.exception.and_then(|id| analysis.exceptions.exception(id));
        exception.is_some_and(|exception| matches!(exception.users, ExceptedUsers::HoldersOf(_)))
    };
    let open = |conflict: &Conflict| {
        let is_opened = thorough.contains(&conflict.user) && rests(conflict);
        Conflict { exception: conflict.exception.filter(|_| !is_opened), ..*conflict }
    };
    ConflictSet::new(analysis.conflicts.conflicts().iter().map(open).collect())
}

/// What could not be cleared and is excepted all the same is no conflict that stays open.
fn settle(snapshot: &Snapshot, analysis: &Analysis, plan: &mut RemediationPlan) {
    let open = open_after(snapshot, analysis, plan);
    plan.impossible.retain(|one| open.contains(&(one.rule, one.user)));
    plan.held_back.retain(|one| open.contains(&(one.rule, one.user)));
}

/// Whoever had to be careful might get away with less in a way that was not tried; the first plan says how much less at most.
/// Under a floor users depend on one another, and nothing is said about them.
fn bound(
    least: &RemediationPlan,
    plan: &mut RemediationPlan,
    careful: &BTreeSet<UserId>,
    options: RemediationOptions,
) {
    let costs = |plan: &RemediationPlan| {
        let mut costs: BTreeMap<UserId, u64> = careful.iter().map(|&user| (user, 0)).collect();
        for removal in &plan.removals {
            costs.entry(removal.user).and_modify(|cost| *cost += u64::from(removal.weight));
        }
        costs
    };
    let bound_of = |plan: &RemediationPlan, user: UserId, cost: u64| {
        let at = plan.unproven.binary_search_by_key(&user, |one| one.user).ok();
        at.and_then(|at| plan.unproven.get(at)).map_or(cost, |one| one.lower_bound)
    };
    let (before, after) = (costs(least), costs(plan));
    for (&user, &cost) in &after {
        let own = bound_of(plan, user, cost);
        let other = before.get(&user).map_or(0, |&cost| bound_of(least, user, cost));
        let lower_bound = if options.holders_min > 0 { 0 } else { other.min(own) };
        plan.lower_bound -= (own - lower_bound).min(plan.lower_bound);
        plan.unproven.retain(|one| one.user != user);
        if lower_bound < cost {
            plan.unproven.push(Unproven { user, cost, lower_bound });
        }
    }
    plan.unproven.sort_unstable();
}
