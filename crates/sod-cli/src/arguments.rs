//! What may stand on the command line. The doc comments here are the help texts.

mod diff;
mod generate;
mod remediate;
mod rules;
mod rules_import;
mod schema;
mod serve;
mod shared;
mod verify;

pub(crate) use diff::{DiffArguments, DiffFormat, DiffTable, LedgerArguments, LedgerFormat, LedgerTable};
pub(crate) use generate::GenerateArguments;
pub(crate) use remediate::{PlanFormat, RemediateArguments, Weigh, refuse_beside_a_plan};
pub(crate) use rules::{CheckArguments, RulesArguments, RulesCommand, Schema, SchemaArguments};
pub(crate) use rules_import::{ImportFrom, RulesImportArguments, TomlOrJson};
pub(crate) use schema::FormatSchemaArguments;
pub(crate) use serve::{QueryArguments, ServeArguments};
pub(crate) use shared::{AnalyzeFormat, Color, Common, Judging, Tenant, TextOrJson};
pub(crate) use verify::VerifyArguments;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use shared::number;
use sod_engine::formats::pairs::PairFormat;
use sod_engine::{CountMethod, LeftOut, StateFilter};
use sod_graph::{ApiVersion, Expand};
use std::path::PathBuf;

/// Who holds what must not be held together: separation-of-duties analysis of Microsoft Entra access packages,
/// offline, from exported data.
#[derive(Debug, Parser)]
#[command(name = "sod", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 nothing found (or --exit-zero) · 1 conflicts that no exception covers · 2 could not run or finish"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands, one file each in `commands/`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Count every pair of packages, judge rules and declared incompatibilities, write the report folder
    Analyze(AnalyzeArguments),
    /// The table of packages held together, alone
    Pairs(PairsArguments),
    /// Graph's additionalAccess for one pair, as Graph JSON
    AdditionalAccess(AdditionalAccessArguments),
    /// Why: the assignments behind a user, a pair or a rule
    Explain(ExplainArguments),
    /// The least that must go so that no conflict is left, with proof
    Remediate(RemediateArguments),
    /// What is new, gone and unchanged between two snapshots, and why
    Diff(DiffArguments),
    /// The conflicts of several snapshots: first seen, closed, open again, and the trend
    Ledger(LedgerArguments),
    /// What was recognised in the inputs, what was rejected, what is odd
    Inspect(InspectArguments),
    /// Hold a report against its inputs: seal, hashes, and everything worked out once more, another way
    Verify(VerifyArguments),
    /// One request of Microsoft Graph's read API, answered from the inputs
    Query(QueryArguments),
    /// Microsoft Graph's read API, the report page and the findings over HTTP
    Serve(Box<ServeArguments>),
    /// Rules files: what is odd about them, import from other tools, their schema
    Rules(RulesArguments),
    /// The JSON Schema of each JSON format
    Schema(FormatSchemaArguments),
    /// Write a synthetic tenant, the same for the same seed, in any export shape
    Generate(GenerateArguments),
}

