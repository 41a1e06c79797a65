//! `sod rules`: what may stand behind it.

use super::rules_import::RulesImportArguments;
use super::shared::{Common, Tenant, TextOrJson};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Subcommand, ValueEnum};
use sod_engine::FindingCode;

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct RulesArguments {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

/// One file each in `commands/rules/`.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// What is odd about rules: dead, impossible, doubled, overlapping, expired, and more
    #[command(mut_arg("inputs", |argument| argument.value_name("FILE").help(
        "Rules and exceptions files, and exports of the tenant, if wanted: files and folders, any mix, recognised by content"
    )))]
    Check(Box<CheckArguments>),
    /// Rules of other tools, and what Entra declares, as a rules file
    Import(RulesImportArguments),
    /// The JSON Schema of rules and exceptions files
    Schema(SchemaArguments),
}

impl RulesArguments {
    pub(crate) fn common(&self) -> &Common {
        match &self.command {
            RulesCommand::Import(arguments) => &arguments.common,
            RulesCommand::Check(arguments) => &arguments.tenant.common,
            RulesCommand::Schema(arguments) => &arguments.common,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod rules check rules.toml                       what the rules alone tell
\x20 sod rules check rules.toml exceptions.toml export/
\x20 sod rules check rules.toml export/ --allow implied-rule --deny no-owner
\x20 sod rules check rules.toml export/ --format json | jq .findings

Each code, with an example and what to do: crates/sod-rules/docs/findings.md

Exit codes: 0 no warning (or --exit-zero) · 1 at least one warning · 2 could not run or finish, invalid rules")]
pub(crate) struct CheckArguments {
    /// Findings of this code are notes, which never fail; may be given several times
    #[arg(long, value_name = "CODE", action = ArgAction::Append, value_parser = code(), hide_possible_values = true)]
    pub(crate) allow: Vec<FindingCode>,

    /// Findings of this code are warnings; may be given several times
    #[arg(long, value_name = "CODE", action = ArgAction::Append, value_parser = code(), hide_possible_values = true)]
    pub(crate) deny: Vec<FindingCode>,

    /// Text for people, or JSON
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod rules schema > rules.schema.json
\x20 sod rules schema exceptions

JSON Schema, draft 2020-12. It holds for TOML of the same shape, too: in an editor that uses taplo, begin the file with
#:schema ./rules.schema.json")]
pub(crate) struct SchemaArguments {
    /// Which document
    #[arg(value_enum, default_value_t = Schema::Rules, value_name = "DOCUMENT")]
    pub(crate) document: Schema,

    #[command(flatten)]
    pub(crate) common: Common,
}

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Schema {
    /// Rules
    Rules,
    /// Exceptions
    Exceptions,
}

/// A code of a finding; a misspelt one is told with what was probably meant.
fn code() -> impl TypedValueParser<Value = FindingCode> {
    let codes = FindingCode::ALL.iter().map(|code| code.code());
    PossibleValuesParser::new(codes).try_map(|word| FindingCode::find(&word).ok_or("no such code"))
}
