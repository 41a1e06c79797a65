//! The arguments of `sod verify`.

use super::{Common, TextOrJson};
use clap::{ArgAction, Args};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod verify report export/
\x20 sod verify report archive/2026-11/ --rules rules.toml --exceptions exceptions.toml
\x20 sod verify report export/ --format json | jq .differences

States, columns, the moment and whatever else decides what is in a report are those of the report: its manifest \
has them, and there are no flags for them. Inputs are known again by their content, wherever they lie. \
Everything is read by the general decoder and worked out by plain loops on one thread, which takes longer than \
the report took.

Exit codes: 0 nothing differs (or --exit-zero) · 1 something differs · 2 could not verify")]
pub(crate) struct VerifyArguments {
    /// The report folder
    #[arg(value_name = "DIR")]
    pub(crate) report: PathBuf,

    /// The inputs that the report was made of: files and folders, in any order; - is standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// A rules file that the report was made with: resolve it again and compare; may be given several times
    #[arg(long, value_name = "FILE", action = ArgAction::Append, help_heading = "Rules and exceptions")]
    pub(crate) rules: Vec<PathBuf>,

    /// An exceptions file, in the same way
    #[arg(long, value_name = "FILE", action = ArgAction::Append, help_heading = "Rules and exceptions")]
    pub(crate) exceptions: Vec<PathBuf>,

    /// The key of a report that names users by pseudonyms
    #[arg(long, value_name = "KEYFILE", visible_alias = "pseudonymize")]
    pub(crate) pseudonymise: Option<PathBuf>,

    /// Text for people, or JSON
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,

    #[command(flatten)]
    pub(crate) common: Common,
}
