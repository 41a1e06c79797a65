//! `report.xlsx`, read again.

use crate::fixture::{Tenant, assignment, package, plain, tenant, user};
use calamine::{Data, Range, Reader, Xlsx};
use proptest::prelude::*;
use quick_xml::events::Event;
use sod_model::{StateTable, Timestamp};
use sod_report::WriteError;
use sod_report::conflicts::write_conflicts;
use sod_report::formula::defuse;
use sod_report::pairs::{PairFormat, write_pairs};
use sod_report::rejected::write_rejected;
use sod_report::workbook::{CELL_LENGTH_MAX, SHEET_ROWS_MAX, SHEETS, WorkbookInput, write_workbook};
use std::io::{Cursor, Read, Write};

fn bytes(tenant: &Tenant, rows_max: u32) -> Vec<u8> {
    let scratch = tempfile::tempdir().unwrap();
    let (view, mut out) = (tenant.view(), Vec::new());
    let scratch = scratch.path();
    let input =
        WorkbookInput { view: &view, pairs: &tenant.pairs, pairs_file: "pairs.csv", scratch, rows_max };
    write_workbook(&input, &mut out).unwrap();
    assert_eq!(std::fs::read_dir(scratch).unwrap().count(), 0, "nothing is left of the temporary files");
    out
}

fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range(name).unwrap()
}

/// A cell as the CSV files have it.
fn shown(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
        }
        other => panic!("no cell of ours: {other:?}"),
    }
}

#[track_caller]
fn same(sheet: &Range<Data>, csv: &[u8]) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    let expected: Vec<Vec<String>> = reader
        .records()
        .map(|row| {
            let cells = row.unwrap();
            // `1.0` in CSV, so that nobody takes a column for integers; a number is a number here.
            cells.iter().map(|cell| cell.strip_suffix(".0").unwrap_or(cell).to_owned()).collect()
        })
        .collect();
    let found: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(shown).collect()).collect();
    assert_eq!(found, expected);
}

fn csv(write: impl FnOnce(&mut Vec<u8>) -> Result<(), WriteError>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    out
}

#[track_caller]
fn same_as_csv(tenant: &Tenant) {
    let (view, book) = (tenant.view(), bytes(tenant, SHEET_ROWS_MAX));
    same(&sheet(&book, "Conflicts"), &csv(|out| write_conflicts(&view, out)));
    same(&sheet(&book, "Rejected"), &csv(|out| write_rejected(&tenant.snapshot.provenance, out)));
    let pairs = csv(|out| write_pairs(PairFormat::Csv, &view.pair_context(), &tenant.pairs, out));
    same(&sheet(&book, "Pairs"), &pairs);
}

#[test]
fn every_cell_is_that_of_the_csv_files() {
    same_as_csv(&tenant());
    same_as_csv(&plain(vec![], vec![], &[]));
}

#[test]
fn of_the_tenant() {
    let book = bytes(&tenant(), SHEET_ROWS_MAX);
    let mut page = String::new();
    for name in SHEETS {
        page.push_str(&format!("== {name}\n"));
        for row in sheet(&book, name).rows() {
            let row: Vec<String> = row.iter().map(|cell| shown(cell).escape_debug().to_string()).collect();
            page.push_str(row.join(" | ").trim_end_matches([' ', '|']));
            page.push('\n');
        }
    }
    insta::assert_snapshot!(page);
}

#[test]
fn numbers_and_dates_are_what_they_say() {
    let book = bytes(&tenant(), SHEET_ROWS_MAX);
    let pairs = sheet(&book, "Pairs");
    assert!(pairs.rows().skip(1).all(|row| row[4..].iter().all(|cell| matches!(cell, Data::Float(_)))));
    let conflicts = sheet(&book, "Conflicts");
    assert!(conflicts.rows().skip(1).any(|row| matches!(row[9], Data::DateTime(_))));
}

/// Every part of the container, by name.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

#[test]
fn every_part_is_well_formed_and_none_has_a_formula_or_a_link() {
    for (name, xml) in parts(&bytes(&tenant(), SHEET_ROWS_MAX)) {
        let mut reader = quick_xml::Reader::from_str(&xml);
        reader.config_mut().check_end_names = true;
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
                Event::Eof => break,
                Event::Start(tag) | Event::Empty(tag) => {
                    let tag = tag.name();
                    let tag = tag.as_ref();
                    assert!(
                        !matches!(tag, "f" | "hyperlink" | "hyperlinks" | "externalReference"),
                        "{name}: {tag}"
                    );
                    assert!(tag != "c:chart" && tag != "drawing", "{name}: {tag}");
                }
                _ => {}
            }
        }
        let sheet = name.starts_with("xl/worksheets/sheet");
        assert!(!sheet || (xml.contains("state=\"frozen\"") && xml.contains("<autoFilter")), "{name}");
    }
}

#[test]
fn the_bytes_depend_on_the_results_alone() {
    let first = bytes(&tenant(), SHEET_ROWS_MAX);
    // The clock of the library counts seconds.
    let core = parts(&first).into_iter().find(|(name, _)| name == "docProps/core.xml").unwrap().1;
    assert!(core.contains("2026-09-21T14:13:20Z"), "the moment that the data shows: {core}");
    assert!(first == bytes(&tenant(), SHEET_ROWS_MAX));
}

