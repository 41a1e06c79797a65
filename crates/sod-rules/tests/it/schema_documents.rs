//! Generated documents that are right, with every key that a document can have.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

fn maybe(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Option<Value>> {
    prop_oneof![4 => Just(None), 1 => Just(Some(Value::Null)), 5 => value.prop_map(Some)].boxed()
}

fn text() -> BoxedStrategy<Value> {
    "[ ]{0,1}[A-Za-z*?é][A-Za-z0-9 :@.é-]{0,12}".prop_map(Value::String).boxed()
}

fn texts() -> BoxedStrategy<Value> {
    prop_oneof![vec(text(), 1..4).prop_map(Value::Array), text()].boxed()
}

fn moment() -> BoxedStrategy<Value> {
    prop_oneof![
        Just("2026-01-31"),
        Just(" 2026-02-28 "),
        Just("2026-03-31T12:00:00Z"),
        Just("2026-03-31T12:00:00+02:00"),
        Just("2026-03-31T12:00:00")
    ]
    .prop_map(Value::from)
    .boxed()
}

/// A table with these keys, those without a value left out.
fn table(keys: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<&str>, Vec<BoxedStrategy<Option<Value>>>) = keys.into_iter().unzip();
    values
        .prop_map(move |values| {
            let both = names.iter().zip(values);
            Value::Object(both.filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect())
        })
        .boxed()
}

fn needed(value: BoxedStrategy<Value>) -> BoxedStrategy<Option<Value>> {
    value.prop_map(Some).boxed()
}

fn set(more: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> BoxedStrategy<Value> {
    let mut keys = vec![
        ("packages", needed(texts())),
        ("catalogs", maybe(texts())),
        ("names", maybe(texts())),
        ("groups", maybe(texts())),
    ];
    keys.extend(more);
    table(keys)
}

pub(crate) fn rules_document() -> BoxedStrategy<Value> {
    let severity =
        prop_oneof![Just("critical"), Just("High"), Just(" MEDIUM "), Just("low")].prop_map(Value::from);
    let at_least = prop_oneof![Just(json!(1)), Just(Value::Null)];
    let term = set(vec![("functions", maybe(Just(json!(["f"])))), ("at_least", needed(at_least.boxed()))]);
    let rule = table(vec![
        ("id", needed(text())),
        ("name", maybe(text())),
        ("severity", maybe(severity)),
        ("description", maybe(text())),
        ("risk", maybe(text())),
        ("owner", maybe(text())),
        ("process", maybe(text())),
        ("frameworks", maybe(texts())),
        ("advice", maybe(text())),
        ("valid_from", maybe(Just(json!("2025-01-01")))),
        ("valid_to", maybe(moment())),
        ("enabled", maybe(any::<bool>().prop_map(Value::Bool))),
        ("terms", needed(vec(term, 1..3).prop_map(Value::Array).boxed())),
    ]);
    let ruleset = table(vec![("id", maybe(text())), ("version", maybe(text())), ("name", maybe(text()))]);
    let function = set(vec![("description", maybe(text())), ("functions", maybe(texts()))]);
    table(vec![
        ("ruleset", maybe(ruleset)),
        ("function", maybe(function.prop_map(|function| json!({"f": function})))),
        ("rule", needed(rule.prop_map(|rule| json!([rule])).boxed())),
    ])
}

pub(crate) fn exceptions_document() -> BoxedStrategy<Value> {
    let criterion = prop_oneof![
        text().prop_map(|text| json!({"package": text, "department": null})),
        text().prop_map(|text| json!({"department": text})),
    ];
    let users = prop_oneof![
        text().prop_map(|text| json!({"user": text})),
        text().prop_map(|text| json!({"user": text, "criterion": null})),
        criterion.prop_map(|criterion| json!({"criterion": criterion})),
    ];
    let exception = table(vec![
        ("id", needed(text())),
        ("rule", needed(text())),
        ("owner", needed(text())),
        ("justification", needed(text())),
        ("control", maybe(text())),
        ("reference", maybe(text())),
        ("start", maybe(Just(json!("2025-01-01")))),
        ("end", maybe(moment())),
    ]);
    (exception, users)
        .prop_map(|(mut exception, users)| {
            let table = exception.as_object_mut().unwrap();
            table.extend(users.as_object().unwrap().clone());
            json!({"exception": [exception]})
        })
        .boxed()
}
