//! What may stand behind `sod remediate`.

use super::shared::{Judging, Tenant, number};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Args, Command, ValueEnum};
use sod_engine::KeepWord;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
\x20 sod remediate export/ --rules rules.toml --exceptions exceptions.toml
\x20 sod remediate export/ --rules rules.toml --format csv -o plan.csv
\x20 sod remediate export/ --rules rules.toml --check plan.csv
\x20 sod remediate export/ --weigh policy --free-ending-within 30 --as-of 2026-11-22
\x20 sod remediate export/ --keep 'package=Payment run' --keep user=U --keep-holders 2

Columns: assignment_id, user_id, user_name, user_principal_name, package_id, package_name, rules,
weight, kind, policy_id, policy_name, automatic, until, group_id, group_name. A holding with two
assignments has two rows.

Exit codes: 0 no open conflict, or --check finds none left · 1 open conflicts, or --check finds some
left, or that the plan takes what must stay · 2 could not run or finish")]
pub(crate) struct RemediateArguments {
    /// Text for people, csv for scripts (one row for each assignment that has to go), or json with everything
    #[arg(long, value_enum, default_value_t = PlanFormat::Text, value_name = "FORMAT")]
    pub(crate) format: PlanFormat,

    /// Write to a file, which appears when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,

    /// Carry the plan out and judge again: nothing may be left but what the plan names. With FILE check that plan, which
    /// may have been edited, and whether it takes what --keep, --keep-file and --keep-holders say must stay
    #[arg(long, value_name = "PLAN.csv", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "the flag may stand alone or have a file")]
    pub(crate) check: Option<Option<PathBuf>>,

    #[command(flatten)]
    pub(crate) weighing: WeighingArguments,

    #[command(flatten)]
    pub(crate) judging: Judging,

    #[command(flatten)]
    pub(crate) tenant: Tenant,
}

/// What decides how a plan is made means nothing where one is given; whoever says it expects something of it.
///
/// # Errors
/// The first of these options that stands beside `--check FILE`.
pub(crate) fn refuse_beside_a_plan(command: &mut Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    const MAKING: [(&str, &str); 3] = [
        ("weigh", "--weigh <HOW>"),
        ("free_ending_within", "--free-ending-within <DAYS>"),
        ("search_limit", "--search-limit <N>"),
    ];
    let Some(("remediate", matches)) = matches.subcommand() else { return Ok(()) };
    if matches.get_raw("check").is_none_or(|mut values| values.next().is_none()) {
        return Ok(());
    }
    let given = |(id, _): &&(&str, &str)| matches.value_source(id) == Some(ValueSource::CommandLine);
    let Some((_, flag)) = MAKING.iter().find(given) else { return Ok(()) };
    let text = format!(
        "the argument '{flag}' cannot be used with '--check <PLAN.csv>': it decides how a plan is made, and this one is"
    );
    let command = command.find_subcommand_mut("remediate");
    Err(command.map_or_else(
        || clap::Error::raw(ErrorKind::ArgumentConflict, &text),
        |command| command.error(ErrorKind::ArgumentConflict, &text),
    ))
}

/// What it costs to take an assignment away, and what must stay.
#[derive(Debug, Args)]
#[command(next_help_heading = "What may go")]
pub(crate) struct WeighingArguments {
    /// What an assignment weighs: equal, one each; policy, 10 where the policy assigns automatically
    #[arg(long, value_enum, default_value_t = Weigh::Equal, value_name = "HOW")]
    pub(crate) weigh: Weigh,

    /// What ends within so many days of the moment is free (see --as-of)
    #[arg(long, value_name = "DAYS", value_parser = number::<u32>, allow_negative_numbers = true)]
    pub(crate) free_ending_within: Option<u32>,

    /// What must stay: package=ID or name, user=U or assignment=ID; may be given several times
    #[arg(long, value_name = "WHAT", action = ArgAction::Append)]
    pub(crate) keep: Vec<KeepWord>,

    /// A file of such words, one a line; # begins a comment; may be given several times
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub(crate) keep_file: Vec<PathBuf>,

    /// No package falls under D holders; what that leaves open is told
    #[arg(long, value_name = "D", default_value = "0", value_parser = number::<u32>, allow_negative_numbers = true)]
    pub(crate) keep_holders: u32,

    /// Branchings of the search for each distinct position; what is cut is told, with the gap
    #[arg(long, value_name = "N", default_value = "50000", value_parser = number::<u64>, allow_negative_numbers = true)]
    pub(crate) search_limit: u64,
}

/// How a plan is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    Text,
    /// One row for each assignment that has to go
    Csv,
    /// Everything
    Json,
}

/// What an assignment weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Weigh {
    /// One each
    Equal,
    /// Ten where the policy assigns automatically, else one
    Policy,
}
