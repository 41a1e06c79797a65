//! Loads a folder, counts every pair of packages, and prints the pairs most often held together.
//!
//! ```sh
//! cargo run -p sod-engine --example all_pairs -- export/
//! ```
//!
//! Without a folder it reads the sample tenant that comes with the sources.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use sod_engine::{AnalyzeOptions, Input, LoadOptions, PackageId, Silent};
use std::error::Error;
use std::path::PathBuf;

/// The sample tenant of the sources.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/sample-tenant");

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(SAMPLE), PathBuf::from);

    // Whatever exports the folder holds, recognised by content. A folder that is not understood is an error that says
    // which file, what was found and what mends it; it is never an empty answer.
    let loaded = sod_engine::load(&[Input::from(folder.as_path())], &LoadOptions::default(), &Silent)?;
    let snapshot = &loaded.snapshot;
    let rows = snapshot.provenance.rows();
    println!("{} rows read, {} accepted, {} rejected", rows.read, rows.accepted, rows.rejected);

    // Every pair is counted; only the first ten are kept.
    let options = AnalyzeOptions { top: Some(10), ..AnalyzeOptions::default() };
    let analysis = sod_engine::analyze(snapshot, &options, &Silent)?;
    let totals = &analysis.totals;
    println!("{} pairs are held together, by {} users in sum", totals.nonzero, totals.holders_sum);

    let name = |package: PackageId| {
        let package = snapshot.directory.package(package)?;
        Some(package.display_name.as_deref().map_or_else(|| package.id.to_string(), str::to_owned))
    };
    for count in &analysis.pairs {
        let (low, high) = (name(count.pair.low()), name(count.pair.high()));
        println!("{:>7}  {} + {}", count.holders_both, low.unwrap_or_default(), high.unwrap_or_default());
    }
    println!("{} conflicts with what the tenant declares incompatible", analysis.conflicts.conflicts().len());

    // What a reader of these figures must know.
    for warning in &analysis.warnings {
        println!("{}: {}", warning.code, warning.message);
    }
    Ok(())
}
