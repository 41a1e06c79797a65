//! What somebody holds on a side, in written ids, so that rules of the other side can be asked about it.

use super::rules::SideRule;
use super::side::{Side, written};
use super::witness::Witness;
use sod_model::ExternalId;
use std::collections::BTreeSet;

/// What a rule may name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Thing {
    Package(Box<str>),
    Group(Box<str>),
}

impl Thing {
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Package(id) | Self::Group(id) => id,
        }
    }
}

/// Whether a side may know a thing. Of a report nobody can say that it does not.
pub(super) fn known_things(side: &Side<'_>, thing: &Thing) -> bool {
    let Some(export) = side.export() else { return true };
    let directory = &export.snapshot.directory;
    let id = ExternalId::new(thing.id());
    match thing {
        Thing::Package(_) => directory.find_package(&id).is_some(),
        Thing::Group(_) => directory.find_group(&id).is_some(),
    }
}

/// Everything that a user holds on a side and that any of the rules names; `None` where a report does not tell.
pub(super) fn things_of(
    side: &Side<'_>,
    witness: &Witness,
    rules: [&SideRule; 2],
) -> Option<BTreeSet<Thing>> {
    let export = side.export()?;
    let directory = &export.snapshot.directory;
    let user = witness.user.iter().find_map(|id| directory.find_user(id));
    let Some(user) = user else { return Some(BTreeSet::new()) };
    let row = export.analysis.matrix.row(user);
    let holds = |thing: &Thing| {
        let id = ExternalId::new(thing.id());
        match thing {
            Thing::Package(_) => directory.find_package(&id).is_some_and(|id| row.binary_search(&id).is_ok()),
            Thing::Group(_) => {
                let group = directory.find_group(&id).and_then(|group| directory.group(group));
                let members = group.and_then(|group| group.members.as_ref());
                members.is_some_and(|members| members.binary_search(&user).is_ok())
            }
        }
    };
    let named = rules.into_iter().flat_map(|rule| &rule.terms).flat_map(|term| &term.things);
    let mut things: BTreeSet<Thing> = named.filter(|thing| holds(thing)).cloned().collect();
    // What the other side does not know is named by its own rule alone, and held here all the same.
    things.extend(
        row.iter().filter_map(|id| directory.package(*id)).map(|one| Thing::Package(written(&one.id))),
    );
    Some(things)
}
