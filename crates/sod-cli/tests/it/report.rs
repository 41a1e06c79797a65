//! The report folder: what is in it, that it is repeatable, and what it refuses.

use crate::tenant;
use crate::util::{Dir, names};
use serde_json::Value;

const FILES: [&str; 10] = [
    "conflict-groups.jsonl",
    "conflicts.csv",
    "conflicts.jsonl",
    "manifest.json",
    "pairs.csv",
    "rejected.csv",
    "report.html",
    "report.xlsx",
    "rules.json",
    "summary.json",
];

/// A generated tenant with dirt, in two folders.
fn generated() -> Dir {
    let dir = Dir::new();
    dir.sod("generate -o x -q --users 120 --packages 20 --assignments 900 --dirt missing-user,duplicate-rows,several-live,null-object-id").stdout();
    std::fs::rename(dir.path("x/assignments"), dir.path("rows")).unwrap();
    dir
}

#[test]
fn the_files() {
    let dir = tenant::dir();
    let ran = dir.sod("analyze export --out report").exits(1);
    assert!(ran.stdout.contains("`report`"), "{}", ran.stdout);
    assert_eq!(names(&dir.path("report")), FILES);
    assert_eq!(dir.read_text("report/pairs.csv"), dir.sod("pairs export -q").stdout());
    let printed = dir.sod("analyze export --format json --exit-zero").exits(0).stdout;
    assert_eq!(dir.read_text("report/summary.json"), printed);
    insta::assert_snapshot!(dir.read_text("report/conflicts.csv"));
    assert_eq!(dir.read_text("report/rejected.csv").lines().count(), 1);
    let manifest = dir.read_json("report/manifest.json");
    assert_eq!(manifest["tool"]["name"], "sod");
    assert_eq!(manifest["inputs"].as_array().unwrap().len(), 2);
    assert_eq!(manifest["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(manifest["outputs"].as_array().unwrap().len(), FILES.len() - 1);
    assert_eq!(dir.names(), ["export", "report"], "nothing else is left");
}

#[test]
fn the_format_of_the_pairs_is_a_choice() {
    let dir = tenant::dir();
    for format in ["parquet", "jsonl", "json", "csv"] {
        dir.sod(&format!("analyze export --out report --pairs-format {format} -q")).exits(1);
        let expected = format!("pairs.{format}");
        let found = names(&dir.path("report"));
        let found: Vec<&String> = found.iter().filter(|name| name.starts_with("pairs.")).collect();
        assert_eq!(found, [&expected], "the earlier table is gone");
    }
}

#[test]
fn everything_but_the_manifest_is_the_same_byte_for_byte() {
    let dir = generated();
    for (name, words) in [
        ("one", "x rows --threads 1"),
        ("two", "x rows --threads 2"),
        ("many", "x rows --threads 7"),
        ("order", "rows x"),
        ("rows-method", "x rows --method rows"),
        ("columns-method", "x rows --method columns"),
    ] {
        dir.sod(&format!("analyze {words} --out {name} -q")).exits(1);
        for file in FILES.into_iter().filter(|file| *file != "manifest.json") {
            let (first, other) = (dir.read(&format!("one/{file}")), dir.read(&format!("{name}/{file}")));
            assert!(first == other, "{name}/{file}");
        }
    }
}

#[test]
fn rows_add_up_and_the_sum_of_pairs_is_checked() {
    let dir = generated();
    dir.sod("analyze x rows --out report -q").exits(1);
    let summary = dir.read_json("report/summary.json");
    let row = |name: &str| summary["rows"][name].as_u64().unwrap_or_else(|| panic!("{name}: {summary:#}"));
    assert_eq!(row("read"), row("accepted") + row("rejected") + row("set_aside"));
    assert!(row("rejected") > 0 && row("set_aside") > 0);
    assert_eq!(summary["pair_sum_identity"], true);
    let sum = |file: String, column: usize| -> u64 {
        file.lines().skip(1).map(|line| line.rsplit(',').nth(column).unwrap().parse::<u64>().unwrap()).sum()
    };
    let pairs = dir.read_text("report/pairs.csv");
    assert_eq!(summary["pairs_nonzero"], pairs.lines().count() as u64 - 1);
    assert_eq!(summary["pair_holders_sum"], sum(pairs, 3));
    assert_eq!(dir.read_text("report/rejected.csv").lines().count() as u64 - 1, row("rejected"));
    assert_eq!(
        dir.read_text("report/conflicts.csv").lines().count() as u64 - 1,
        summary["conflicts_open"].as_u64().unwrap()
    );
    // The same for each file.
    let manifest = dir.read_json("report/manifest.json");
    for input in manifest["inputs"].as_array().unwrap() {
        let row = |name: &str| input["rows"][name].as_u64().unwrap();
        assert_eq!(row("read"), row("accepted") + row("rejected") + row("set_aside"), "{input:#}");
    }
}

#[test]
fn an_earlier_report_is_replaced_and_foreign_files_are_not() {
    let dir = tenant::dir();
    dir.sod("analyze export --out report -q").exits(1);
    dir.sod("analyze export --out report -q --states all").exits(1);
    assert_eq!(dir.read_json("report/summary.json")["conflicts_open"], 4);
    std::fs::create_dir(dir.path("empty")).unwrap();
    dir.sod("analyze export --out empty -q").exits(1);

    dir.write("mine/notes.txt", "keep me");
    let ran = dir.sod("analyze export --out mine").exits(2);
    insta::assert_snapshot!(ran.stderr);
    assert_eq!((ran.stdout.as_str(), names(&dir.path("mine"))), ("", vec!["notes.txt".to_owned()]));
    // The export itself is no place for the report.
    dir.sod("analyze export --out export").exits(2);
    assert_eq!(names(&dir.path("export")), ["assignments.json", "packages.json"]);
    dir.sod("analyze export --out export/packages.json").exits(2);
    assert_eq!(dir.read_text("export/packages.json"), tenant::packages());
}

#[test]
fn a_place_that_cannot_be_written_to_is_refused_before_the_work() {
    let dir = Dir::new();
    dir.write("mine/notes.txt", "keep me");
    // The input is not even looked at.
    let ran = dir.sod("analyze nowhere --out mine").exits(2);
    assert!(ran.stderr.contains("notes.txt"), "{}", ran.stderr);
    let ran = dir.sod("pairs nowhere -o mine").exits(2);
    assert!(ran.stderr.contains("is a folder"), "{}", ran.stderr);
    let ran = dir.sod("pairs nowhere -o no/such/folder.csv").exits(2);
    assert!(ran.stderr.contains("help: create the folder"), "{}", ran.stderr);
}

#[test]
fn nothing_is_written_when_the_run_fails() {
    let dir = tenant::dir();
    dir.write("export/page.html", "<html>");
    dir.sod("analyze export --out report").exits(2);
    dir.sod("pairs export -o pairs.csv").exits(2);
    assert_eq!(dir.names(), ["export"]);
}

#[test]
fn an_input_is_not_overwritten() {
    let dir = Dir::new();
    dir.write("rows.csv", "user,package\nu,A\nu,B\n");
    let ran = dir.sod("pairs rows.csv -o ./rows.csv").exits(2);
    assert!(ran.stderr.contains("is one of the inputs"), "{}", ran.stderr);
    let ran = dir.sod("pairs . -o rows.csv").exits(2);
    assert!(ran.stderr.contains("is one of the inputs"), "{}", ran.stderr);
    assert_eq!(dir.read_text("rows.csv"), "user,package\nu,A\nu,B\n");
}

#[test]
fn the_manifest_tells_the_options_as_they_took_effect() {
    let dir = tenant::dir();
    dir.sod("analyze export --out report -q --states live --as-of 2026-06-01").exits(1);
    let manifest = dir.read_json("report/manifest.json");
    let options = &manifest["options"];
    let expected = [("states", "delivering,partiallyDelivered,delivered"), ("as_of", "2026-06-01T00:00:00Z")];
    for (name, value) in expected {
        assert_eq!(options[name], Value::from(value));
    }
}
