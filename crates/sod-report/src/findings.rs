//! `sod rules check --format json`: what is odd about rules, one entry for each finding.

use crate::WriteError;
use crate::json::{List, write_pretty};
use crate::source::WarningLine;
use serde::Serialize;
use sod_model::{Finding, FindingLevel, NotChecked, Subject, Timestamp, Warning};
use std::io::Write;

/// What a check of rules found, for every format.
#[derive(Clone, Copy, Debug)]
pub struct FindingsView<'a> {
    /// What was found, in the order in which it is told.
    pub findings: &'a [Finding],
    /// What was not looked for.
    pub not_checked: &'a [NotChecked],
    /// Rules of the documents.
    pub rules: u64,
    /// Rules that the tenant declares.
    pub declared: u64,
    /// Exceptions of the documents.
    pub exceptions: u64,
    /// Packages of the tenant, if one was given.
    pub packages: Option<u64>,
    /// The moment by which rules were in force or not.
    pub moment: Option<Timestamp>,
    /// What a reader must know about the export.
    pub warnings: &'a [Warning],
}

impl FindingsView<'_> {
    /// How many findings are of a level.
    pub(crate) fn count(&self, level: FindingLevel) -> u64 {
        self.findings.iter().filter(|finding| finding.level == level).count() as u64
    }
}

#[derive(Serialize)]
struct Document<F, N, W> {
    rules: u64,
    declared_rules: u64,
    exceptions: u64,
    packages: Option<u64>,
    moment: Option<String>,
    warnings_found: u64,
    notes_found: u64,
    findings: F,
    not_checked: N,
    export_warnings: W,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    code: &'static str,
    level: &'static str,
    subject: Option<SubjectLine<'a>>,
    message: &'a str,
    others: Vec<SubjectLine<'a>>,
    others_total: u64,
}

#[derive(Serialize)]
struct SubjectLine<'a> {
    kind: &'static str,
    id: &'a str,
    name: Option<&'a str>,
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
}

#[derive(Serialize)]
struct MissedLine<'a> {
    code: &'static str,
    why: &'a str,
}

impl<'a> From<&'a Subject> for SubjectLine<'a> {
    fn from(subject: &'a Subject) -> Self {
        let place = subject.place.as_ref();
        Self {
            kind: subject.kind.name(),
            id: &subject.id,
            name: subject.name.as_deref(),
            path: place.map(|place| &*place.path),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
        }
    }
}

impl<'a> From<&'a Finding> for FindingLine<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            code: finding.code.code(),
            level: finding.level.name(),
            subject: finding.subject.as_ref().map(SubjectLine::from),
            message: &finding.message,
            others: finding.others.iter().map(SubjectLine::from).collect(),
            others_total: finding.others_total,
        }
    }
}

/// Writes the findings as a JSON document.
///
/// # Errors
/// When the writer fails.
pub fn write_findings(view: &FindingsView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let document = Document {
        rules: view.rules,
        declared_rules: view.declared,
        exceptions: view.exceptions,
        packages: view.packages,
        moment: view.moment.map(|moment| moment.to_string()),
        warnings_found: view.count(FindingLevel::Warning),
        notes_found: view.count(FindingLevel::Note),
        findings: List(|| view.findings.iter().map(FindingLine::from)),
        not_checked: List(|| {
            view.not_checked.iter().map(|missed| MissedLine { code: missed.code.code(), why: &missed.why })
        }),
        export_warnings: List(|| view.warnings.iter().map(WarningLine::from)),
    };
    write_pretty(&document, out)
}
