//! A report, held against itself, its inputs and a second computation.
//!
//! First what is cheap: the manifest's seal, the size and hash of every file, what lies in the folder, the hashes of the
//! inputs. Then everything is read, counted and judged once more by [`slow`](crate::slow) from the inputs that the manifest
//! names and the rules that `rules.json` holds, and every file of the report is written again and compared byte by byte while
//! it is written. Who changes a figure, its hash and the seal is found by that.
//!
//! Whatever is found is told together; only what makes it impossible to go on is an error.

mod contents;
mod error;
mod files;
mod inputs;
mod judged;
mod recorded;

pub use error::VerifyError;

use crate::error::Error;
use crate::judge::Documents;
use crate::options::RunOptions;
use crate::pseudonyms::{PSEUDONYMS, PseudonymKey, pseudonymise};
use crate::slow::analyze_slowly;
use contents::compare_contents;
use files::{check_files, read_report_file};
use inputs::{check_inputs, check_loaded};
use judged::{check_documents, rebuild};
use recorded::check_recorded;
use sod_ingest::{Input, LoadOptions, RecordedName, load};
use sod_model::{Observer, Snapshot};
use sod_report::folder::MANIFEST;
use sod_report::judged::JUDGED;
use sod_report::manifest::{ManifestError, RecordedManifest, Seal, read_manifest};
use sod_report::verification::{DifferenceCode, Recomputed, SealedPart, Verification};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What else to look at.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// The rules files that the report was made with: resolved again, and compared with what the report says of them.
    pub rules: Vec<PathBuf>,
    /// The exceptions files, in the same way.
    pub exceptions: Vec<PathBuf>,
    /// The key of a report that names users by pseudonyms.
    pub key: Option<PseudonymKey>,
}

/// Verifies a report against the inputs that it was made of.
///
/// Inputs are known again by their content, wherever they lie now. How they are read and judged, the manifest says.
///
/// # Errors
/// [`VerifyError`] when the folder is no report that can be verified, or the work cannot be finished; that something differs
/// is no error.
pub fn verify(
    folder: &Path,
    inputs: &[Input],
    options: &VerifyOptions,
    observer: &dyn Observer,
) -> Result<Verification, VerifyError> {
    let mut found = Verification::default();
    let text = read_report_file(folder, MANIFEST)?.ok_or_else(|| VerifyError::no_manifest(folder))?;
    let seal = Seal::of(&text);
    if seal == Seal::Broken {
        let message = "it was changed after it was sealed: `manifest_sha256` is not the hash of the rest";
        found.differs(DifferenceCode::SealBroken, MANIFEST, None, message);
    }
    let manifest = match read_manifest(&text) {
        // A manifest that was sealed by sod is one of sod, whatever was made of it since.
        Err(error) if seal == Seal::Broken => {
            found.not_recomputed = Some(format!("{MANIFEST} cannot be read any more: {error}"));
            return Ok(found);
        }
        Err(ManifestError::Foreign) => return Err(VerifyError::foreign(folder)),
        Err(error @ ManifestError::Syntax(_)) => {
            return Err(VerifyError::unreadable_manifest(folder, &error));
        }
        Err(_) | Ok(_) if seal == Seal::Missing => return Err(VerifyError::no_seal(folder, &text)),
        Err(error) => return Err(VerifyError::unreadable_manifest(folder, &error)),
        Ok(manifest) => manifest,
    };
    found.report_version.clone_from(&manifest.version);
    found.report_started = Some(manifest.started.to_string());
    if manifest.version != env!("CARGO_PKG_VERSION") {
        found.notes.push(format!(
            "The report was written by sod {}, and this is {}: files may differ in form where no figure does.",
            manifest.version,
            env!("CARGO_PKG_VERSION")
        ));
    }
    check_recorded(&manifest, &mut found);
    check_files(folder, &manifest, text.len() as u64, &mut found, observer)?;
    let names_count = RunOptions::from_words(&manifest.options)
        .is_ok_and(|run| run.map.is_some_and(|map| map.names_files()));
    let Some(names) = check_inputs(&manifest, inputs, names_count, &mut found, observer)? else {
        found.not_recomputed = Some("the inputs are not those of the report".to_owned());
        return Ok(found);
    };
    let again = Again { folder, manifest: &manifest, text: &text, inputs, options, observer };
    match again.work_out(names, &mut found) {
        Ok(()) => Ok(found),
        Err(VerifyError::Engine(Error::Cancelled)) => Err(Error::Cancelled.into()),
        // What is known to differ is told in any case; it is most likely the reason.
        Err(error) if !found.differences.is_empty() && !observer.is_cancelled() => {
            found.recomputed = None;
            found.not_recomputed = Some(error.to_string());
            Ok(found)
        }
        Err(error) => Err(error),
    }
}

