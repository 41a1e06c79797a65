//! Text to tree: TOML, or JSON of the same shape. Which of the two it is, the first character tells: a document is a table,
//! so JSON begins with a brace, which no TOML does.

use super::node::{Entry, Node, Value};
use super::problem::{DocumentError, DocumentText, Problem, ProblemCode};
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// A document whose syntax is right.
pub(super) struct Parsed {
    pub(super) source: Arc<DocumentText>,
    pub(super) entries: Vec<Entry>,
    /// The first line: where what is missing from the whole is told.
    pub(super) opening: Range<usize>,
}

/// Reads the syntax. Where it is wrong nothing else is looked at: what is missing from a document that was not understood
/// says nothing.
pub(super) fn read(path: &str, text: &str) -> Result<Parsed, DocumentError> {
    let source = Arc::new(DocumentText { path: path.into(), text: text.into() });
    let mut problems = Vec::new();
    let entries = parse(text, &mut problems);
    if problems.is_empty() {
        Ok(Parsed { source, entries, opening: 0..text.lines().next().map_or(0, str::len) })
    } else {
        Err(DocumentError::new(&source, problems))
    }
}

/// The root table; everything that is wrong with the syntax goes to `problems`.
fn parse(text: &str, problems: &mut Vec<Problem>) -> Vec<Entry> {
    // A byte order mark is no part of the document; Windows editors write it.
    let (skipped, document) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (text.len() - rest.len(), rest),
        None => (0, text),
    };
    let mut root = if document.trim_start().starts_with('{') {
        json(document, problems)
    } else {
        toml(document, problems)
    };
    if skipped > 0 {
        shift_entries(&mut root, skipped);
        problems.iter_mut().for_each(|problem| problem.shift(skipped));
    }
    root
}

fn shift_entries(entries: &mut [Entry], by: usize) {
    for entry in entries {
        entry.key_span = entry.key_span.start + by..entry.key_span.end + by;
        shift(&mut entry.node, by);
    }
}

fn shift(node: &mut Node, by: usize) {
    node.span = node.span.start + by..node.span.end + by;
    match &mut node.value {
        Value::List(nodes) => nodes.iter_mut().for_each(|node| shift(node, by)),
        Value::Table(entries) => shift_entries(entries, by),
        _ => {}
    }
}

fn toml(text: &str, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let (root, errors) = DeTable::parse_recoverable(text);
    problems.extend(errors.iter().map(|error| {
        let message = format!("this is not valid TOML: {}", error.message());
        Problem::new(ProblemCode::Syntax, error.span().unwrap_or(0..0), message)
    }));
    toml_entries(root.into_inner())
}

fn toml_entries(table: DeTable<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| Entry {
            key_span: key.span(),
            key: key.into_inner().into_owned(),
            node: toml_node(value.span(), value.into_inner()),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

fn toml_node(span: Range<usize>, value: DeValue<'_>) -> Node {
    let value = match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            i64::from_str_radix(&digits, number.radix()).map_or(Value::TooLarge, Value::Integer)
        }
        DeValue::Float(_) => Value::Fraction,
        DeValue::Boolean(value) => Value::Boolean(value),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(list) => {
            Value::List(list.into_iter().map(|value| toml_node(value.span(), value.into_inner())).collect())
        }
        DeValue::Table(table) => Value::Table(toml_entries(table)),
    };
    Node { span, value }
}

fn json(text: &str, problems: &mut Vec<Problem>) -> Vec<Entry> {
    match json_value(text, problems) {
        Some(Node { value: Value::Table(entries), .. }) => entries,
        _ => Vec::new(),
    }
}

/// A value of JSON, whatever it is, or everything that is wrong with the syntax.
pub(crate) fn read_json(text: &str) -> Result<Node, Vec<Problem>> {
    let mut problems = Vec::new();
    match json_value(text, &mut problems) {
        Some(node) if problems.is_empty() => Ok(node),
        _ => Err(problems),
    }
}

fn json_value(text: &str, problems: &mut Vec<Problem>) -> Option<Node> {
    // JSON as the standard has it, and nothing of what the parser could take beyond that.
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    match parse_to_ast(text, &CollectOptions::default(), &strict) {
        Ok(parsed) => parsed.value.map(|value| json_node(value, problems)),
        Err(error) => {
            let range = error.range();
            let message = format!("this is not valid JSON: {}", error.kind());
            problems.push(Problem::new(ProblemCode::Syntax, range.start..range.end, message));
            None
        }
    }
}

fn json_node(value: ast::Value<'_>, problems: &mut Vec<Problem>) -> Node {
    let range = value.range();
    let value = match value {
        ast::Value::StringLit(text) => Value::Text(text.value.into_owned()),
        ast::Value::NumberLit(number) => {
            let is_whole = number.value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            let otherwise = if is_whole { Value::TooLarge } else { Value::Fraction };
            number.value.parse().map_or(otherwise, Value::Integer)
        }
        ast::Value::BooleanLit(value) => Value::Boolean(value.value),
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::Array(list) => {
            Value::List(list.elements.into_iter().map(|value| json_node(value, problems)).collect())
        }
        ast::Value::Object(object) => {
            let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
            let mut first: HashMap<String, Range<usize>> = HashMap::with_capacity(object.properties.len());
            for property in object.properties {
                let range = property.name.range();
                let key_span = range.start..range.end;
                let node = json_node(property.value, problems);
                let key = property.name.into_string();
                // TOML forbids it; JSON leaves it open, and then one of the two would be lost.
                if let Some(first) = first.get(&key) {
                    let message = format!("the key `{key}` stands here twice");
                    let problem = Problem::new(ProblemCode::DuplicateKey, key_span, message);
                    problems.push(problem.beside(first.clone(), "the first is here"));
                } else {
                    first.insert(key.clone(), key_span.clone());
                    entries.push(Entry { key, key_span, node });
                }
            }
            Value::Table(entries)
        }
    };
    Node { span: range.start..range.end, value }
}
