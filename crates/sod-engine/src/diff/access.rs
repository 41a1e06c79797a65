//! Why somebody does not hold on one side what they hold on the other: assignments, packages, people, groups.
//!
//! Causes are named as if what is asked for were gone; who asks the other way round turns them.

use super::Direction;
use super::scope::Gap;
use super::side::{ExportSide, Shown, Side, written};
use super::witness::{CatalogTold, Witness, WitnessAssignment, WitnessPackage};
use sod_model::{CauseCode, ChangeCause, ExternalId, Group, MEMBER_RECORDS, StateTable, Timestamp, UserId};

/// What the side lacks of what stands behind a conflict of the other; nothing if it has everything.
pub(super) fn causes(
    lack: &Side<'_>,
    gap: &Gap,
    witness: &Witness,
    direction: Direction,
) -> Vec<ChangeCause> {
    let lacking = match &lack.shown {
        Shown::Export(export) => Lacking { export: *export, gap, direction, moment: lack.facts.moment },
        Shown::Report(side) => {
            let ids = witness.user.iter().map(ToString::to_string);
            let places = ids.filter_map(|id| side.of_users.get(id.as_str())).flatten();
            let held: Vec<&String> = places
                .filter_map(|&at| side.report.conflicts.get(at))
                .flat_map(|conflict| &conflict.held_packages)
                .collect();
            let shows = |package: &WitnessPackage| held.iter().any(|id| **id == *package.named.id);
            if witness.groups.is_empty() && witness.packages.iter().all(shows) {
                return Vec::new();
            }
            let why = "the report shows the assignments behind conflicts, and no others";
            return vec![ChangeCause::new(CauseCode::Untold).saying(why)];
        }
    };
    let Some(user) = lacking.user(&witness.user) else { return vec![lacking.absent_user(witness)] };
    let mut causes = Vec::new();
    for package in &witness.packages {
        causes.extend(lacking.package(user, package));
    }
    for group in &witness.groups {
        causes.extend(lacking.group(user, group));
    }
    causes
}

/// An export that lacks something.
pub(super) struct Lacking<'l, 'a> {
    pub(super) export: ExportSide<'a>,
    pub(super) gap: &'l Gap,
    pub(super) direction: Direction,
    pub(super) moment: Option<Timestamp>,
}

impl Lacking<'_, '_> {
    fn user(&self, ids: &[ExternalId]) -> Option<UserId> {
        ids.iter().find_map(|id| self.export.snapshot.directory.find_user(id))
    }

    /// A user who is nowhere in the export. Only a whole list of users tells that somebody is not there.
    pub(super) fn absent_user(&self, witness: &Witness) -> ChangeCause {
        let id = witness.user.first().map(written).unwrap_or_default();
        if witness.is_listed && self.gap.lists("user") {
            return ChangeCause::new(CauseCode::UserRemoved).about(id);
        }
        let why = if self.gap.lists("user") {
            "the user is in no row, and is not known by a directory id, by which lists of users have them"
        } else {
            "the user is in no row, and there is no list of users to tell whether they are still there"
        };
        ChangeCause::new(CauseCode::InputScope).about(id).saying(why)
    }

    /// Why the user does not hold the package; nothing if they do.
    pub(super) fn package(&self, user: UserId, package: &WitnessPackage) -> Vec<ChangeCause> {
        let directory = &self.export.snapshot.directory;
        let Some(known) = directory.find_package(&package.id) else {
            return vec![self.absent_package(package)];
        };
        if self.export.analysis.matrix.row(user).binary_search(&known).is_ok() {
            return Vec::new();
        }
        let rows: Vec<_> = self.export.snapshot.assignments_of(user, known).collect();
        let cause = |own: &WitnessAssignment| {
            let same = rows.iter().find(|row| row.id == own.id);
            let state = same.map(|row| self.export.snapshot.states.name(row.state));
            let cause = match state {
                Some(state) => other_state(own, state),
                None => self.absent_assignment(own),
            };
            let subject = cause.subject.or_else(|| own.id.as_ref().map(written));
            ChangeCause { subject, package: Some(package.named.clone()), ..cause }
        };
        if package.assignments.is_empty() {
            // It is held, and nothing is known of how.
            let cause = |code| ChangeCause::new(code).of_package(package.named.clone());
            return vec![match self.gap.row(None) {
                Some(why) => cause(CauseCode::InputScope).saying(why),
                None => cause(CauseCode::AssignmentRemoved),
            }];
        }
        package.assignments.iter().map(cause).collect()
    }

