//! A rules document as JSON.

use super::period_words;
use crate::document::{Located, Members, RuleDocument, RuleEntry};
use serde_json::{Map, Value, json};

pub(super) fn write(document: &RuleDocument) -> String {
    let mut root = Map::new();
    let mut ruleset = Map::new();
    for (key, value) in [("id", &document.id), ("version", &document.version), ("name", &document.name)] {
        text(&mut ruleset, key, value.as_ref().map(|value| &*value.value));
    }
    if !ruleset.is_empty() {
        root.insert("ruleset".into(), ruleset.into());
    }
    let mut functions = Map::new();
    for function in &document.functions {
        let mut table = Map::new();
        text(&mut table, "description", function.description.as_ref().map(|text| &*text.value));
        members(&mut table, &function.members);
        functions.insert(function.name.value.to_string(), table.into());
    }
    if !functions.is_empty() {
        root.insert("function".into(), functions.into());
    }
    root.insert("rule".into(), document.rules.iter().map(rule).collect());
    // The alternate form is indented; writing a value to text cannot fail.
    format!("{:#}\n", Value::Object(root))
}

fn rule(rule: &RuleEntry) -> Value {
    let mut table = Map::new();
    text(&mut table, "id", Some(&rule.id.value));
    text(&mut table, "name", rule.name.as_ref().map(|name| &*name.value));
    text(&mut table, "severity", Some(rule.severity.name()));
    let facts = &rule.facts;
    text(&mut table, "description", facts.description.as_deref());
    text(&mut table, "risk", facts.risk.as_deref());
    text(&mut table, "owner", facts.owner.as_deref());
    text(&mut table, "process", facts.process.as_deref());
    if !facts.frameworks.is_empty() {
        table.insert("frameworks".into(), facts.frameworks.iter().map(|name| json!(&**name)).collect());
    }
    text(&mut table, "advice", facts.advice.as_deref());
    let [from, to] = period_words(&rule.period);
    text(&mut table, "valid_from", from.as_deref());
    text(&mut table, "valid_to", to.as_deref());
    if !rule.enabled {
        table.insert("enabled".into(), false.into());
    }
    let terms = rule.terms.iter().map(|term| {
        let mut table = Map::new();
        members(&mut table, &term.members);
        if term.at_least.value != 1 {
            table.insert("at_least".into(), term.at_least.value.into());
        }
        Value::Object(table)
    });
    table.insert("terms".into(), terms.collect());
    table.into()
}

fn members(table: &mut Map<String, Value>, members: &Members) {
    for (key, words) in members.lists() {
        if !words.is_empty() {
            let words = words.iter().map(|Located { value, .. }| json!(&**value));
            table.insert(key.into(), words.collect());
        }
    }
}

fn text(table: &mut Map<String, Value>, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        table.insert(key.into(), value.into());
    }
}
