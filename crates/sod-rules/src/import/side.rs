//! A list of entitlements in foreign JSON: any of it, or all of it.

use super::ImportCode;
use super::collect::{Collector, term};
use super::columns::plain;
use super::json::{Json, text_of};
use super::word::no_package;
use crate::document::{Node, TermEntry, Value, printable};
use std::collections::BTreeMap;

/// Packages and how many of them it takes.
pub(super) struct Side {
    pub(super) packages: Vec<String>,
    pub(super) at_least: u32,
}

impl Side {
    pub(super) fn term(&self) -> TermEntry {
        term(self.packages.iter().map(String::as_str), self.at_least)
    }
}

const LISTS: [&str; 11] = [
    "criterialist",
    "criteria",
    "list",
    "items",
    "entitlements",
    "members",
    "packages",
    "roles",
    "access",
    "value",
    "values",
];

/// Reads a list, or an object with one under `any`, `all` or a name for it; `None` where no term can be made of it, and then
/// it is told why.
pub(super) fn read_side(json: &Json<'_>, node: &Node, path: &str, notes: &mut Collector) -> Option<Side> {
    let (list, path, all) = match &node.value {
        Value::Table(entries) if text_of_item(node).is_none() => {
            let mut keys = json.object(node, path, notes)?;
            let quantifier = keys.text(&["quantifier", "operator", "match", "condition"], notes);
            let any = keys.take(&["any", "anyof", "or"]);
            let all = keys.take(&["all", "allof", "and"]);
            let plain_list = keys.take(&LISTS);
            keys.pass_over(&["name", "displayname", "description", "id", "type", "label"]);
            keys.finish(notes);
            let lists = [(any, Some(false)), (all, Some(true)), (plain_list, None)];
            let mut lists = lists.into_iter().filter_map(|(list, all)| Some((list?, all)));
            let (Some(((list, path), all)), None) = (lists.next(), lists.next()) else {
                let what = format!("an object of {} keys", entries.len());
                let why = "expected one list: of any of its entries, or of all of them";
                notes.lost(ImportCode::WrongKind, json.place(node, path), what, why);
                return None;
            };
            let all = match (all, &quantifier) {
                (Some(all), _) => all,
                (None, None) => false,
                (None, Some((word, place))) => match &*plain(word) {
                    "any" | "anyof" | "or" | "anyoneof" => false,
                    "all" | "allof" | "and" => true,
                    _ => {
                        let what = format!("the quantifier `{}`", printable(word));
                        notes.lost(ImportCode::Condition, place.clone(), what, "expected any or all");
                        return None;
                    }
                },
            };
            (list, path, all)
        }
        _ => (node, path.to_owned(), false),
    };
    read_list(json, list, &path, all, notes)
}

fn read_list(json: &Json<'_>, list: &Node, path: &str, all: bool, notes: &mut Collector) -> Option<Side> {
    let items: Vec<(&Node, String)> = match &list.value {
        Value::List(nodes) => {
            nodes.iter().enumerate().map(|(at, node)| (node, format!("{path}[{at}]"))).collect()
        }
        _ => vec![(list, path.to_owned())],
    };
    let mut packages: Vec<String> = Vec::new();
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut lost = false;
    for (item, path) in items {
        let place = json.place(item, &path);
        let Some(name) = text_of_item(item).filter(|name| !name.is_empty()) else {
            notes.lost(
                ImportCode::WrongKind,
                place,
                item.value.kind(),
                "expected the name or the id of a package",
            );
            lost = true;
            continue;
        };
        if let Some((code, why)) = no_package(&name) {
            notes.lost(code, place, format!("`{}`", printable(&name)), why);
            lost = true;
            continue;
        }
        let id = id_of(item);
        if let Some(first) = known.get(&name) {
            if *first != id {
                let what = format!("a second `{}`, of another id", printable(&name));
                let why =
                    "a rule names packages by one name alone; give the packages names or ids of their own";
                notes.lost(ImportCode::SeveralMeanings, place, what, why);
                lost = true;
            }
            continue;
        }
        known.insert(name.clone(), id);
        packages.push(name);
    }
    if all && lost {
        let why = "of a list that must be held whole a part was lost: without it the rule would forbid more than was meant";
        notes.lost(ImportCode::Condition, json.place(list, path), "the whole policy", why);
        return None;
    }
    if packages.is_empty() && lost {
        return None;
    }
    if packages.is_empty() {
        notes.lost(
            ImportCode::EmptySide,
            json.place(list, path),
            "an empty list",
            "a term is of at least one package",
        );
        return None;
    }
    let at_least = if all { u32::try_from(packages.len()).unwrap_or(u32::MAX) } else { 1 };
    Some(Side { packages, at_least })
}

/// The name of a package: a text, or the name or else the id of a reference.
fn text_of_item(item: &Node) -> Option<String> {
    match &item.value {
        Value::Text(text) => Some(text.trim().to_owned()),
        // A reference has nothing within.
        Value::Table(entries)
            if !entries.iter().any(|entry| matches!(entry.node.value, Value::List(_) | Value::Table(_))) =>
        {
            text_of(item)
        }
        _ => None,
    }
}

fn id_of(item: &Node) -> Option<String> {
    let Value::Table(entries) = &item.value else { return None };
    let id = entries.iter().find(|entry| plain(&entry.key) == "id")?;
    text_of(&id.node)
}
