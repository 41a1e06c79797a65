//! The co-holding table: one row for each unordered pair of packages that somebody holds both of.
//!
//! The same ten columns in every format, see [`COLUMNS`]. Rows arrive in report order (`holders_both` descending,
//! then `package_a`, `package_b`) and leave in it; see [`report_order`]. Nothing per row is kept, so 90 million
//! pairs need no more memory than one; only Parquet holds one row group at a time, column by column.
//!
//! Numbers are exact: counts are integers, and `share_a`, `share_b` and `lift` are the shortest decimal that reads
//! back as the same 64-bit float, with a point always and in CSV without an exponent. Names that the inputs do not tell are empty in CSV and
//! null elsewhere.

mod context;
mod csv;
mod fragments;
mod json;
mod parquet;

pub use context::{PairContext, PairRow, PairShares};
pub use sod_model::report_order;

use crate::WriteError;
use sod_model::PairCount;
use std::fmt;
use std::io::Write;
use std::str::FromStr;

/// The columns, in order, in every format.
pub const COLUMNS: [&str; 10] = [
    "package_a",
    "package_b",
    "package_a_name",
    "package_b_name",
    "holders_a",
    "holders_b",
    "holders_both",
    "share_a",
    "share_b",
    "lift",
];

/// A format of the co-holding table.
///
/// ```
/// use sod_report::pairs::PairFormat;
/// assert_eq!("parquet".parse(), Ok(PairFormat::Parquet));
/// assert_eq!(PairFormat::Jsonl.to_string(), "jsonl");
/// assert!("xml".parse::<PairFormat>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PairFormat {
    /// Comma-separated, with a header; cells that a spreadsheet would run are made harmless.
    #[default]
    Csv,
    /// JSON Lines: one object a line.
    Jsonl,
    /// One JSON array of objects.
    Json,
    /// Parquet, zstd-compressed.
    Parquet,
}

impl PairFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Jsonl, Self::Json, Self::Parquet];

    /// The name, which is also the extension of the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Parquet => "parquet",
        }
    }
}

impl fmt::Display for PairFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no format of the co-holding table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no format of the pair table; expected csv, jsonl, json or parquet")]
pub struct UnknownPairFormat {
    found: Box<str>,
}

impl FromStr for PairFormat {
    type Err = UnknownPairFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name));
        known.ok_or_else(|| UnknownPairFormat { found: name.into() })
    }
}

/// Writes the pairs in the order given. The writer may be unbuffered.
///
/// ```
/// use sod_model::{AssignmentMatrix, Directory, PackageId, PackagePair, PairCount, UserId};
/// use sod_report::pairs::{PairContext, PairFormat, write_pairs};
///
/// // Two users hold package 0, one of them package 1 too. (A real directory knows the ids and the names.)
/// let holdings = [(0, 0), (1, 0), (1, 1)].map(|(u, p)| (UserId(u), PackageId(p)));
/// let matrix = AssignmentMatrix::from_holdings(2, 2, holdings);
/// let context = PairContext::new(&Directory::default(), &matrix);
/// let pair = PackagePair::new(PackageId(0), PackageId(1)).unwrap();
/// let mut out = Vec::new();
/// write_pairs(PairFormat::Csv, &context, &[PairCount { pair, holders_both: 1 }], &mut out).unwrap();
/// assert!(out.ends_with(b",,,,2,1,1,0.5,1.0,1.0\n"));
/// ```
///
/// # Errors
/// When the writer fails.
pub fn write_pairs(
    format: PairFormat,
    context: &PairContext,
    pairs: &[PairCount],
    out: &mut (dyn Write + Send),
) -> Result<(), WriteError> {
    match format {
        PairFormat::Csv => csv::write(context, pairs, out)?,
        PairFormat::Jsonl => json::write(json::LINES, context, pairs, out)?,
        PairFormat::Json => json::write(json::DOCUMENT, context, pairs, out)?,
        PairFormat::Parquet => parquet::write(context, pairs, out)?,
    }
    Ok(())
}
