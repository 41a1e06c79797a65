//! Asks one pair, as Graph's `additionalAccess` does: the assignments to a package of users who also hold another,
//! each with the record that the export has of it.
//!
//! ```sh
//! cargo run -p sod-engine --example one_pair -- export/ 'Vendor master editor' 'Payment run'
//! ```
//!
//! Packages are given by id or by a name that only one bears. Without packages it asks for the pair most often held
//! together; without a folder it reads the sample tenant that comes with the sources.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use sod_engine::{AnalyzeOptions, Input, LoadOptions, Loaded, Question, Silent, Snapshot};
use std::error::Error;

/// The sample tenant of the sources.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/sample-tenant");

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().unwrap_or_else(|| SAMPLE.to_owned());
    let asked = words.next().zip(words.next());

    // Standard input must be kept if its records are to be read again; files are read again where they lie.
    let options = LoadOptions { keep_originals: true, ..LoadOptions::default() };
    let Loaded { snapshot, originals, .. } =
        sod_engine::load(&[Input::from(folder.as_str())], &options, &Silent)?;

    let Some((package, incompatible)) = asked.or_else(|| most_often_together(&snapshot)) else {
        println!("nobody holds two packages");
        return Ok(());
    };

    // Delivered on both sides, as Graph counts. Equal, unknown, malformed and ambiguous packages are four different
    // errors, each with what to do about it.
    let question = Question::delivered(&package, &incompatible);
    let rows = sod_engine::additional_access(&snapshot, &question)?;
    println!("{} assignments to {package} belong to holders of {incompatible}", rows.len());

    // The records themselves, every field of them, in the order of the rows.
    let records = originals.read(&snapshot, &rows)?;
    for (row, record) in rows.iter().zip(&records).take(3) {
        let user = snapshot.directory.user(row.user);
        let user = user.and_then(|user| user.display_name.as_deref()).unwrap_or("(no name)");
        println!("{user}: {}", serde_json::to_string(record)?);
    }
    Ok(())
}

fn most_often_together(snapshot: &Snapshot) -> Option<(String, String)> {
    let options = AnalyzeOptions { top: Some(1), ..AnalyzeOptions::default() };
    let analysis = sod_engine::analyze(snapshot, &options, &Silent).ok()?;
    let pair = analysis.pairs.first()?.pair;
    let id = |package| Some(snapshot.directory.package(package)?.id.to_string());
    Some((id(pair.low())?, id(pair.high())?))
}
