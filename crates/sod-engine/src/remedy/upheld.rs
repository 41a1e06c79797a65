//! Plans that mind what exceptions rest on.
//!
//! An exception for the holders of a package ends for who loses it, and the conflict that it covered is open again. So the first
//! plan is judged again. Most often nothing is reopened, and it is the least. Where something is, the user either keeps the
//! packages that exceptions rest on, or loses what these cover as well, whichever costs less. With one such package there is no
//! third way, so the lesser of the two is the least; with several there may be.

use crate::analyze::Analysis;
use sod_core::{Judged, RemediationOptions, evaluate_rules, excuse, remediate_observed, without};
use sod_model::{
    Conflict, ConflictSet, ExceptedUsers, Exception, Observer, PackageId, RemediationPlan, RuleId, Snapshot,
    Standing, Unproven, UserId,
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
    let Analysis { matrix, rules, conflicts, .. } = analysis;
    let solve = |conflicts: &ConflictSet, kept: &BTreeSet<(UserId, PackageId)>| {
        let judged = Judged { matrix, directory: &snapshot.directory, rules, conflicts };
        let weigh = |user, package| if kept.contains(&(user, package)) { None } else { weigh(user, package) };
        remediate_observed(&judged, weigh, options, observer)
    };
    let least = solve(conflicts, &BTreeSet::new())?;
    let upheld = Upheld::new(snapshot, analysis);
    if upheld.holdings.is_empty() {
        return Some(least);
    }
    let mut plan = least.clone();
    // Users who keep what their exceptions rest on, and those of them who lose what these cover.
    let (mut careful, mut thorough): (BTreeSet<UserId>, BTreeSet<UserId>) = Default::default();
    loop {
        let known = (careful.len(), thorough.len());
        let reopened = reopened(snapshot, analysis, &plan);
        careful.extend(reopened.iter().map(|(_, user)| user));
        thorough.extend(blocked(&least, &plan).filter(|user| careful.contains(user)));
        if (careful.len(), thorough.len()) == known {
            break;
        }
        plan = solve(&upheld.opened(conflicts, &thorough), &upheld.kept(&careful, &thorough))?;
    }
    let mut ways = Ways { blocked: thorough.clone(), ..Ways::default() };
    if options.holders_min == 0 && !careful.is_empty() {
        // Without a floor every user is a problem by itself: what is less for one is less for all.
        let other = solve(&upheld.opened(conflicts, &careful), &BTreeSet::new())?;
        let dead_ends: BTreeSet<UserId> = blocked(&least, &other).collect();
        let (keeping, losing) = (costs(&plan, &careful), costs(&other, &careful));
        let is_less = |user: &&UserId| losing.get(user) < keeping.get(user) && !dead_ends.contains(user);
        let switched: Vec<UserId> = careful.iter().filter(is_less).copied().collect();
        ways.keeping = bounds(&plan, &careful);
        ways.losing = bounds(&other, &careful);
        ways.losing.retain(|user, _| !dead_ends.contains(user));
        if !switched.is_empty() {
            thorough.extend(switched);
            plan = solve(&upheld.opened(conflicts, &thorough), &upheld.kept(&careful, &thorough))?;
        }
    }
    settle(snapshot, analysis, &mut plan);
    bound(&least, &mut plan, &careful, &ways, &upheld);
    Some(plan)
}

/// What exceptions for the holders of packages alone cover: no other exception in force is for the same conflict.
#[derive(Default)]
struct Upheld {
    /// The holdings that the covering exceptions rest on.
    holdings: BTreeSet<(UserId, PackageId)>,
    /// The conflicts that they cover.
    conflicts: BTreeSet<(RuleId, UserId)>,
    /// By user: the packages of all exceptions that could cover one of these.
    packages: BTreeMap<UserId, BTreeSet<PackageId>>,
}

impl Upheld {
    fn new(snapshot: &Snapshot, analysis: &Analysis) -> Self {
        let mut of_rule: BTreeMap<RuleId, Vec<&Exception>> = BTreeMap::new();
        let in_force = analysis.exceptions.exceptions().iter().zip(&analysis.exception_uses);
        for (exception, _) in in_force.filter(|(_, own)| own.standing == Standing::InForce) {
            of_rule.entry(exception.rule).or_default().push(exception);
        }
        let mut upheld = Self::default();
        for conflict in analysis.conflicts.conflicts() {
            let Some(covering) = conflict.exception.and_then(|id| analysis.exceptions.exception(id)) else {
                continue;
            };
            let ExceptedUsers::HoldersOf(package) = covering.users else { continue };
            let fits =
                |one: &&&Exception| one.users.includes(conflict.user, &analysis.matrix, &snapshot.directory);
            let fitting = of_rule.get(&conflict.rule).into_iter().flatten().filter(fits);
            let packages: Option<BTreeSet<PackageId>> = fitting
                .map(|one| match one.users {
                    ExceptedUsers::HoldersOf(package) => Some(package),
                    _ => None,
                })
                .collect();
            // Something that is not a package covers it whatever goes.
            let Some(packages) = packages else { continue };
            upheld.holdings.insert((conflict.user, package));
            upheld.conflicts.insert((conflict.rule, conflict.user));
            upheld.packages.entry(conflict.user).or_default().extend(packages);
        }
        upheld
    }

