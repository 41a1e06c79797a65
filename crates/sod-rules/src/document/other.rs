//! Texts that are something else than the document that was asked for: one word on that, and not a mistake for every line.

use super::exceptions;
use super::kind::DocumentKind;
use super::problem::{DocumentError, DocumentText, Problem, ProblemCode};
use std::ops::Range;
use std::sync::Arc;

/// Refuses a text that is known to be something else than `wanted`. What is neither known nor wanted is left to who reads it.
pub(super) fn refuse(path: &str, text: &str, wanted: DocumentKind) -> Result<(), DocumentError> {
    let Some((what, help)) = what_else(text, wanted) else { return Ok(()) };
    let source = Arc::new(DocumentText { path: path.into(), text: text.into() });
    let message = format!("this is {what}, and not {} file", wanted.name());
    let problem = Problem::new(ProblemCode::WrongDocument, opening(text), message).help(help);
    Err(DocumentError::new(&source, vec![problem]))
}

fn what_else(text: &str, wanted: DocumentKind) -> Option<(&'static str, &'static str)> {
    const EXPORT: &str =
        "exports are the inputs of a command: sod analyze EXPORT --rules FILE --exceptions FILE";
    const TABLE: &str = "a table of users and packages is an input of a command; tables of pairs become rules by `sod rules \
                         import`";
    const COLUMNS: &str = "a table of exceptions has the columns id, rule, owner, justification, and user, package or department";
    if text.contains('\0') {
        // What Windows calls Unicode; where the text is in English, it may pass for UTF-8.
        return Some(("UTF-16 without its mark, or no text at all", "save the file as UTF-8"));
    }
    match (DocumentKind::of(text), wanted) {
        (Some(DocumentKind::Exceptions), DocumentKind::Rules) => {
            return Some(("an exceptions file", "give it with --exceptions"));
        }
        (Some(DocumentKind::Rules), DocumentKind::Exceptions) if is_sure(text) => {
            return Some(("a rules file", "give it with --rules"));
        }
        (Some(_), _) => return None,
        (None, _) => {}
    }
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    let line = first_line(text)?;
    if begins.starts_with('{') {
        return is_graph(begins).then_some(("an export of a tenant", EXPORT));
    }
    if begins.starts_with('[') {
        let is_list = begins.trim_start_matches('[').trim_start().starts_with(['{', ']', '"']);
        return is_list.then_some((
            "a list of JSON",
            "write an object: { \"rule\": [ ... ] } or { \"exception\": [ ... ] }",
        ));
    }
    // No line of TOML goes without one of these.
    let is_table = !line.contains(['=', '[']) && line.contains([',', ';', '\t']);
    is_table.then_some(match wanted {
        DocumentKind::Rules => ("a table", TABLE),
        DocumentKind::Exceptions => ("a table of something else", COLUMNS),
    })
}

/// TOML that begins with a key of nobody is taken for rules; that is too little to say so here.
fn is_sure(text: &str) -> bool {
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    let is_ours =
        |line: &str| ["[[rule", "[rule", "[function"].iter().any(|word| line.trim_start().starts_with(word));
    begins.starts_with('{') || begins.lines().any(is_ours)
}

/// The beginning of what Graph answers, or PowerShell makes of it.
fn is_graph(text: &str) -> bool {
    const WORDS: [&str; 4] = ["\"@odata.", "\"value\"", "\"accessPackage", "\"assignmentState\""];
    let head: String = text.chars().take(4096).collect();
    WORDS.iter().any(|word| head.contains(word))
}

fn first_line(text: &str) -> Option<&str> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    lines.into_iter().find(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The first line that says something.
fn opening(text: &str) -> Range<usize> {
    let line = first_line(text).unwrap_or_default();
    let start = text.find(line).unwrap_or_default();
    start..start + line.len()
}

/// Whether a text is a table of exceptions: its header says for which rule, for whom, and who answers for it or why.
pub(super) fn is_exception_table(text: &str) -> bool {
    let has = |names: &[&str]| exceptions::has_columns(text, names);
    has(&["rule"]) && has(&["owner", "justification"]) && has(&["user", "package", "department"])
}
