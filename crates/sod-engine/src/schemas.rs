//! The JSON Schemas of everything that sod writes or reads as JSON or TOML of its own.

use sod_report::schemas::{SCHEMAS, Schema};
use sod_rules::{exceptions_schema, rules_schema};

/// The schemas of all formats, those of rules and exceptions files last.
///
/// ```
/// let schemas = sod_engine::schemas();
/// assert!(schemas.iter().any(|schema| schema.name == "rules"));
/// assert!(schemas.iter().all(|schema| schema.text.contains("draft/2020-12")));
/// ```
#[must_use]
pub fn schemas() -> Vec<Schema> {
    let documents = [
        Schema { name: "rules", about: "rules files, as JSON or TOML", text: rules_schema() },
        Schema { name: "exceptions", about: "exceptions files, as JSON or TOML", text: exceptions_schema() },
    ];
    SCHEMAS.iter().copied().chain(documents).collect()
}
