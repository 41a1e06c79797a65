//! The `sod` command: parse, dispatch, exit.
//!
//! Everything it knows how to do is in `sod-engine`; this is glue. stdout is data, stderr is talk.

mod arguments;
mod commands;
mod compared;
mod exit;
mod help;
mod output;
mod overwrite;
mod progress;
mod pseudonyms;
mod shown;
mod tenant;

use arguments::{Cli, Command, refuse_beside_a_plan};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};
use exit::{Exit, Failure};
use sod_engine::formats::workbook::is_no_room;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    leave_unsaid_what_is_told_otherwise();
    progress::stop_on_signal();
    let cli = match parsed() {
        Ok(cli) => cli,
        Err(error) => return usage(error).into(),
    };
    if !matches!(cli.command, Command::Serve(_)) {
        sod_engine::hand_memory_back();
    }
    let common = cli.command.common();
    let outcome = match &cli.command {
        Command::Analyze(arguments) => commands::analyze::run(arguments),
        Command::Pairs(arguments) => commands::pairs::run(arguments),
        Command::AdditionalAccess(arguments) => commands::additional_access::run(arguments),
        Command::Explain(arguments) => commands::explain::run(arguments),
        Command::Remediate(arguments) => commands::remediate::run(arguments),
        Command::Diff(arguments) => commands::diff::run(arguments),
        Command::Ledger(arguments) => commands::ledger::run(arguments),
        Command::Inspect(arguments) => commands::inspect::run(arguments),
        Command::Verify(arguments) => commands::verify::run(arguments),
        Command::Query(arguments) => commands::query::run(arguments),
        Command::Serve(arguments) => commands::serve::run(arguments),
        Command::Rules(arguments) => commands::rules::run(arguments),
        Command::Schema(arguments) => commands::schema::run(arguments),
        Command::Generate(arguments) => commands::generate::run(arguments),
    };
    match outcome {
        Ok(Exit::Conflicts) if common.exit_zero => Exit::Clean.into(),
        Ok(exit) => exit.into(),
        Err(Failure::ClosedPipe) => Exit::Clean.into(),
        Err(failure) => {
            output::complain(&failure, common.color);
            Exit::CannotRun.into()
        }
    }
}

/// The library behind the workbook panics when the disk is full. That is caught and told as the error it is, so the panic's
/// own line would say it twice; every other panic is a defect and is shown.
fn leave_unsaid_what_is_told_otherwise() {
    let shown = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // A payload is a text, and a text may cross threads.
        let told = panic.payload_as_str().map(str::to_owned);
        if !told.is_some_and(|told| is_no_room(&told)) {
            shown(panic);
        }
    }));
}

/// What was typed, as far as it means something together.
fn parsed() -> Result<Cli, clap::Error> {
    let mut command = Cli::command();
    let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
    refuse_beside_a_plan(&mut command, &matches)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// Help and version are asked for; everything else is a mistake, and told with what would be right.
fn usage(mut error: clap::Error) -> Exit {
    // `sod export/`: whoever names an input first most likely wants the main job.
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand).cloned()
        && Path::new(&word).exists()
    {
        let tip = format!("'{word}' is a path: to analyse it, run 'sod analyze {word}'");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    // A closed pipe is not a failure.
    let _ = error.print();
    if error.use_stderr() { Exit::CannotRun } else { Exit::Clean }
}