impl Command {
    pub(crate) fn common(&self) -> &Common {
        match self {
            Self::Analyze(arguments) => &arguments.tenant.common,
            Self::Pairs(arguments) => &arguments.tenant.common,
            Self::AdditionalAccess(arguments) => &arguments.tenant.common,
            Self::Explain(arguments) => &arguments.tenant.common,
            Self::Remediate(arguments) => &arguments.tenant.common,
            Self::Diff(arguments) => &arguments.tenant.common,
            Self::Ledger(arguments) => &arguments.tenant.common,
            Self::Inspect(arguments) => &arguments.tenant.common,
            Self::Verify(arguments) => &arguments.common,
            Self::Query(arguments) => &arguments.tenant.common,
            Self::Serve(arguments) => &arguments.tenant.common,
            Self::Rules(arguments) => arguments.common(),
            Self::Schema(arguments) => &arguments.common,
            Self::Generate(arguments) => &arguments.common,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod analyze export/                      every pair, and the declared incompatibilities
\x20 sod analyze export/ --out report         the same, and the report folder
\x20 sod analyze export/ --rules rules.toml --exceptions exceptions.toml
\x20 sod analyze export/ --format markdown > conflicts.md
\x20 sod analyze users.csv --map user=Employee,package=Role
\x20 zcat export.json.gz | sod analyze -      from standard input (which may as well be compressed)

Exit codes: 0 no conflict (or --exit-zero) · 1 conflicts · 2 could not run or finish")]
pub(crate) struct AnalyzeArguments {
    /// Write the report folder: report.html, report.xlsx, summary.json, pairs, conflicts, conflict groups, rejected.csv,
    /// rules.json, manifest.json
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Format of the pairs in the report folder: csv, jsonl, json or parquet
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub(crate) pairs_format: PairFormat,

    /// Leave out the page, the workbook or both: html, xlsx. On very large tenants they take most of the time
    #[arg(long, value_name = "LIST", requires = "out")]
    pub(crate) without: Option<LeftOut>,

    /// Pairs to show on the terminal (the report folder has all)
    #[arg(long, value_name = "K", default_value = "10", value_parser = number::<usize>, allow_negative_numbers = true)]
    pub(crate) top: usize,

    /// What to write to stdout: the summary as text, summary.json, or Markdown for a ticket
    #[arg(long, value_enum, default_value_t = AnalyzeFormat::Text)]
    pub(crate) format: AnalyzeFormat,

    /// Count in this way instead of the cheapest: columns or rows
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<CountMethod>,

    /// List the exceptions that end within so many days of the moment, and the conflicts that are open then
    #[arg(long, value_name = "DAYS", value_parser = number::<u32>, allow_negative_numbers = true, help_heading = "Rules and exceptions")]
    pub(crate) ending_within: Option<u32>,

    /// Replace users by keyed hashes, on the page and in the report; names and mail are left out (a key: openssl rand -hex 32)
    #[arg(long, value_name = "KEYFILE", visible_alias = "pseudonymize")]
    pub(crate) pseudonymise: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) judging: Judging,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod pairs export/ --top 20
\x20 sod pairs export/ --format parquet -o pairs.parquet
\x20 sod pairs export/ --package 'Vendor master editor' --min-holders 5

Columns: package_a, package_b, package_a_name, package_b_name, holders_a, holders_b, holders_both,
share_a, share_b, lift. Most holders first.")]
pub(crate) struct PairsArguments {
    /// csv, jsonl, json or parquet
    #[arg(long, default_value = "csv", value_name = "FORMAT")]
    pub(crate) format: PairFormat,

    /// Write to a file, which appears when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Leave out pairs that fewer users hold
    #[arg(long, value_name = "N", default_value = "1", value_parser = number::<u32>, allow_negative_numbers = true)]
    pub(crate) min_holders: u32,

    /// Only the first K pairs: most holders first
    #[arg(long, value_name = "K", value_parser = number::<usize>, allow_negative_numbers = true)]
    pub(crate) top: Option<usize>,

    /// Only pairs with this package (id or unique name); may be given several times
    #[arg(long, value_name = "ID", action = ArgAction::Append)]
    pub(crate) package: Vec<String>,

    /// Count in this way instead of the cheapest: columns or rows
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<CountMethod>,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
\x20 sod additional-access export/ --package 'Vendor master editor' --incompatible 'Payment run'

As Graph answers GET /identityGovernance/entitlementManagement/assignments/additionalAccess(...):
the assignments to A of users who also hold B, ordered by id.")]
pub(crate) struct AdditionalAccessArguments {
    /// The package whose assignments are wanted (id or unique name)
    #[arg(long, value_name = "A")]
    pub(crate) package: String,

    /// The package that the users must hold besides (id or unique name)
    #[arg(long, value_name = "B")]
    pub(crate) incompatible: String,

    /// States that count as holding the incompatible package; the same as --states if not given
    #[arg(long, value_name = "LIST", value_parser = StateFilter::parse)]
    pub(crate) incompatible_states: Option<StateFilter>,

    /// Names and shapes of this Graph version, v1.0 or beta, instead of those of the export
    #[arg(long, value_name = "VERSION")]
    pub(crate) api: Option<ApiVersion>,

    /// Navigations to expand where the export has not: target, accessPackage
    #[arg(long, value_name = "LIST", default_value = None)]
    pub(crate) expand: Option<Expand>,

    /// Show every member of the exported records, also those that may hold secrets or what people wrote: details of
    /// extension callouts, answers, justifications, columns that sod does not know
    #[arg(long)]
    pub(crate) all_members: bool,

    /// The only format is Graph JSON
    #[arg(long, value_enum, default_value_t = OnlyJson::Json, hide = true)]
    pub(crate) format: OnlyJson,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

/// One format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnlyJson {
    /// Graph JSON
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod explain export/ --user alice@contoso.example
\x20 sod explain export/ --pair 'Vendor master editor' 'Payment run'
\x20 sod explain export/ --rule P2P-01 --rules rules.toml")]
#[command(group(clap::ArgGroup::new("subject").required(true).args(["user", "pair", "rule"])))]
pub(crate) struct ExplainArguments {
    /// A user: object id, any other id in the export, principal name or e-mail address
    #[arg(long, value_name = "U")]
    pub(crate) user: Option<String>,

    /// Two packages (ids or unique names)
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    pub(crate) pair: Option<Vec<String>>,

    /// A rule by its id, as the summary and conflicts.csv have it
    #[arg(long, value_name = "R")]
    pub(crate) rule: Option<String>,

    /// With --user: it is a pseudonym of a report made with this key; explain the user behind it
    #[arg(long, value_name = "KEYFILE", requires = "user", conflicts_with = "pseudonymise")]
    pub(crate) reveal: Option<PathBuf>,

    /// Replace users by keyed hashes, as in a report made with this key
    #[arg(long, value_name = "KEYFILE", visible_alias = "pseudonymize")]
    pub(crate) pseudonymise: Option<PathBuf>,

    /// With --rule: only the users of this group of conflicts, by its number on the page of the rule
    #[arg(long, value_name = "N", requires = "rule", value_parser = number::<u64>, allow_negative_numbers = true)]
    pub(crate) group: Option<u64>,

    /// Users and groups of conflicts to list
    #[arg(long, value_name = "N", default_value = "50", value_parser = number::<usize>, allow_negative_numbers = true)]
    pub(crate) limit: usize,

    #[command(flatten)]
    pub(crate) judging: Judging,

    /// Text for people, or JSON
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod inspect export/
\x20 sod inspect export/ --format json | jq .rejected")]
pub(crate) struct InspectArguments {
    /// Text for people, or JSON
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}
