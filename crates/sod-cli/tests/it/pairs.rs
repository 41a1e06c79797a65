//! `sod pairs`: the table, in every format, and the choices among its rows.

use crate::tenant::{self, PAYMENT, TWIN_1, TWIN_2, VENDOR};
use crate::util::Dir;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;

const HEADER: &str =
    "package_a,package_b,package_a_name,package_b_name,holders_a,holders_b,holders_both,share_a,share_b,lift";

/// The first two columns of each row.
fn pairs(csv: &str) -> Vec<(&str, &str)> {
    let cells = |line| {
        let mut cells = str::split(line, ',');
        (cells.next().unwrap(), cells.next().unwrap())
    };
    csv.lines().skip(1).map(cells).collect()
}

#[test]
fn the_table_is_that_of_the_interface() {
    let csv = tenant::dir().sod("pairs export -q").stdout();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some(HEADER));
    assert_eq!(
        lines.next().unwrap(),
        format!("{VENDOR},{PAYMENT},Vendor master editor,Payment run,4,2,2,0.5,1.0,1.0")
    );
    // Most holders first, then by package ids.
    let expected =
        [(VENDOR, PAYMENT), (VENDOR, TWIN_1), (VENDOR, TWIN_2), (PAYMENT, TWIN_1), (PAYMENT, TWIN_2)];
    assert_eq!(pairs(&csv), expected);
    assert!(csv.ends_with('\n'));
}

#[test]
fn a_large_table_is_in_order() {
    let dir = Dir::new();
    dir.sod("generate -o export -q --users 300 --packages 60 --assignments 2500").stdout();
    let csv = dir.sod("pairs export").stdout();
    let key = |line: &str| {
        let id = |at: usize| line.get(37 * at..37 * at + 36).unwrap().to_owned();
        let both: u32 = line.rsplit(',').nth(3).unwrap().parse().unwrap();
        assert!(id(0) < id(1), "{line}");
        (std::cmp::Reverse(both), id(0), id(1))
    };
    let keys: Vec<_> = csv.lines().skip(1).map(key).collect();
    assert!(keys.len() > 500 && keys.is_sorted());
    // The first K are the head of the whole.
    let top = dir.sod("pairs export --top 7").stdout();
    assert_eq!(top.lines().collect::<Vec<_>>(), csv.lines().take(8).collect::<Vec<_>>());
    let at_least = dir.sod("pairs export --min-holders 5").stdout();
    assert_eq!(at_least.lines().count(), 1 + keys.iter().filter(|(both, ..)| both.0 >= 5).count());
    assert!(csv.starts_with(&at_least));
}

#[test]
fn packages_are_asked_for_by_id_and_by_name() {
    let dir = tenant::dir();
    let by_id = dir.sod("pairs export -q --package").arg(TWIN_1).stdout();
    assert_eq!(pairs(&by_id), [(VENDOR, TWIN_1), (PAYMENT, TWIN_1)]);
    let several =
        dir.sod("pairs export -q --package").arg(TWIN_1).arg("--package").arg("Payment run").stdout();
    assert_eq!(pairs(&several), [(VENDOR, PAYMENT), (VENDOR, TWIN_1), (PAYMENT, TWIN_1), (PAYMENT, TWIN_2)]);
}

#[test]
fn nothing_to_list_is_still_a_table() {
    let dir = tenant::dir();
    assert_eq!(dir.sod("pairs export -q --min-holders 99").stdout(), format!("{HEADER}\n"));
    assert_eq!(dir.sod("pairs export -q --top 0").stdout(), format!("{HEADER}\n"));
    assert_eq!(dir.sod("pairs export -q --top 0 --format jsonl").stdout(), "");
    assert_eq!(dir.sod("pairs export -q --top 0 --format json").json(), serde_json::json!([]));
}

#[test]
fn every_format_says_the_same() {
    let dir = tenant::dir();
    let array = dir.sod("pairs export -q --format json").json();
    let lines = dir.sod("pairs export -q --format jsonl").stdout();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(array.as_array().unwrap(), &lines);
    let names: Vec<&str> = lines[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names.join(","), HEADER);
    assert_eq!(lines[0]["holders_both"], 2);

    assert_eq!(dir.sod("pairs export -q --format parquet -o pairs.parquet").stdout(), "");
    let file = std::fs::File::open(dir.path("pairs.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let facts = reader.metadata().file_metadata();
    let columns: Vec<&str> = facts.schema_descr().columns().iter().map(|column| column.name()).collect();
    assert_eq!((columns.join(","), facts.num_rows()), (HEADER.to_owned(), 5));
}

#[test]
fn a_file_is_what_stdout_would_have_been() {
    let dir = tenant::dir();
    let ran = dir.sod("pairs export -o pairs.csv").exits(0);
    assert_eq!(ran.stdout, "");
    assert_eq!(dir.read_text("pairs.csv"), dir.sod("pairs export -q").stdout());
    // And takes the place of an earlier one.
    dir.sod("pairs export -q --top 1 -o pairs.csv").stdout();
    assert_eq!(dir.read_text("pairs.csv").lines().count(), 2);
    assert_eq!(dir.names(), ["export", "pairs.csv"]);
}

#[test]
fn warnings_are_talk() {
    let dir = tenant::dir();
    let ran = dir.sod("pairs export").exits(0);
    assert_eq!(ran.stdout, dir.sod("pairs export --quiet").stdout());
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn names_of_outsiders_do_no_harm_in_a_spreadsheet() {
    let dir = Dir::new();
    let package = |id: &str, name: &str| {
        format!(
            r#"{{"id":"{id}","accessPackage":{{"id":"{id}","displayName":"{name}"}},"targetId":"u","assignmentState":"Delivered"}}"#
        )
    };
    dir.write("rows.json", format!("[{},{}]", package("A", "=cmd|' /C calc'!A0"), package("B", "+1")));
    let csv = dir.sod("pairs rows.json -q").stdout();
    assert!(csv.contains(",'=cmd|") && csv.contains(",'+1,"), "{csv}");
}
