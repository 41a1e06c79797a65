//! The `sod` command: parse, dispatch, exit.
//!
//! Everything it knows how to do is in `sod-engine`; this is glue. stdout is data, stderr is talk.

mod arguments;
mod commands;
mod exit;
mod output;
mod progress;
mod tenant;

use arguments::{Cli, Command};
use clap::Parser;
use exit::{Exit, Failure};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { Exit::CannotRun } else { Exit::Clean };
            // Help goes to stdout, usage errors to stderr; a closed pipe is not a failure.
            let _ = error.print();
            return code.into();
        }
    };
    let common = cli.command.common();
    let exit_zero = common.is_some_and(|common| common.exit_zero);
    let outcome = match &cli.command {
        Command::Analyze(arguments) => commands::analyze::run(arguments),
        Command::Pairs(arguments) => commands::pairs::run(arguments),
        Command::AdditionalAccess(arguments) => commands::additional_access::run(arguments),
        Command::Explain(arguments) => commands::explain::run(arguments),
        Command::Inspect(arguments) => commands::inspect::run(arguments),
        Command::Generate(arguments) => commands::generate::run(arguments),
    };
    match outcome {
        Ok(Exit::Conflicts) if exit_zero => Exit::Clean.into(),
        Ok(exit) => exit.into(),
        Err(Failure::ClosedPipe) => Exit::Clean.into(),
        Err(failure) => {
            output::complain(&failure);
            Exit::CannotRun.into()
        }
    }
}
