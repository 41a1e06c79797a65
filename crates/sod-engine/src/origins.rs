//! The files that rules and exceptions stand in, as the report tells of them.

use crate::judge::Documents;
use sod_model::{JudgedFile, JudgedKind, Origins, UnknownName};
use sod_rules::{DocumentText, ExceptionDocument, RuleDocument, Unknown};

/// The files of some documents, and what these name that nobody knows.
pub(crate) fn origins(documents: &Documents, in_rules: &[Unknown], in_exceptions: &[Unknown]) -> Origins {
    let rules = documents.rules.iter().map(rules_file);
    let files = rules.chain(documents.exceptions.iter().map(exceptions_file)).collect();
    let mut unknown = unknown_names(JudgedKind::Rules, in_rules);
    unknown.extend(unknown_names(JudgedKind::Exceptions, in_exceptions));
    Origins { files, unknown }
}

/// What files of a kind name and nobody knows.
pub(crate) fn unknown_names(by: JudgedKind, unknown: &[Unknown]) -> Vec<UnknownName> {
    let name = |unknown: &Unknown| UnknownName {
        by,
        path: unknown.path.clone(),
        at: unknown.at,
        kind: unknown.kind.into(),
        name: unknown.name.clone(),
        rules: unknown.rules.clone(),
    };
    unknown.iter().map(name).collect()
}

fn rules_file(document: &RuleDocument) -> JudgedFile {
    JudgedFile {
        set_id: document.id.as_ref().map(|id| id.value.clone()),
        set_version: document.version.as_ref().map(|version| version.value.clone()),
        set_name: document.name.as_ref().map(|name| name.value.clone()),
        entries: document.rules.iter().map(|rule| rule.id.value.clone()).collect(),
        ..file(JudgedKind::Rules, &document.source)
    }
}

fn exceptions_file(document: &ExceptionDocument) -> JudgedFile {
    let entries = document.exceptions.iter().map(|exception| exception.id.value.clone()).collect();
    JudgedFile { entries, ..file(JudgedKind::Exceptions, &document.source) }
}

fn file(kind: JudgedKind, source: &DocumentText) -> JudgedFile {
    JudgedFile {
        kind,
        path: source.path.clone(),
        bytes: source.text.len() as u64,
        sha256: sod_report::sha256(source.text.as_bytes()),
        set_id: None,
        set_version: None,
        set_name: None,
        entries: Vec::new(),
    }
}
