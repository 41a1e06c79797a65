//! The report folder.

use crate::analyze::Analysis;
use crate::error::Error;
use sod_model::{Event, Observer, Phase, Snapshot, Timestamp};
use sod_report::OutputFile;
use sod_report::folder::ReportFolder;
use sod_report::manifest::{ManifestInput, write_manifest};
use sod_report::pairs::{PairFormat, write_pairs};
use std::collections::BTreeMap;
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
    let view = analysis.view(snapshot);
    let mut report = ReportFolder::create(folder)?;
    let pairs = format!("pairs.{}", options.pairs.name());
    report.write(&pairs, |out| write_pairs(options.pairs, &view.pair_context(), &analysis.pairs, out))?;
    let go_on = || if observer.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) };
    go_on()?;
    report.write("summary.json", |out| sod_report::summary::write_summary(&view, out))?;
    report.write("conflicts.csv", |out| sod_report::conflicts::write_conflicts(&view, out))?;
    report.write("rejected.csv", |out| sod_report::rejected::write_rejected(&snapshot.provenance, out))?;
    go_on()?;
    let files = report.commit(|outputs, out| {
        let finished = (options.now)();
        let ReportOptions { command_line, options, started, .. } = *options;
        let version = env!("CARGO_PKG_VERSION");
        write_manifest(
            &ManifestInput { view: &view, version, command_line, options, started, finished, outputs },
            out,
        )
    })?;
    Ok(files)
}
