//! From holdings to assignments: what somebody has to do, one thing at a time, and the tenant after it.

use super::weighing::Weighing;
use sod_model::{
    Act, Assignment, AssignmentMatrix, Directory, Group, GroupId, Holding, PackageId, PlanStep,
    RemediationPlan, RuleId, Snapshot, UserId, WayOut,
};
use std::collections::{BTreeMap, BTreeSet};

/// The places of the assignments behind a holding, each once: copies of an assignment follow it.
pub(super) fn distinct_rows(
    snapshot: &Snapshot,
    holding: &Holding,
    user: UserId,
    package: PackageId,
) -> Vec<usize> {
    let table = snapshot.table();
    let counts = |row: &usize| {
        let state = table.states().get(*row);
        state.is_some_and(|&state| holding.states.matches(state, &snapshot.states))
    };
    let mut rows: Vec<usize> = snapshot.rows_of_holding(user, package).filter(counts).collect();
    rows.dedup_by(|later, earlier| is_copy(snapshot, *later, *earlier));
    rows
}

/// Whether two rows of one user and package are one assignment: of one id, or both without any.
fn is_copy(snapshot: &Snapshot, a: usize, b: usize) -> bool {
    let table = snapshot.table();
    table.same_id(a, b) || table.id_key(a).is_none() && table.id_key(b).is_none()
}

/// What a plan asks somebody to do, by user.
pub(super) fn steps(
    snapshot: &Snapshot,
    holding: &Holding,
    plan: &RemediationPlan,
    ways_out: &[WayOut],
    weighing: &Weighing,
) -> Vec<PlanStep> {
    let mut steps = Vec::new();
    for removal in &plan.removals {
        for row in distinct_rows(snapshot, holding, removal.user, removal.package) {
            let assignment = snapshot.table().get(row);
            let weight =
                assignment.map(|assignment: Assignment| weighing.weight(&assignment, &snapshot.directory));
            steps.push(PlanStep {
                user: removal.user,
                act: Act::Remove { package: removal.package, row },
                weight,
                clears: removal.clears.clone(),
            });
        }
    }
    let mut leaving: BTreeMap<(UserId, GroupId), BTreeSet<RuleId>> = BTreeMap::new();
    for way in ways_out {
        for &group in &way.groups {
            leaving.entry((way.user, group)).or_default().insert(way.rule);
        }
    }
    steps.extend(leaving.into_iter().map(|((user, group), rules)| PlanStep {
        user,
        act: Act::Leave(group),
        weight: None,
        clears: rules.into_iter().collect(),
    }));
    steps.sort_by_key(|step| (step.user, step.act));
    steps
}

/// Who holds what when the steps were done: the assignments are gone through again, without those that go.
pub(super) fn matrix_after(snapshot: &Snapshot, holding: &Holding, steps: &[PlanStep]) -> AssignmentMatrix {
    let table = snapshot.table();
    let mut gone = vec![false; table.len()];
    for step in steps {
        let Act::Remove { package, row } = step.act else { continue };
        for other in snapshot.rows_of_holding(step.user, package) {
            if (other == row || is_copy(snapshot, other, row))
                && let Some(gone) = gone.get_mut(other)
            {
                *gone = true;
            }
        }
    }
    let counts: Vec<bool> =
        snapshot.states.iter().map(|(state, _)| holding.states.matches(state, &snapshot.states)).collect();
    let rows = table.users().iter().zip(table.packages()).zip(table.states()).zip(&gone);
    let held = rows.filter(|((_, state), gone)| !**gone && counts.get(state.index()) == Some(&true));
    let held = held.map(|(((user, package), _), _)| (*user, *package));
    AssignmentMatrix::from_holdings(
        snapshot.directory.users().len(),
        snapshot.directory.packages().len(),
        held,
    )
}

/// The directory when users have left groups; `None` if nobody does.
pub(super) fn directory_after(directory: &Directory, steps: &[PlanStep]) -> Option<Directory> {
    let leaving: BTreeSet<(GroupId, UserId)> = steps
        .iter()
        .filter_map(|step| match step.act {
            Act::Leave(group) => Some((group, step.user)),
            Act::Remove { .. } => None,
        })
        .collect();
    if leaving.is_empty() {
        return None;
    }
    let stays = |(at, group): (usize, &Group)| {
        let stays = |user: &UserId| !leaving.contains(&(GroupId(at as u32), *user));
        let members = group.members.as_ref().map(|users| users.iter().copied().filter(stays).collect());
        Group { members, ..group.clone() }
    };
    let groups = directory.groups().iter().enumerate().map(stays).collect();
    let (users, packages) = (directory.users().to_vec(), directory.packages().to_vec());
    Directory::from_sorted(
        users,
        packages,
        groups,
        directory.policies().to_vec(),
        directory.catalogs().to_vec(),
    )
}
