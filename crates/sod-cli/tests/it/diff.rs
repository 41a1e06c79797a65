//! `sod diff`, on the two months in `data/`.

use crate::util::Dir;
use std::path::Path;

/// The folder `data/two-months` in a place of its own.
pub(crate) fn two_months() -> Dir {
    let dir = Dir::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/two-months");
    for name in ["rules.toml", "rules-of-october.toml", "exceptions.toml"] {
        dir.write(name, std::fs::read(from.join(name)).unwrap());
    }
    for month in ["october", "november"] {
        for name in ["assignments.json", "packages.json", "users.json"] {
            let name = format!("{month}/{name}");
            dir.write(&name, std::fs::read(from.join(&name)).unwrap());
        }
    }
    dir
}

pub(crate) const JUDGING: &str = "--rules rules.toml --exceptions exceptions.toml";

#[test]
fn the_page() {
    let dir = two_months();
    insta::assert_snapshot!(dir.transcript(&[
        &format!("diff october november {JUDGING} --old-rules rules-of-october.toml -q"),
        &format!("diff november october {JUDGING} -q"),
        &format!("diff october october {JUDGING} -q"),
    ]));
}

#[test]
fn every_format() {
    let dir = two_months();
    let words =
        format!("diff october november {JUDGING} --old-rules rules-of-october.toml -q --exit-zero --format");
    for (name, format) in [
        ("conflicts", "csv"),
        ("pairs", "csv --table pairs"),
        ("json", "json"),
        ("markdown", "markdown"),
        ("html", "html"),
    ] {
        let stdout = dir.sod(&format!("{words} {format}")).stdout();
        insta::assert_snapshot!(format!("as_{name}"), stdout);
        let one = dir.sod(&format!("{words} {format} --threads 1 -o file")).stdout();
        assert_eq!((one.as_str(), dir.read_text("file")), ("", stdout));
    }
}

#[test]
fn reports_tell_the_same_classes() {
    let dir = two_months();
    dir.sod(&format!("analyze october {JUDGING} --out a -q --exit-zero")).exits(0);
    dir.sod(&format!("analyze november {JUDGING} --out b -q --exit-zero")).exits(0);
    let classes = |words: &str| -> Vec<String> {
        let ran = dir.sod(&format!("diff {words} -q --exit-zero --format csv")).exits(0);
        let mut rows = csv::Reader::from_reader(ran.stdout.as_bytes());
        let row = |row: csv::StringRecord| [&row[0], &row[2], &row[5], &row[8], &row[9]].join(" ");
        rows.records().map(|record| row(record.unwrap())).collect()
    };
    let exports = classes(&format!("october november {JUDGING}"));
    assert_eq!(classes("a b"), exports);
    assert_eq!(classes(&format!("a november {JUDGING}")), exports);
    assert_eq!(classes(&format!("october b {JUDGING}")), exports);
    assert!(!exports.is_empty());
}

#[test]
fn the_exit_code_says_whether_something_is_newly_open() {
    let dir = two_months();
    dir.sod(&format!("diff october november {JUDGING}")).exits(1);
    dir.sod(&format!("diff october november {JUDGING} --exit-zero")).exits(0);
    dir.sod(&format!("diff november november {JUDGING}")).exits(0);
    dir.sod("diff october november").exits(0);
}

#[test]
fn what_is_odd_about_the_sides_is_said_on_stderr() {
    let dir = two_months();
    let ran = dir.sod(&format!("diff november october {JUDGING} --exit-zero --format csv")).exits(0);
    assert!(ran.stderr.contains("warning[sides-swapped]"), "{}", ran.stderr);
    let ran = dir.sod(&format!("diff october october {JUDGING}")).exits(0);
    assert!(ran.stderr.contains("warning[sides-same]"), "{}", ran.stderr);
    let ran = dir.sod(&format!("diff october november {JUDGING} --exit-zero")).exits(0);
    assert!(!ran.stderr.contains("sides-"), "{}", ran.stderr);
}

