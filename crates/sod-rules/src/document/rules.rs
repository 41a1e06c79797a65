//! `rules.toml`: the words of the document, each with its place; nothing is looked up yet.

use super::kind::DocumentKind;
use super::node::{Node, Value};
use super::other;
use super::problem::{DocumentError, Problem, ProblemCode};
use super::reader::{Located, TableReader, printable};
use super::syntax::{self, Parsed};
use super::written::{Function, Members, RuleDocument, RuleEntry, TermEntry};
use crate::period::Bound;
use sod_model::{Period, RuleFacts, Severity};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

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
    let document = parse_rules_partly(path, text)?;
    if document.problems.is_empty() {
        Ok(document)
    } else {
        Err(DocumentError::new(&document.source, document.problems))
    }
}

/// Reads a rules file as far as it can be understood, so that what is wrong with the names in it can be told together with what
/// is wrong with the rest: whoever [resolves](crate::resolve_rules) it gets all of it as one error.
///
/// ```
/// use sod_model::Directory;
/// let text = "[[rule]]\nid = 'R'\nowner = 7\nterms = [{ functions = ['nowhere'] }]\n";
/// let document = sod_rules::parse_rules_partly("rules.toml", text).unwrap();
/// assert_eq!(document.problems.len(), 1);
/// let errors = sod_rules::resolve_rules(&[document], &Directory::default(), &Default::default()).unwrap_err();
/// assert_eq!(errors[0].problems.len(), 2);
/// ```
///
/// # Errors
/// When the syntax is wrong, or nobody can tell which functions there are: then nothing that follows from it is told.
pub fn parse_rules_partly(path: &str, text: &str) -> Result<RuleDocument, DocumentError> {
    other::refuse(path, text, DocumentKind::Rules)?;
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
        problems: Vec::new(),
    };
    let mut functions_known = true;
    if let Some(node) = root.take("ruleset")
        && let Some(mut table) = TableReader::of("`ruleset`", node, root.problems())
    {
        document.id = table.text("id");
        document.version = table.text("version");
        document.name = table.text("name");
        table.finish();
    }
    if let Some(node) = root.take("function") {
        functions_known = matches!(node.value, Value::Table(_));
        document.functions = functions(node, root.problems());
    }
    if !root.has("rule") {
        root.missing_with(
            "rule",
            "begin each rule with [[rule]]; `sod rules schema` tells what may stand in it",
        );
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
    if !functions_known {
        return Err(DocumentError::new(&source, problems));
    }
    document.problems = problems;
    Ok(document)
}

/// Two of one id: one of them would be lost.
pub(super) fn repeated<'i>(
    ids: impl Iterator<Item = &'i Located<Box<str>>>,
    what: &str,
    problems: &mut Vec<Problem>,
) {
    let mut first: BTreeMap<&str, &Range<usize>> = BTreeMap::new();
    // What has none was told of.
    for id in ids.filter(|id| !id.value.is_empty()) {
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
        let Some(mut table) = TableReader::of("a function", entry.node, table.problems()) else {
            // That rules name it is no mistake of theirs.
            functions.push(Function { name, description: None, members: Members::default() });
            continue;
        };
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
    let span = node.span.clone();
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
    let id = id.unwrap_or_else(|| Located { value: Box::default(), span });
    Some(RuleEntry { id, name, severity, terms, facts, period, enabled })
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
