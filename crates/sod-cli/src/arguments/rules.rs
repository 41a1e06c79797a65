//! `sod rules`: what may stand behind it.

use super::rules_import::RulesImportArguments;
use super::shared::Common;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct RulesArguments {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

/// One file each in `commands/rules/`.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Rules of other tools, and what Entra declares, as a rules file
    Import(RulesImportArguments),
}

impl RulesArguments {
    pub(crate) fn common(&self) -> &Common {
        match &self.command {
            RulesCommand::Import(arguments) => &arguments.common,
        }
    }
}
