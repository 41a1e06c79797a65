//! From a record of an export to what is kept of it.

use crate::edm::{EntityType, Kind, Property, find, find_any};
use crate::shape::ApiVersion;
use crate::spelling::{graph_spelling, is_shell};
use serde_json::{Map, Value};
use sod_engine::Timestamp;

/// A record in the names under which it is kept: navigations apart, the rest under [`Property::key`].
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// Everything that is no navigation.
    pub(crate) own: Map<String, Value>,
    /// What was expanded.
    pub(crate) expanded: Vec<(&'static Property, Value)>,
}

/// The version in whose names a record is written: beta if it has a name that only beta has.
pub(crate) fn version_of(record: &Map<String, Value>, entity: &'static EntityType) -> ApiVersion {
    let only_beta = |name: &String| {
        find(entity.properties, name, ApiVersion::V1).is_none()
            && find(entity.properties, name, ApiVersion::Beta).is_some()
    };
    if record.keys().any(only_beta) { ApiVersion::Beta } else { ApiVersion::V1 }
}

/// Sorts the members of a record of the type. What neither version has is left out: a script noted it, and it may be nobody's
/// business.
pub(crate) fn sort(record: Map<String, Value>, entity: &'static EntityType) -> Sorted {
    let record = graph_spelling(record);
    let version = version_of(&record, entity);
    let other = match version {
        ApiVersion::V1 => ApiVersion::Beta,
        ApiVersion::Beta => ApiVersion::V1,
    };
    let mut sorted = Sorted::default();
    for (name, value) in record {
        let found = find(entity.properties, &name, version).or_else(|| find(entity.properties, &name, other));
        match found {
            // PowerShell writes what was not expanded as an object without values.
            Some(property) if property.kind.is_navigation() && (value.is_null() || is_shell(&value)) => {}
            Some(property) if property.kind.is_navigation() => sorted.expanded.push((property, value)),
            Some(property) => {
                let known = sorted.own.get(property.key).is_some_and(|known| !known.is_null());
                if !known {
                    sorted.own.insert(property.key.to_owned(), iso(property.kind, value));
                }
            }
            // Graph would not have it either.
            None => {}
        }
    }
    sorted
}

/// Moments in ISO 8601, because clients read nothing else: PowerShell, tables and scripts write them in other ways, and
/// Microsoft's own documents have `"null"` as text. What is no moment is unknown.
fn iso(kind: Kind, value: Value) -> Value {
    match (kind, value) {
        (Kind::Moment, Value::String(text)) => match Timestamp::parse(&text) {
            Some(_) if text.as_bytes().get(10) == Some(&b'T') => Value::String(text),
            Some(moment) => Value::String(moment.to_string()),
            None => Value::Null,
        },
        (Kind::Moment, other) if !other.is_null() => Value::Null,
        (Kind::Complex(properties), Value::Object(members)) => {
            let member = |(name, value): (String, Value)| match find_any(properties, &name) {
                Some(property) => (name, iso(property.kind, value)),
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
        let sorted = sort(record, entity);
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
