//! `sod inspect`: what was recognised.

use crate::arguments::{InspectArguments, TextOrJson};
use crate::exit::{Exit, Failure};
use crate::output::{print, terminal};
use crate::progress::Progress;
use crate::tenant::{Needs, holding, load};
use sod_engine::check_states;
use sod_engine::formats::inspect::write_inspect;
use sod_engine::formats::terminal::inspect;

pub(crate) fn run(arguments: &InspectArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    let progress = Progress::new(&tenant.common);
    let loaded = load(tenant, Needs::default(), &progress)?;
    progress.finish();
    let snapshot = &loaded.snapshot;
    let holding = holding(tenant);
    check_states(snapshot, &holding.states)?;
    match arguments.format {
        TextOrJson::Json => {
            let mut bytes = Vec::new();
            write_inspect(snapshot, &holding, &snapshot.provenance.warnings, &mut bytes)?;
            print(&String::from_utf8_lossy(&bytes))?;
        }
        TextOrJson::Text => print(&inspect(snapshot, &holding, &terminal(&tenant.common)))?,
    }
    Ok(Exit::Clean)
}
