//! `sod pairs`: the table of packages held together, alone.

use crate::arguments::PairsArguments;
use crate::exit::{Exit, Failure};
use crate::output::say;
use crate::progress::Progress;
use crate::tenant::{Needs, holding, load, say_warnings};
use sod_engine::formats::atomic::AtomicFile;
use sod_engine::formats::pairs::{PairFormat, write_pairs};
use sod_engine::{AnalyzeOptions, PairScope, find_package};
use std::io::{BufWriter, IsTerminal, Write};

pub(crate) fn run(arguments: &PairsArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    if arguments.format == PairFormat::Parquet
        && arguments.output.is_none()
        && std::io::stdout().is_terminal()
    {
        return Err(Failure::message(
            "parquet is not for a terminal: give a file with -o FILE, or redirect stdout",
        ));
    }
    let progress = Progress::new(&tenant.common);
    let loaded = load(tenant, Needs::default(), &progress)?;
    let snapshot = &loaded.snapshot;
    let asked: Result<Vec<_>, _> =
        arguments.package.iter().map(|text| find_package(snapshot, text)).collect();
    let asked = asked?;
    let options = AnalyzeOptions {
        holding: holding(tenant),
        scope: if asked.is_empty() { PairScope::All } else { PairScope::Touching(asked) },
        holders_min: arguments.min_holders,
        top: arguments.top,
        method: arguments.method,
    };
    let found = sod_engine::analyze(snapshot, &options, &progress)?;
    progress.finish();
    say_warnings(tenant, &found.warnings);
    if tenant.common.verbose {
        say(&found.plan);
    }
    let context = found.view(snapshot).pair_context();
    match &arguments.output {
        Some(path) => {
            let mut file = AtomicFile::create(path)?;
            write_pairs(arguments.format, &context, &found.pairs, &mut file)?;
            file.commit()?;
        }
        None => {
            let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout());
            write_pairs(arguments.format, &context, &found.pairs, &mut out)?;
            out.flush()?;
        }
    }
    Ok(Exit::Clean)
}
