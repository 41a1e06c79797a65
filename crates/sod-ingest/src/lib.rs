//! Export files to [`Snapshot`](sod_model::Snapshot): every shape people really have, understood or refused out loud.
//!
//! One road for all: a source is opened (`open`), turned into UTF-8 and recognised by its content (`sniff`), cut
//! into records (`split` for JSON, the `csv` crate for tables), each record is decoded (`record`) or rejected with
//! its place and a code, identities are joined (`join`) in one place, and the snapshot is sorted (`finish`) so
//! that neither thread count nor the order of the files shows in it.
//!
//! What this crate refuses to do: guess. Where going on would report too few conflicts, loading fails with a
//! [`LoadError`] that says which file, what was found, and the command that mends it.
//!
//! ```
//! use sod_ingest::{LoadOptions, load_bytes};
//!
//! let page = br#"{"value":[
//!   {"id":"a1","accessPackageId":"P1","targetId":"alice","assignmentState":"Delivered"},
//!   {"id":"a2","accessPackageId":"P2","targetId":"alice","assignmentState":"Expired"}]}"#;
//! let snapshot = load_bytes("page.json", page, &LoadOptions::default())?;
//! assert_eq!(snapshot.assignments().len(), 2);
//! assert_eq!(snapshot.directory.packages().len(), 2);
//! # Ok::<(), sod_ingest::LoadError>(())
//! ```
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests may panic"
    )
)]

mod advice;
mod bodies;
mod columns;
mod copies;
mod date;
mod decoded;
mod discover;
mod error;
mod fast;
mod fingerprint;
mod finish;
mod join;
mod json;
mod kind;
mod learn;
mod lists;
mod local;
mod lone;
mod members;
mod nested;
mod node;
mod numbers;
mod open;
mod options;
mod pages;
mod pending;
mod quote;
mod read;
mod record;
mod refuse;
mod reread;
mod resource_roles;
mod segments;
mod shapes;
mod side;
mod sniff;
mod split;
mod stretch;
mod supply;
mod table;
mod table_kind;
mod text;
mod turns;
mod warn;

pub use bodies::{Body, BodyKind};
pub use error::{LoadError, Refusal};
pub use fingerprint::{Fingerprint, RecordedName, fingerprints, list_named};
pub use options::{ColumnMap, ColumnMapError, ColumnRef, Input, LoadOptions};
pub use read::{Loaded, load, load_bytes};
pub use reread::{OriginalRecord, Originals, RereadError};
pub use text::{PlainText, read_text};
