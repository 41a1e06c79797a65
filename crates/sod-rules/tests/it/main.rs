//! Rule and exception documents: what they say, what is wrong with them, and what they mean in a tenant.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod exceptions;
mod import;
mod import_entra;
mod import_laws;
mod lint;
mod lint_laws;
mod messages;
mod resolve;
mod schema;
mod schema_documents;
mod tenant;
mod write;
