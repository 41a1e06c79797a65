//! Foreign JSON: values with their place and their path, and objects whose keys are asked for one by one.

use super::ImportCode;
use super::collect::Collector;
use super::columns::plain;
use super::note::{Lines, Place};
use super::word::LONGEST;
use crate::document::{Entry, Node, Value, printable, read_json};
use std::sync::Arc;

/// A foreign document of JSON.
pub(super) struct Json<'t> {
    lines: Lines<'t>,
    root: Node,
}

impl<'t> Json<'t> {
    pub(super) fn read(path: &Arc<str>, text: &'t str, notes: &mut Collector) -> Option<Self> {
        let lines = Lines::new(path, text);
        match read_json(text) {
            Ok(root) => Some(Self { lines, root }),
            Err(problems) => {
                let expected = "expected JSON: one policy, a list of them, or {\"value\": [...]}";
                if problems.is_empty() {
                    notes.problem(ImportCode::Unreadable, lines.place(0, ""), "an empty file", expected);
                }
                for problem in problems {
                    let place = lines.place(problem.span.start, "");
                    notes.problem(ImportCode::Unreadable, place, printable(&problem.message), expected);
                }
                None
            }
        }
    }

    /// The place of a value.
    pub(super) fn place(&self, node: &Node, path: &str) -> Place {
        self.lines.place(node.span.start, path)
    }

    /// The policies: of a list, of a `value`, or the one that the document is.
    pub(super) fn policies(&self, notes: &mut Collector) -> Vec<(&Node, String)> {
        let listed = |nodes: &'_ [Node], path: &str| -> Vec<String> {
            (0..nodes.len()).map(|at| format!("{path}[{at}]")).collect()
        };
        match &self.root.value {
            Value::List(nodes) => nodes.iter().zip(listed(nodes, "$")).collect(),
            Value::Table(entries) => {
                let is_list = |entry: &&Entry| {
                    matches!(&*plain(&entry.key), "value" | "policies" | "rules")
                        && matches!(entry.node.value, Value::List(_))
                };
                let Some(Entry { key, node: Node { value: Value::List(nodes), .. }, .. }) =
                    entries.iter().find(is_list)
                else {
                    return vec![(&self.root, "$".to_owned())];
                };
                self.tell_further_pages(entries, notes);
                nodes.iter().zip(listed(nodes, &format!("$.{key}"))).collect()
            }
            other => {
                let why = "expected one policy, a list of them, or {\"value\": [...]}";
                notes.problem(ImportCode::Unreadable, self.place(&self.root, "$"), other.kind(), why);
                Vec::new()
            }
        }
    }

    fn tell_further_pages(&self, entries: &[Entry], notes: &mut Collector) {
        let next = |entry: &&Entry| matches!(&*plain(&entry.key), "odatanextlink" | "nextlink" | "next");
        for entry in entries.iter().filter(next).filter(|entry| !is_nothing(&entry.node.value)) {
            let place = self.place(&entry.node, &format!("$.{}", entry.key));
            let why = "further policies are on a page that is not here; export them all";
            notes.lost(ImportCode::FurtherPages, place, format!("`{}`", printable(&entry.key)), why);
        }
    }

    /// An object to ask for its keys.
    pub(super) fn object<'n>(
        &'n self,
        node: &'n Node,
        path: &str,
        notes: &mut Collector,
    ) -> Option<Keys<'n>> {
        match &node.value {
            Value::Table(entries) => Some(Keys {
                json: self,
                path: path.to_owned(),
                entries: entries.iter().map(|entry| (plain(&entry.key), entry)).collect(),
            }),
            other => {
                notes.lost(ImportCode::WrongKind, self.place(node, path), other.kind(), "expected an object");
                None
            }
        }
    }
}

/// The keys of an object that nobody has asked for yet.
pub(super) struct Keys<'n> {
    pub(super) json: &'n Json<'n>,
    pub(super) path: String,
    entries: Vec<(String, &'n Entry)>,
}

impl<'n> Keys<'n> {
    /// The value of the first of these keys that is there, and its path. Case and signs in keys do not count.
    pub(super) fn take(&mut self, keys: &[&str]) -> Option<(&'n Node, String)> {
        let at = keys.iter().find_map(|key| self.entries.iter().position(|(known, _)| known == key))?;
        let (_, entry) = self.entries.remove(at);
        let path = format!("{}.{}", self.path, entry.key);
        (entry.node.value != Value::Null).then_some((&entry.node, path))
    }

    /// A text, or a number or a word that can be written as one; objects that refer to somebody count by their names.
    pub(super) fn text(&mut self, keys: &[&str], notes: &mut Collector) -> Option<(Box<str>, Place)> {
        let (node, path) = self.take(keys)?;
        let place = self.json.place(node, &path);
        let Some(text) = text_of(node) else {
            notes.lost(ImportCode::WrongKind, place, node.value.kind(), "expected a text");
            return None;
        };
        if text.len() > LONGEST {
            let what = format!("a text of {} bytes", text.len());
            notes.lost(
                ImportCode::TooLong,
                place,
                what,
                format!("no text of a rule is longer than {LONGEST}"),
            );
            return None;
        }
        (!text.is_empty()).then(|| (text.into(), place))
    }

    /// Keys that say nothing about what must not be held together.
    pub(super) fn pass_over(&mut self, keys: &[&str]) {
        self.entries.retain(|(key, _)| !keys.contains(&key.as_str()));
    }

    /// Tells what nobody asked for.
    pub(super) fn finish(self, notes: &mut Collector) {
        for (_, entry) in self.entries.iter().filter(|(_, entry)| !is_nothing(&entry.node.value)) {
            let place = self.json.place(&entry.node, &format!("{}.{}", self.path, entry.key));
            let what = format!("the key `{}`", printable(&entry.key));
            notes.lost(ImportCode::SpareKey, place, what, "rules have no place for it");
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.trim().is_empty(),
        Value::List(nodes) => nodes.is_empty(),
        Value::Table(entries) => entries.is_empty(),
        _ => false,
    }
}

/// A scalar as text; of lists, their texts; of references, the name, or else the id.
pub(super) fn text_of(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.trim().to_owned()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(value) => Some(value.to_string()),
        Value::List(nodes) => Some(nodes.iter().map(text_of).collect::<Option<Vec<String>>>()?.join(", ")),
        Value::Table(entries) => {
            let find = |wanted: &[&str]| {
                let found =
                    wanted.iter().find_map(|key| entries.iter().find(|entry| plain(&entry.key) == *key));
                match found.map(|entry| &entry.node.value) {
                    Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
                    _ => None,
                }
            };
            find(&["name", "displayname"]).or_else(|| find(&["id", "value", "email"]))
        }
        _ => None,
    }
}
