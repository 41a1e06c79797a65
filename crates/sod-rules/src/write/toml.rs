//! A rules document as TOML.

use super::{Comments, period_words};
use crate::document::{Members, RuleDocument, RuleEntry, one_line};
use std::fmt::Write;
use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, Table, Value};

pub(super) fn write(document: &RuleDocument, comments: &Comments) -> String {
    let mut root = DocumentMut::new();
    let mut ruleset = Table::new();
    for (key, value) in [("id", &document.id), ("version", &document.version), ("name", &document.name)] {
        text(&mut ruleset, key, value.as_ref().map(|value| &*value.value));
    }
    if !ruleset.is_empty() {
        root.insert("ruleset", Item::Table(ruleset));
    }
    let mut functions = Table::new();
    functions.set_implicit(true);
    for function in &document.functions {
        let mut table = Table::new();
        text(&mut table, "description", function.description.as_ref().map(|text| &*text.value));
        for (key, words) in listed(&function.members) {
            table.insert(key, Item::Value(words));
        }
        functions.insert(&function.name.value, Item::Table(table));
    }
    if !functions.is_empty() {
        root.insert("function", Item::Table(functions));
    }
    let mut rules = ArrayOfTables::new();
    for (at, entry) in document.rules.iter().enumerate() {
        let mut table = rule(entry);
        if let Some(comment) = comments.rules.get(at).filter(|comment| !comment.is_empty()) {
            table.decor_mut().set_prefix(format!("\n{}", commented(comment)));
        }
        rules.push(table);
    }
    root.insert("rule", Item::ArrayOfTables(rules));
    let top: String = comments.top.iter().map(|line| commented(line)).collect();
    let body = root.to_string();
    // Tables begin with a blank line, except where nothing stands before them.
    let gap = if top.is_empty() || body.starts_with('\n') { "" } else { "\n" };
    let body = if top.is_empty() { body.trim_start_matches('\n') } else { &body };
    format!("{top}{gap}{body}")
}

/// One line of comment.
fn commented(line: &str) -> String {
    let mut text = String::from("#");
    if !line.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(text, " {}", one_line(line));
    }
    text.push('\n');
    text
}

fn rule(rule: &RuleEntry) -> Table {
    let mut table = Table::new();
    text(&mut table, "id", Some(&rule.id.value));
    text(&mut table, "name", rule.name.as_ref().map(|name| &*name.value));
    text(&mut table, "severity", Some(rule.severity.name()));
    let facts = &rule.facts;
    text(&mut table, "description", facts.description.as_deref());
    text(&mut table, "risk", facts.risk.as_deref());
    text(&mut table, "owner", facts.owner.as_deref());
    text(&mut table, "process", facts.process.as_deref());
    if !facts.frameworks.is_empty() {
        let frameworks: Array = facts.frameworks.iter().map(|name| &**name).collect();
        table.insert("frameworks", Item::Value(frameworks.into()));
    }
    text(&mut table, "advice", facts.advice.as_deref());
    for (key, day) in ["valid_from", "valid_to"].into_iter().zip(period_words(&rule.period)) {
        // A day of TOML where it can be one.
        match day.as_ref().map(|day| (day, day.parse::<Datetime>())) {
            Some((_, Ok(day))) => drop(table.insert(key, Item::Value(day.into()))),
            Some((day, Err(_))) => text(&mut table, key, Some(day)),
            None => {}
        }
    }
    if !rule.enabled {
        table.insert("enabled", Item::Value(false.into()));
    }
    table.insert("terms", Item::Value(terms(rule)));
    table
}

/// A term a line.
fn terms(rule: &RuleEntry) -> Value {
    let mut terms = Array::new();
    for term in &rule.terms {
        let mut table = InlineTable::new();
        for (key, words) in listed(&term.members) {
            table.insert(key, words);
        }
        if term.at_least.value != 1 {
            table.insert("at_least", i64::from(term.at_least.value).into());
        }
        let mut term = Value::InlineTable(table);
        term.decor_mut().set_prefix("\n  ");
        terms.push_formatted(term);
    }
    terms.set_trailing_comma(true);
    terms.set_trailing("\n");
    terms.into()
}

/// The lists of a set that name anything.
fn listed(members: &Members) -> impl Iterator<Item = (&'static str, Value)> {
    members.lists().into_iter().filter(|(_, words)| !words.is_empty()).map(|(key, words)| {
        let words: Array = words.iter().map(|word| &*word.value).collect();
        (key, words.into())
    })
}

fn text(table: &mut Table, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        table.insert(key, Item::Value(value.into()));
    }
}
