//! `sod schema`: of which format.

use super::shared::Common;
use clap::Args;
use clap::builder::PossibleValuesParser;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod schema                               the names
\x20 sod schema summary > summary.schema.json
\x20 check-jsonschema --schemafile summary.schema.json report/summary.json

JSON Schema, draft 2020-12. Of JSON Lines, the schema is that of one line. Members may be added in later versions.")]
pub(crate) struct FormatSchemaArguments {
    /// Which format; without it, the names are listed
    #[arg(value_name = "NAME", value_parser = names(), hide_possible_values = true)]
    pub(crate) name: Option<String>,

    #[command(flatten)]
    pub(crate) common: Common,
}

/// The names; a misspelt one is told with what was probably meant.
fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(sod_engine::schemas().into_iter().map(|schema| schema.name))
}
