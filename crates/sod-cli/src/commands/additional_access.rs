//! `sod additional-access`: Graph's answer for one pair.

use crate::arguments::AdditionalAccessArguments;
use crate::exit::{Exit, Failure};
use crate::output::print;
use crate::progress::Progress;
use crate::tenant::{Needs, load, say_warnings};
use sod_engine::{Question, check_states, state_warnings};
use sod_graph::assignment_page;

pub(crate) fn run(arguments: &AdditionalAccessArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    let progress = Progress::new(&tenant.common);
    let loaded = load(tenant, Needs { originals: true, ..Needs::default() }, &progress)?;
    let snapshot = &loaded.snapshot;
    let states = tenant.states.clone();
    let incompatible_states = arguments.incompatible_states.clone().unwrap_or_else(|| states.clone());
    check_states(snapshot, &states)?;
    check_states(snapshot, &incompatible_states)?;
    let question = Question {
        package: arguments.package.clone(),
        incompatible: arguments.incompatible.clone(),
        states,
        incompatible_states,
    };
    let found = sod_engine::additional_access(snapshot, &question)?;
    let originals = loaded.originals.read(snapshot, &found)?;
    progress.finish();
    let mut warnings = snapshot.provenance.warnings.clone();
    warnings.extend(state_warnings(snapshot, &question.states));
    if question.incompatible_states != question.states {
        warnings.extend(state_warnings(snapshot, &question.incompatible_states));
    }
    say_warnings(tenant, &warnings);
    let page =
        assignment_page(snapshot, &found, originals, arguments.api, arguments.expand.unwrap_or_default());
    let text = serde_json::to_string_pretty(&page).map_err(|error| Failure::message(error.to_string()))?;
    print(&(text + "\n"))?;
    Ok(Exit::Clean)
}
