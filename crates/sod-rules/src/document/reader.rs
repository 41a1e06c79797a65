//! Reads the keys of one table, and notes everything that is wrong with them.

use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemCode};
use crate::period::{Bound, read_moment};
use sod_model::Timestamp;
use std::ops::Range;

/// A value of a document, and where it stands there (in bytes); nowhere if no text lies behind it.
#[derive(Clone, Debug, Default)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its place in the text.
    pub span: Range<usize>,
}

impl From<&str> for Located<Box<str>> {
    /// A text without a place.
    fn from(value: &str) -> Self {
        Self { value: value.into(), span: 0..0 }
    }
}

/// Where something stands is no part of what it says.
impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Located<T> {}

pub(super) struct TableReader<'p> {
    /// As in "a rule".
    what: &'static str,
    span: Range<usize>,
    entries: Vec<Entry>,
    asked: Vec<&'static str>,
    problems: &'p mut Vec<Problem>,
}

impl<'p> TableReader<'p> {
    pub(super) fn new(
        what: &'static str,
        span: Range<usize>,
        entries: Vec<Entry>,
        problems: &'p mut Vec<Problem>,
    ) -> Self {
        Self { what, span, entries, asked: Vec::new(), problems }
    }

    /// The table that a node should be.
    pub(super) fn of(what: &'static str, node: Node, problems: &'p mut Vec<Problem>) -> Option<Self> {
        match node.value {
            Value::Table(entries) => Some(Self::new(what, node.span, entries, problems)),
            other => {
                let message = format!("{what} is a table, not {}", other.kind());
                problems.push(Problem::new(ProblemCode::WrongKind, node.span, message));
                None
            }
        }
    }

    pub(super) fn problems(&mut self) -> &mut Vec<Problem> {
        self.problems
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key && entry.node.value != Value::Null)
    }

    /// Takes a key away.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Node> {
        self.asked.push(key);
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        let node = self.entries.remove(at).node;
        (node.value != Value::Null).then_some(node)
    }

    /// All keys that are left, whatever they are called.
    pub(super) fn take_all(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    fn wrong(&mut self, key: &str, expected: &str, node: &Node) {
        let message = format!("`{key}` of {} is {expected}, not {}", self.what, node.value.kind());
        self.problems.push(Problem::new(ProblemCode::WrongKind, node.span.clone(), message));
    }

    /// A text without blanks around it; never empty.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Located<Box<str>>> {
        let node = self.take(key)?;
        self.text_of(key, node)
    }

    fn text_of(&mut self, key: &str, node: Node) -> Option<Located<Box<str>>> {
        let Value::Text(text) = &node.value else {
            self.wrong(key, "a text", &node);
            return None;
        };
        let text = text.trim();
        if text.is_empty() {
            let message = format!("`{key}` of {} is empty", self.what);
            self.problems.push(Problem::new(ProblemCode::Empty, node.span, message));
            return None;
        }
        Some(Located { value: text.into(), span: node.span })
    }

    pub(super) fn required_text(&mut self, key: &'static str) -> Option<Located<Box<str>>> {
        if !self.has(key) {
            self.asked.push(key);
            self.missing(key);
            return None;
        }
        self.text(key)
    }

    /// The same, with a word on what to write.
    pub(super) fn missing_with(&mut self, key: &str, help: &str) {
        self.missing(key);
        if let Some(problem) = self.problems.last_mut() {
            problem.help = Some(help.to_owned());
        }
    }

    pub(super) fn missing(&mut self, key: &str) {
        let message = format!("{} needs `{key}`", self.what);
        self.problems.push(Problem::new(ProblemCode::MissingKey, self.span.clone(), message));
    }

    /// A list of texts; one text alone is a list of one.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<Located<Box<str>>> {
        let Some(node) = self.take(key) else { return Vec::new() };
        match node.value {
            Value::Text(_) => self.text_of(key, node).into_iter().collect(),
            Value::List(nodes) if nodes.is_empty() => {
                let message = format!("`{key}` of {} is an empty list", self.what);
                let problem = Problem::new(ProblemCode::Empty, node.span, message);
                self.problems.push(problem.help("leave the key out, or say what belongs to it"));
                Vec::new()
            }
            Value::List(nodes) => nodes.into_iter().filter_map(|node| self.text_of(key, node)).collect(),
            _ => {
                self.wrong(key, "a list of texts", &node);
                Vec::new()
            }
        }
    }

    pub(super) fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let node = self.take(key)?;
        if let Value::Boolean(value) = node.value {
            return Some(value);
        }
        self.wrong(key, "true or false", &node);
        None
    }

    /// A whole number from 1 on.
    pub(super) fn count(&mut self, key: &'static str) -> Option<Located<u32>> {
        let node = self.take(key)?;
        let Value::Integer(number) = node.value else {
            self.wrong(key, "a whole number", &node);
            return None;
        };
        match u32::try_from(number) {
            Ok(value @ 1..) => Some(Located { value, span: node.span }),
            _ => {
                let message = format!("`{key}` of {} is a whole number from 1 on, not {number}", self.what);
                self.problems.push(Problem::new(ProblemCode::BadValue, node.span, message));
                None
            }
        }
    }

    /// The moment at which something begins, or the first at which it is over.
    pub(super) fn moment(&mut self, key: &'static str, bound: Bound) -> Option<Located<Timestamp>> {
        let node = self.take(key)?;
        let (Value::Text(text) | Value::Moment(text)) = &node.value else {
            self.wrong(key, "a date", &node);
            return None;
        };
        match read_moment(text, bound) {
            Some(value) => Some(Located { value, span: node.span }),
            None => {
                let message = format!("`{key}` of {} is not a date", self.what);
                let problem = Problem::new(ProblemCode::BadValue, node.span, message);
                self.problems.push(problem.help("write 2026-01-31, or 2026-01-31T12:00:00Z"));
                None
            }
        }
    }

    /// Tables in a list.
    pub(super) fn list(&mut self, key: &'static str, expected: &str) -> Option<Vec<Node>> {
        let node = self.take(key)?;
        match node.value {
            Value::List(nodes) => Some(nodes),
            _ => {
                self.wrong(key, expected, &node);
                None
            }
        }
    }

    /// What nobody asked for is a mistake: a misspelt key would otherwise be a rule that says less than it seems to.
    pub(super) fn finish(self) {
        for entry in self.entries {
            let message = format!("{} has no key `{}`", self.what, printable(&entry.key));
            let help = match closest(&entry.key.to_lowercase(), self.asked.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("its keys are {}", self.asked.join(", ")),
            };
            self.problems.push(Problem::new(ProblemCode::UnknownKey, entry.key_span, message).help(help));
        }
    }
}

/// What was probably meant; for messages alone. Case does not count.
pub(crate) fn closest<'c>(word: &str, known: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    let alike = known.map(|known| (strsim::jaro_winkler(&known.to_lowercase(), &word), known));
    let alike = alike.filter(|(likeness, _)| *likeness > 0.8);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, known)| known)
}

/// A text of the document as part of a message.
pub(crate) fn printable(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut shown: String = text.chars().take(LONGEST).map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// The text without what moves a cursor or ends a line.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(letter: char) -> char {
    // Overrides that reverse what is read move the cursor too.
    let obeyed = letter.is_control()
        || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    if obeyed { '\u{fffd}' } else { letter }
}
