//! `sod schema`: what the JSON formats look like.

use crate::arguments::FormatSchemaArguments;
use crate::exit::{Exit, Failure};
use crate::output::print;
use sod_engine::schemas;

pub(crate) fn run(arguments: &FormatSchemaArguments) -> Result<Exit, Failure> {
    let all = schemas();
    match &arguments.name {
        Some(name) => {
            let wanted = all.iter().find(|schema| schema.name == name);
            // The command line takes no other names.
            print(wanted.ok_or_else(|| Failure::message(format!("no schema is called `{name}`")))?.text)?;
        }
        None => {
            let width = all.iter().map(|schema| schema.name.len()).max().unwrap_or_default();
            let line = |schema: &sod_engine::formats::schemas::Schema| {
                format!("{:width$}  {}\n", schema.name, schema.about)
            };
            print(&all.iter().map(line).collect::<String>())?;
        }
    }
    Ok(Exit::Clean)
}
