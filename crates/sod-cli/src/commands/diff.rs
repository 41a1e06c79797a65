//! `sod diff`: what is new, gone and unchanged between two snapshots, and why.

use crate::arguments::{DiffArguments, DiffFormat, DiffTable};
use crate::compared::{Compared, Reading, key_for, refuse_judging_reports, say_diff_warnings};
use crate::exit::{Exit, Failure};
use crate::output::{check_place, deliver, terminal};
use crate::overwrite::{refuse_documents, refuse_files_of_reports, refuse_what_is_read};
use crate::progress::Progress;
use crate::tenant::documents_of;
use sod_engine::DiffOptions;
use sod_engine::formats::diff::{
    write_diff_csv, write_diff_html, write_diff_json, write_diff_markdown, write_diff_pairs_csv,
};
use sod_engine::formats::past::is_report;
use sod_engine::formats::terminal::{Terminal, diff};
use std::io::Write;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &DiffArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    let [old, new] = tenant.inputs.as_slice() else {
        return Err(Failure::message("expected two snapshots, OLD and NEW"));
    };
    if arguments.table == DiffTable::Pairs && arguments.format != DiffFormat::Csv {
        return Err(Failure::with_help("--table chooses between tables of csv", "say --format csv as well"));
    }
    if let Some(path) = &arguments.output {
        refuse_to_lose(path, arguments)?;
        check_place(path)?;
    }
    check_rules(arguments, old, new)?;
    let key = key_for(arguments.pseudonymise.as_deref(), &tenant.inputs)?;
    let judging = &arguments.judging;
    let or =
        |own: &Vec<PathBuf>, both: &Vec<PathBuf>| if own.is_empty() { both.clone() } else { own.clone() };
    let after = documents_of(&judging.rules, &judging.exceptions, tenant.strict)?;
    let before = documents_of(
        &or(&arguments.old_rules, &judging.rules),
        &or(&arguments.old_exceptions, &judging.exceptions),
        tenant.strict,
    )?;
    if [old, new].iter().all(|path| path.as_os_str() == "-") {
        return Err(Failure::message("standard input (-) was given twice, and can be read only once"));
    }
    let progress = Progress::new(&tenant.common);
    let output = arguments.output.as_deref();
    let reading = Reading { tenant, output, key, hashes: true, progress: &progress };
    let old = Compared::read(old, &before, &reading)?;
    let new = Compared::read(new, &after, &reading)?;
    let options = DiffOptions { allow_unjoined: tenant.allow_unjoined };
    let found = sod_engine::compare(&old.side(), &new.side(), options, &progress)?;
    say_diff_warnings(tenant, &found.warnings);
    deliver(output, &progress, |out: &mut (dyn Write + Send)| match arguments.format {
        DiffFormat::Csv if arguments.table == DiffTable::Pairs => write_diff_pairs_csv(&found, out),
        DiffFormat::Csv => write_diff_csv(&found, out),
        DiffFormat::Json => write_diff_json(&found, out),
        DiffFormat::Markdown => write_diff_markdown(&found, out),
        DiffFormat::Html => write_diff_html(&found, out),
        DiffFormat::Text => {
            // A file has no colours, whatever the terminal has.
            let terminal = terminal(&tenant.common);
            let terminal = Terminal { color: terminal.color && output.is_none(), ..terminal };
            Ok(out.write_all(diff(&found, &terminal).as_bytes())?)
        }
    })?;
    [&old, &new].into_iter().try_for_each(Compared::refuse_unjudged)?;
    Ok(if found.has_newly_open() { Exit::Conflicts } else { Exit::Clean })
}

/// A comparison can be made again, and replaces an earlier one; what people wrote and what is compared cannot.
fn refuse_to_lose(output: &Path, arguments: &DiffArguments) -> Result<(), Failure> {
    let judging = &arguments.judging;
    refuse_what_is_read(
        output,
        &[
            ("one of the snapshots", &arguments.tenant.inputs),
            ("a rules file of this run", &judging.rules),
            ("a rules file of this run", &arguments.old_rules),
            ("an exceptions file of this run", &judging.exceptions),
            ("an exceptions file of this run", &arguments.old_exceptions),
            ("the key of this run", arguments.pseudonymise.as_slice()),
        ],
    )?;
    refuse_files_of_reports(output, &arguments.tenant.inputs)?;
    refuse_documents(output)
}

/// Rules that nothing could be judged by are a mistake.
fn check_rules(arguments: &DiffArguments, old: &PathBuf, new: &PathBuf) -> Result<(), Failure> {
    let old_files: [(&'static str, &[PathBuf]); 2] =
        [("old-rules", &arguments.old_rules), ("old-exceptions", &arguments.old_exceptions)];
    if is_report(old) {
        refuse_judging_reports(&[old], &old_files)?;
    }
    if is_report(old) && is_report(new) {
        refuse_judging_reports(&[new], &arguments.judging.files())?;
    }
    Ok(())
}
