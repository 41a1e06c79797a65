//! Conflicts by column, and the assignments behind them.

use super::CONFLICTS_MAX;
use super::columns::{IdColumn, TextColumn, seconds};
use super::people::Cast;
use super::rules::GroupPlaces;
use crate::ReportView;
use crate::conflicts::{Behind, GroupNumbers, in_report_order};
use serde::Serialize;
use sod_model::{Assignment, Conflict, ExternalId, PackageId, PolicyId, Rule, UserId};

/// The conflicts of the page, in report order: the first of all.
pub(super) fn shown<'a>(view: &ReportView<'a>) -> Vec<(&'a Rule, Conflict)> {
    in_report_order(view).take(CONFLICTS_MAX).collect()
}

#[derive(Default, Serialize)]
pub(super) struct Conflicts {
    rules: Vec<u32>,
    users: Vec<Option<u32>>,
    /// Places in the list of groups.
    groups: Vec<Option<u64>>,
    exceptions: Vec<Option<u32>>,
    since: Vec<Option<i64>>,
    until: Vec<Option<i64>>,
}

/// The assignments that count, of users in conflict and to packages that they hold of a violated rule: ascending by
/// user and package, each once.
#[derive(Serialize)]
pub(super) struct Assignments<'a> {
    ids: IdColumn,
    users: Vec<Option<u32>>,
    packages: Vec<u32>,
    since: Vec<Option<i64>>,
    until: Vec<Option<i64>>,
    states: TextColumn<'a>,
    policies: TextColumn<'a>,
}

impl Conflicts {
    /// The columns, and the assignments behind them.
    pub(super) fn new<'a>(
        view: &ReportView<'a>,
        shown: &[(&Rule, Conflict)],
        cast: &Cast,
        places: &GroupPlaces,
    ) -> (Self, Assignments<'a>) {
        let (mut conflicts, mut assignments, mut numbers) =
            (Self::default(), Vec::new(), GroupNumbers::default());
        for &(rule, conflict) in shown {
            let behind = Behind::new(view, rule, conflict);
            let number = numbers.of(view, conflict);
            conflicts.rules.push(conflict.rule.0);
            conflicts.users.push(cast.place(conflict.user));
            conflicts.groups.push(number.map(|number| places.of(conflict.rule) + number - 1));
            conflicts.exceptions.push(conflict.exception.map(|exception| exception.0));
            conflicts.since.push(seconds(behind.span.since));
            conflicts.until.push(seconds(behind.span.until));
            assignments.extend(behind.assignments);
        }
        // Assignments with one id are told apart by what they say; those without an id may be word for word the same,
        // and are one on the page, as they are one holding.
        assignments.sort_by(|a, b| key(view, a).cmp(&key(view, b)));
        assignments.dedup_by(|a, b| key(view, a) == key(view, b));
        (conflicts, Assignments::new(view, &assignments, cast))
    }
}

type Key<'k> =
    (UserId, PackageId, Option<&'k ExternalId>, Option<i64>, Option<i64>, Option<PolicyId>, &'k str);

/// By the name of the state: which number it has depends on which file was read first.
fn key<'k>(view: &ReportView<'k>, one: &'k Assignment) -> Key<'k> {
    let state = view.snapshot.states.name(one.state);
    (one.user, one.package, one.id.as_ref(), seconds(one.since), seconds(one.until), one.policy, state)
}

impl<'a> Assignments<'a> {
    fn new(view: &ReportView<'a>, all: &[Assignment], cast: &Cast) -> Self {
        let snapshot = view.snapshot;
        let policy = |one: &Assignment| {
            let policy = snapshot.directory.policy(one.policy?)?;
            policy.display_name.as_deref()
        };
        Self {
            ids: all.iter().map(|one| one.id.as_ref()).collect(),
            users: all.iter().map(|one| cast.place(one.user)).collect(),
            packages: all.iter().map(|one| one.package.0).collect(),
            since: all.iter().map(|one| seconds(one.since)).collect(),
            until: all.iter().map(|one| seconds(one.until)).collect(),
            states: all.iter().map(|one| Some(snapshot.states.name(one.state))).collect(),
            policies: all.iter().map(policy).collect(),
        }
    }
}
