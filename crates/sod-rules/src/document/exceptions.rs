//! `exceptions.toml`, or the same as a table: permissions as written; nothing is looked up yet.

use super::kind::DocumentKind;
use super::node::{Entry, Node, Value};
use super::other;
use super::problem::{DocumentError, DocumentText, Problem, ProblemCode};
use super::reader::{Located, TableReader};
use super::rules::{period, repeated};
use super::syntax::{self, Parsed};
use super::table::{self, Column, Columns};
use sod_model::Period;
use std::sync::Arc;

/// An exceptions file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionDocument {
    /// The text behind it; empty if there is none.
    pub source: Arc<DocumentText>,
    /// The exceptions, in the order of the document.
    pub exceptions: Vec<ExceptionEntry>,
    /// What is wrong with it, where it was read [partly](parse_exceptions_partly).
    pub problems: Vec<Problem>,
}

/// Whom an exception is for, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrittenUsers {
    /// Object id or user principal name.
    User(Located<Box<str>>),
    /// Id or unique name of a package: everybody who holds it.
    HoldersOf(Located<Box<str>>),
    /// A department.
    Department(Located<Box<str>>),
}

/// An exception as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// Stable id.
    pub id: Located<Box<str>>,
    /// Id of the rule.
    pub rule: Located<Box<str>>,
    /// For whom.
    pub users: WrittenUsers,
    /// Who answers for it.
    pub owner: Located<Box<str>>,
    /// Why.
    pub justification: Located<Box<str>>,
    /// The compensating control.
    pub control: Option<Located<Box<str>>>,
    /// A ticket or a document.
    pub reference: Option<Located<Box<str>>>,
    /// When it is in force.
    pub period: Period,
}

/// Reads an exceptions file: TOML, JSON of the same shape, or a table (CSV) with the columns `id`, `rule`, `user`, `package`,
/// `department`, `owner`, `justification`, `control`, `reference`, `start` and `end`. Which of them it is, its first line
/// tells. `path` is how messages call it.
///
/// ```
/// let document = sod_rules::parse_exceptions("exceptions.toml", r#"
///     [[exception]]
///     id = "EX-7"
///     rule = "P2P-01"
///     user = "ann@contoso.example"
///     owner = "cfo@contoso.example"
///     justification = "Two-person branch office."
///     end = 2026-12-31
/// "#).unwrap();
/// assert_eq!(document.exceptions.len(), 1);
///
/// let table = "ID;Rule;User;Owner;Justification;End\n\
///     EX-7;P2P-01;ann@contoso.example;cfo@contoso.example;Two-person branch office.;2026-12-31\n";
/// assert_eq!(sod_rules::parse_exceptions("exceptions.csv", table).unwrap().exceptions, document.exceptions);
/// ```
///
/// # Errors
/// When anything is wrong with it: everything that is wrong, at once.
pub fn parse_exceptions(path: &str, text: &str) -> Result<ExceptionDocument, DocumentError> {
    let document = parse_exceptions_partly(path, text)?;
    if document.problems.is_empty() {
        Ok(document)
    } else {
        Err(DocumentError::new(&document.source, document.problems))
    }
}

/// Reads an exceptions file as far as it can be understood, as [`parse_rules_partly`](crate::parse_rules_partly) reads rules.
///
/// # Errors
/// When the syntax is wrong.
pub fn parse_exceptions_partly(path: &str, text: &str) -> Result<ExceptionDocument, DocumentError> {
    let mut problems = Vec::new();
    let (source, exceptions) = match table::delimiter(text, &COLUMNS, 2) {
        Some(delimiter) => {
            let source = Arc::new(DocumentText { path: path.into(), text: text.into() });
            (source, of_table(text, delimiter, &mut problems))
        }
        None => {
            other::refuse(path, text, DocumentKind::Exceptions)?;
            let Parsed { source, entries, opening } = syntax::read(path, text)?;
            let mut root = TableReader::new("an exceptions file", opening, entries, &mut problems);
            // A file without any is what is left when the last one has ended.
            let nodes = root.list("exception", "a list of tables, each begun by [[exception]]");
            let exceptions: Vec<ExceptionEntry> = nodes
                .into_iter()
                .flatten()
                .filter_map(|node| exception(node, KEYS, root.problems()))
                .collect();
            root.finish();
            (source, exceptions)
        }
    };
    repeated(exceptions.iter().map(|exception| &exception.id), "exception", &mut problems);
    Ok(ExceptionDocument { source, exceptions, problems })
}

