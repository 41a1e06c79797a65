//! One file a command of `sod rules`.

mod import;

use crate::arguments::{RulesArguments, RulesCommand};
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &RulesArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        RulesCommand::Import(arguments) => import::run(arguments),
    }
}
