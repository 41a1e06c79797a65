//! Exceptions that cover nothing because of what they name, or because of when they are, and those that never end.

use super::lines::Lines;
use crate::document::{DocumentError, ExceptionDocument, printable};
use crate::exceptions::{ResolvedExceptions, resolve_exceptions};
use crate::resolve::{ResolveOptions, Unknown};
use sod_model::{
    Directory, ExceptionSet, Finding, FindingCode, NotChecked, Place, RuleSet, Subject, SubjectKind,
};

/// What a look at the exceptions gave.
#[derive(Clone, Debug, Default)]
pub struct LintedExceptions {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was not looked for.
    pub not_checked: Vec<NotChecked>,
    /// The exceptions that are for somebody, for who applies them.
    pub exceptions: ExceptionSet,
    /// Every exception, as findings name it; ascending by id.
    pub subjects: Vec<Subject>,
}

/// Looks for what is odd about exceptions to `rules`. Without a directory only what the documents tell.
///
/// ```
/// use sod_model::{FindingCode, RuleSet};
/// let document = sod_rules::parse_exceptions("exceptions.toml", r#"
///     [[exception]]
///     id = "EX-7"
///     rule = "P2P-01"
///     user = "ann@contoso.example"
///     owner = "cfo@contoso.example"
///     justification = "Two-person branch office."
/// "#).unwrap();
/// let rules = RuleSet::default();
/// let linted = sod_rules::lint_exceptions(&[document], Some(&rules), None, &Default::default()).unwrap();
/// assert_eq!(linted.findings[0].code, FindingCode::ExceptionUnplaced);
/// ```
///
/// # Errors
/// As [`resolve_exceptions`]; without a directory `strict` does not count.
pub fn lint_exceptions(
    documents: &[ExceptionDocument],
    rules: Option<&RuleSet>,
    directory: Option<&Directory>,
    options: &ResolveOptions,
) -> Result<LintedExceptions, Vec<DocumentError>> {
    let (nowhere, none) = (Directory::default(), RuleSet::default());
    let options = ResolveOptions { strict: options.strict && directory.is_some(), ..*options };
    let tenant = directory.unwrap_or(&nowhere);
    let ResolvedExceptions { exceptions, unknown } =
        resolve_exceptions(documents, tenant, rules.unwrap_or(&none), &options)?;
    let mut linted = LintedExceptions { exceptions, ..LintedExceptions::default() };
    // Who is in the tenant and what it declares, no document tells.
    let tells = |unknown: &&Unknown| {
        let own = rules.is_some() && unknown.kind == "rule" && !unknown.name.starts_with("entra:");
        directory.is_some() || own
    };
    linted.findings.extend(unknown.iter().filter(tells).map(unplaced));
    if directory.is_none() && !documents.is_empty() {
        let why = match rules {
            Some(_) => "users, packages and declared rules need an export of the tenant",
            None => "needs the rules, and an export of the tenant",
        };
        let code = FindingCode::ExceptionUnplaced;
        linted.not_checked.push(NotChecked { code, why: why.into() });
    }
    for document in documents {
        let lines = Lines::of(&document.source);
        for entry in &document.exceptions {
            let place = Some(lines.place(entry.id.span.start));
            let subject =
                Subject { kind: SubjectKind::Exception, id: entry.id.value.clone(), name: None, place };
            let told = match options.moment {
                Some(moment) if entry.period.is_over(moment) => {
                    Some((FindingCode::ExceptionExpired, "has been over since", entry.period.until))
                }
                Some(moment) if entry.period.is_before(moment) => {
                    Some((FindingCode::ExceptionNotBegun, "does not begin before", entry.period.from))
                }
                _ => None,
            };
            if let Some((code, what, date)) = told {
                let date = date.map(|date| date.to_string()).unwrap_or_default();
                let message = format!("`{}` {what} {date}, and covers nothing", printable(&entry.id.value));
                linted.findings.push(Finding::new(code, Some(subject.clone()), message));
            }
            if entry.period.until.is_none() {
                let message =
                    format!("`{}` has no `end`: nobody has to decide again", printable(&entry.id.value));
                linted.findings.push(Finding::new(
                    FindingCode::ExceptionEndless,
                    Some(subject.clone()),
                    message,
                ));
            }
            linted.subjects.push(subject);
        }
    }
    linted.subjects.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(linted)
}

fn unplaced(unknown: &Unknown) -> Finding {
    let (line, column) = unknown.at;
    let place = Place { path: unknown.path.as_ref().into(), line: line as u32, column: column as u32 };
    let subject =
        Subject { kind: SubjectKind::Name, id: unknown.name.clone(), name: None, place: Some(place) };
    let message =
        format!("no {} is called `{}`: the exception covers nothing", unknown.kind, printable(&unknown.name));
    Finding::new(FindingCode::ExceptionUnplaced, Some(subject), message)
}