    /// What careful users keep.
    fn kept(&self, careful: &BTreeSet<UserId>, thorough: &BTreeSet<UserId>) -> BTreeSet<(UserId, PackageId)> {
        let keeps = |(user, _): &&(UserId, PackageId)| careful.contains(user) && !thorough.contains(user);
        self.holdings.iter().filter(keeps).copied().collect()
    }

    /// The conflicts, where those of thorough users that rest on packages count as open.
    fn opened(&self, conflicts: &ConflictSet, thorough: &BTreeSet<UserId>) -> ConflictSet {
        let open = |conflict: &Conflict| {
            let rests = self.conflicts.contains(&(conflict.rule, conflict.user));
            let is_opened = rests && thorough.contains(&conflict.user);
            Conflict { exception: conflict.exception.filter(|_| !is_opened), ..*conflict }
        };
        ConflictSet::new(conflicts.conflicts().iter().map(open).collect())
    }
}

/// What each of these users pays at least if the packages that exceptions rest on are kept, and if what they cover goes.
#[derive(Default)]
struct Ways {
    keeping: BTreeMap<UserId, u64>,
    losing: BTreeMap<UserId, u64>,
    /// Who cannot keep them.
    blocked: BTreeSet<UserId>,
}

/// The users of a plan with conflicts that nothing clears there, but could be cleared before.
fn blocked<'p>(least: &RemediationPlan, plan: &'p RemediationPlan) -> impl Iterator<Item = UserId> + use<'p> {
    let before: BTreeSet<(RuleId, UserId)> =
        least.impossible.iter().map(|one| (one.rule, one.user)).collect();
    let new = plan.impossible.iter().filter(move |one| !before.contains(&(one.rule, one.user)));
    new.map(|one| one.user)
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

/// What could not be cleared and is excepted all the same is no conflict that stays open.
fn settle(snapshot: &Snapshot, analysis: &Analysis, plan: &mut RemediationPlan) {
    let open = open_after(snapshot, analysis, plan);
    plan.impossible.retain(|one| open.contains(&(one.rule, one.user)));
    plan.held_back.retain(|one| open.contains(&(one.rule, one.user)));
}

/// What each of these users pays.
fn costs(plan: &RemediationPlan, users: &BTreeSet<UserId>) -> BTreeMap<UserId, u64> {
    let mut costs: BTreeMap<UserId, u64> = users.iter().map(|&user| (user, 0)).collect();
    for removal in &plan.removals {
        costs.entry(removal.user).and_modify(|cost| *cost += u64::from(removal.weight));
    }
    costs
}

/// What each of these users pays at least.
fn bounds(plan: &RemediationPlan, users: &BTreeSet<UserId>) -> BTreeMap<UserId, u64> {
    let mut bounds = costs(plan, users);
    for one in &plan.unproven {
        bounds.entry(one.user).and_modify(|bound| *bound = one.lower_bound);
    }
    bounds
}

/// Careful users did not try every way. With one package that an exception rests on there are two, which are bounded; with several
/// the plan that minds no exception is a bound. Where nothing was compared, users depend on one another under a floor, and
/// nothing is said about them.
fn bound(
    least: &RemediationPlan,
    plan: &mut RemediationPlan,
    careful: &BTreeSet<UserId>,
    ways: &Ways,
    upheld: &Upheld,
) {
    let free = bounds(least, careful);
    let own = bounds(plan, careful);
    for (user, cost) in costs(plan, careful) {
        let of = |bounds: &BTreeMap<UserId, u64>| bounds.get(&user).copied();
        let keeping = of(&ways.keeping).filter(|_| !ways.blocked.contains(&user));
        let all_ways = upheld.packages.get(&user).is_some_and(|packages| packages.len() == 1);
        let two = keeping.into_iter().chain(of(&ways.losing)).min().filter(|_| all_ways);
        let compared = !ways.keeping.is_empty();
        let lower_bound = of(&free).max(two).filter(|_| compared).unwrap_or_default().min(cost);
        let own = of(&own).unwrap_or_default();
        plan.lower_bound = plan.lower_bound.saturating_sub(own).saturating_add(lower_bound);
        plan.unproven.retain(|one| one.user != user);
        if lower_bound < cost {
            plan.unproven.push(Unproven { user, cost, lower_bound });
        }
    }
    plan.unproven.sort_unstable();
}