#[test]
fn sides_that_name_people_otherwise_are_refused() {
    let dir = two_months();
    dir.write("one.key", "0123456789abcdef").write("two.key", "fedcba9876543210");
    dir.sod(&format!("analyze october {JUDGING} --out plain -q --exit-zero")).exits(0);
    dir.sod(&format!("analyze october {JUDGING} --out one -q --exit-zero --pseudonymise one.key")).exits(0);
    dir.sod(&format!("analyze october {JUDGING} --out two -q --exit-zero --pseudonymise two.key")).exits(0);
    dir.sod("ledger history one -q --exit-zero").exits(0);
    let before = dir.read_text("history");
    insta::assert_snapshot!(dir.transcript(&[
        "diff one two",
        "diff plain one",
        &format!("diff one november {JUDGING} -q"),
        &format!("diff plain november {JUDGING} -q --pseudonymise two.key"),
        "diff one plain --pseudonymise one.key",
        "ledger history plain -q",
        &format!("ledger history november {JUDGING} -q"),
    ]));
    assert_eq!(dir.read_text("history"), before);
    // With the key of the report the export is compared, and nobody is named.
    let ran =
        dir.sod(&format!("diff one november {JUDGING} -q --exit-zero --format json --pseudonymise one.key"));
    assert!(!ran.exits(0).stdout.contains("contoso"));
    dir.sod(&format!("ledger history november {JUDGING} -q --exit-zero --pseudonymise one.key")).exits(0);
    assert_ne!(dir.read_text("history"), before);
}

#[test]
fn names_are_shown_and_not_obeyed() {
    let dir = two_months();
    let evil = "<script>alert(1)</script>\\u001b[2J=HYPERLINK(1)|x|\\u202e`@channel http://evil";
    for month in ["october", "november"] {
        for name in ["assignments.json", "packages.json", "users.json"] {
            let text = dir.read_text(&format!("{month}/{name}"));
            let text = text.replace("Alice Berg", evil).replace("Payroll run", "=cmd|x!A1");
            dir.write(&format!("{month}/{name}"), text);
        }
    }
    let rules = dir.read_text("rules.toml").replace("Payroll run", "=cmd|x!A1");
    dir.write("rules.toml", rules);
    for format in ["text", "csv", "csv --table pairs", "json", "markdown", "html"] {
        let ran = dir.sod(&format!("diff october november {JUDGING} --format {format} --exit-zero")).exits(0);
        // A table is data, and carries names as they are, as conflicts.csv does.
        let is_table = format.starts_with("csv");
        assert!(is_table || !ran.stdout.contains('\u{1b}'), "{format}");
        assert!(!ran.stderr.contains('\u{1b}'), "{format}");
        if ["markdown", "html"].contains(&format) {
            assert!(!ran.stdout.contains('\u{202e}'), "{format}");
        }
        if format == "markdown" {
            // What outsiders wrote stands in code spans.
            let outside: String = ran.stdout.split('`').step_by(2).collect();
            let obeyed = ["http://", "@channel", "<script"].iter().any(|word| outside.contains(word));
            assert!(!obeyed && ran.stdout.contains("@channel"), "{}", ran.stdout);
        }
        if format == "html" {
            assert!(!ran.stdout.contains("<script"));
        }
        if format == "html" {
            assert!(ran.stdout.contains("default-src 'none'") && !ran.stdout.contains("http://evil\""));
        }
        if format.starts_with("csv") {
            let mut rows = csv::Reader::from_reader(ran.stdout.as_bytes());
            for record in rows.records() {
                assert!(record.unwrap().iter().all(|cell| !cell.starts_with('=')), "{}", ran.stdout);
            }
        }
    }
}

#[test]
fn mistakes() {
    let dir = two_months();
    dir.sod("analyze october --out report -q").exits(0);
    dir.sod("analyze november --out later -q").exits(0);
    let pairs = dir.read_text("later/pairs.csv");
    dir.write("later/pairs.csv", format!("{pairs}x"));
    dir.write("nobody.toml", "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['B'] }]\n");
    dir.write("other.csv", "user,package\nzoe,A\n");
    insta::assert_snapshot!(dir.transcript(&[
        "diff october",
        "diff october november december",
        "diff october nowhere",
        "diff - -",
        "diff october november --table pairs",
        "diff report report --rules rules.toml",
        "diff report november --old-rules rules.toml",
        "diff report later",
        "diff october other.csv",
        "diff october november -o october/users.json",
    ]));
    // The page is shown, and is no success.
    let ran = dir.sod("diff october november --rules nobody.toml -q").exits(2);
    assert!(ran.stderr.contains("october: the rule `R` could not be judged"), "{}", ran.stderr);
    let ran = dir.sod("ledger history october --rules nobody.toml -q").exits(2);
    assert!(ran.stderr.contains("not the same as no conflict") && !dir.path("history").exists());
    assert!(dir.names().iter().all(|name| !name.starts_with('.')), "{:?}", dir.names());
    // Another tenant altogether is no comparison, unless somebody insists.
    dir.sod("diff october other.csv --allow-unjoined -q").exits(0);
}
