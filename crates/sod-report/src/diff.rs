//! `sod diff`: two snapshots compared, as CSV, JSON, Markdown and HTML; the page for the terminal is in [`crate::terminal`].
//!
//! Takes for granted that the comparison is in its order (`SnapshotDiff::sort`). Each conflict of either side is told once. In
//! CSV several causes of one conflict stand in one cell, joined with `;`, and are told in full in JSON.

mod csv;
mod html;
mod json;
mod markdown;
mod sentence;

pub use self::csv::{CONFLICT_COLUMNS, PAIR_COLUMNS, write_diff_csv, write_diff_pairs_csv};
pub use html::write_diff_html;
pub use json::write_diff_json;
pub use markdown::write_diff_markdown;
pub use sentence::{cause_sentence, pair_causes};
