//! The report folder.

use crate::analyze::Analysis;
use crate::error::Error;
use crate::left_out::LeftOut;
use crate::watched::WatchedWriter;
use sod_model::{Event, Observer, PairCount, Phase, Snapshot, Timestamp};
use sod_report::folder::ReportFolder;
use sod_report::judged::{JUDGED, has_judged, write_judged};
use sod_report::manifest::{Build, ManifestInput, write_manifest};
use sod_report::pairs::{PairFormat, write_pairs};
use sod_report::workbook::{SHEET_ROWS_MAX, WorkbookInput, write_workbook};
use sod_report::{OutputFile, ReportView, WriteError};
use sod_report::{combined, conflicts, html, rejected, summary};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// What the caller knows and the analysis does not.
pub struct ReportOptions<'a> {
    /// The format of the table of pairs.
    pub pairs: PairFormat,
    /// Files that the report does without.
    pub without: &'a LeftOut,
    /// The command, for the manifest.
    pub command_line: &'a [String],
    /// Options as they took effect, for the manifest: those of [`RunOptions`](crate::RunOptions) are what
    /// [`verify`](crate::verify) goes by.
    pub options: &'a BTreeMap<String, String>,
    /// How the program was built, for the manifest.
    pub build: &'a Build,
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

/// A file of a report, and how its bytes are made.
pub(crate) struct ReportFile<'a> {
    pub(crate) name: String,
    pub(crate) fill: Fill<'a>,
}

type Fill<'a> = Box<dyn Fn(&mut (dyn Write + Send)) -> Result<(), WriteError> + 'a>;

/// Every file of a report but the manifest, in the order in which they are written. Who writes a report and who verifies
/// one go by this list, so that no file can be written and not be verified. `scratch` is a folder for files without a name.
pub(crate) fn report_files<'a>(
    view: &'a ReportView<'a>,
    pairs: &'a [PairCount],
    format: PairFormat,
    without: &LeftOut,
    scratch: &'a Path,
) -> Vec<ReportFile<'a>> {
    let mut files = Vec::new();
    let mut add = |name: &str, fill: Fill<'a>| files.push(ReportFile { name: name.to_owned(), fill });
    add(
        &format!("pairs.{format}"),
        Box::new(move |out| write_pairs(format, &view.pair_context(), pairs, out)),
    );
    add("summary.json", Box::new(|out| summary::write_summary(view, out)));
    add("conflicts.csv", Box::new(|out| conflicts::write_conflicts(view, out)));
    add("conflicts.jsonl", Box::new(|out| conflicts::write_conflict_lines(view, out)));
    add("conflict-groups.jsonl", Box::new(|out| conflicts::write_conflict_groups(view, out)));
    // Where nothing is combined, or nobody knows what packages give, there is no such file: the summary tells which.
    if !view.combinations.is_empty() {
        add("combined-packages.csv", Box::new(|out| combined::write_combined(view, out)));
    }
    if has_judged(view) {
        add(JUDGED, Box::new(|out| write_judged(view, out)));
    }
    add("rejected.csv", Box::new(|out| rejected::write_rejected(&view.snapshot.provenance, out)));
    if without.has_page() {
        add("report.html", Box::new(move |out| html::write_html(view, pairs, format, out)));
    }
    if without.has_workbook() {
        let fill = move |out: &mut (dyn Write + Send)| {
            let (pairs_file, rows_max) = (&*format!("pairs.{format}"), SHEET_ROWS_MAX);
            write_workbook(&WorkbookInput { view, pairs, pairs_file, scratch, rows_max }, out)
        };
        add("report.xlsx", Box::new(fill));
    }
    files
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
    let scratch = report.scratch().to_owned();
    for file in report_files(&view, &analysis.pairs, options.pairs, options.without, &scratch) {
        report.write(&file.name, |out| (file.fill)(&mut WatchedWriter::new(out, observer)))?;
    }
    report.commit(|outputs, out| {
        let finished = (options.now)();
        let ReportOptions { command_line, options, build, started, .. } = *options;
        let version = env!("CARGO_PKG_VERSION");
        let input =
            ManifestInput { view: &view, version, build, command_line, options, started, finished, outputs };
        write_manifest(&input, &mut WatchedWriter::new(out, observer))
    })
}
