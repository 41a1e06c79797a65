//! One assignment's record, taken apart.

use super::member::{Sorted, sort};
use super::records::{Members, members};
use crate::edm::{ASSIGNMENT, EntityType, Kind, Property};
use crate::shape::ApiVersion;
use serde_json::Value;
use sod_engine::{ExternalId, Snapshot, User};

/// One record, as it was read.
pub(super) struct Waiting {
    pub(super) row: usize,
    /// The version of the answer that it stands in.
    pub(super) around: ApiVersion,
    pub(super) text: String,
}

/// One record, parsed.
pub(super) struct Parsed {
    pub(super) row: usize,
    /// In whose names it was written.
    pub(super) around: ApiVersion,
    /// What is left of it.
    pub(super) own: Members,
    pub(super) named: [Option<ExternalId>; 2],
    pub(super) id: Option<ExternalId>,
    pub(super) expanded: Vec<(&'static EntityType, Value)>,
}

/// Sorts the members of an assignment, and leaves out what the snapshot has as columns.
pub(super) fn parse(snapshot: &Snapshot, waiting: &Waiting) -> Option<Parsed> {
    let row = waiting.row;
    let Ok(Value::Object(record)) = serde_json::from_str(&waiting.text) else { return None };
    let Sorted { mut own, expanded, version } = sort(record, &ASSIGNMENT, waiting.around);
    let mut taken = |name: &str| own.shift_remove(name).as_ref().and_then(external_id);
    let id = taken("id");
    let target = taken("targetId");
    for known in ["accessPackageId", "assignmentPolicyId", "catalogId"] {
        taken(known);
    }
    let state = snapshot.table().states().get(row).map(|state| snapshot.states.name(*state));
    own.retain(|name, value| {
        let is_known = name == "state"
            && value
                .as_str()
                .is_some_and(|text| state.is_some_and(|state| state.eq_ignore_ascii_case(text.trim())));
        !is_known
    });
    let record_id = expanded.iter().find(|(property, _)| property.key == "target");
    let record_id = record_id.and_then(|(_, target)| external_id(member(target, "id")?));
    let entity = |(property, value): (&'static Property, Value)| match property.kind {
        Kind::One(entity) => Some((entity, value)),
        _ => None,
    };
    Some(Parsed {
        row,
        around: version,
        own: members(own),
        named: [record_id, target],
        id,
        expanded: expanded.into_iter().filter_map(entity).collect(),
    })
}

fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    object.as_object()?.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn external_id(value: &Value) -> Option<ExternalId> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(ExternalId::new(text)),
        Value::Number(number) => Some(ExternalId::new(&number.to_string())),
        _ => None,
    }
}

/// The number of one of the user's ids; 0 for none, and for aliases beyond those that have a number.
pub(super) fn name_number(user: &User, id: Option<&ExternalId>) -> u8 {
    let Some(id) = id else { return 0 };
    if user.id == *id {
        return 1;
    }
    let at = user.aliases.iter().position(|alias| alias == id);
    at.and_then(|at| u8::try_from(at + 2).ok()).unwrap_or(0)
}
