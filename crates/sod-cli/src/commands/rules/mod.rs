//! One file a command of `sod rules`.

mod check;
mod import;
mod schema;

use crate::arguments::{RulesArguments, RulesCommand};
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &RulesArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        RulesCommand::Check(arguments) => check::run(arguments),
        RulesCommand::Import(arguments) => import::run(arguments),
        RulesCommand::Schema(arguments) => schema::run(arguments),
    }
}
