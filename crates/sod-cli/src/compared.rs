//! A snapshot to compare: an export that is read and judged, or a report folder that is read back.

use crate::arguments::Tenant;
use crate::exit::Failure;
use crate::output::{label, say};
use crate::overwrite::refuse_overwriting;
use crate::progress::Progress;
use crate::tenant::{Needs, holding, load_inputs, refuse_unjudged};
use sod_engine::formats::past::{PastReport, is_report, read_report};
use sod_engine::formats::terminal::harmless;
use sod_engine::{Analysis, AnalyzeOptions, Documents, Error, Loaded, Side, Warning};
use std::path::{Path, PathBuf};

/// One of several snapshots.
pub(crate) struct Compared {
    label: String,
    what: What,
}

enum What {
    Export(Box<(Loaded, Analysis)>, Documents),
    Report(Box<PastReport>),
}

impl Compared {
    /// Reads a snapshot; an export is judged by `documents`.
    pub(crate) fn read(
        path: &PathBuf,
        tenant: &Tenant,
        documents: &Documents,
        output: Option<&Path>,
        progress: &Progress,
    ) -> Result<Self, Failure> {
        let label = path.display().to_string();
        if is_report(path) {
            let report = read_report(path).map_err(Error::from)?;
            return Ok(Self { label, what: What::Report(Box::new(report)) });
        }
        let loaded = load_inputs(tenant, std::slice::from_ref(path), Needs::default(), progress)?;
        if let Some(output) = output {
            refuse_overwriting(output, &loaded)?;
        }
        let options = AnalyzeOptions {
            holding: holding(tenant),
            documents: documents.clone(),
            as_of: tenant.as_of,
            ..AnalyzeOptions::default()
        };
        let analysis = sod_engine::analyze(&loaded.snapshot, &options, progress)?;
        say_warnings(tenant, &label, &analysis.warnings);
        Ok(Self { label, what: What::Export(Box::new((loaded, analysis)), documents.clone()) })
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
                let (loaded, analysis) = &**export;
                Side::of_export(&self.label, &loaded.snapshot, analysis, documents)
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
