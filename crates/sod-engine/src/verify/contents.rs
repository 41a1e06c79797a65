//! Every file of the report, written once more and compared while it is written.

use super::{Again, VerifyError};
use crate::analyze::Analysis;
use crate::error::Error;
use crate::options::RunOptions;
use crate::report::report_files;
use crate::watched::WatchedWriter;
use sod_model::{Event, Phase, Snapshot};
use sod_report::comparison::Comparison;
use sod_report::folder::MANIFEST;
use sod_report::manifest::{ManifestInput, RecordedManifest, write_manifest};
use sod_report::verification::{DifferenceCode, Verification};
use sod_report::{ReportView, WriteError};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Cursor, ErrorKind, Read, Seek, Write};

/// Compares all files, the manifest last; how many.
pub(super) fn compare_contents(
    again: &Again<'_>,
    snapshot: &Snapshot,
    analysis: &Analysis,
    run: &RunOptions,
    found: &mut Verification,
) -> Result<u64, VerifyError> {
    again.observer.event(Event::Began(Phase::Compare));
    let view = analysis.view(snapshot);
    let scratch = tempfile::tempdir().map_err(|error| VerifyError::unreadable(again.folder, &error))?;
    let files = report_files(&view, &analysis.pairs, run.pairs_format, &run.without, scratch.path());
    let mut listed: BTreeSet<&str> = again.manifest.outputs.iter().map(|output| &*output.name).collect();
    let mut compared = 0;
    for file in &files {
        let in_manifest = listed.remove(&*file.name);
        // That it is none was told with the files.
        if again.folder.join(&file.name).metadata().is_ok_and(|facts| !facts.is_file()) {
            continue;
        }
        match File::open(again.folder.join(&file.name)) {
            Ok(opened) => {
                compare(again, &file.name, opened, &*file.fill, found)?;
                compared += 1;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // What the manifest lists was missed before.
                if !in_manifest {
                    let message = "it is not there, although a report of these inputs has it";
                    found.differs(DifferenceCode::OutputMissing, &file.name, None, message);
                }
            }
            Err(error) => return Err(VerifyError::unreadable(&again.folder.join(&file.name), &error)),
        }
    }
    for name in listed {
        let message = "a report of these inputs has no such file";
        found.differs(DifferenceCode::Recomputed, name, None, message);
    }
    compare_manifest(again, &view, found)?;
    Ok(compared + 1)
}

/// The manifest as it would be written now. What only the run knew, its command, times and build, is taken from it, and so
/// are names and hashes of files, which have been compared; totals, inputs and rules files are not.
fn compare_manifest(
    again: &Again<'_>,
    view: &ReportView<'_>,
    found: &mut Verification,
) -> Result<(), VerifyError> {
    let RecordedManifest { version, build, command_line, options, started, finished, outputs, .. } =
        again.manifest;
    let (started, finished) = (*started, *finished);
    let input = ManifestInput { view, version, build, command_line, options, started, finished, outputs };
    compare(again, MANIFEST, Cursor::new(again.text), &|out| write_manifest(&input, out), found)
}

fn compare(
    again: &Again<'_>,
    name: &str,
    file: impl Read + Seek + Send,
    fill: &dyn Fn(&mut (dyn Write + Send)) -> Result<(), WriteError>,
    found: &mut Verification,
) -> Result<(), VerifyError> {
    let mut comparison = Comparison::new(file);
    let filled = fill(&mut WatchedWriter::new(&mut comparison, again.observer));
    if again.observer.is_cancelled() {
        return Err(Error::Cancelled.into());
    }
    let path = again.folder.join(name);
    filled.map_err(|error| VerifyError::unreadable(&path, &error))?;
    let difference = comparison.finish().map_err(|error| VerifyError::unreadable(&path, &error))?;
    if let Some(difference) = difference {
        let message = match difference.line {
            Some(_) => difference.to_string(),
            None => format!("byte {}: {difference}", difference.byte),
        };
        found.differs(DifferenceCode::Recomputed, name, difference.line, message);
    }
    Ok(())
}
