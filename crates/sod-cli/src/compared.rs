//! A snapshot to compare: an export that is read and judged, or a report folder that is read back.

use crate::arguments::Tenant;
use crate::exit::Failure;
use crate::output::{label, say};
use crate::overwrite::refuse_overwriting;
use crate::progress::Progress;
use crate::pseudonyms;
use crate::tenant::{Needs, holding, load_inputs, refuse_unjudged};
use sod_engine::formats::past::{PastReport, is_report, read_report};
use sod_engine::formats::terminal::harmless;
use sod_engine::{
    Analysis, AnalyzeOptions, DiffWarning, Documents, Error, PseudonymKey, Side, Snapshot, Warning,
};
use std::path::{Path, PathBuf};

/// What the snapshots of one command have in common.
pub(crate) struct Reading<'a> {
    pub(crate) tenant: &'a Tenant,
    /// Where the result goes; nothing that is read may be overwritten.
    pub(crate) output: Option<&'a Path>,
    /// Names the users of exports.
    pub(crate) key: Option<PseudonymKey>,
    /// Of every input its hash.
    pub(crate) hashes: bool,
    pub(crate) progress: &'a Progress,
}

/// One of several snapshots.
pub(crate) struct Compared {
    label: String,
    what: What,
}

enum What {
    Export(Box<(Snapshot, Analysis)>, Documents),
    Report(Box<PastReport>),
}

impl Compared {
    /// Reads a snapshot; an export is judged by `documents`.
    pub(crate) fn read(
        path: &PathBuf,
        documents: &Documents,
        reading: &Reading<'_>,
    ) -> Result<Self, Failure> {
        let Reading { tenant, progress, .. } = *reading;
        let label = path.display().to_string();
        if is_report(path) {
            let report = read_report(path).map_err(Error::from)?;
            return Ok(Self { label, what: What::Report(Box::new(report)) });
        }
        let needs = Needs { hashes: reading.hashes, ..Needs::default() };
        let loaded = load_inputs(tenant, std::slice::from_ref(path), needs, progress)?;
        if let Some(output) = reading.output {
            refuse_overwriting(output, &loaded)?;
        }
        let (snapshot, documents, _) =
            pseudonyms::applied(reading.key.as_ref(), loaded.snapshot, documents.clone(), Vec::new())?;
        let options = AnalyzeOptions {
            holding: holding(tenant),
            documents: documents.clone(),
            as_of: tenant.as_of,
            ..AnalyzeOptions::default()
        };
        let analysis = sod_engine::analyze(&snapshot, &options, progress)?;
        say_warnings(tenant, &label, &analysis.warnings);
        Ok(Self { label, what: What::Export(Box::new((snapshot, analysis)), documents) })
    }

    /// Refuses to let "no rule could be judged" pass for "nothing is open", see [`refuse_unjudged`].
    pub(crate) fn refuse_unjudged(&self) -> Result<(), Failure> {
        match &self.what {
            What::Export(export, documents) => {
                let rules = &export.1.rules;
                refuse_unjudged(rules, !documents.rules.is_empty()).map_err(|failure| failure.at(&self.label))
            }
            What::Report(_) => Ok(()),
        }
    }

    /// As the engine compares it.
    pub(crate) fn side(&self) -> Side<'_> {
        match &self.what {
            What::Export(export, documents) => {
                let (snapshot, analysis) = &**export;
                Side::of_export(&self.label, snapshot, analysis, documents)
            }
            What::Report(report) => Side::of_report(&self.label, report),
        }
    }
}

/// Rules cannot judge a report: it says what was judged when it was written.
pub(crate) fn refuse_judging_reports(
    reports: &[&PathBuf],
    files: &[(&'static str, &[PathBuf])],
) -> Result<(), Failure> {
    let given = files.iter().find(|(_, paths)| !paths.is_empty());
    match (reports.first(), given) {
        (Some(report), Some((flag, _))) => Err(Failure::with_help(
            format!(
                "--{flag} cannot judge `{}`, which is a report: it was judged when it was written",
                report.display()
            ),
            format!("give the export in place of the report, or leave --{flag} out"),
        )),
        _ => Ok(()),
    }
}

/// The key that names the users of exports; of reports nobody can be named anew.
pub(crate) fn key_for(file: Option<&Path>, snapshots: &[PathBuf]) -> Result<Option<PseudonymKey>, Failure> {
    if file.is_some() && snapshots.iter().all(|path| is_report(path)) {
        return Err(Failure::with_help(
            "--pseudonymise names the users of exports, and there is none: a report has its names for good",
            "leave it out; reports that were written with one key can be compared",
        ));
    }
    pseudonyms::key(file)
}

/// What is odd about two sides.
pub(crate) fn say_diff_warnings(tenant: &Tenant, warnings: &[DiffWarning]) {
    for warning in warnings.iter().filter(|_| !tenant.common.quiet) {
        let label = label("warning", Some(warning.code()), tenant.common.color);
        say(&format!("{label} {}", warning.message()));
    }
}

/// As for one tenant, with the snapshot in front: there are several.
fn say_warnings(tenant: &Tenant, snapshot: &str, warnings: &[Warning]) {
    if tenant.common.quiet {
        return;
    }
    for warning in warnings {
        let times = if warning.count > 1 { format!(" ({} times)", warning.count) } else { String::new() };
        let label = label("warning", Some(warning.code.code()), tenant.common.color);
        say(&format!("{label} {}: {}{times}", harmless(snapshot), harmless(&warning.message)));
    }
}