    pub(super) fn absent_package(&self, package: &WitnessPackage) -> ChangeCause {
        let directory = &self.export.snapshot.directory;
        let scope = |why: String| {
            ChangeCause::new(CauseCode::InputScope).of_package(package.named.clone()).saying(why)
        };
        let same_name = package.named.name.as_deref().map(|name| directory.packages_named(name));
        let same_name = same_name.unwrap_or_default().into_iter().find_map(|id| directory.package(id));
        if let Some(other) = same_name {
            return scope(format!("a package of this name has the id {} there", other.id));
        }
        let catalog = match &package.catalog {
            CatalogTold::In(catalog) => catalog,
            CatalogTold::NotKept => {
                let why =
                    "the report does not tell which catalog it is in, and so not whether it could be seen";
                return scope(why.to_owned());
            }
            CatalogTold::Unknown => {
                let why = "no input tells which catalog it is in, and so not whether the account could still see it";
                return scope(why.to_owned());
            }
        };
        let id = directory.find_catalog(catalog);
        if !directory.packages().iter().any(|other| id.is_some() && other.catalog == id) {
            let why = "nothing of its catalog is among the inputs: the account may not read it";
            return scope(why.to_owned()).about(written(catalog));
        }
        if self.gap.lists("package") {
            return ChangeCause::new(CauseCode::PackageRemoved).of_package(package.named.clone());
        }
        scope("the package is in no row, and there is no list of packages".to_owned())
    }

    /// An assignment of which there is no row.
    fn absent_assignment(&self, own: &WitnessAssignment) -> ChangeCause {
        let snapshot = self.export.snapshot;
        let has_state = snapshot.states.find(&own.state).is_some_and(|state| {
            snapshot.state_totals().iter().any(|(other, rows)| *other == state && *rows > 0)
        });
        let cause = |code| ChangeCause { before: Some(own.state.clone()), ..ChangeCause::new(code) };
        if !has_state {
            let why = format!("no row at all is in the state {}", own.state);
            return cause(CauseCode::InputScope).about(own.state.clone()).saying(why);
        }
        if let Some(why) = self.gap.row(own.input) {
            return cause(CauseCode::InputScope).saying(why);
        }
        match (own.until, self.moment) {
            (Some(until), Some(moment)) if self.direction == Direction::Gone && until <= moment => {
                cause(CauseCode::AssignmentExpired)
                    .saying(format!("it ended on {until}, and its row is gone"))
            }
            _ => cause(CauseCode::AssignmentRemoved),
        }
    }

    fn group(&self, user: UserId, id: &ExternalId) -> Option<ChangeCause> {
        let directory = &self.export.snapshot.directory;
        let group = directory.find_group(id).and_then(|group| directory.group(group));
        let about = |code| ChangeCause::new(code).about(written(id));
        let scope = |why| Some(about(CauseCode::InputScope).saying(why));
        let Some((group, members)) = group.and_then(|group| Some((group, group.members.as_ref()?))) else {
            return scope("the members of the group are not there");
        };
        if members.binary_search(&user).is_ok() {
            None
        } else if is_partly_known(group) {
            scope("only a part of the members of the group is there")
        } else if let Some(why) = self.gap.partial(&MEMBER_RECORDS) {
            Some(about(CauseCode::InputScope).saying(why))
        } else {
            Some(about(CauseCode::MembershipRemoved))
        }
    }
}

/// Whether who is not among the members may be one all the same.
pub(super) const fn is_partly_known(group: &Group) -> bool {
    group.probably_truncated || group.nested_unknown > 0
}

/// The same assignment, in a state that does not count.
fn other_state(own: &WitnessAssignment, state: &str) -> ChangeCause {
    let code = match StateTable::find_known(state) {
        _ if *own.state == *state => CauseCode::InputScope,
        Some(StateTable::EXPIRED) => CauseCode::AssignmentExpired,
        _ => CauseCode::AssignmentStateChanged,
    };
    let cause =
        ChangeCause { before: Some(own.state.clone()), after: Some(state.into()), ..ChangeCause::new(code) };
    if code == CauseCode::InputScope { cause.saying("the state counts on one side only") } else { cause }
}
