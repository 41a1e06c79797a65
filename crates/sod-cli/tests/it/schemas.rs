//! Each JSON format and its schema say the same, both ways: what is written is described, what is described is written.

mod documents;

use crate::util::Dir;
use documents::documents;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The schema of that name. Published schemas leave room for members to come; here there is none.
fn closed(dir: &Dir, name: &str) -> Value {
    let mut schema = dir.sod(&format!("schema {name}")).json();
    close(&mut schema);
    schema
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") && members.get("type") == Some(&json!("object")) {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn resolved<'s>(root: &'s Value, schema: &'s Value) -> (Option<String>, &'s Value) {
    match schema["$ref"].as_str() {
        Some(place) => {
            let (_, found) = resolved(root, root.pointer(&place[1..]).unwrap());
            (Some(place.to_owned()), found)
        }
        None => (None, schema),
    }
}

/// Notes each described member that `value` has with anything but null in it.
fn seen(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut BTreeSet<String>) {
    let (place, schema) = resolved(root, schema);
    let at = place.unwrap_or_else(|| at.to_owned());
    for one in schema["anyOf"].as_array().into_iter().flatten().filter(|_| !value.is_null()) {
        seen(root, one, value, &at, found);
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let Some(schema) = schema["properties"].get(name) else { continue };
                if !value.is_null() {
                    found.insert(format!("{at}/{name}"));
                }
                seen(root, schema, value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| seen(root, &schema["items"], item, &format!("{at}[]"), found));
        }
        _ => {}
    }
}

/// Every member that a schema describes.
fn described(schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        found.insert(format!("{at}/{name}"));
        let text = member["description"].as_str().unwrap_or_default();
        assert!(text.len() > 3, "{at}/{name} is not described");
        described(member, &format!("{at}/{name}"), found);
    }
    if schema["items"].is_object() {
        described(&schema["items"], &format!("{at}[]"), found);
    }
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        described(definition, &format!("#/$defs/{name}"), found);
    }
}

/// Members that no tenant here has a value for, and why not.
const NEVER: [(&str, &str); 11] = [
    ("diff #/$defs/side/pseudonyms", HIDDEN),
    ("ledger #/$defs/sight/users_seen", "the inputs here list all users"),
    ("ledger #/$defs/snapshot/pseudonyms", HIDDEN),
    ("inspect #/$defs/refusal/code", REFUSED),
    ("inspect #/$defs/refusal/message", REFUSED),
    ("inspect #/$defs/source/refused", REFUSED),
    ("inspect #/$defs/source/sha256", "only a report needs it"),
    ("manifest #/$defs/refusal/code", REFUSED),
    ("manifest #/$defs/refusal/message", REFUSED),
    ("manifest #/$defs/source/refused", REFUSED),
    ("manifest /tool/build/commit", "who builds a release names it in SOD_GIT_COMMIT"),
];

const HIDDEN: &str = "the snapshots compared here name their users";
const REFUSED: &str = "the command stops at a file that it refuses; the library may go on";

#[test]
fn what_is_written_is_described_and_what_is_described_is_written() {
    let (documents, dir) = (documents(), Dir::new());
    let mut missing = BTreeSet::new();
    for (name, documents) in &documents.0 {
        let schema = closed(&dir, name);
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let (mut all, mut found) = (BTreeSet::new(), BTreeSet::new());
        described(&schema, "", &mut all);
        for document in documents {
            let errors: Vec<String> = validator
                .iter_errors(document)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{name}: {errors:#?}\n{document:#}");
            seen(&schema, &schema, document, "", &mut found);
        }
        missing.extend(all.difference(&found).map(|member| format!("{name} {member}")));
    }
    let never: BTreeSet<String> = NEVER.iter().map(|(member, _)| (*member).to_owned()).collect();
    assert_eq!(missing, never);
}

/// Every change of one member: gone, of another type, beside one that is not described.
fn mutations(value: &Value, change: &mut dyn FnMut(Value)) {
    match value {
        Value::Object(members) => {
            let with = |name: &str, value: Option<Value>| {
                let mut other: Map<String, Value> = members.clone();
                match value {
                    Some(value) => other.insert(name.to_owned(), value),
                    None => other.remove(name),
                };
                Value::Object(other)
            };
            change(with("surprise", Some(json!({ "no": "such" }))));
            for (name, value) in members {
                let other = if value.is_number() { json!(-1.5) } else { json!(17.5) };
                change(with(name, Some(other)));
                change(with(name, None));
                mutations(value, &mut |value| change(with(name, Some(value))));
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                mutations(first, &mut |value| {
                    let mut other = items.clone();
                    other[0] = value;
                    change(Value::Array(other));
                });
            }
        }
        _ => {}
    }
}

/// Maps from what outsiders or codes name, and the lists of a plan that say no more where nothing is known.
const MAY_BE_GONE: [&str; 9] =
    ["states", "set_aside_by", "parts", "by_shape", "records", "rejected", "options", "because", "leave"];

#[test]
fn a_changed_document_fails() {
    let (documents, dir) = (documents(), Dir::new());
    for (name, documents) in &documents.0 {
        let validator = jsonschema::draft202012::new(&closed(&dir, name)).unwrap();
        let (mut changed, mut passed) = (0, Vec::new());
        for document in documents.iter().take(3) {
            mutations(document, &mut |other| {
                changed += 1;
                if validator.is_valid(&other) {
                    passed.push(difference(document, &other));
                }
            });
        }
        assert!(changed > 20 || documents.is_empty(), "{name}: {changed}");
        passed.retain(|place| !MAY_BE_GONE.iter().any(|member| place.split('/').any(|part| part == *member)));
        assert!(passed.is_empty(), "{name}: {passed:?}");
    }
}

/// Where two documents differ first.
fn difference(one: &Value, other: &Value) -> String {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let differs = names.into_iter().find(|name| a.get(*name) != b.get(*name));
            differs.map_or_else(String::new, |name| match (a.get(name), b.get(name)) {
                (Some(a), Some(b)) => format!("{name}/{}", difference(a, b)),
                _ => name.clone(),
            })
        }
        (Value::Array(a), Value::Array(b)) => {
            a.iter().zip(b).find(|(a, b)| a != b).map_or_else(String::new, |(a, b)| difference(a, b))
        }
        _ => format!("{one} -> {other}"),
    }
}

#[test]
fn the_names() {
    let dir = Dir::new();
    let names = dir.sod("schema").stdout();
    insta::assert_snapshot!(names);
    for line in names.lines() {
        let name = line.split_whitespace().next().unwrap();
        let schema = dir.sod(&format!("schema {name}")).json();
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{name}");
    }
    assert_eq!(dir.sod("schema rules").stdout(), dir.sod("rules schema").stdout());
    let ran = dir.sod("schema sumary").exits(2);
    assert!(ran.stderr.contains("'summary'"), "{}", ran.stderr);
}