/// Whether the text is a table that has a column of one of these names.
pub(super) fn has_columns(text: &str, names: &[&str]) -> bool {
    table::header(text, &COLUMNS).iter().any(|name| names.contains(name))
}

/// How to say for whom, where keys have values.
const KEYS: &str = "write user = \"...\", or criterion = { package = \"...\" } or { department = \"...\" }";

/// The same in a table.
const CELLS: &str = "fill in one of the columns user, package and department";

const COLUMNS: Columns = Columns { known: &KNOWN, others: false };

const KNOWN: [Column; 11] = [
    Column { name: "id", is_needed: true },
    Column { name: "rule", is_needed: true },
    Column { name: "user", is_needed: false },
    Column { name: "package", is_needed: false },
    Column { name: "department", is_needed: false },
    Column { name: "owner", is_needed: true },
    Column { name: "justification", is_needed: true },
    Column { name: "control", is_needed: false },
    Column { name: "reference", is_needed: false },
    Column { name: "start", is_needed: false },
    Column { name: "end", is_needed: false },
];

/// A row says what a table of TOML says; package and department are its criterion.
fn of_table(text: &str, delimiter: u8, problems: &mut Vec<Problem>) -> Vec<ExceptionEntry> {
    let rows = table::read(text, delimiter, &COLUMNS, problems).rows;
    let with_criterion = |mut row: Node| {
        if let Value::Table(entries) = &mut row.value {
            let is_criterion = |entry: &mut Entry| matches!(entry.key.as_str(), "package" | "department");
            let criterion: Vec<Entry> = entries.extract_if(.., is_criterion).collect();
            if let Some(key_span) = criterion.first().map(|entry| entry.key_span.clone()) {
                let node = Node { span: row.span.clone(), value: Value::Table(criterion) };
                entries.push(Entry { key: "criterion".to_owned(), key_span, node });
            }
        }
        row
    };
    rows.into_iter().filter_map(|row| exception(with_criterion(row), CELLS, problems)).collect()
}

/// `whom` says how to write for whom it is.
fn exception(node: Node, whom: &'static str, problems: &mut Vec<Problem>) -> Option<ExceptionEntry> {
    let span = node.span.clone();
    let mut table = TableReader::of("an exception", node, problems)?;
    let (id, rule) = (table.required_text("id"), table.required_text("rule"));
    let users = users(&mut table, whom);
    let (owner, justification) = (table.required_text("owner"), table.required_text("justification"));
    let (control, reference) = (table.text("control"), table.text("reference"));
    let period = period(&mut table, "start", "end");
    table.finish();
    // What is missing was told of; whom the others name can be looked up all the same.
    let given = |text: Option<Located<Box<str>>>| {
        text.unwrap_or_else(|| Located { value: Box::default(), span: span.clone() })
    };
    Some(ExceptionEntry {
        id: given(id),
        rule: given(rule),
        users: users?,
        owner: given(owner),
        justification: given(justification),
        control,
        reference,
        period,
    })
}

fn users(table: &mut TableReader<'_>, whom: &'static str) -> Option<WrittenUsers> {
    let user = table.text("user").map(WrittenUsers::User);
    let mut given = vec![user];
    if let Some(node) = table.take("criterion") {
        let mut criterion = TableReader::of("a criterion", node, table.problems())?;
        if !criterion.has("package") && !criterion.has("department") {
            let problem = Problem::new(ProblemCode::MissingKey, criterion.span(), "a criterion names nobody");
            criterion.problems().push(problem.help(whom));
        }
        given.push(criterion.text("package").map(WrittenUsers::HoldersOf));
        given.push(criterion.text("department").map(WrittenUsers::Department));
        criterion.finish();
    }
    let mut given = given.into_iter().flatten();
    let (first, second) = (given.next(), given.next());
    let problem = match (&first, &second) {
        (Some(_), None) => return first,
        (None, _) => {
            Problem::new(ProblemCode::MissingKey, table.span(), "an exception needs a user or a criterion")
        }
        // Read as "all of these" by one and as "any of these" by another.
        _ => Problem::new(
            ProblemCode::BadValue,
            table.span(),
            "an exception is for a user or for one criterion, not for several",
        ),
    };
    table.problems().push(problem.help(whom));
    None
}
