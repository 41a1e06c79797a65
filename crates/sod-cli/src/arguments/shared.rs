//! What the commands have in common: the inputs, how to read them, and how to talk.

use clap::{ArgAction, Args, ValueEnum};
use sod_engine::{ColumnMap, StateFilter, StateId, StateTable, Timestamp};
use std::path::PathBuf;
use std::str::FromStr;

/// The inputs and how to read them.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Reading the inputs")]
pub(crate) struct Tenant {
    /// Exports: files and folders, any mix, recognised by content; - is standard input; gzip and zstd are opened
    #[arg(required = true, value_name = "INPUT", help_heading = None)]
    pub(crate) inputs: Vec<PathBuf>,

    /// States that count as holding: a list of names, live (delivering, partiallyDelivered, delivered), or all
    #[arg(long, value_name = "LIST", default_value = "delivered", value_parser = StateFilter::parse)]
    pub(crate) states: StateFilter,

    /// The moment at which rules and exceptions are in force or not, and for warnings about dates; if not given, the
    /// latest moment that the data shows
    #[arg(long, value_name = "RFC3339", value_parser = moment)]
    pub(crate) as_of: Option<Timestamp>,

    /// Columns of a table: user=COL,package=COL and, if wanted, state=COL and id=COL; COL is a header, #N, @file or
    /// =VALUE
    #[arg(long, value_name = "MAP")]
    pub(crate) map: Option<ColumnMap>,

    /// Tables have no header line; --map names columns by number
    #[arg(long)]
    pub(crate) no_header: bool,

    /// The state of rows that have none
    #[arg(long, value_name = "STATE", value_parser = known_state)]
    pub(crate) assume_state: Option<StateId>,

    /// A rejected row or a truncated export stops the run
    #[arg(long)]
    pub(crate) strict: bool,

    /// Go on although the inputs share no kind of user id (conflicts across them cannot be seen)
    #[arg(long)]
    pub(crate) allow_unjoined: bool,

    /// Inputs without a single assignment are an answer, not an error
    #[arg(long)]
    pub(crate) allow_empty: bool,

    /// Threads; 0 for as many as the machine has
    #[arg(long, value_name = "N", default_value = "0", value_parser = number::<usize>, allow_negative_numbers = true)]
    pub(crate) threads: usize,

    #[command(flatten)]
    pub(crate) common: Common,
}

/// What is judged.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Rules and exceptions")]
pub(crate) struct Judging {
    /// Rules to judge, beside the incompatibilities that the inputs declare; may be given several times
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub(crate) rules: Vec<PathBuf>,

    /// Permitted violations: they stay listed, as excepted; may be given several times
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub(crate) exceptions: Vec<PathBuf>,
}

impl Judging {
    /// The files of each flag, by its name.
    pub(crate) fn files(&self) -> [(&'static str, &[PathBuf]); 2] {
        [("rules", &self.rules), ("exceptions", &self.exceptions)]
    }
}

/// How to talk.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Messages and exit code")]
pub(crate) struct Common {
    /// Say nothing on stderr but errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say more on stderr, such as how pairs were counted and why
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// No progress bar
    #[arg(long)]
    pub(crate) no_progress: bool,

    /// Colour on the terminal
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,

    /// Exit with 0 even when conflicts are found
    #[arg(long)]
    pub(crate) exit_zero: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Text for people, or JSON for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// For people
    Text,
    /// For programs
    Json,
}

/// How the analysis is written to stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnalyzeFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a ticket or a pull request
    Markdown,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .ok_or_else(|| "expected a moment such as 2026-11-22T08:00:00Z or a date such as 2026-11-22".into())
}

/// A number that is counted, not measured.
pub(super) fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| "expected a whole number, such as 10".to_owned())
}

pub(super) fn known_state(text: &str) -> Result<StateId, String> {
    let known = StateTable::new();
    let names: Vec<&str> = known.iter().map(|(_, name)| name).collect();
    StateTable::find_known(text).ok_or_else(|| format!("expected one of {}", names.join(", ")))
}
