//! What may stand behind `sod diff` and `sod ledger`.

use super::shared::{Judging, Tenant};
use clap::{ArgAction, Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(override_usage = "sod diff [OPTIONS] <OLD> <NEW>")]
#[command(mut_arg("inputs", |arg| arg.num_args(2).value_names(["OLD", "NEW"]).help(
    "Two snapshots: each an export (a file or a folder) or a report folder of `sod analyze --out`"
)))]
#[command(after_help = "\
Examples:
\x20 sod diff october/ november/ --rules rules.toml --exceptions exceptions.toml
\x20 sod diff october/ november/ --rules rules.toml --old-rules rules-of-october.toml
\x20 sod diff report-october/ report-november/ --format html -o changes.html
\x20 sod diff october/ november/ --format csv --table pairs
\x20 sod diff report-october/ november/ --rules rules.toml --pseudonymise pseudonym.key

Columns of conflicts: change, ending, rule_id, rule_name, severity, user_id, user_name,
user_principal_name, status_before, status_after, exception_before, exception_after, held_packages,
causes, cause_details. Columns of pairs: change, package_a, package_b, package_a_name,
package_b_name, holders_both_before, holders_both_after, causes.

What is gone because the new inputs do not show it is out of sight, and never resolved. Warnings (on
stderr and in every format but csv): sides-swapped, the old side is of a later moment; sides-same,
both sides are the same inputs; rules-not-given, rules files judged one side alone.

Exit codes: 0 nothing is newly open (or --exit-zero) · 1 a conflict is new or reopened ·
2 could not run or finish")]
pub(crate) struct DiffArguments {
    /// Text for people, csv, json with everything, markdown for a ticket, or html: one page without scripts
    #[arg(long, value_enum, default_value_t = DiffFormat::Text, value_name = "FORMAT")]
    pub(crate) format: DiffFormat,

    /// Which table csv has: conflicts or pairs
    #[arg(long, value_enum, default_value_t = DiffTable::Conflicts, value_name = "TABLE")]
    pub(crate) table: DiffTable,

    /// Write to a file, which appears when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Rules of the old side, where they are not those of --rules; may be given several times
    #[arg(long, value_name = "FILE", action = ArgAction::Append, help_heading = "Rules and exceptions")]
    pub(crate) old_rules: Vec<PathBuf>,

    /// Exceptions of the old side, where they are not those of --exceptions; may be given several times
    #[arg(long, value_name = "FILE", action = ArgAction::Append, help_heading = "Rules and exceptions")]
    pub(crate) old_exceptions: Vec<PathBuf>,

    /// The key by whose pseudonyms the users of exports are named, to compare them with reports that were written with it
    #[arg(long, value_name = "KEYFILE", visible_alias = "pseudonymize")]
    pub(crate) pseudonymise: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) judging: Judging,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

/// How a comparison is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people
    Text,
    /// One row for each conflict, or for each pair
    Csv,
    /// Everything
    Json,
    /// For a ticket or a pull request
    Markdown,
    /// One page without scripts
    Html,
}

/// Which of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffTable {
    /// One row for each conflict of either side
    Conflicts,
    /// One row for each pair with another number of holders
    Pairs,
}

#[derive(Debug, Args)]
#[command(mut_arg("inputs", |arg| arg.required(false).value_name("SNAPSHOT").help(
    "Snapshots to add: each an export (a file or a folder) or a report folder of `sod analyze --out`; none to show the ledger"
)))]
#[command(after_help = "\
Examples:
\x20 sod ledger history.jsonl october/ november/ --rules rules.toml
\x20 sod ledger history.jsonl report-december/
\x20 sod ledger history.jsonl --format csv --table conflicts

Each SNAPSHOT is one snapshot by itself, put in its place by the date that its data shows: the
ledger is the same in whatever order they come. The same snapshot twice changes nothing. FILE is
JSON Lines, and is made if it is not there. What a snapshot would not show is out of sight, and
never closed: such as what rules found that were not given with it (warning rules-not-given).

Exit codes: 0 nothing is newly open in the latest snapshot (or --exit-zero) · 1 something that was
added is new or reopened there · 2 could not run or finish")]
pub(crate) struct LedgerArguments {
    /// The ledger: a file that is kept from one snapshot to the next
    #[arg(value_name = "FILE")]
    pub(crate) ledger: PathBuf,

    /// Text for people, or csv
    #[arg(long, value_enum, default_value_t = LedgerFormat::Text, value_name = "FORMAT")]
    pub(crate) format: LedgerFormat,

    /// Which table csv has: the trend or the conflicts
    #[arg(long, value_enum, default_value_t = LedgerTable::Trend, value_name = "TABLE")]
    pub(crate) table: LedgerTable,

    /// The key by whose pseudonyms the users of exports are named, to compare them with reports that were written with it
    #[arg(long, value_name = "KEYFILE", visible_alias = "pseudonymize")]
    pub(crate) pseudonymise: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) judging: Judging,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

/// How a ledger is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LedgerFormat {
    /// For people
    Text,
    /// A table
    Csv,
}

/// Which of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LedgerTable {
    /// One row for each snapshot
    Trend,
    /// One row for each conflict
    Conflicts,
}
