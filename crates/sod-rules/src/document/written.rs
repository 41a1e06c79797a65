//! What a rules file says, in the words of whoever wrote it; nothing is looked up yet.

use super::problem::{DocumentText, Problem};
use super::reader::Located;
use sod_model::{Period, RuleFacts, Severity};
use std::sync::Arc;

/// A rules file: sets and rules in the words of whoever wrote it.
///
/// Two documents are equal when they say the same; places do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDocument {
    /// The text behind it; empty if there is none.
    pub source: Arc<DocumentText>,
    /// Id of the rule set.
    pub id: Option<Located<Box<str>>>,
    /// Version of the rule set.
    pub version: Option<Located<Box<str>>>,
    /// Name of the rule set, for people.
    pub name: Option<Located<Box<str>>>,
    /// Named sets, in the order of the document.
    pub functions: Vec<Function>,
    /// The rules, in the order of the document.
    pub rules: Vec<RuleEntry>,
    /// What is wrong with it, where it was read [partly](crate::parse_rules_partly): such a document can be looked up in a tenant,
    /// for what else is wrong, and never be judged.
    pub problems: Vec<Problem>,
}

/// What makes up a set: everything that any of the lists names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Ids, or names that are unique.
    pub packages: Vec<Located<Box<str>>>,
    /// Names of functions.
    pub functions: Vec<Located<Box<str>>>,
    /// Ids or names of catalogs: every package of these.
    pub catalogs: Vec<Located<Box<str>>>,
    /// Patterns over the names of packages: `*` for any text, `?` for one character; case does not count.
    pub names: Vec<Located<Box<str>>>,
    /// Ids or names of groups.
    pub groups: Vec<Located<Box<str>>>,
}

impl Members {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packages.is_empty()
            && self.functions.is_empty()
            && self.catalogs.is_empty()
            && self.names.is_empty()
            && self.groups.is_empty()
    }
}

/// A named set of packages: what one can do with any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// By which rules speak of it.
    pub name: Located<Box<str>>,
    /// For people.
    pub description: Option<Located<Box<str>>>,
    /// What belongs to it.
    pub members: Members,
}

/// "Holds at least so many of this set."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermEntry {
    /// The set.
    pub members: Members,
    /// How many of it; one if nothing is said.
    pub at_least: Located<u32>,
}

/// A rule as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleEntry {
    /// Stable id.
    pub id: Located<Box<str>>,
    /// For people; the id if nothing is said.
    pub name: Option<Located<Box<str>>>,
    /// How bad a violation is; high if nothing is said.
    pub severity: Severity,
    /// The conjunction.
    pub terms: Vec<TermEntry>,
    /// The words around it.
    pub facts: RuleFacts,
    /// When it is in force.
    pub period: Period,
    /// Whether it is switched on.
    pub enabled: bool,
}
