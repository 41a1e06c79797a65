//! `sod additional-access`: Graph's answer for one pair.

use crate::arguments::AdditionalAccessArguments;
use crate::exit::{Exit, Failure};
use crate::output::{label, print, say};
use crate::progress::Progress;
use crate::tenant::{Needs, load, say_warnings};
use sod_engine::formats::terminal::harmless;
use sod_engine::{Question, check_states, state_warnings};
use sod_graph::{assignment_page, withhold_members};
use std::collections::BTreeSet;

/// Names of members that a note tells.
const NAMED_MAX: usize = 6;

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
    let mut originals = loaded.originals.read(snapshot, &found)?;
    let withheld = match arguments.all_members {
        true => BTreeSet::new(),
        false => withhold_members(snapshot, &found, &mut originals),
    };
    progress.finish();
    let mut warnings = snapshot.provenance.warnings.clone();
    warnings.extend(state_warnings(snapshot, &question.states));
    if question.incompatible_states != question.states {
        warnings.extend(state_warnings(snapshot, &question.incompatible_states));
    }
    say_warnings(tenant, &warnings);
    if !withheld.is_empty() && !tenant.common.quiet {
        let names: Vec<&str> = withheld.iter().map(String::as_str).take(NAMED_MAX).collect();
        let more = if withheld.len() > names.len() { ", ..." } else { "" };
        let note = label("note", None, tenant.common.color);
        let names = harmless(&names.join(", "));
        say(&format!(
            "{note} members that may hold secrets are left out ({names}{more}); --all-members shows them"
        ));
    }
    let page =
        assignment_page(snapshot, &found, originals, arguments.api, arguments.expand.unwrap_or_default());
    let text = serde_json::to_string_pretty(&page).map_err(|error| Failure::message(error.to_string()))?;
    print(&(text + "\n"))?;
    Ok(Exit::Clean)
}
