//! One assignment in the names of one API version.

use crate::spelling::{graph_spelling, is_shell};
use serde_json::{Map, Value, json};
use sod_engine::{Assignment, OriginalRecord, Snapshot, StateTable, User, UserIdKind};
use std::fmt;
use std::str::FromStr;

/// A version of Microsoft Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiVersion {
    /// `v1.0`: `state`, `target`, `accessPackage`, `assignmentPolicy`.
    V1,
    /// `beta`: `assignmentState`, `accessPackageId`, `targetId`, `assignmentPolicyId`.
    Beta,
}

impl ApiVersion {
    /// As it stands in Graph's addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }

    /// The version in whose names a record is written: beta if it has any name that only beta has.
    pub(crate) fn of_record(record: &OriginalRecord) -> Self {
        const BETA: [&str; 5] =
            ["assignmentstate", "assignmentstatus", "accesspackageid", "targetid", "assignmentpolicyid"];
        let beta = record.keys().any(|key| BETA.contains(&key.to_ascii_lowercase().as_str()));
        if beta { Self::Beta } else { Self::V1 }
    }
}

/// A version that Graph does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVersion(String);

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no version of Graph; expected v1.0 or beta", self.0)
    }
}

impl std::error::Error for UnknownVersion {}

impl FromStr for ApiVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "v1.0" | "v1" | "1.0" => Ok(Self::V1),
            "beta" => Ok(Self::Beta),
            _ => Err(UnknownVersion(text.to_owned())),
        }
    }
}

/// Puts a record into the names of `version`.
pub(crate) fn shape(
    snapshot: &Snapshot,
    assignment: &Assignment,
    record: OriginalRecord,
    version: ApiVersion,
) -> Map<String, Value> {
    let mut record = graph_spelling(record);
    record.retain(|_, value| !is_shell(value) || value.as_object().is_some_and(Map::is_empty));
    match version {
        ApiVersion::V1 => {
            rename(&mut record, "accessPackageAssignmentPolicy", "assignmentPolicy");
            rename(&mut record, "assignmentState", "state");
            rename(&mut record, "assignmentStatus", "status");
            state_value(&mut record, "state", first_lower);
            in_target(&mut record, "type", "subjectType", first_lower);
        }
        ApiVersion::Beta => {
            rename(&mut record, "assignmentPolicy", "accessPackageAssignmentPolicy");
            rename(&mut record, "state", "assignmentState");
            rename(&mut record, "status", "assignmentStatus");
            state_value(&mut record, "assignmentState", first_upper);
            in_target(&mut record, "subjectType", "type", first_upper);
        }
    }
    add_known(snapshot, assignment, &mut record, version);
    record
}

fn rename(record: &mut Map<String, Value>, from: &str, to: &str) {
    if !record.contains_key(to)
        && let Some(value) = record.shift_remove(from)
    {
        record.insert(to.to_owned(), value);
    }
}

fn state_value(record: &mut Map<String, Value>, name: &str, spell: fn(&str) -> String) {
    if let Some(Value::String(text)) = record.get_mut(name)
        && StateTable::find_known(text).is_some()
    {
        *text = spell(text);
    }
}

fn in_target(record: &mut Map<String, Value>, from: &str, to: &str, spell: fn(&str) -> String) {
    if let Some(Value::Object(target)) = record.get_mut("target") {
        rename(target, from, to);
        if let Some(Value::String(text)) = target.get_mut(to) {
            *text = spell(text);
        }
    }
}

pub(crate) fn first_lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

pub(crate) fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Adds the scalars that the version always has, where the snapshot knows them.
fn add_known(
    snapshot: &Snapshot,
    assignment: &Assignment,
    record: &mut Map<String, Value>,
    version: ApiVersion,
) {
    let directory = &snapshot.directory;
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value
            && record.get(name).is_none_or(Value::is_null)
        {
            record.insert(name.to_owned(), Value::String(value));
        }
    };
    add("id", assignment.id.as_ref().map(ToString::to_string));
    let state = snapshot.states.name(assignment.state);
    match version {
        ApiVersion::V1 => add("state", Some(state.to_owned())),
        ApiVersion::Beta => {
            add("assignmentState", Some(first_upper(state)));
            let package = directory.package(assignment.package);
            add("accessPackageId", package.map(|package| package.id.to_string()));
            let catalog = package.and_then(|package| directory.catalog(package.catalog?));
            add("catalogId", catalog.map(|catalog| catalog.id.to_string()));
            let policy = assignment.policy.and_then(|policy| directory.policy(policy));
            add("assignmentPolicyId", policy.map(|policy| policy.id.to_string()));
            add("targetId", directory.user(assignment.user).map(|user| user.id.to_string()));
        }
    }
}

/// The subject, as far as the snapshot knows it.
pub(crate) fn target(user: &User, version: ApiVersion) -> Value {
    let mut target = Map::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            target.insert(name.to_owned(), Value::String(value));
        }
    };
    // Beside the object id, the one other id that records tie to a person is that of the subject record.
    let record = match (user.id_kind, user.aliases.as_slice()) {
        (UserIdKind::SubjectRecord, _) => Some(user.id.to_string()),
        (_, [one]) => Some(one.to_string()),
        _ => None,
    };
    add("id", record);
    add("objectId", (user.id_kind == UserIdKind::Object).then(|| user.id.to_string()));
    add("displayName", user.display_name.as_deref().map(str::to_owned));
    add("email", user.email.as_deref().map(str::to_owned));
    add("principalName", user.principal_name.as_deref().map(str::to_owned));
    let (name, spell): (_, fn(&str) -> String) = match version {
        ApiVersion::V1 => ("subjectType", first_lower),
        ApiVersion::Beta => ("type", first_upper),
    };
    add(name, user.subject_type.as_deref().map(spell));
    Value::Object(target)
}

/// The package, as far as the snapshot knows it.
pub(crate) fn access_package(snapshot: &Snapshot, assignment: &Assignment) -> Option<Value> {
    let package = snapshot.directory.package(assignment.package)?;
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(package.id.to_string()));
    if let Some(name) = &package.display_name {
        members.insert("displayName".to_owned(), json!(name));
    }
    Some(Value::Object(members))
}