#[test]
fn rows_that_find_no_room_are_told() {
    let tenant = tenant();
    let book = bytes(&tenant, 2);
    let rows = |name| sheet(&book, name).rows().count() - 1;
    assert_eq!((rows("Conflicts"), rows("Pairs"), rows("Rules")), (2, 2, 2));
    // The summary is cut as well here; its own rows are the first two.
    let book = bytes(&tenant, 60);
    let note = |name: &str| {
        let summary = sheet(&book, "Summary");
        let row = summary.rows().find(|row| shown(&row[0]) == "Sheets" && shown(&row[1]) == name);
        shown(&row.unwrap()[3])
    };
    assert_eq!(note("Conflicts"), "complete");
    let (view, many) = (tenant.view(), tenant.pairs[..1].repeat(70));
    let (scratch, mut out) = (tempfile::tempdir().unwrap(), Vec::new());
    let input = WorkbookInput {
        view: &view,
        pairs: &many,
        pairs_file: "pairs.csv",
        scratch: scratch.path(),
        rows_max: 60,
    };
    write_workbook(&input, &mut out).unwrap();
    let summary = sheet(&out, "Summary");
    let told = summary.rows().find(|row| shown(&row[1]) == "Pairs").map(|row| shown(&row[3]));
    assert_eq!(told.as_deref(), Some("10 more rows are left out; pairs.csv has all"));
}

#[test]
fn text_that_finds_no_room_is_cut_and_told() {
    for letter in ["x", "ü", "\u{1f600}"] {
        let units = letter.encode_utf16().count();
        let fits = letter.repeat(CELL_LENGTH_MAX / units);
        let long = format!("{fits}{letter}");
        let packages = vec![package("a", Some(&fits)), package("b", Some(&long))];
        let book = bytes(&plain(vec![user("u", None)], packages, &[(0, 0), (0, 1)]), SHEET_ROWS_MAX);
        let pairs = sheet(&book, "Pairs");
        let row = pairs.rows().nth(1).unwrap();
        assert!(shown(&row[2]) == fits);
        let cut = shown(&row[3]);
        assert!(cut.encode_utf16().count() <= CELL_LENGTH_MAX && cut.starts_with(&letter.repeat(1000)));
        assert!(cut.ends_with("characters in all)"), "{}", &cut[cut.len() - 60..]);
        let summary = sheet(&book, "Summary");
        let told = summary.rows().find(|row| shown(&row[1]) == "Pairs").map(|row| shown(&row[3]));
        assert_eq!(told.as_deref(), Some("1 cell is too long and cut; pairs.csv has all"));
    }
}

#[test]
fn a_date_before_1900_is_text_and_the_last_of_all_is_a_date() {
    let mut rows = vec![assignment(Some("x"), 0, 0, StateTable::DELIVERED)];
    rows[0].since = Timestamp::parse("1850-01-01T00:00:00Z");
    rows[0].until = Some(Timestamp::FOREVER);
    let tenant = with_one_rule(rows);
    same_as_csv(&tenant);
    let conflicts = sheet(&bytes(&tenant, SHEET_ROWS_MAX), "Conflicts");
    let row = conflicts.rows().nth(1).unwrap();
    assert!(matches!((&row[9], &row[10]), (Data::String(_), Data::DateTime(_))), "{row:?}");
}

/// One user, one package, and a rule that nobody may hold it.
fn with_one_rule(rows: Vec<sod_model::Assignment>) -> Tenant {
    use sod_model::{
        Conflict, ConflictSet, PackageId, Rule, RuleId, RuleOrigin, RuleSet, Snapshot, Term, UserId,
    };
    let known = plain(vec![user("u", None)], vec![package("a", None)], &[]);
    let Snapshot { directory, states, mut provenance, .. } = known.snapshot.clone();
    (provenance.sources[0].rows.read, provenance.sources[0].rows.accepted) =
        (rows.len() as u64, rows.len() as u64);
    let snapshot = Snapshot::new(directory, states, provenance, rows);
    let rule = Rule::new("r", "nobody", RuleOrigin::Document, vec![Term::package(PackageId(0))]);
    let conflict = Conflict { rule: RuleId(0), user: UserId(0), exception: None };
    Tenant::new(snapshot, RuleSet::new(vec![rule]), ConflictSet::new(vec![conflict]))
}

#[test]
fn a_place_without_room_is_an_error_and_no_panic() {
    let tenant = tenant();
    let (view, mut out) = (tenant.view(), Vec::new());
    let place = tempfile::tempdir().unwrap();
    let gone = place.path().join("gone");
    let input = WorkbookInput { view: &view, pairs: &[], pairs_file: "p", scratch: &gone, rows_max: 5 };
    assert!(write_workbook(&input, &mut out).is_err());
    struct Full;
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if bytes.is_empty() { Ok(0) } else { Err(std::io::ErrorKind::StorageFull.into()) }
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let input = WorkbookInput { scratch: place.path(), ..input };
    let error = write_workbook(&input, &mut Full).unwrap_err();
    assert!(error.help().is_some_and(|help| help.contains("free some space")), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_name_is_it_is_read_again_as_it_is_in_csv(
        names in prop::collection::vec("\\PC{0,12}|.{0,12}|[=+@\\-\t\r\n _x0-9A-F<>&\"]{0,14}", 2..6)
    ) {
        let packages: Vec<_> = names.iter().enumerate().map(|(at, name)| package(&format!("p{at}"), Some(name))).collect();
        let holdings: Vec<(u32, u32)> = (0..packages.len() as u32).map(|package| (0, package)).collect();
        let tenant = plain(vec![user("u", None)], packages, &holdings);
        let pairs = sheet(&bytes(&tenant, SHEET_ROWS_MAX), "Pairs");
        let context = tenant.view().pair_context();
        for (count, row) in tenant.pairs.iter().zip(pairs.rows().skip(1)) {
            let expected = context.row(count);
            for (cell, name) in [(&row[2], expected.package_a_name), (&row[3], expected.package_b_name)] {
                prop_assert_eq!(shown(cell), defuse(name.unwrap_or_default()));
            }
        }
    }
}
