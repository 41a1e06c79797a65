//! From the arguments to a loaded tenant.

use crate::arguments::Tenant;
use crate::exit::Failure;
use crate::output::say;
use crate::progress::Progress;
use sod_engine::{Holding, Input, LoadOptions, Loaded, StateFilter, StateTable};

/// What a command needs beside the tenant itself.
#[derive(Clone, Copy, Default)]
pub(crate) struct Needs {
    /// SHA-256 of every input.
    pub(crate) hashes: bool,
    /// The original records, later.
    pub(crate) originals: bool,
}

/// Loads the inputs, and tells on stderr what a reader must know unless the command shows it itself.
pub(crate) fn load(tenant: &Tenant, needs: Needs, progress: &Progress) -> Result<Loaded, Failure> {
    if tenant.threads > 0 {
        // The pool is made once; a second command in one process does not exist.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(tenant.threads).build_global();
    }
    if tenant.inputs.iter().filter(|input| *input == "-").count() > 1 {
        return Err(Failure::message("standard input (-) can be read only once"));
    }
    let inputs: Vec<Input> = tenant.inputs.iter().map(|input| Input::from(input.as_str())).collect();
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
        threads: tenant.threads,
    };
    Ok(sod_engine::load(&inputs, &options, progress)?)
}

/// What counts as holding.
pub(crate) fn holding(tenant: &Tenant) -> Holding {
    Holding { states: tenant.states.clone() }
}

/// Tells the warnings on stderr, for commands whose stdout is pure data.
pub(crate) fn say_warnings(tenant: &Tenant, warnings: &[sod_engine::Warning]) {
    if tenant.common.quiet {
        return;
    }
    for warning in warnings {
        say(&format!("warning[{}]: {} {}", warning.code, warning.count, warning.message));
    }
}

/// The inputs and those options that another command needs to see the same data, as they would be typed.
pub(crate) fn arguments_again(tenant: &Tenant) -> Vec<String> {
    let mut words = tenant.inputs.clone();
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
