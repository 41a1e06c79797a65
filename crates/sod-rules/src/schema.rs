//! The JSON Schema (2020-12) of the documents, as it stands in `schema/`. Tests hold it and the reader equal.
//!
//! What it cannot say, and the reader does: an id or a function twice, functions that contain one another or that nobody
//! defines, an end before the start, a day that no month has, more asked for than a list names, and `1.0` for a whole number.

/// The schema of rules documents.
///
/// ```
/// assert!(sod_rules::rules_schema().contains("at_least"));
/// ```
#[must_use]
pub fn rules_schema() -> &'static str {
    include_str!("../schema/rules.schema.json")
}

/// The schema of exceptions documents.
///
/// ```
/// assert!(sod_rules::exceptions_schema().contains("justification"));
/// ```
#[must_use]
pub fn exceptions_schema() -> &'static str {
    include_str!("../schema/exceptions.schema.json")
}
