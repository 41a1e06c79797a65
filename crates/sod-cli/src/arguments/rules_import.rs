//! `sod rules import`: from which format, and where to.

use super::shared::{Common, known_state, number};
use clap::{ArgAction, Args, ValueEnum};
use sod_engine::{SeverityWords, StateId};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod rules import --from pairs-csv pairs.csv -o rules.toml
\x20 sod rules import --from pairs-csv duties.csv --map a='First duty',b='Second duty',severity=Weight
\x20 sod rules import --from matrix-csv matrix.csv --severity red=critical,amber=medium
\x20 sod rules import --from two-list-json policies.json --against export/ -o rules.toml
\x20 sod rules import --from entra export/ -o declared.toml

What each format carries and what it does not, and every code: crates/sod-rules/docs/import.md

Exit codes: 0 everything was carried over (or --exit-zero) · 1 something was not, or --against does not know it · \
2 could not run or finish")]
pub(crate) struct RulesImportArguments {
    /// What the files are
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) from: ImportFrom,

    /// Files of that format; for entra, exports as analyze takes them; - is standard input; gzip and zstd are opened
    #[arg(required = true, value_name = "FILE")]
    pub(crate) inputs: Vec<PathBuf>,

    /// Write to a file, which appears when it is complete; without it, to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,

    /// TOML, with comments, or JSON of the same shape
    #[arg(long, value_enum, default_value_t = TomlOrJson::Toml)]
    pub(crate) format: TomlOrJson,

    /// What words for severities mean: WORD=LEVEL,... with the levels critical, high, medium and low
    #[arg(long, value_name = "WORDS")]
    pub(crate) severity: Option<SeverityWords>,

    /// Tell which names an export does not know, or knows several times; may be given several times
    #[arg(long, value_name = "INPUT", action = ArgAction::Append)]
    pub(crate) against: Vec<PathBuf>,

    /// Columns of a table. Of pairs: a=COL,b=COL and, if wanted, id, name, severity, risk, description, owner, process,
    /// advice, control, frameworks, valid_from, valid_to, enabled, system_a, system_b, ignore; COL is a header or #N. Of
    /// exports: as analyze has it
    #[arg(long, value_name = "MAP")]
    pub(crate) map: Option<String>,

    /// Tables of exports have no header line; --map names columns by number
    #[arg(long, help_heading = "Reading exports")]
    pub(crate) no_header: bool,

    /// The state of rows that have none
    #[arg(long, value_name = "STATE", value_parser = known_state, help_heading = "Reading exports")]
    pub(crate) assume_state: Option<StateId>,

    /// A rejected row or a truncated export stops the run
    #[arg(long, help_heading = "Reading exports")]
    pub(crate) strict: bool,

    /// Threads; 0 for as many as the machine has
    #[arg(long, value_name = "N", default_value = "0", value_parser = number::<usize>, allow_negative_numbers = true, help_heading = "Reading exports")]
    pub(crate) threads: usize,

    #[command(flatten)]
    pub(crate) common: Common,
}

/// A format that rules come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportFrom {
    /// Exports of a tenant: what its packages declare incompatible
    Entra,
    /// A table with a pair of packages a row
    PairsCsv,
    /// A square table with a mark where two must not be combined
    MatrixCsv,
    /// Policies with two lists, such as those of SailPoint and Okta
    TwoListJson,
    /// Policies with segments and a threshold, such as those of OpenIAM
    SegmentsJson,
}

/// How to write a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TomlOrJson {
    /// For people
    Toml,
    /// For programs
    Json,
}
