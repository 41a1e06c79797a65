//! Rules of other tools: from their files to a rules document, and whether a tenant knows what it names.

use crate::error::Error;
use sod_ingest::{Input, PlainText, read_text};
use sod_model::Snapshot;
use sod_rules::{
    DocumentError, ForeignFormat, ForeignText, ImportError, ImportNote, ImportOptions, Imported,
    ResolveOptions, Unknown, import_rules, parse_rules, resolve_rules,
};
use std::collections::BTreeSet;

/// Why rules of other tools could not be imported: all that is wrong with all of the files.
#[derive(Debug, Default, thiserror::Error)]
#[error("{}", self.lines().join("\n"))]
pub struct ImportFailure {
    /// Files that cannot be read.
    pub unreadable: Vec<Error>,
    /// Files that are not what they are said to be, or that say nothing that a rule could.
    pub problems: Vec<ImportNote>,
}

impl ImportFailure {
    fn lines(&self) -> Vec<String> {
        let unreadable = self.unreadable.iter().map(ToString::to_string);
        unreadable.chain(self.problems.iter().map(ToString::to_string)).collect()
    }
}

/// Reads files of one format as one set of rules. Compressed files and UTF-16 are understood.
///
/// ```
/// use sod_engine::{ForeignFormat, ImportOptions, Input, import_foreign};
/// let bytes = b"role1;role2\nVendor master editor;Payment run\n".as_slice();
/// let file = Input::Bytes { name: "pairs.csv".into(), bytes: bytes.into() };
/// let imported = import_foreign(ForeignFormat::PairsCsv, &[file], &ImportOptions::default())?;
/// assert_eq!(imported.document.rules.len(), 1);
/// # Ok::<(), sod_engine::ImportFailure>(())
/// ```
///
/// # Errors
/// When any of the files cannot be read or used.
pub fn import_foreign(
    format: ForeignFormat,
    inputs: &[Input],
    options: &ImportOptions,
) -> Result<Imported, ImportFailure> {
    let (mut read, mut unreadable) = (Vec::new(), Vec::new());
    for input in inputs {
        let path = called(input);
        match read_text(input) {
            Ok(text) => read.push((path, text)),
            Err(error) => unreadable.push(Error::Unreadable { path, why: error.to_string() }),
        }
    }
    let files: Vec<ForeignText<'_>> = read
        .iter()
        .map(|(path, PlainText { text, not_utf8 })| ForeignText { path, text, not_utf8: *not_utf8 })
        .collect();
    if files.is_empty() && !unreadable.is_empty() {
        return Err(ImportFailure { unreadable, problems: Vec::new() });
    }
    match import_rules(format, &files, options) {
        Ok(imported) if unreadable.is_empty() => Ok(imported),
        Ok(_) => Err(ImportFailure { unreadable, problems: Vec::new() }),
        Err(ImportError { problems }) => Err(ImportFailure { unreadable, problems }),
    }
}

fn called(input: &Input) -> String {
    match input {
        Input::Path(path) => path.display().to_string(),
        Input::Stdin => "-".to_owned(),
        Input::Bytes { name, .. } => name.clone(),
    }
}

/// What a tenant makes of a document's names.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What the tenant does not know.
    pub unknown: Vec<Unknown>,
    /// What several things of the tenant are called: errors to whoever judges these rules.
    pub ambiguous: Vec<DocumentError>,
}

/// Looks up every name of a rules document in a tenant. `path` is how messages call the document.
///
/// # Errors
/// When the text is no rules document.
pub fn check_names(path: &str, text: &str, snapshot: &Snapshot) -> Result<Checked, Error> {
    let document = parse_rules(path, text).map_err(|error| Error::Documents(vec![error]))?;
    let options = ResolveOptions::default();
    match resolve_rules(std::slice::from_ref(&document), &snapshot.directory, &options) {
        Ok(resolved) => Ok(Checked { unknown: resolved.unknown, ambiguous: Vec::new() }),
        Err(ambiguous) => {
            // Where a name has two meanings nothing else is resolved: the rest is asked again without it.
            let unknown = unknown_beside(document, &ambiguous, snapshot);
            Ok(Checked { unknown, ambiguous })
        }
    }
}

/// What is unknown in the rules that have no problem.
fn unknown_beside(
    mut document: sod_rules::RuleDocument,
    errors: &[DocumentError],
    snapshot: &Snapshot,
) -> Vec<Unknown> {
    let problems = errors.iter().flat_map(|error| &error.problems);
    let hurt: BTreeSet<usize> = problems.map(|problem| problem.span.start).collect();
    for term in document.rules.iter_mut().flat_map(|rule| &mut rule.terms) {
        term.members.packages.retain(|word| !hurt.contains(&word.span.start));
        term.members.groups.retain(|word| !hurt.contains(&word.span.start));
    }
    let resolved = resolve_rules(&[document], &snapshot.directory, &ResolveOptions::default());
    resolved.map(|resolved| resolved.unknown).unwrap_or_default()
}
