//! `rules.json`, read back as far as a comparison wants it: the rules and exceptions as they were resolved and used.

use super::{PastError, parse as document};
use serde::Deserialize;
use sod_model::{Period, Timestamp};
use std::path::Path;

/// The rules and exceptions of a report.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PastRules {
    #[serde(default)]
    files: Vec<PastFile>,
    /// The rules.
    pub rules: Vec<PastRule>,
    /// The exceptions that are for somebody.
    pub exceptions: Vec<PastException>,
}

#[derive(Clone, Debug, Deserialize)]
struct PastFile {
    kind: String,
    entries: Vec<String>,
}

/// A rule of a report.
#[derive(Clone, Debug, Deserialize)]
pub struct PastRule {
    /// Its id.
    pub id: String,
    /// For people.
    pub name: String,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: String,
    origin: PastOrigin,
    /// What violates it: all of these.
    pub terms: Vec<PastTerm>,
    valid_from: Option<String>,
    valid_until: Option<String>,
    /// Why it could not be judged.
    pub not_evaluable: Option<String>,
    /// Why it was not in force.
    pub not_in_force: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct PastOrigin {
    kind: String,
}

/// A term of a rule.
#[derive(Clone, Debug, Deserialize)]
pub struct PastTerm {
    /// How many it takes.
    pub at_least: u32,
    /// Of which packages.
    pub packages: Vec<PastId>,
    /// And groups.
    pub groups: Vec<PastId>,
}

/// An id; the name beside it is for people.
#[derive(Clone, Debug, Deserialize)]
pub struct PastId {
    /// As written.
    pub id: String,
}

/// An exception of a report.
#[derive(Clone, Debug, Deserialize)]
pub struct PastException {
    /// Its id.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// For whom.
    #[serde(rename = "for")]
    pub whom: PastWhom,
    start: Option<String>,
    end: Option<String>,
}

/// For whom an exception is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PastWhom {
    /// For one person.
    User(PastId),
    /// For everybody who holds a package.
    HoldersOf(PastId),
    /// For everybody of a department.
    Department(String),
}

impl PastRules {
    /// The ids of all exceptions that somebody wrote, those included that are for nobody whom the inputs know.
    pub fn exceptions_written(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter().filter(|file| file.kind == "exceptions");
        let written = files.flat_map(|file| &file.entries).map(String::as_str);
        written.chain(self.exceptions.iter().map(|exception| exception.id.as_str()))
    }
}

impl PastRule {
    /// When it is in force.
    #[must_use]
    pub fn period(&self) -> Period {
        period(self.valid_from.as_deref(), self.valid_until.as_deref())
    }

    /// Whether the tenant declares it.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        self.origin.kind != "document"
    }
}

impl PastException {
    /// When it is in force.
    #[must_use]
    pub fn period(&self) -> Period {
        period(self.start.as_deref(), self.end.as_deref())
    }
}

fn period(from: Option<&str>, until: Option<&str>) -> Period {
    Period { from: from.and_then(Timestamp::parse), until: until.and_then(Timestamp::parse) }
}

/// The document.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<PastRules, PastError> {
    document(path, bytes)
}
