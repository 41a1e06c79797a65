//! The JSON Schemas (2020-12) of every JSON format that is written here: `sod schema NAME`.
//!
//! They are written by hand, in `schemas/`: the wire types borrow, flatten and write lists while they walk, which no
//! derivation follows, and each member has its meaning and its unit. Tests hold them equal to real output, both ways: every
//! member that is written is described, every member that is described is written. They leave objects open, because members
//! may be added; the tests close them.

/// A format and its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The name on the command line.
    pub name: &'static str,
    /// What it describes.
    pub about: &'static str,
    /// The schema itself, as JSON.
    pub text: &'static str,
}

macro_rules! schemas {
    ($($name:literal: $about:literal,)*) => {
        &[$(Schema {
            name: $name,
            about: $about,
            text: include_str!(concat!("../schemas/", $name, ".schema.json")),
        },)*]
    };
}

/// The schemas of all formats. Of JSON Lines, the schema is that of one line.
///
/// ```
/// let summary = sod_report::schemas::SCHEMAS.iter().find(|schema| schema.name == "summary").unwrap();
/// assert!(summary.text.contains("\"conflicts_open\""));
/// ```
pub const SCHEMAS: &[Schema] = schemas! {
    "summary": "summary.json, and analyze --format json",
    "manifest": "manifest.json",
    "judged": "rules.json of a report: rules and exceptions as resolved and used",
    "conflicts": "a line of conflicts.jsonl",
    "conflict-groups": "a line of conflict-groups.jsonl",
    "pairs": "a line of pairs.jsonl",
    "pairs-json": "pairs.json",
    "inspect": "inspect --format json",
    "explain-user": "explain --user --format json",
    "explain-pair": "explain --pair --format json",
    "explain-rule": "explain --rule --format json",
    "remediate": "remediate --format json",
    "remediate-check": "remediate --check FILE --format json",
    "rules-check": "rules check --format json",
    "diff": "diff --format json",
    "ledger": "a line of a ledger",
    "verify": "verify --format json",
};
