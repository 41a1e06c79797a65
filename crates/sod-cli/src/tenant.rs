//! From the arguments to a loaded tenant.

use crate::arguments::{Judging, Tenant};
use crate::exit::Failure;
use crate::output::{label, say};
use crate::progress::Progress;
use sod_engine::formats::past::is_report;
use sod_engine::formats::terminal::harmless;
use sod_engine::{
    Documents, Error, Holding, Input, LoadOptions, Loaded, Rule, RuleSet, Snapshot, StateFilter, StateTable,
    check_states,
};
use sod_graph::ServiceOptions;
use std::path::{Path, PathBuf};

/// What a command needs beside the tenant itself.
#[derive(Clone, Copy, Default)]
pub(crate) struct Needs {
    /// SHA-256 of every input.
    pub(crate) hashes: bool,
    /// The original records, later.
    pub(crate) originals: bool,
    /// What was exported of packages, policies and catalogs, whole.
    pub(crate) bodies: bool,
    /// Who holds what, and nothing of people or of single assignments: memory is for counting.
    pub(crate) holdings_alone: bool,
}

/// Loads the inputs, and tells on stderr what a reader must know unless the command shows it itself.
pub(crate) fn load(tenant: &Tenant, needs: Needs, progress: &Progress) -> Result<Loaded, Failure> {
    load_inputs(tenant, &tenant.inputs, needs, progress)
}

/// The same for some of the inputs: others may be no exports.
pub(crate) fn load_inputs(
    tenant: &Tenant,
    paths: &[PathBuf],
    needs: Needs,
    progress: &Progress,
) -> Result<Loaded, Failure> {
    refuse_reports(paths)?;
    if tenant.threads > 0 {
        // The pool is made once; a second command in one process does not exist.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(tenant.threads).build_global();
    }
    let inputs = inputs_of(paths)?;
    let options = LoadOptions {
        map: tenant.map.clone(),
        no_header: tenant.no_header,
        assume_state: tenant.assume_state,
        as_of: tenant.as_of,
        strict: tenant.strict,
        allow_unjoined: tenant.allow_unjoined,
        allow_empty: tenant.allow_empty,
        hash: needs.hashes,
        keep_originals: needs.originals,
        keep_bodies: needs.bodies,
        holdings_alone: needs.holdings_alone,
        forget_people: needs.holdings_alone,
        threads: tenant.threads,
        ..LoadOptions::default()
    };
    sod_engine::load(&inputs, &options, progress).map_err(|error| Failure::of_load(&error, paths))
}

/// Refuses reports of sod where exports are read: their tables would be taken for exports, or be refused file by file.
fn refuse_reports(paths: &[PathBuf]) -> Result<(), Failure> {
    match paths.iter().find(|path| is_report(path)) {
        None => Ok(()),
        Some(report) => Err(Failure::with_help(
            format!("`{}` is a report of sod, and no export", report.display()),
            "give the export that it was made of; `sod verify`, `sod diff` and `sod ledger` take reports",
        )),
    }
}

/// The words of the command line as inputs.
pub(crate) fn inputs_of(paths: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    if paths.iter().filter(|input| is_stdin(input)).count() > 1 {
        return Err(Failure::message("standard input (-) was given twice, and can be read only once"));
    }
    let input = |path: &PathBuf| if is_stdin(path) { Input::Stdin } else { Input::Path(path.clone()) };
    Ok(paths.iter().map(input).collect())
}

fn is_stdin(input: &Path) -> bool {
    input == Path::new("-")
}

/// Reads rules and exceptions. Where they can be read and mistakes are left, these are told with what is wrong with the names in
/// them, so the tenant is loaded first.
pub(crate) fn documents(judging: &Judging, tenant: &Tenant) -> Result<Documents, Failure> {
    documents_of(&judging.rules, &judging.exceptions, tenant.strict)
}

/// The same for lists of files.
pub(crate) fn documents_of(
    rules: &[PathBuf],
    exceptions: &[PathBuf],
    strict: bool,
) -> Result<Documents, Failure> {
    Documents::read(rules, exceptions, strict)
        .map_err(|errors| Failure::all(errors.into_iter().map(Failure::from).collect()))
}

