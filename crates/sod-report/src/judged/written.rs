//! The text of a `rules.json`, field by field. Ids and words; nothing is looked up here.

use serde::Deserialize;

/// A `rules.json` as written: ids and words, looked up in no tenant yet.
#[derive(Debug, Deserialize)]
pub struct WrittenJudged {
    pub(super) files: Vec<WrittenFile>,
    pub(super) rules: Vec<WrittenRule>,
    pub(super) exceptions: Vec<WrittenException>,
    pub(super) unknown: Vec<WrittenUnknown>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WrittenFile {
    pub(super) kind: String,
    pub(super) path: Box<str>,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) id: Option<Box<str>>,
    pub(super) version: Option<Box<str>>,
    pub(super) name: Option<Box<str>>,
    pub(super) entries: Vec<Box<str>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WrittenRule {
    pub(super) id: Box<str>,
    pub(super) name: Box<str>,
    pub(super) severity: String,
    pub(super) origin: WrittenOrigin,
    pub(super) not_evaluable: Option<Box<str>>,
    pub(super) enabled: bool,
    pub(super) valid_from: Option<String>,
    pub(super) valid_until: Option<String>,
    pub(super) description: Option<Box<str>>,
    pub(super) risk: Option<Box<str>>,
    pub(super) owner: Option<Box<str>>,
    pub(super) process: Option<Box<str>>,
    pub(super) frameworks: Vec<Box<str>>,
    pub(super) advice: Option<Box<str>>,
    pub(super) terms: Vec<WrittenTerm>,
    pub(super) unknown: Vec<Box<str>>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum WrittenOrigin {
    Document,
    DeclaredPackages { low_declares: bool, high_declares: bool },
    DeclaredGroup,
}

#[derive(Debug, Deserialize)]
pub(super) struct WrittenTerm {
    pub(super) at_least: u32,
    pub(super) packages: Vec<WrittenId>,
    pub(super) groups: Vec<WrittenId>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WrittenId {
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct WrittenException {
    pub(super) id: Box<str>,
    pub(super) rule: Box<str>,
    #[serde(rename = "for")]
    pub(super) whom: WrittenWhom,
    pub(super) owner: Box<str>,
    pub(super) justification: Box<str>,
    pub(super) control: Option<Box<str>>,
    pub(super) reference: Option<Box<str>>,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WrittenWhom {
    User(WrittenId),
    HoldersOf(WrittenId),
    Department(Box<str>),
}

#[derive(Debug, Deserialize)]
pub(super) struct WrittenUnknown {
    pub(super) by: String,
    pub(super) path: Box<str>,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) kind: Box<str>,
    pub(super) name: Box<str>,
    pub(super) rules: Vec<Box<str>>,
}
