//! From a record of an export to what is kept of it.

use crate::edm::{EntityType, Kind, Property, find, find_any};
use crate::shape::ApiVersion;
use crate::spelling::{graph_spelling, is_pascal, is_shell};
use serde_json::{Map, Value};
use sod_engine::Timestamp;

/// A record in the names under which it is kept: navigations apart, the rest under [`Property::key`].
#[derive(Debug)]
pub(crate) struct Sorted {
    /// Everything that is no navigation.
    pub(crate) own: Map<String, Value>,
    /// What was expanded.
    pub(crate) expanded: Vec<(&'static Property, Value)>,
    /// In whose names it was written.
    pub(crate) version: ApiVersion,
}

/// The version in whose names a record is written: beta if it has a name that only beta has, v1.0 if it has one that only
/// that has, and otherwise that of the answer that it stands in.
fn version_of(record: &Map<String, Value>, entity: &'static EntityType, around: ApiVersion) -> ApiVersion {
    let only = |version: ApiVersion, other: ApiVersion| {
        let mut names = record.keys();
        names.any(|name| {
            find(entity.properties, name, other).is_none() && find(entity.properties, name, version).is_some()
        })
    };
    if only(ApiVersion::Beta, ApiVersion::V1) {
        ApiVersion::Beta
    } else if only(ApiVersion::V1, ApiVersion::Beta) {
        ApiVersion::V1
    } else {
        around
    }
}

/// Sorts the members of a record of the type that stands in an answer of the version. What neither version has is left out: a
/// script noted it, and it may be nobody's business.
pub(super) fn sort(record: Map<String, Value>, entity: &'static EntityType, around: ApiVersion) -> Sorted {
    // PowerShell writes null for what it was not given as for what is nothing.
    let tells_null = !is_pascal(&record);
    let record = graph_spelling(record);
    let version = version_of(&record, entity, around);
    let other = match version {
        ApiVersion::V1 => ApiVersion::Beta,
        ApiVersion::Beta => ApiVersion::V1,
    };
    let mut sorted = Sorted { own: Map::new(), expanded: Vec::new(), version };
    for (name, value) in record {
        let found = find(entity.properties, &name, version).or_else(|| find(entity.properties, &name, other));
        match found {
            // That a person belongs to no organization is told in the place of its id.
            Some(property) if property.key == "connectedOrganization" && value.is_null() && tells_null => {
                sorted.own.entry("connectedOrganizationId").or_insert(Value::Null);
            }
            // PowerShell writes what was not expanded as an object without values.
            Some(property) if property.kind.is_navigation() && (value.is_null() || is_shell(&value)) => {}
            Some(property) if property.kind.is_navigation() => sorted.expanded.push((property, value)),
            Some(property) if !value.is_null() || tells_null => {
                let known = sorted.own.get(property.key).is_some_and(|known| !known.is_null());
                if !known {
                    sorted.own.insert(property.key.to_owned(), plain(property.kind, value));
                }
            }
            // Nor would Graph have it.
            _ => {}
        }
    }
    sorted
}

/// The members of something that stands in a record and has no table, in the names under which they are asked for.
pub(crate) fn sort_inside(record: Map<String, Value>, entity: &'static EntityType) -> Map<String, Value> {
    let kind = record.get("@odata.type").cloned();
    let Sorted { mut own, expanded, .. } = sort(record, entity, ApiVersion::V1);
    own.extend(expanded.into_iter().map(|(property, value)| (property.key.to_owned(), value)));
    own.extend(kind.map(|kind| ("@odata.type".to_owned(), kind)));
    own
}

/// A value with the names of its members as the schema has them, and moments in ISO 8601, because clients read nothing else:
/// PowerShell, tables and scripts write them in other ways, and Microsoft's own documents have `"null"` as text. What is no
/// moment is unknown.
fn plain(kind: Kind, value: Value) -> Value {
    match (kind, value) {
        (Kind::Moment, Value::String(text)) => match Timestamp::parse(&text) {
            Some(_) if text.as_bytes().get(10) == Some(&b'T') => Value::String(text),
            Some(moment) => Value::String(moment.to_string()),
            None => Value::Null,
        },
        (Kind::Moment, other) if !other.is_null() => Value::Null,
        (Kind::Complex(properties), Value::Object(members)) => {
            let member = |(name, value): (String, Value)| match find_any(properties, &name) {
                Some(property) => (property.key.to_owned(), plain(property.kind, value)),
                None => (name, value),
            };
            Value::Object(members.into_iter().map(member).collect())
        }
        (_, other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edm::{ASSIGNMENT, POLICY};
    use serde_json::json;

    fn sorted(record: Value, entity: &'static EntityType) -> (Value, Vec<&'static str>) {
        let Value::Object(record) = record else { panic!("a record") };
        let sorted = sort(record, entity, ApiVersion::V1);
        (Value::Object(sorted.own), sorted.expanded.iter().map(|(property, _)| property.key).collect())
    }

    #[test]
    fn both_versions_are_kept_under_one_name() {
        let v1 = json!({"@odata.type": "x", "id": "a", "state": "delivered", "status": "Delivered", "target": {"id": "t"}});
        let beta = json!({"id": "a", "assignmentState": "delivered", "assignmentStatus": "Delivered", "target": {"id": "t"}});
        assert_eq!(sorted(v1, &ASSIGNMENT), sorted(beta, &ASSIGNMENT));
    }

    #[test]
    fn what_both_versions_call_alike_and_mean_otherwise_stays_apart() {
        let beta = json!({"id": "p", "canExtend": true, "requestorSettings": {"scopeType": "NoSubjects"}});
        assert!(sorted(beta, &POLICY).0.get("requestorSettings").is_none());
        let v1 = json!({"id": "p", "requestorSettings": {"onBehalfRequestors": []}});
        assert!(sorted(v1, &POLICY).0.get("requestorSettings").is_some());
    }

    #[test]
    fn moments_are_iso_or_unknown() {
        let record = json!({"Id": "a", "ExpiredDateTime": "/Date(1700000000000)/",
            "Schedule": {"StartDateTime": "01/13/2024 08:00:00", "Expiration": {"EndDateTime": "null", "Type": "noExpiration"}},
            "AccessPackage": {"Id": null, "DisplayName": null}});
        let (own, expanded) = sorted(record, &ASSIGNMENT);
        let expected = json!({"id": "a", "expiredDateTime": "2023-11-14T22:13:20Z", "schedule":
            {"startDateTime": "2024-01-13T08:00:00Z", "expiration": {"endDateTime": null, "type": "noExpiration"}}});
        assert_eq!((own, expanded), (expected, vec![]));
        let fraction = json!({"id": "a", "expiredDateTime": "2019-04-25T23:45:40.42Z"});
        assert_eq!(sorted(fraction.clone(), &ASSIGNMENT).0, fraction);
    }
}
