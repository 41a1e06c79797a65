//! `rules.toml`: the words of the document, each with its place; nothing is looked up yet.

use super::node::{Node, Value};
use super::problem::{DocumentError, DocumentText, Problem, ProblemCode};
use super::reader::{Located, TableReader, printable};
use super::syntax::{self, Parsed};
use crate::period::Bound;
use sod_model::{Period, RuleFacts, Severity};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A rules file: sets and rules in the words of whoever wrote it.
///
/// Two documents are equal when they say the same; places do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDocument {
    /// The text behind it; empty if there is none.
    pub source: Arc<DocumentText>,
    /// Id of the rule set.
    pub id: Option<Located<Box<str>>>,
    /// Version of the rule set.
    pub version: Option<Located<Box<str>>>,
    /// Name of the rule set, for people.
    pub name: Option<Located<Box<str>>>,
    /// Named sets, in the order of the document.
    pub functions: Vec<Function>,
    /// The rules, in the order of the document.
    pub rules: Vec<RuleEntry>,
}

/// What makes up a set: everything that any of the lists names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Ids, or names that are unique.
    pub packages: Vec<Located<Box<str>>>,
    /// Names of functions.
    pub functions: Vec<Located<Box<str>>>,
    /// Ids or names of catalogs: every package of these.
    pub catalogs: Vec<Located<Box<str>>>,
    /// Patterns over the names of packages: `*` for any text, `?` for one character; case does not count.
    pub names: Vec<Located<Box<str>>>,
    /// Ids or names of groups.
    pub groups: Vec<Located<Box<str>>>,
}

impl Members {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packages.is_empty()
            && self.functions.is_empty()
            && self.catalogs.is_empty()
            && self.names.is_empty()
            && self.groups.is_empty()
    }
}

/// A named set of packages: what one can do with any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// By which rules speak of it.
    pub name: Located<Box<str>>,
    /// For people.
    pub description: Option<Located<Box<str>>>,
    /// What belongs to it.
    pub members: Members,
}

/// "Holds at least so many of this set."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermEntry {
    /// The set.
    pub members: Members,
    /// How many of it; one if nothing is said.
    pub at_least: Located<u32>,
}

/// A rule as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleEntry {
    /// Stable id.
    pub id: Located<Box<str>>,
    /// For people; the id if nothing is said.
    pub name: Option<Located<Box<str>>>,
    /// How bad a violation is; high if nothing is said.
    pub severity: Severity,
    /// The conjunction.
    pub terms: Vec<TermEntry>,
    /// The words around it.
    pub facts: RuleFacts,
    /// When it is in force.
    pub period: Period,
    /// Whether it is switched on.
    pub enabled: bool,
}

/// Reads a rules file: TOML, or JSON of the same shape. `path` is how messages call it.
///
/// ```
/// let document = sod_rules::parse_rules("rules.toml", r#"
///     [[rule]]
///     id = "P2P-01"
///     terms = [ { packages = ["Vendor master editor"] }, { packages = ["Payment run"] } ]
/// "#).unwrap();
/// assert_eq!(document.rules[0].terms.len(), 2);
///
/// let error = sod_rules::parse_rules("rules.toml", "[[rule]]\nid = 'P2P-01'\nterm = []\n").unwrap_err();
/// assert!(error.to_string().contains("did you mean `terms`?"));
/// ```
///
/// # Errors
/// When anything is wrong with it: everything that is wrong, at once.
pub fn parse_rules(path: &str, text: &str) -> Result<RuleDocument, DocumentError> {
    let Parsed { source, entries, opening } = syntax::read(path, text)?;
    let mut problems = Vec::new();
    let mut root = TableReader::new("a rules file", opening.clone(), entries, &mut problems);
    let mut document = RuleDocument {
        source: Arc::clone(&source),
        id: None,
        version: None,
        name: None,
        functions: Vec::new(),
        rules: Vec::new(),
    };
    if let Some(node) = root.take("ruleset")
        && let Some(mut table) = TableReader::of("`ruleset`", node, root.problems())
    {
        document.id = table.text("id");
        document.version = table.text("version");
        document.name = table.text("name");
        table.finish();
    }
    if let Some(node) = root.take("function") {
        document.functions = functions(node, root.problems());
    }
    if !root.has("rule") {
        root.missing("rule");
    }
    let rules = root.list("rule", "a list of tables, each begun by [[rule]]");
    let none = rules.as_ref().is_some_and(Vec::is_empty);
    for node in rules.into_iter().flatten() {
        document.rules.extend(rule(node, root.problems()));
    }
    root.finish();
    if none {
        problems.push(Problem::new(ProblemCode::Empty, opening, "a rules file needs at least one rule"));
    }
    repeated(document.functions.iter().map(|function| &function.name), "function", &mut problems);
    repeated(document.rules.iter().map(|rule| &rule.id), "rule", &mut problems);
    if problems.is_empty() { Ok(document) } else { Err(DocumentError::new(&source, problems)) }
}

/// Two of one id: one of them would be lost.
pub(super) fn repeated<'i>(
    ids: impl Iterator<Item = &'i Located<Box<str>>>,
    what: &str,
    problems: &mut Vec<Problem>,
) {
    let mut first: BTreeMap<&str, &Range<usize>> = BTreeMap::new();
    for id in ids {
        if let Some(known) = first.get(&*id.value) {
            let message = format!("two {what}s are called `{}`", printable(&id.value));
            let problem = Problem::new(ProblemCode::DuplicateId, id.span.clone(), message);
            problems.push(problem.beside(Range::clone(known), "the first is here"));
        } else {
            first.insert(&id.value, &id.span);
        }
    }
}

