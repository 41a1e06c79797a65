//! The report folder.

use crate::analyze::Analysis;
use crate::error::Error;
use crate::watched::WatchedWriter;
use sod_model::{Event, Observer, Phase, Snapshot, Timestamp};
use sod_report::folder::ReportFolder;
use sod_report::manifest::{ManifestInput, write_manifest};
use sod_report::pairs::{PairFormat, write_pairs};
use sod_report::{OutputFile, WriteError};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// What the caller knows and the analysis does not.
pub struct ReportOptions<'a> {
    /// The format of the table of pairs.
    pub pairs: PairFormat,
    /// The command, for the manifest.
    pub command_line: &'a [String],
    /// Options as they took effect, for the manifest.
    pub options: &'a BTreeMap<String, String>,
    /// When the run began.
    pub started: Timestamp,
    /// Asked when everything else is written: only the manifest tells the time.
    pub now: &'a dyn Fn() -> Timestamp,
}

/// Writes the report folder: all of it, or nothing. Everything but `manifest.json` is the same, byte for byte, for the
/// same inputs and options.
///
/// # Errors
/// When the folder holds something that is not a report of sod, or cannot be written, or the observer stops the work.
pub fn write_report(
    snapshot: &Snapshot,
    analysis: &Analysis,
    folder: &Path,
    options: &ReportOptions<'_>,
    observer: &dyn Observer,
) -> Result<Vec<OutputFile>, Error> {
    observer.event(Event::Began(Phase::Write));
    // What fails because the observer asked to stop has stopped, whatever else it says.
    write_files(snapshot, analysis, folder, options, observer)
        .map_err(|error| if observer.is_cancelled() { Error::Cancelled } else { error.into() })
}

/// Refuses a folder that [`write_report`] would refuse, before the work is done whose results it cannot take.
///
/// # Errors
/// When the folder holds something that is not a report of sod, or nothing can be created there.
pub fn check_report_folder(folder: &Path) -> Result<(), Error> {
    // A report that is not committed leaves nothing behind.
    ReportFolder::create(folder)?;
    Ok(())
}

fn write_files(
    snapshot: &Snapshot,
    analysis: &Analysis,
    folder: &Path,
    options: &ReportOptions<'_>,
    observer: &dyn Observer,
) -> Result<Vec<OutputFile>, WriteError> {
    let view = analysis.view(snapshot);
    let mut report = ReportFolder::create(folder)?;
    let mut add = |name: &str, fill: &dyn Fn(&mut (dyn Write + Send)) -> Result<(), WriteError>| {
        report.write(name, |out| fill(&mut WatchedWriter::new(out, observer)))
    };
    add(&format!("pairs.{}", options.pairs.name()), &|out| {
        write_pairs(options.pairs, &view.pair_context(), &analysis.pairs, out)
    })?;
    add("summary.json", &|out| sod_report::summary::write_summary(&view, out))?;
    add("conflicts.csv", &|out| sod_report::conflicts::write_conflicts(&view, out))?;
    add("conflicts.jsonl", &|out| sod_report::conflicts::write_conflict_lines(&view, out))?;
    add("conflict-groups.jsonl", &|out| sod_report::conflicts::write_conflict_groups(&view, out))?;
    // Where nothing is combined, or nobody knows what packages give, there is no such file: the summary tells which.
    if !analysis.combinations.is_empty() {
        add("combined-packages.csv", &|out| sod_report::combined::write_combined(&view, out))?;
    }
    add("rejected.csv", &|out| sod_report::rejected::write_rejected(&snapshot.provenance, out))?;
    add("report.html", &|out| sod_report::html::write_html(&view, &analysis.pairs, options.pairs, out))?;
    report.commit(|outputs, out| {
        let finished = (options.now)();
        let ReportOptions { command_line, options, started, .. } = *options;
        let version = env!("CARGO_PKG_VERSION");
        let input = ManifestInput { view: &view, version, command_line, options, started, finished, outputs };
        write_manifest(&input, &mut WatchedWriter::new(out, observer))
    })
}
