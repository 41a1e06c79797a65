//! `sod rules schema`.

use crate::arguments::{Schema, SchemaArguments};
use crate::exit::{Exit, Failure};
use crate::output::print;
use sod_engine::{exceptions_schema, rules_schema};

pub(crate) fn run(arguments: &SchemaArguments) -> Result<Exit, Failure> {
    print(match arguments.document {
        Schema::Rules => rules_schema(),
        Schema::Exceptions => exceptions_schema(),
    })?;
    Ok(Exit::Clean)
}
