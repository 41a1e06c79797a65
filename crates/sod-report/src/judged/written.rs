//! The text of a `rules.json`, field by field. Ids and words; nothing is looked up here.
//!
//! Who verifies a report makes rules of one tenant of it ([`WrittenJudged::rebuild`]); who compares reports takes it as it is.

use super::read::read_moment;
use serde::Deserialize;
use sod_model::{Period, Severity};

/// A `rules.json` as written: ids and words, looked up in no tenant yet.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct WrittenJudged {
    pub(super) files: Vec<WrittenFile>,
    /// The rules, by id.
    pub rules: Vec<WrittenRule>,
    /// The exceptions that are for somebody whom the inputs know, by id.
    pub exceptions: Vec<WrittenException>,
    pub(super) unknown: Vec<WrittenUnknown>,
}

#[derive(Clone, Debug, Deserialize)]
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

/// A rule as written.
#[derive(Clone, Debug, Deserialize)]
pub struct WrittenRule {
    /// Its id.
    pub id: Box<str>,
    /// For people.
    pub name: Box<str>,
    pub(super) severity: String,
    pub(super) origin: WrittenOrigin,
    /// Why it could not be judged.
    pub not_evaluable: Option<Box<str>>,
    /// Why it was not in force.
    pub not_in_force: Option<Box<str>>,
    pub(super) enabled: bool,
    pub(super) valid_from: Option<String>,
    pub(super) valid_until: Option<String>,
    pub(super) description: Option<Box<str>>,
    pub(super) risk: Option<Box<str>>,
    pub(super) owner: Option<Box<str>>,
    pub(super) process: Option<Box<str>>,
    pub(super) frameworks: Vec<Box<str>>,
    pub(super) advice: Option<Box<str>>,
    /// What violates it: all of these.
    pub terms: Vec<WrittenTerm>,
    /// What it names and the inputs did not know.
    pub unknown: Vec<Box<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum WrittenOrigin {
    Document,
    DeclaredPackages { low_declares: bool, high_declares: bool },
    DeclaredGroup,
}

/// A term of a rule.
#[derive(Clone, Debug, Deserialize)]
pub struct WrittenTerm {
    /// How many it takes.
    pub at_least: u32,
    /// Of which packages.
    pub packages: Vec<WrittenPackage>,
    /// And groups.
    pub groups: Vec<WrittenId>,
}

/// An id; the name beside it is for people.
#[derive(Clone, Debug, Deserialize)]
pub struct WrittenId {
    /// As written.
    pub id: String,
}

/// A package of a term.
#[derive(Clone, Debug, Deserialize)]
pub struct WrittenPackage {
    /// As written.
    pub id: String,
    /// For people, if known.
    pub name: Option<Box<str>>,
    /// The catalog that it is in. The outer `None`: the report does not tell, as none of an earlier version does; the inner:
    /// its inputs did not.
    #[serde(default, deserialize_with = "told")]
    pub catalog_id: Option<Option<String>>,
}

/// What stands there, if only null.
fn told<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// An exception as written.
#[derive(Clone, Debug, Deserialize)]
pub struct WrittenException {
    /// Its id.
    pub id: Box<str>,
    /// The id of its rule.
    pub rule: Box<str>,
    /// For whom it is.
    #[serde(rename = "for")]
    pub whom: WrittenWhom,
    pub(super) owner: Box<str>,
    pub(super) justification: Box<str>,
    pub(super) control: Option<Box<str>>,
    pub(super) reference: Option<Box<str>>,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
}

/// For whom an exception is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrittenWhom {
    /// For one person.
    User(WrittenId),
    /// For everybody who holds a package.
    HoldersOf(WrittenId),
    /// For everybody of a department.
    Department(Box<str>),
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct WrittenUnknown {
    pub(super) by: String,
    pub(super) path: Box<str>,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) kind: Box<str>,
    pub(super) name: Box<str>,
    pub(super) rules: Vec<Box<str>>,
}

impl WrittenJudged {
    /// The ids of all exceptions that somebody wrote, those included that are for nobody whom the inputs know.
    pub fn exceptions_written(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter().filter(|file| file.kind == sod_model::JudgedKind::Exceptions.name());
        let written = files.flat_map(|file| &file.entries).map(|id| &**id);
        written.chain(self.exceptions.iter().map(|exception| &*exception.id))
    }

    /// The hashes of the files that rules stand in.
    pub fn rules_files(&self) -> impl Iterator<Item = [u8; 32]> {
        let files = self.files.iter().filter(|file| file.kind == sod_model::JudgedKind::Rules.name());
        files.filter_map(|file| crate::output::from_hex(&file.sha256))
    }
}

impl WrittenRule {
    /// How bad a violation is; high, if it says what no severity is called.
    #[must_use]
    pub fn severity(&self) -> Severity {
        Severity::find(&self.severity).unwrap_or(Severity::High)
    }

    /// When it is in force.
    #[must_use]
    pub fn period(&self) -> Period {
        period(&self.valid_from, &self.valid_until)
    }

    /// Whether the tenant declares it.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        self.origin != WrittenOrigin::Document
    }
}

impl WrittenException {
    /// When it is in force.
    #[must_use]
    pub fn period(&self) -> Period {
        period(&self.start, &self.end)
    }
}

fn period(from: &Option<String>, until: &Option<String>) -> Period {
    let moment = |text: &Option<String>| text.as_deref().and_then(read_moment);
    Period { from: moment(from), until: moment(until) }
}
