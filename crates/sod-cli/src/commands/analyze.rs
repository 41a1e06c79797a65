//! `sod analyze`: the main job.

use crate::arguments::{AnalyzeArguments, AnalyzeFormat};
use crate::exit::{Exit, Failure};
use crate::output::{print, say, terminal};
use crate::overwrite::refuse_folder_of;
use crate::progress::{Progress, writing};
use crate::pseudonyms;
use crate::tenant::{
    Needs, arguments_again, beside, documents, holding, judging_again, load, refuse_unjudged,
};
use sod_engine::formats::manifest::Build;
use sod_engine::formats::markdown;
use sod_engine::formats::summary::write_summary;
use sod_engine::formats::terminal::{NextSteps, analysis};
use sod_engine::{AnalyzeOptions, PSEUDONYMS, ReportOptions, RunOptions, Timestamp};
use std::collections::BTreeMap;

pub(crate) fn run(arguments: &AnalyzeArguments) -> Result<Exit, Failure> {
    let started = now();
    let tenant = &arguments.tenant;
    if let Some(folder) = &arguments.out {
        let judging = &arguments.judging;
        refuse_folder_of(
            folder,
            &[
                ("one of the inputs", &tenant.inputs),
                ("a rules file of this run", &judging.rules),
                ("an exceptions file of this run", &judging.exceptions),
            ],
        )?;
        sod_engine::check_report_folder(folder)?;
    }
    let key = pseudonyms::key(arguments.pseudonymise.as_deref())?;
    let documents = documents(&arguments.judging, tenant)?;
    let progress = Progress::new(&tenant.common);
    let without = arguments.without.clone().unwrap_or_default();
    let needs = Needs { hashes: arguments.out.is_some(), ..Needs::default() };
    let loaded = load(tenant, needs, &progress).map_err(|failure| beside(&documents, failure))?;
    let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let (snapshot, documents, command_line) =
        pseudonyms::applied(key.as_ref(), loaded.snapshot, documents, words)?;
    let snapshot = &snapshot;
    let options = AnalyzeOptions {
        holding: holding(tenant),
        // Without a report folder nobody needs more pairs than are shown.
        top: arguments.out.is_none().then_some(arguments.top),
        method: arguments.method,
        documents,
        as_of: tenant.as_of,
        ending_within: arguments.ending_within,
        ..AnalyzeOptions::default()
    };
    let found = sod_engine::analyze(snapshot, &options, &progress)?;
    let files = match &arguments.out {
        None => None,
        Some(folder) => {
            let (mut options, build) = (effective_options(arguments), build());
            options.extend(key.as_ref().map(|key| (PSEUDONYMS.to_owned(), key.id())));
            let report = ReportOptions {
                pairs: arguments.pairs_format,
                without: &without,
                command_line: &command_line,
                options: &options,
                build: &build,
                started,
                now: &now,
            };
            Some(sod_engine::write_report(snapshot, &found, folder, &report, &progress)?)
        }
    };
    writing(false);
    progress.finish();
    if tenant.common.verbose {
        say(&found.plan);
    }
    let view = found.view(snapshot);
    let report_dir = arguments.out.as_ref().filter(|_| files.is_some()).map(|dir| dir.display().to_string());
    match arguments.format {
        AnalyzeFormat::Markdown => print(&markdown::analysis(&view, &found.pairs, report_dir.as_deref()))?,
        AnalyzeFormat::Json => {
            let mut bytes = Vec::new();
            write_summary(&view, &mut bytes)?;
            print(&String::from_utf8_lossy(&bytes))?;
        }
        AnalyzeFormat::Text => {
            let again = arguments_again(tenant);
            let judging = judging_again(&arguments.judging, tenant);
            let steps = NextSteps {
                arguments: &again,
                judging: &judging,
                report_dir: report_dir.as_deref(),
                has_page: without.has_page(),
            };
            let top = found.pairs.get(..arguments.top.min(found.pairs.len())).unwrap_or_default();
            print(&analysis(&view, top, &steps, &terminal(&tenant.common)))?;
        }
    }
    refuse_unjudged(&found.rules, !arguments.judging.rules.is_empty())?;
    Ok(if found.conflicts.open() == 0 { Exit::Clean } else { Exit::Conflicts })
}

fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_second())
}

/// How this program was built, as far as its builder said.
fn build() -> Build {
    let text = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
    let features = option_env!("SOD_FEATURES").unwrap_or_default().split(',');
    Build {
        target: text(option_env!("SOD_TARGET")),
        profile: text(option_env!("SOD_PROFILE")),
        features: features.filter(|feature| !feature.is_empty()).map(str::to_owned).collect(),
        commit: text(option_env!("SOD_GIT_COMMIT")),
    }
}

/// The options that decide what is in the report, as they took effect.
fn effective_options(arguments: &AnalyzeArguments) -> BTreeMap<String, String> {
    let tenant = &arguments.tenant;
    let run = RunOptions {
        states: tenant.states.clone(),
        as_of: tenant.as_of,
        map: tenant.map.clone(),
        no_header: tenant.no_header,
        assume_state: tenant.assume_state,
        strict: tenant.strict,
        allow_unjoined: tenant.allow_unjoined,
        allow_empty: tenant.allow_empty,
        ending_within: arguments.ending_within,
        pairs_format: arguments.pairs_format,
        without: arguments.without.clone().unwrap_or_default(),
    };
    let mut options = run.to_words();
    for (name, paths) in arguments.judging.files().into_iter().filter(|(_, paths)| !paths.is_empty()) {
        let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        options.insert(name.to_owned(), paths.join(", "));
    }
    options
}
