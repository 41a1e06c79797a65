//! `sod pairs`: the table of packages held together, alone.

use crate::arguments::PairsArguments;
use crate::exit::{Exit, Failure};
use crate::output::{check_place, deliver, say};
use crate::overwrite::{refuse_documents, refuse_overwriting, refuse_what_is_read};
use crate::progress::Progress;
use crate::tenant::{Needs, holding, load, say_warnings};
use sod_engine::formats::pairs::{PairFormat, write_pairs};
use sod_engine::{AnalyzeOptions, PairScope, find_package};
use std::io::{IsTerminal, Write};

pub(crate) fn run(arguments: &PairsArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    if arguments.format == PairFormat::Parquet
        && arguments.output.is_none()
        && std::io::stdout().is_terminal()
    {
        return Err(Failure::with_help(
            "parquet is not for a terminal",
            "give a file with -o FILE, or redirect stdout",
        ));
    }
    if let Some(path) = &arguments.output {
        refuse_what_is_read(path, &[("one of the inputs", &tenant.inputs)])?;
        refuse_documents(path)?;
        check_place(path)?;
    }
    let progress = Progress::new(&tenant.common);
    let mut loaded = load(tenant, Needs { holdings_alone: true, ..Needs::default() }, &progress)?;
    if let Some(path) = &arguments.output {
        refuse_overwriting(path, &loaded)?;
    }
    let snapshot = &mut loaded.snapshot;
    let asked: Result<Vec<_>, _> =
        arguments.package.iter().map(|text| find_package(snapshot, text)).collect();
    let asked = asked?;
    let options = AnalyzeOptions {
        holding: holding(tenant),
        scope: if asked.is_empty() { PairScope::All } else { PairScope::Touching(asked) },
        holders_min: arguments.min_holders,
        top: arguments.top,
        method: arguments.method,
        ..AnalyzeOptions::default()
    };
    let found = sod_engine::analyze_and_forget(snapshot, &options, &progress)?;
    let snapshot = &*snapshot;
    let context = found.view(snapshot).pair_context();
    let write = |out: &mut (dyn Write + Send)| write_pairs(arguments.format, &context, &found.pairs, out);
    deliver(arguments.output.as_deref(), &progress, write)?;
    say_warnings(tenant, &found.warnings);
    if tenant.common.verbose {
        say(&found.plan);
    }
    Ok(Exit::Clean)
}
