//! Groups to leave, for conflicts that no removal of packages clears.
//!
//! A plan removes assignments alone: who belongs to a group is decided elsewhere. But whoever reads "nothing clears this" should
//! know which memberships it is for.

use sod_model::{AssignmentMatrix, Directory, GroupId, RemediationPlan, RuleSet, Term, UserId, WayOut};
use std::collections::{BTreeMap, BTreeSet};

/// For each conflict of [`RemediationPlan::impossible`] the fewest groups that its user would have to leave, if leaving groups
/// helps at all. Groups that the user leaves for an earlier conflict of the list count; so does what the plan removes.
///
/// ```
/// use sod_core::{evaluate_rules, remediate, ways_out, RemediationOptions};
/// use sod_model::*;
///
/// // User 0 is a member of both groups, which a rule forbids.
/// let group = |id: &str| Group {
///     id: ExternalId::new(id),
///     display_name: None,
///     members: Some(vec![UserId(0)]),
///     members_exported: 1,
///     nested_unknown: 0,
///     probably_truncated: false,
/// };
/// let directory = Directory::from_sorted(vec![], vec![], vec![group("a"), group("b")], vec![], vec![]).unwrap();
/// let terms = vec![Term::group(GroupId(0)), Term::group(GroupId(1))];
/// let rules = RuleSet::new(vec![Rule::new("R", "never both", RuleOrigin::Document, terms)]);
/// let matrix = AssignmentMatrix::from_holdings(1, 0, []);
/// let conflicts = evaluate_rules(&matrix, &directory, &rules);
/// let plan = remediate(&matrix, &directory, &rules, &conflicts, |_, _| Some(1), RemediationOptions::default());
/// let ways = ways_out(&matrix, &directory, &rules, &plan);
/// assert_eq!((plan.impossible.len(), &ways[0].groups), (1, &vec![GroupId(0)]));
/// ```
#[must_use]
pub fn ways_out(
    matrix: &AssignmentMatrix,
    directory: &Directory,
    rules: &RuleSet,
    plan: &RemediationPlan,
) -> Vec<WayOut> {
    let mut left: BTreeMap<UserId, BTreeSet<GroupId>> = BTreeMap::new();
    let mut ways = Vec::new();
    for impossible in &plan.impossible {
        let Some(rule) = rules.rule(impossible.rule) else { continue };
        let user = impossible.user;
        let gone = left.entry(user).or_default();
        let way = |term: &Term| to_leave(term, user, matrix, directory, plan, gone);
        let Some(groups) = rule.terms.iter().filter_map(way).min_by_key(Vec::len) else { continue };
        gone.extend(&groups);
        if !groups.is_empty() {
            ways.push(WayOut { user, rule: impossible.rule, groups });
        }
    }
    ways.sort_unstable();
    ways
}

/// The groups to leave so that a term fails; `None` if it holds without any.
fn to_leave(
    term: &Term,
    user: UserId,
    matrix: &AssignmentMatrix,
    directory: &Directory,
    plan: &RemediationPlan,
    gone: &BTreeSet<GroupId>,
) -> Option<Vec<GroupId>> {
    let row = matrix.row(user);
    let removed =
        |package| plan.removals.binary_search_by_key(&(user, package), |one| (one.user, one.package)).is_ok();
    let packages: BTreeSet<_> = term.packages.iter().copied().collect();
    let held = packages.iter().filter(|&&package| row.binary_search(&package).is_ok() && !removed(package));
    let held = held.count();
    let belongs = |group: &GroupId| {
        let members = directory.group(*group).and_then(|group| group.members.as_ref());
        members.is_some_and(|members| members.binary_search(&user).is_ok()) && !gone.contains(group)
    };
    let groups: BTreeSet<GroupId> = term.groups.iter().copied().filter(belongs).collect();
    let need = (held + groups.len() + 1).saturating_sub(term.at_least as usize);
    (term.at_least > 0 && need <= groups.len()).then(|| groups.into_iter().take(need).collect())
}