/// What it takes to work the report out again.
struct Again<'a> {
    folder: &'a Path,
    manifest: &'a RecordedManifest,
    /// The manifest's own text.
    text: &'a [u8],
    inputs: &'a [Input],
    options: &'a VerifyOptions,
    observer: &'a dyn Observer,
}

impl Again<'_> {
    /// The snapshot with the names that the report has for users.
    fn named_as_there(&self, snapshot: Snapshot) -> Result<Snapshot, VerifyError> {
        let recorded = self.manifest.options.get(PSEUDONYMS);
        match (recorded, &self.options.key) {
            (None, None) => Ok(snapshot),
            (Some(id), Some(key)) if *id == key.id() => {
                Ok(pseudonymise(key, snapshot, Documents::default(), Vec::new())?.snapshot)
            }
            (recorded, given) => {
                let given = given.as_ref().map(PseudonymKey::id);
                Err(VerifyError::other_key(self.folder, recorded.map(String::as_str), given.as_deref()))
            }
        }
    }

    fn work_out(
        &self,
        recorded: BTreeMap<Box<str>, RecordedName>,
        found: &mut Verification,
    ) -> Result<(), VerifyError> {
        let Self { folder, manifest, observer, .. } = *self;
        let run = RunOptions::from_words(&manifest.options)
            .map_err(|error| VerifyError::unreadable_manifest(folder, &error))?;
        let written = read_report_file(folder, JUDGED)?;
        // The general decoder alone, one thread, and all of every record: another way than the one of the report.
        let options =
            LoadOptions { recorded, hash: true, plain_decoder: true, threads: 1, ..run.load_options() };
        let snapshot = load(self.inputs, &options, observer)?.snapshot;
        if !check_loaded(manifest, &snapshot, found) {
            found.not_recomputed = Some("the inputs are not those of the report".to_owned());
            return Ok(());
        }
        let snapshot = self.named_as_there(snapshot)?;
        let moment = run.as_of.or(snapshot.provenance.data_moment);
        let Some(judged) = rebuild(written.as_deref(), &snapshot.directory, moment, found) else {
            found.not_recomputed = Some(format!("{JUDGED} tells no rules to judge by"));
            return Ok(());
        };
        let alone = [SealedPart::Tool, SealedPart::Times, SealedPart::CommandLine, SealedPart::Paths];
        found.rests_on_seal.extend(alone);
        check_documents(self.options, &judged, &snapshot.directory, (moment, run.strict), found)?;
        let analysis = analyze_slowly(&snapshot, judged, moment, &run, observer)?;
        let files = compare_contents(self, &snapshot, &analysis, &run, found)?;
        let declared =
            analysis.rules.rules().iter().filter(|rule| rule.origin != sod_model::RuleOrigin::Document);
        found.recomputed = Some(Recomputed {
            users: analysis.matrix.users() as u64,
            packages: analysis.matrix.packages() as u64,
            holdings: analysis.matrix.holdings(),
            pairs: analysis.totals.nonzero,
            pair_holders_sum: analysis.totals.holders_sum,
            rules: analysis.rules.rules().len() as u64,
            rules_declared: declared.count() as u64,
            exceptions: analysis.exceptions.exceptions().len() as u64,
            conflicts: analysis.conflicts.conflicts().len() as u64,
            conflicts_open: analysis.conflicts.open() as u64,
            files,
        });
        Ok(())
    }
}
