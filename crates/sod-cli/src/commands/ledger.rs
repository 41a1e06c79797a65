//! `sod ledger`: the conflicts of several snapshots, when each was first seen, closed and open again.
//!
//! A command of its own and not a flag of `sod diff`: a comparison has two sides, a history any number, and what closes a
//! conflict need not be the snapshot that somebody compared last.

use crate::arguments::{LedgerArguments, LedgerFormat, LedgerTable};
use crate::compared::{Compared, Reading, key_for, refuse_judging_reports};
use crate::exit::{Exit, Failure};
use crate::output::{check_place, deliver, label, say, terminal};
use crate::overwrite::{refuse_files_of_reports, refuse_what_is_read};
use crate::progress::Progress;
use crate::tenant::documents_of;
use sod_engine::formats::atomic::AtomicFile;
use sod_engine::formats::ledger::{read_ledger, write_ledger, write_ledger_conflicts, write_trend};
use sod_engine::formats::past::is_report;
use sod_engine::formats::terminal;
use sod_engine::{DiffWarning, Ledger, Timestamp, add_to_ledger};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const FIRST_WORD: &str =
    "the first word is the ledger, a file that is made if it is not there; the snapshots come behind it";

pub(crate) fn run(arguments: &LedgerArguments) -> Result<Exit, Failure> {
    let tenant = &arguments.tenant;
    let path = &arguments.ledger;
    if arguments.table == LedgerTable::Conflicts && arguments.format != LedgerFormat::Csv {
        return Err(Failure::with_help("--table chooses between tables of csv", "say --format csv as well"));
    }
    refuse_to_lose(path, arguments)?;
    let mut ledger = read(path, tenant.inputs.is_empty())?;
    check_place(path)?;
    let reports: Vec<&PathBuf> = tenant.inputs.iter().filter(|path| is_report(path)).collect();
    if reports.len() == tenant.inputs.len() {
        refuse_judging_reports(&reports, &arguments.judging.files())?;
    }
    let key = key_for(arguments.pseudonymise.as_deref(), &tenant.inputs)?;
    let judging = &arguments.judging;
    let documents = documents_of(&judging.rules, &judging.exceptions, tenant.strict)?;
    let progress = Progress::new(&tenant.common);
    let reading = Reading { tenant, output: Some(path), key, hashes: false, progress: &progress };
    let mut snapshots = Vec::new();
    for input in &tenant.inputs {
        snapshots.push(Compared::read(input, &documents, &reading)?);
    }
    // What judges nothing would close everything: it is not kept.
    snapshots.iter().try_for_each(Compared::refuse_unjudged)?;
    let sides: Vec<_> = snapshots.iter().map(Compared::side).collect();
    let mut added: Vec<Timestamp> = Vec::new();
    for side in &sides {
        if add_to_ledger(&mut ledger, side)? {
            added.extend(side.facts().moment);
        } else if !tenant.common.quiet {
            say(&format!("{} is in the ledger already", terminal::harmless(&side.facts().label)));
        }
    }
    if !added.is_empty() {
        write(path, &ledger)?;
    }
    for &moment in &added {
        say_rules_not_given(arguments, &ledger, moment);
    }
    deliver(None, &progress, |out: &mut (dyn Write + Send)| match (arguments.format, arguments.table) {
        (LedgerFormat::Csv, LedgerTable::Trend) => write_trend(&ledger, out),
        (LedgerFormat::Csv, LedgerTable::Conflicts) => write_ledger_conflicts(&ledger, out),
        (LedgerFormat::Text, _) => {
            Ok(out.write_all(terminal::ledger(&ledger, &terminal(&tenant.common)).as_bytes())?)
        }
    })?;
    Ok(exit(&ledger, &added))
}

/// A ledger is replaced by itself with more in it. That nothing else is a ledger is known by reading it.
fn refuse_to_lose(path: &Path, arguments: &LedgerArguments) -> Result<(), Failure> {
    refuse_what_is_read(
        path,
        &[
            ("one of the snapshots", &arguments.tenant.inputs),
            ("a rules file of this run", &arguments.judging.rules),
            ("an exceptions file of this run", &arguments.judging.exceptions),
            ("the key of this run", arguments.pseudonymise.as_slice()),
        ],
    )
    .and_then(|()| refuse_files_of_reports(path, &arguments.tenant.inputs))
    .map_err(|failure| failure.helped(FIRST_WORD))
}

/// Whoever forgot the rules learns it here: nothing is closed by it, and nothing is known.
fn say_rules_not_given(arguments: &LedgerArguments, ledger: &Ledger, moment: Timestamp) {
    let common = &arguments.tenant.common;
    let forgotten = ledger.rules_forgotten(moment);
    let snapshot = ledger.snapshots().iter().find(|snapshot| snapshot.moment == moment);
    let (Some(first), Some(snapshot), false) = (forgotten.first(), snapshot, common.quiet) else { return };
    let which = match forgotten.len() {
        1 => format!("the rule `{}` was", first.id),
        rules => format!("{rules} rules of the ledger, e.g. `{}`, were", first.id),
    };
    let label = label("warning", Some(DiffWarning::RulesNotGiven.code()), common.color);
    let text = format!(
        "{}: no rules file was given: {which} not judged, and what was found by that is out of sight",
        snapshot.label
    );
    say(&format!("{label} {}", terminal::harmless(&text)));
}

/// Whether something is newly open in the latest snapshot, and that was added now.
fn exit(ledger: &Ledger, added: &[Timestamp]) -> Exit {
    let first = ledger.snapshots().len() == 1;
    let latest = ledger.trend().last().copied();
    match latest {
        Some(row) if added.contains(&row.moment) => {
            let newly = if first { row.open } else { row.new + row.reopened };
            if newly > 0 { Exit::Conflicts } else { Exit::Clean }
        }
        _ => Exit::Clean,
    }
}

/// The ledger that is there, or a new one.
fn read(path: &Path, must_exist: bool) -> Result<Ledger, Failure> {
    let shown = path.display();
    match std::fs::read_to_string(path) {
        Ok(text) => read_ledger(&text).map_err(|error| {
            Failure::with_help(format!("`{shown}` is no ledger of sod: {error}"), FIRST_WORD)
        }),
        Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => Ok(Ledger::default()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Failure::with_help(
            format!("there is no ledger `{shown}`"),
            format!("begin one with a snapshot: sod ledger {shown} INPUT"),
        )),
        Err(error) => {
            Err(Failure::with_help(format!("cannot read the ledger `{shown}`: {error}"), FIRST_WORD))
        }
    }
}

fn write(path: &Path, ledger: &Ledger) -> Result<(), Failure> {
    let mut file = AtomicFile::create(path)?;
    write_ledger(ledger, &mut file).map_err(|error| error.into_file(path))?;
    file.commit()?;
    Ok(())
}