fn functions(node: Node, problems: &mut Vec<Problem>) -> Vec<Function> {
    let Some(mut table) = TableReader::of("`function`", node, problems) else { return Vec::new() };
    let mut functions = Vec::new();
    for entry in table.take_all() {
        let name = Located { value: entry.key.into_boxed_str(), span: entry.key_span };
        let Some(mut table) = TableReader::of("a function", entry.node, table.problems()) else { continue };
        let (description, members) = (table.text("description"), members(&mut table));
        if members.is_empty() {
            let message = format!("the function `{}` contains nothing", printable(&name.value));
            let problem = Problem::new(ProblemCode::Empty, name.span.clone(), message);
            table
                .problems()
                .push(problem.help("say what belongs to it: packages, catalogs, names, groups, functions"));
        }
        table.finish();
        functions.push(Function { name, description, members });
    }
    functions
}

fn members(table: &mut TableReader<'_>) -> Members {
    Members {
        packages: table.texts("packages"),
        functions: table.texts("functions"),
        catalogs: table.texts("catalogs"),
        names: table.texts("names"),
        groups: table.texts("groups"),
    }
}

fn rule(node: Node, problems: &mut Vec<Problem>) -> Option<RuleEntry> {
    let mut table = TableReader::of("a rule", node, problems)?;
    let id = table.required_text("id");
    if let Some(id) = id.as_ref().filter(|id| id.value.starts_with("entra:")) {
        let message = "ids that begin with `entra:` are those of incompatibilities that packages declare";
        let problem = Problem::new(ProblemCode::BadValue, id.span.clone(), message);
        table.problems().push(problem.help("call the rule something else"));
    }
    let name = table.text("name");
    let severity = severity(&mut table);
    let text = |located: Option<Located<Box<str>>>| located.map(|located| located.value);
    let facts = RuleFacts {
        description: text(table.text("description")),
        risk: text(table.text("risk")),
        owner: text(table.text("owner")),
        process: text(table.text("process")),
        frameworks: table.texts("frameworks").into_iter().map(|framework| framework.value).collect(),
        advice: text(table.text("advice")),
    };
    let period = period(&mut table, "valid_from", "valid_to");
    let enabled = table.boolean("enabled").unwrap_or(true);
    let terms = terms(&mut table);
    table.finish();
    Some(RuleEntry { id: id?, name, severity, terms, facts, period, enabled })
}

fn severity(table: &mut TableReader<'_>) -> Severity {
    let Some(word) = table.text("severity") else { return Severity::High };
    Severity::find(&word.value).unwrap_or_else(|| {
        let message = format!("`{}` is no severity", printable(&word.value));
        let problem = Problem::new(ProblemCode::BadValue, word.span, message);
        table.problems().push(problem.help("write critical, high, medium or low"));
        Severity::High
    })
}

/// From the first day to the end of the last.
pub(super) fn period(table: &mut TableReader<'_>, from: &'static str, until: &'static str) -> Period {
    let (start, end) = (table.moment(from, Bound::Start), table.moment(until, Bound::End));
    if let (Some(start), Some(end)) = (&start, &end)
        && end.value <= start.value
    {
        let message = format!("`{until}` lies before `{from}`: this is never in force");
        let problem = Problem::new(ProblemCode::EndsBeforeStart, end.span.clone(), message);
        table.problems().push(problem.beside(start.span.clone(), "the start"));
    }
    Period { from: start.map(|start| start.value), until: end.map(|end| end.value) }
}

fn terms(table: &mut TableReader<'_>) -> Vec<TermEntry> {
    const EXAMPLE: &str = "write terms = [ { packages = [\"A\"] }, { packages = [\"B\"] } ]";
    let Some(node) = table.take("terms") else {
        table.missing("terms");
        return Vec::new();
    };
    let Value::List(nodes) = node.value else {
        let message = format!("`terms` of a rule is a list of tables, not {}", node.value.kind());
        let problem = Problem::new(ProblemCode::WrongKind, node.span, message);
        table.problems().push(problem.help(EXAMPLE));
        return Vec::new();
    };
    if nodes.is_empty() {
        let problem = Problem::new(ProblemCode::Empty, node.span, "a rule without terms forbids nothing");
        table.problems().push(problem.help(EXAMPLE));
    }
    nodes.into_iter().filter_map(|node| term(node, table.problems())).collect()
}

fn term(node: Node, problems: &mut Vec<Problem>) -> Option<TermEntry> {
    let span = node.span.clone();
    let mut table = TableReader::of("a term", node, problems)?;
    let members = members(&mut table);
    let at_least = table.count("at_least").unwrap_or(Located { value: 1, span: span.clone() });
    if members.is_empty() {
        let problem =
            Problem::new(ProblemCode::Empty, table.span(), "a term without a set is satisfied by nobody");
        table.problems().push(problem.help("say of what: packages, functions, catalogs, names or groups"));
    }
    // Sets of other kinds have as many as the tenant has; what is listed can be counted here.
    let listed_alone =
        members.functions.is_empty() && members.catalogs.is_empty() && members.names.is_empty();
    let listed = members.packages.len() + members.groups.len();
    if !members.is_empty() && listed_alone && at_least.value as usize > listed {
        let message = format!("at least {} of {listed}: nobody can hold that many", at_least.value);
        table.problems().push(Problem::new(ProblemCode::Impossible, at_least.span.clone(), message));
    }
    table.finish();
    Some(TermEntry { members, at_least })
}
