//! Declared incompatibilities whose lists were not exported are out of sight, and those that somebody took back are not.

use sod_engine::formats::manifest::Build;
use sod_engine::formats::past::{PastReport, read_report};
use sod_engine::{
    Analysis, AnalyzeOptions, DiffOptions, Documents, Ending, Input, Ledger, LoadOptions, ReportOptions,
    Seen, Side, Silent, Snapshot, Timestamp, add_to_ledger, compare, write_report,
};
use std::fmt::Write;

/// Two pairs of packages, each declared by its first; everybody holds all. `lists` says of which packages the list is there, and
/// whether it is empty.
fn read(date: &str, lists: &[(usize, bool)]) -> (Snapshot, Analysis) {
    let mut text = String::new();
    for package in 0..4 {
        let list = lists.iter().find(|(of, _)| *of == package).map(|(of, full)| match full {
            true => format!(",\"incompatibleAccessPackages\":[{{\"id\":\"P{}\"}}]", of + 1),
            false => ",\"incompatibleAccessPackages\":[]".to_owned(),
        });
        let list = list.unwrap_or_default();
        write!(
            text,
            "{{\"id\":\"P{package}\",\"isHidden\":false,\"modifiedDateTime\":\"{date}T00:00:00Z\"{list}}},"
        )
        .unwrap();
    }
    let packages = format!("{{\"value\":[{}]}}", text.trim_end_matches(','));
    let mut rows = "id,user,package,state\n".to_owned();
    for package in 0..4 {
        writeln!(rows, "a{package},ann,P{package},delivered").unwrap();
    }
    let input =
        |name: &str, text: &str| Input::Bytes { name: name.into(), bytes: text.as_bytes().to_vec().into() };
    let inputs = [input("packages.json", &packages), input("rows.csv", &rows)];
    let load = LoadOptions { hash: true, ..LoadOptions::default() };
    let snapshot = sod_engine::load(&inputs, &load, &Silent).unwrap().snapshot;
    let analysis = sod_engine::analyze(&snapshot, &AnalyzeOptions::default(), &Silent).unwrap();
    (snapshot, analysis)
}

fn past((snapshot, analysis): &(Snapshot, Analysis)) -> PastReport {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("report");
    let report = ReportOptions {
        pairs: Default::default(),
        without: &"html,xlsx".parse().unwrap(),
        command_line: &[],
        options: &Default::default(),
        build: &Build::default(),
        started: Timestamp(0),
        now: &|| Timestamp(0),
    };
    write_report(snapshot, analysis, &folder, &report, &Silent).unwrap();
    read_report(&folder).unwrap()
}

#[test]
fn a_declaration_whose_list_was_not_exported_is_out_of_sight() {
    let all = [(0, true), (1, false), (2, true), (3, false)];
    let old = read("2026-01-01", &all);
    assert_eq!(old.1.conflicts.open(), 2);
    for (lists, ending, seen) in [
        // The list of one package is not there.
        (&[(0, true), (1, false), (3, false)][..], Ending::OutOfSight, Seen::OutOfSight),
        // Somebody took it back.
        (&[(0, true), (1, false), (2, false), (3, false)], Ending::JudgedOtherwise, Seen::Absent),
        // Of another package: it has no part in it, though a report does not tell which it is.
        (&[(0, true), (2, false), (3, false)], Ending::JudgedOtherwise, Seen::Absent),
    ] {
        let new = read("2026-02-01", lists);
        let (old_report, new_report) = (past(&old), past(&new));
        let documents = Documents::default();
        let exports = [
            Side::of_export("old", &old.0, &old.1, &documents),
            Side::of_export("new", &new.0, &new.1, &documents),
        ];
        let reports = [Side::of_report("old", &old_report), Side::of_report("new", &new_report)];
        for [old, new] in [&exports, &reports] {
            let of_report = new.facts().is_report && lists.len() < 4;
            let (ending, seen) =
                if of_report { (Ending::OutOfSight, Seen::OutOfSight) } else { (ending, seen) };
            let found = compare(old, new, DiffOptions::default(), &Silent).unwrap();
            let gone: Vec<_> = found.conflicts.iter().filter_map(|one| one.ending()).collect();
            assert_eq!(gone, [ending], "{lists:?} {:?}", found.conflicts);
            let mut ledger = Ledger::default();
            add_to_ledger(&mut ledger, old).unwrap();
            add_to_ledger(&mut ledger, new).unwrap();
            let now: Vec<Seen> = ledger.conflicts().map(|one| one.now()).collect();
            assert_eq!(now, [Seen::Open, seen], "{lists:?}");
        }
    }
}
