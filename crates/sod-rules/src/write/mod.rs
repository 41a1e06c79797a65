//! Rules documents to text: TOML for people, JSON for programs. Whatever is written, [`parse_rules`](crate::parse_rules)
//! reads it as the same document.
//!
//! The keys stand in one order, severities are always said, and what has its default otherwise is left out: the same rules
//! are the same bytes.

mod json;
mod toml;

use crate::document::{Located, Members, RuleDocument};
use sod_model::{Period, Timestamp};

/// What to say about a document in its text, for whoever reads it there. JSON has no place for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// Lines at the top.
    pub top: Vec<String>,
    /// A line above each rule, in the order of the rules; none where it is empty or missing.
    pub rules: Vec<String>,
}

/// The document as TOML, with comments. Control characters in comments are shown as U+FFFD: a comment stays one.
///
/// ```
/// use sod_rules::{Comments, parse_rules, rules_to_toml};
/// let text = "[[rule]]\nid = 'R1'\nterms = [{ packages = ['A'] }, { packages = ['B', 'C'] }]\n";
/// let document = parse_rules("rules.toml", text).unwrap();
/// let written = rules_to_toml(&document, &Comments::default());
/// assert_eq!(parse_rules("rules.toml", &written).unwrap().rules, document.rules);
/// ```
#[must_use]
pub fn rules_to_toml(document: &RuleDocument, comments: &Comments) -> String {
    toml::write(document, comments)
}

/// The document as JSON of the same shape.
///
/// ```
/// use sod_rules::{parse_rules, rules_to_json};
/// let document = parse_rules("r", "[[rule]]\nid = 'R1'\nterms = [{ packages = ['A'] }]\n").unwrap();
/// assert_eq!(parse_rules("r", &rules_to_json(&document)).unwrap().rules, document.rules);
/// ```
#[must_use]
pub fn rules_to_json(document: &RuleDocument) -> String {
    json::write(document)
}

/// The first and the last day, or the moments where these are not the borders of days.
fn period_words(period: &Period) -> [Option<String>; 2] {
    const DAY: i64 = 86_400;
    let day = |moment: Timestamp| {
        let text = moment.to_string();
        text.strip_suffix("T00:00:00Z").map_or_else(|| text.clone(), str::to_owned)
    };
    let last = |until: Timestamp| match until {
        Timestamp::FOREVER => "9999-12-31".to_owned(),
        Timestamp(seconds) if seconds.rem_euclid(DAY) == 0 => day(Timestamp(seconds.saturating_sub(DAY))),
        _ => until.to_string(),
    };
    [period.from.map(day), period.until.map(last)]
}

impl Members {
    /// Its lists by their keys in a document, in the order in which they are written.
    pub(crate) fn lists(&self) -> [(&'static str, &[Located<Box<str>>]); 5] {
        [
            ("packages", &self.packages),
            ("functions", &self.functions),
            ("catalogs", &self.catalogs),
            ("names", &self.names),
            ("groups", &self.groups),
        ]
    }
}
