//! Plans that somebody may have edited: from their rows to what they mean in the tenant.

use super::steps::distinct_rows;
use crate::find::{find_package, find_user};
use sod_model::{Act, Assignment, ExternalId, Holding, PlanStep, Snapshot, UserId, Warning, WarningCode};
use sod_report::formula::restore;
use sod_rules::{PlanDocument, PlanRow, PlannedAct};
use std::collections::HashMap;

/// Looks up what the rows of a plan name. A row that names nothing here removes nothing, and a warning tells how many there
/// are: what it should have cleared stays.
#[must_use]
pub fn resolve_plan(
    snapshot: &Snapshot,
    holding: &Holding,
    plan: &PlanDocument,
) -> (Vec<PlanStep>, Option<Warning>) {
    let rows_of = rows_of(snapshot, plan);
    let mut steps = Vec::new();
    let mut unplaced: Vec<(&PlanRow, &str)> = Vec::new();
    for row in &plan.rows {
        match acts(snapshot, holding, &rows_of, row) {
            Ok(found) => steps.extend(found),
            Err(why) => unplaced.push((row, why)),
        }
    }
    steps.sort_by_key(|step: &PlanStep| (step.user, step.act));
    steps.dedup();
    let warning = unplaced.first().map(|(row, why)| {
        let (line, column) = plan.source.line_and_column(row.span.start);
        let path = &plan.source.path;
        let message = format!("rows of the plan take nothing away, e.g. {path}:{line}:{column}: {why}");
        Warning { code: WarningCode::PlanRowUnplaced, count: unplaced.len() as u64, message: message.into() }
    });
    (steps, warning)
}

/// By assignment id: the places of its rows, of all ids that the plan names. One pass over the assignments.
fn rows_of(snapshot: &Snapshot, plan: &PlanDocument) -> HashMap<ExternalId, Vec<usize>> {
    let mut rows: HashMap<ExternalId, Vec<usize>> = HashMap::new();
    for row in &plan.rows {
        if let PlannedAct::Assignment(id, _) = &row.act {
            rows.entry(ExternalId::new(id)).or_default();
            rows.entry(ExternalId::new(restore(id))).or_default();
        }
    }
    if !rows.is_empty() {
        let table = snapshot.table();
        for at in 0..table.len() {
            if let Some(places) = table.id(at).and_then(|id| rows.get_mut(&id)) {
                places.push(at);
            }
        }
    }
    rows
}

fn acts(
    snapshot: &Snapshot,
    holding: &Holding,
    rows_of: &HashMap<ExternalId, Vec<usize>>,
    row: &PlanRow,
) -> Result<Vec<PlanStep>, &'static str> {
    let step = |user: UserId, act| PlanStep { user, act, weight: None, clears: Vec::new() };
    let user = |text: &str| find_user(snapshot, text).or_else(|_| find_user(snapshot, restore(text)));
    let package =
        |text: &str| find_package(snapshot, text).or_else(|_| find_package(snapshot, restore(text)));
    let named = row.user.as_deref().map(user).transpose().map_err(|_| "no user has that id")?;
    match &row.act {
        PlannedAct::Membership(text) => {
            let group = |text: &str| snapshot.directory.find_group(&ExternalId::new(text));
            let group = group(text).or_else(|| group(restore(text))).ok_or("no group has that id")?;
            let members = snapshot.directory.group(group).and_then(|group| group.members.as_ref());
            let user = named.ok_or("no user is named")?;
            let is_member = members.is_some_and(|members| members.binary_search(&user).is_ok());
            if is_member {
                Ok(vec![step(user, Act::Leave(group))])
            } else {
                Err("the user is no member of the group")
            }
        }
        PlannedAct::Package(text) => {
            let package = package(text).map_err(|_| "no package has that id")?;
            let user = named.ok_or("no user is named")?;
            let rows = distinct_rows(snapshot, holding, user, package);
            if rows.is_empty() {
                return Err("the user does not hold the package");
            }
            Ok(rows.into_iter().map(|row| step(user, Act::Remove { package, row })).collect())
        }
        PlannedAct::Assignment(text, of) => {
            let places = |text: &str| rows_of.get(&ExternalId::new(text)).filter(|places| !places.is_empty());
            let places = places(text).or_else(|| places(restore(text))).ok_or("no assignment has that id")?;
            let of = of.as_deref().map(package).transpose().map_err(|_| "no package has that id")?;
            let table = snapshot.table();
            // One id may stand for several assignments: then user and package tell which is meant.
            let is_meant = |one: &Assignment| {
                named.is_none_or(|user| user == one.user) && of.is_none_or(|of| of == one.package)
            };
            let all = places.iter().filter_map(|&at| Some((at, table.get(at)?)));
            let meant: Vec<(usize, Assignment)> = all.filter(|(_, one)| is_meant(one)).collect();
            if meant.is_empty() {
                return Err("the assignment is of another user or package than the row says");
            }
            let counts = |one: &Assignment| holding.states.matches(one.state, &snapshot.states);
            let found = meant.into_iter().filter(|(_, one)| counts(one));
            let found = found.map(|(row, one)| step(one.user, Act::Remove { package: one.package, row }));
            let mut found: Vec<PlanStep> = found.collect();
            // Copies of an assignment go with the first of them.
            found.dedup_by_key(|step| match step.act {
                Act::Remove { package, .. } => (step.user, Some(package)),
                Act::Leave(_) => (step.user, None),
            });
            if found.is_empty() {
                Err("the assignment is in a state that does not count as held")
            } else {
                Ok(found)
            }
        }
    }
}
