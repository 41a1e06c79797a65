//! `rules.json`, read back: rules and exceptions as they were resolved and used.

use super::{PastError, parse as document};
use serde::Deserialize;
use sod_model::{Period, Timestamp};
use std::path::Path;

/// The rules and exceptions of a report.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PastRules {
    /// The rules.
    #[serde(default)]
    pub rules: Vec<PastRule>,
    /// The exceptions.
    #[serde(default)]
    pub exceptions: Vec<PastException>,
}

/// A rule of a report.
#[derive(Clone, Debug, Deserialize)]
pub struct PastRule {
    /// Its id.
    pub id: String,
    /// For people.
    #[serde(default)]
    pub name: String,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: String,
    /// What violates it.
    pub terms: Vec<PastTerm>,
    /// From when on.
    #[serde(default)]
    pub valid_from: Option<String>,
    /// Until when.
    #[serde(default)]
    pub valid_to: Option<String>,
    /// Why it could not be judged.
    #[serde(default)]
    pub not_evaluable: Option<String>,
    /// Why it was not in force.
    #[serde(default)]
    pub inactive: Option<String>,
}

/// A term of a rule.
#[derive(Clone, Debug, Deserialize)]
pub struct PastTerm {
    /// How many it takes.
    pub at_least: u32,
    /// Of which packages.
    #[serde(default)]
    pub packages: Vec<String>,
    /// And groups.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// An exception of a report.
#[derive(Clone, Debug, Deserialize)]
pub struct PastException {
    /// Its id.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// For this user.
    #[serde(default)]
    pub user: Option<String>,
    /// For the holders of this package.
    #[serde(default)]
    pub package: Option<String>,
    /// For the people of this department.
    #[serde(default)]
    pub department: Option<String>,
    /// From when on.
    #[serde(default)]
    pub start: Option<String>,
    /// Until when.
    #[serde(default)]
    pub end: Option<String>,
}

impl PastRule {
    /// When it is in force.
    #[must_use]
    pub fn period(&self) -> Period {
        period(self.valid_from.as_deref(), self.valid_to.as_deref())
    }

    /// Whether the tenant declares it.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        // Ids of that form are reserved.
        self.id.starts_with("entra:")
    }
}

impl PastException {
    /// The rule that it is for.
    #[must_use]
    pub fn rule_id(&self) -> &str {
        &self.rule
    }

    /// What kind of thing it names, and which.
    #[must_use]
    pub fn whom(&self) -> (&'static str, &str) {
        let named = [("user", &self.user), ("package", &self.package), ("department", &self.department)];
        let first = named.into_iter().find_map(|(kind, word)| Some((kind, word.as_deref()?)));
        first.unwrap_or(("user", ""))
    }

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
