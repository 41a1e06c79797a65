//! `exceptions.toml`: permissions as written; nothing is looked up yet.

use super::node::Node;
use super::problem::{DocumentError, DocumentText, Problem, ProblemCode};
use super::reader::{Located, TableReader};
use super::rules::{period, repeated};
use super::syntax::{self, Parsed};
use sod_model::Period;
use std::sync::Arc;

/// An exceptions file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionDocument {
    /// The text behind it; empty if there is none.
    pub source: Arc<DocumentText>,
    /// The exceptions, in the order of the document.
    pub exceptions: Vec<ExceptionEntry>,
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

/// Reads an exceptions file: TOML, or JSON of the same shape. `path` is how messages call it.
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
/// ```
///
/// # Errors
/// When anything is wrong with it: everything that is wrong, at once.
pub fn parse_exceptions(path: &str, text: &str) -> Result<ExceptionDocument, DocumentError> {
    let Parsed { source, entries, opening } = syntax::read(path, text)?;
    let mut problems = Vec::new();
    let mut root = TableReader::new("an exceptions file", opening, entries, &mut problems);
    // A file without any is what is left when the last one has ended.
    let nodes = root.list("exception", "a list of tables, each begun by [[exception]]");
    let exceptions: Vec<ExceptionEntry> =
        nodes.into_iter().flatten().filter_map(|node| exception(node, root.problems())).collect();
    root.finish();
    repeated(exceptions.iter().map(|exception| &exception.id), "exception", &mut problems);
    if problems.is_empty() {
        Ok(ExceptionDocument { source, exceptions })
    } else {
        Err(DocumentError::new(&source, problems))
    }
}

fn exception(node: Node, problems: &mut Vec<Problem>) -> Option<ExceptionEntry> {
    let mut table = TableReader::of("an exception", node, problems)?;
    let (id, rule) = (table.required_text("id"), table.required_text("rule"));
    let users = users(&mut table);
    let (owner, justification) = (table.required_text("owner"), table.required_text("justification"));
    let (control, reference) = (table.text("control"), table.text("reference"));
    let period = period(&mut table, "start", "end");
    table.finish();
    let (id, rule, users) = (id?, rule?, users?);
    Some(ExceptionEntry {
        id,
        rule,
        users,
        owner: owner?,
        justification: justification?,
        control,
        reference,
        period,
    })
}

fn users(table: &mut TableReader<'_>) -> Option<WrittenUsers> {
    const HELP: &str =
        "write user = \"...\", or criterion = { package = \"...\" } or { department = \"...\" }";
    let user = table.text("user").map(WrittenUsers::User);
    let mut given = vec![user];
    if let Some(node) = table.take("criterion") {
        let mut criterion = TableReader::of("a criterion", node, table.problems())?;
        if !criterion.has("package") && !criterion.has("department") {
            let problem = Problem::new(ProblemCode::MissingKey, criterion.span(), "a criterion names nobody");
            criterion.problems().push(problem.help(HELP));
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
    table.problems().push(problem.help(HELP));
    None
}