/// What is told when the tenant cannot be loaded: what is wrong with the documents, and that.
pub(crate) fn beside(documents: &Documents, failure: Failure) -> Failure {
    let wrong: Vec<_> = documents.problems().collect();
    if wrong.is_empty() { failure } else { Failure::all(vec![Error::Documents(wrong).into(), failure]) }
}

/// Refuses to let "no rule could be judged" pass for "no conflict" where rules were given: whatever was written stays, and
/// the exit code tells.
pub(crate) fn refuse_unjudged(rules: &RuleSet, given: bool) -> Result<(), Failure> {
    let rules = rules.rules();
    let not_evaluable = rules.iter().filter(|rule| rule.not_evaluable.is_some() && rule.inactive.is_none());
    let Some(first) = not_evaluable.clone().next().filter(|_| given) else {
        return Ok(());
    };
    if rules.iter().any(Rule::is_judged) {
        return Ok(());
    }
    let why = first.not_evaluable.as_deref().unwrap_or_default();
    let which = match not_evaluable.count() {
        1 => format!("the rule `{}` could not be judged", first.id),
        count => format!("none of {count} rules could be judged, e.g. `{}`", first.id),
    };
    Err(Failure::with_help(
        format!("{which}: {why}; that is not the same as no conflict"),
        "correct the names in the rules file, or export what it names; `sod rules check` tells which names are unknown",
    ))
}

/// What counts as holding.
pub(crate) fn holding(tenant: &Tenant) -> Holding {
    Holding { states: tenant.states.clone() }
}

/// How Graph's requests are answered: by states that exist.
pub(crate) fn service_options(
    tenant: &Tenant,
    incompatible: Option<&StateFilter>,
    snapshot: &Snapshot,
) -> Result<ServiceOptions, Failure> {
    let states = tenant.states.clone();
    let incompatible_states = incompatible.cloned().unwrap_or_else(|| states.clone());
    check_states(snapshot, &states)?;
    check_states(snapshot, &incompatible_states)?;
    Ok(ServiceOptions { states, incompatible_states })
}

/// Tells the warnings on stderr, for commands whose stdout is pure data.
pub(crate) fn say_warnings(tenant: &Tenant, warnings: &[sod_engine::Warning]) {
    if tenant.common.quiet {
        return;
    }
    for warning in warnings {
        let times = if warning.count > 1 { format!(" ({} times)", warning.count) } else { String::new() };
        let label = label("warning", Some(warning.code.code()), tenant.common.color);
        // Messages quote names, and anybody may have chosen those.
        say(&format!("{label} {}{times}", harmless(&warning.message)));
    }
}

/// The options that another command needs to judge the same, as they would be typed.
pub(crate) fn judging_again(judging: &Judging, tenant: &Tenant) -> Vec<String> {
    let mut words = Vec::new();
    for (flag, paths) in judging.files() {
        for path in paths {
            words.extend([format!("--{flag}"), path.to_string_lossy().into_owned()]);
        }
    }
    if let Some(moment) = tenant.as_of.filter(|_| !words.is_empty()) {
        words.extend(["--as-of".to_owned(), moment.to_string()]);
    }
    words
}

/// The inputs and those options that another command needs to see the same data, as they would be typed.
pub(crate) fn arguments_again(tenant: &Tenant) -> Vec<String> {
    let mut words: Vec<String> =
        tenant.inputs.iter().map(|input| input.to_string_lossy().into_owned()).collect();
    let mut add = |flag: &str, value: Option<String>| {
        words.push(flag.to_owned());
        words.extend(value);
    };
    if tenant.states != StateFilter::default() {
        add("--states", Some(tenant.states.to_string()));
    }
    if let Some(map) = &tenant.map {
        add("--map", Some(map.to_string()));
    }
    if tenant.no_header {
        add("--no-header", None);
    }
    if let Some(state) = tenant.assume_state {
        add("--assume-state", Some(StateTable::new().name(state).to_owned()));
    }
    if tenant.allow_unjoined {
        add("--allow-unjoined", None);
    }
    words
}
