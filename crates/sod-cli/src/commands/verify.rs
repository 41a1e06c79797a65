//! `sod verify`: a report against its inputs and a second computation.

use crate::arguments::{TextOrJson, VerifyArguments};
use crate::exit::{Exit, Failure};
use crate::output::{print, terminal};
use crate::progress::Progress;
use crate::pseudonyms;
use crate::tenant::inputs_of;
use sod_engine::formats::terminal::verification;
use sod_engine::formats::verification::write_verification;
use sod_engine::{VerifyError, VerifyOptions};

pub(crate) fn run(arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let inputs = inputs_of(&arguments.inputs)?;
    let options = VerifyOptions {
        rules: arguments.rules.clone(),
        exceptions: arguments.exceptions.clone(),
        key: pseudonyms::key(arguments.pseudonymise.as_deref())?,
    };
    let progress = Progress::new(&arguments.common);
    let found = sod_engine::verify(&arguments.report, &inputs, &options, &progress);
    progress.finish();
    let found = found.map_err(|error| match error {
        VerifyError::Load(error) => Failure::of_load(&error, &arguments.inputs),
        VerifyError::Engine(error) => error.into(),
        other => Failure::maybe_help(other.to_string(), other.help()),
    })?;
    match arguments.format {
        TextOrJson::Json => {
            let mut bytes = Vec::new();
            write_verification(&found, &mut bytes)?;
            print(&String::from_utf8_lossy(&bytes))?;
        }
        TextOrJson::Text => print(&verification(&found, &terminal(&arguments.common)))?,
    }
    Ok(if found.is_equal() { Exit::Clean } else { Exit::Conflicts })
}
