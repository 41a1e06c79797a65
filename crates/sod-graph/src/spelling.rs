//! PowerShell's spelling of Graph objects, undone.

use serde_json::{Map, Value};
use sod_engine::Timestamp;

/// Members in camelCase, dates in ISO 8601, without the empty shells that PowerShell puts in place of navigations
/// that were not expanded. Scripts also put PowerShell's objects into members that they name themselves.
pub(crate) fn graph_spelling(record: Map<String, Value>) -> Map<String, Value> {
    if is_pascal(&record) {
        let members = record.into_iter().filter(|(_, value)| !is_shell(value));
        return members.map(|(key, value)| (camel_case(&key), value_spelling(value))).collect();
    }
    record.into_iter().map(|(key, value)| (key, inner_spelling(value))).collect()
}

/// Whether it has a member as PowerShell names them.
pub(crate) fn is_pascal(record: &Map<String, Value>) -> bool {
    record.keys().any(|key| key.starts_with(|c: char| c.is_ascii_uppercase()))
}

fn inner_spelling(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(graph_spelling(members)),
        Value::Array(items) => Value::Array(items.into_iter().map(inner_spelling).collect()),
        other => other,
    }
}

fn value_spelling(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !is_shell(value));
            Value::Object(members.map(|(key, value)| (camel_case(&key), value_spelling(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(value_spelling).collect()),
        Value::String(text) if text.starts_with("/Date(") => {
            Timestamp::parse(&text).map_or(Value::String(text), |moment| Value::String(moment.to_string()))
        }
        other => other,
    }
}

fn camel_case(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

/// An object with nothing in it but nulls, empty lists and further shells.
pub(crate) fn is_shell(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.values().all(|value| value.is_null() || is_empty(value) || is_shell(value))
        }
        _ => false,
    }
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Array(items) if items.is_empty())
}
