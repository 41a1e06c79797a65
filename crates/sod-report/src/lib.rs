//! Results to bytes: one file per format.
//!
//! Everything here turns the nouns of [`sod_model`] into text or bytes and hands them to a writer that the caller
//! brings. It takes for granted that counting and judging are done, and that lists arrive in report order where the
//! function says so. It refuses to look at a clock, at the environment, or at the network, and it prints nothing.
//! The bytes depend on the data and the options alone; only the [`manifest`] carries times, which the caller gives.
//!
//! | output | door |
//! |---|---|
//! | `pairs.csv`, `.jsonl`, `.json`, `.parquet` | [`pairs::write_pairs`] |
//! | `summary.json` | [`summary::write_summary`] |
//! | `conflicts.csv` | [`conflicts::write_conflicts`] |
//! | `conflicts.jsonl`, `conflict-groups.jsonl` | [`conflicts::write_conflict_lines`], [`conflicts::write_conflict_groups`] |
//! | `report.html` | [`html::write_html`] |
//! | what was not analysed, and why | [`coverage::Coverage`] |
//! | `combined-packages.csv` | [`combined::write_combined`] |
//! | `report.xlsx` | [`workbook::write_workbook`] |
//! | `--format markdown` | [`markdown::analysis`] |
//! | `rejected.csv` | [`rejected::write_rejected`] |
//! | `rules.json`, and back | [`judged::write_judged`], [`judged::read_judged`] |
//! | `manifest.json` | [`manifest::write_manifest`] |
//! | `sod verify --format json` | [`verification::write_verification`] |
//! | nothing: what is written is compared with a file | [`comparison::Comparison`] |
//! | `sod inspect --format json` | [`inspect::write_inspect`] |
//! | `sod remediate` as CSV and JSON | [`remediation::write_plan_csv`], [`remediation::write_plan_json`] |
//! | `sod diff` as CSV, JSON, Markdown, HTML | [`diff::write_diff_csv`] and its neighbours |
//! | a ledger of snapshots | [`ledger::write_ledger`] |
//! | a report folder, read back | [`past::read_report`] |
//! | `sod explain --format json` | [`explain::write_explained`] |
//! | `sod rules check --format json` | [`findings::write_findings`] |
//! | a whole folder, all or nothing | [`folder::ReportFolder`] |
//! | a single file, all or nothing | [`atomic::AtomicFile`] |
//! | the JSON Schema of each JSON format | [`schemas::SCHEMAS`] |
//! | what people read | [`terminal`] |
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

pub mod atomic;
pub mod combined;
pub mod comparison;
pub mod conflicts;
pub mod coverage;
pub mod diff;
pub mod explain;
pub mod findings;
pub mod folder;
pub mod formula;
pub mod html;
pub mod inspect;
pub mod judged;
pub mod ledger;
pub mod manifest;
pub mod markdown;
pub mod pairs;
pub mod past;
pub mod rejected;
pub mod remediation;
pub mod schemas;
pub mod summary;
pub mod terminal;
pub mod verification;
pub mod view;
pub mod witness;
pub mod workbook;

mod error;
mod json;
mod output;
mod source;

pub use error::WriteError;
pub use output::{OutputFile, sha256, sha256_of};
pub use view::{PairStatistics, ReportView, RowTotals};
