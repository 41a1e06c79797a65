//! The library: from an export to who may do too much.
//!
//! Everything the `sod` command does is here as plain functions. Nothing prints, nothing exits, nothing looks at a
//! clock, the network or the environment. Long work tells an [`Observer`] how it goes and stops when that says so;
//! every error is typed and says where.
//!
//! ```
//! use sod_engine::{AnalyzeOptions, Holding, Input, LoadOptions, Question, Silent};
//! # let folder = tempfile::tempdir()?;
//! # std::fs::write(folder.path().join("page.json"), r#"{"value":[
//! #   {"id":"a1","accessPackageId":"P1","targetId":"alice","assignmentState":"Delivered"},
//! #   {"id":"a2","accessPackageId":"P2","targetId":"alice","assignmentState":"Delivered"},
//! #   {"id":"a3","accessPackageId":"P2","targetId":"bob","assignmentState":"Delivered"}]}"#)?;
//! # let folder = folder.path();
//!
//! // Load a folder: whatever exports it holds, recognised by content.
//! let loaded = sod_engine::load(&[Input::from(folder)], &LoadOptions::default(), &Silent)?;
//! let snapshot = &loaded.snapshot;
//!
//! // Count every pair.
//! let analysis = sod_engine::analyze(snapshot, &AnalyzeOptions::default(), &Silent)?;
//! assert_eq!(analysis.pairs.len(), 1);
//! assert_eq!(analysis.pairs[0].holders_both, 1);
//!
//! // Ask one pair, as Graph's additionalAccess does: the assignments to P1 of users who also hold P2.
//! let question = Question::delivered("P1", "P2");
//! let rows = sod_engine::additional_access(snapshot, &question)?;
//! assert_eq!(rows[0].id.as_ref().unwrap().to_string(), "a1");
//!
//! // Walk the holders.
//! let p2 = sod_engine::find_package(snapshot, "P2")?;
//! let holders: Vec<String> = analysis
//!     .matrix
//!     .column(p2)
//!     .iter()
//!     .filter_map(|user| snapshot.directory.user(sod_engine::UserId(user)))
//!     .map(|user| user.id.to_string())
//!     .collect();
//! assert_eq!(holders, ["alice", "bob"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Larger programs stand in `examples/`: `all_pairs`, `one_pair` and `follow_progress`.
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

mod additional;
mod analyze;
mod bearers;
mod check;
mod diff;
mod documents;
mod error;
mod exceptions;
mod find;
mod import;
mod judge;
mod left_out;
mod near;
mod options;
mod origins;
mod pseudonyms;
mod recognise;
mod remedy;
mod report;
mod schemas;
mod slow;
mod verify;
mod watched;

pub use additional::{Question, additional_access};
pub use analyze::{
    Analysis, AnalyzeOptions, analyze, analyze_and_forget, check_states, matrix, state_warnings,
};
pub use check::{CheckOptions, RuleCheck, check_rules};
pub use diff::{DiffOptions, Side, add_to_ledger, compare, ledger_entry};
pub use error::{Error, FindError, Kind, OtherNames};
pub use exceptions::{exception_findings, exceptions_ending};
pub use find::{find_package, find_rule, find_user};
pub use import::{Checked, ImportFailure, check_names, import_foreign};
pub use judge::{Documents, read_exceptions, read_plan, read_rules, read_text};
pub use left_out::{LeftOut, LeftOutError};
pub use near::closest;
pub use options::{RunOptions, RunOptionsError};
pub use pseudonyms::{PSEUDONYMS, PseudonymKey, Pseudonymised, pseudonymise};
pub use recognise::document_kind;
pub use remedy::{
    Keep, KeepWord, KeepWordError, Numbered, Remedy, RemedyOptions, Weighing, check_steps, not_kept,
    parse_keep, remedy, resolve_plan,
};
pub use report::{ReportOptions, check_report_folder, write_report};
pub use schemas::schemas;
pub use verify::{VerifyError, VerifyOptions, verify};
pub use watched::WatchedWriter;

pub use sod_core::{
    AtLeast, CountMethod, CountPlan, Judged, Nearness, PairCounts, PairScope, PairSink, PairTotals,
    RemediationOptions, TopPairs, UnknownMethod, causes, combinations, conflict_groups, count_pairs,
    hand_memory_back, holders_of_both, near_violations, remediate, remediate_observed, ways_out, without,
};
pub use sod_ingest::{
    Body, BodyKind, ColumnMap, ColumnMapError, ColumnRef, Fingerprint, Input, LoadError, LoadOptions, Loaded,
    OriginalRecord, Originals, PlainText, RecordedName, Refusal, RereadError, fingerprints, load, load_bytes,
};
pub use sod_model::*;
pub use sod_rules::{
    Comments, DocumentError, DocumentKind, ExceptionDocument, ForeignFormat, ForeignText, ImportCode,
    ImportError, ImportNote, ImportOptions, Imported, PairColumns, Place, PlanDocument, Problem, ProblemCode,
    RuleDocument, SeverityWords, Unknown, declared_rules, exceptions_schema, import_declared, import_rules,
    parse_exceptions, parse_exceptions_partly, parse_plan, parse_rules, parse_rules_partly, rules_schema,
    rules_to_json, rules_to_toml,
};

/// Results as bytes and as text, format by format.
pub mod formats {
    pub use sod_report::*;
}
