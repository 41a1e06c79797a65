//! A disk that is full and places that take nothing: an error, and nothing half-written.

use crate::diff::{JUDGING, two_months};
use crate::tenant;
use crate::util::{Dir, Ran, names};
use std::process::Command;

/// Runs in a shell in which no file may grow beyond so many blocks of 512 or 1,024 bytes: what a full disk does, and at any
/// place that the test wants.
fn limited(dir: &Dir, blocks: u32, words: &str) -> Ran {
    let sod = env!("CARGO_BIN_EXE_sod");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec '{sod}' {words}");
    let done = Command::new("sh").args(["-c", &script]).current_dir(dir.path("")).output().unwrap();
    Ran {
        code: done.status.code().expect("it was not killed"),
        stdout: String::from_utf8(done.stdout).unwrap(),
        stderr: String::from_utf8(done.stderr).unwrap(),
    }
}

/// Everything below a folder, hidden files too, with its bytes.
fn everything(dir: &Dir) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for name in names(&dir.path(&folder)) {
            let name = format!("{folder}{name}");
            if dir.path(&name).is_dir() {
                folders.push(format!("{name}/"));
            } else {
                all.push((name.clone(), dir.read(&name)));
            }
        }
    }
    all.sort();
    all
}

#[track_caller]
fn told_once(ran: &Ran, what: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{what}: {}", ran.stderr);
    assert!(
        ran.stderr.starts_with("error: cannot write `") || ran.stderr.starts_with("error: cannot create `"),
        "{what}: {}",
        ran.stderr
    );
    // The error, and perhaps what helps: no line of a library beside it.
    assert!(ran.stderr.lines().count() <= 2 && !ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
}

#[test]
fn a_report_is_whole_or_not_there() {
    let dir = Dir::new();
    dir.write("rows.csv", tenant::dense(3, 150));
    let before = everything(&dir);
    dir.sod("analyze rows.csv --out whole -q").exits(0);
    let sizes: Vec<u64> = names(&dir.path("whole"))
        .iter()
        .map(|name| dir.path("whole").join(name).metadata().unwrap().len())
        .collect();
    // At some size fails the first file, at others a later one; the manifest is small and comes last.
    let largest = sizes.iter().max().unwrap() / 512 + 1;
    std::fs::remove_dir_all(dir.path("whole")).unwrap();
    let mut failed = 0;
    for blocks in [0, 1, 2, 8, 64, 256, largest / 4, largest / 2] {
        let blocks = u32::try_from(blocks).unwrap();
        let ran = limited(&dir, blocks, "analyze rows.csv --out report -q");
        if ran.code == 2 {
            told_once(&ran, &blocks.to_string());
            assert!(everything(&dir) == before, "{blocks}: {:?}", dir.names());
            failed += 1;
        } else {
            dir.sod("verify report rows.csv").exits(0);
            std::fs::remove_dir_all(dir.path("report")).unwrap();
        }
    }
    assert!(failed >= 5, "{failed}");
}

#[test]
fn an_earlier_report_stays_whole() {
    let dir = Dir::new();
    dir.write("rows.csv", tenant::dense(3, 150)).write("other.csv", tenant::dense(4, 150));
    dir.sod("analyze rows.csv --out report -q").exits(0);
    let before = everything(&dir);
    for blocks in [0, 2, 64, 256] {
        told_once(&limited(&dir, blocks, "analyze other.csv --out report -q"), &blocks.to_string());
        assert!(everything(&dir) == before, "{blocks}: {:?}", names(&dir.path("report")));
    }
    dir.sod("verify report rows.csv").exits(0);
}

#[test]
fn one_file_is_whole_or_as_it_was() {
    let dir = two_months();
    dir.write("dense.csv", tenant::dense(2, 200)).write("before", "what was there");
    dir.write("export/assignments.json", tenant::assignments())
        .write("export/packages.json", tenant::packages());
    let commands = [
        "pairs dense.csv -q -o before".to_owned(),
        "pairs dense.csv -q --format jsonl -o before".to_owned(),
        "pairs dense.csv -q --format json -o before".to_owned(),
        "pairs dense.csv -q --format parquet -o before".to_owned(),
        format!("diff october november {JUDGING} -q -o before"),
        format!("diff october november {JUDGING} -q --format csv -o before"),
        format!("diff october november {JUDGING} -q --format html -o before"),
        format!("remediate october {JUDGING} -q --format csv -o before --force"),
        format!("remediate october {JUDGING} -q --format json -o before --force"),
        "rules import --from entra export -q -o before --force".to_owned(),
    ];
    let state = everything(&dir);
    for words in &commands {
        told_once(&limited(&dir, 0, words), words);
        assert!(everything(&dir) == state, "{words}: {:?}", dir.names());
    }
    for words in &commands[..3] {
        told_once(&limited(&dir, 16, words), words);
        assert!(everything(&dir) == state, "{words}: {:?}", dir.names());
    }
    // A ledger is kept for years.
    dir.sod(&format!("ledger history october {JUDGING} -q --exit-zero")).exits(0);
    let state = everything(&dir);
    told_once(&limited(&dir, 0, &format!("ledger history november {JUDGING} -q")), "ledger");
    assert!(everything(&dir) == state);
}

#[test]
fn the_rows_that_the_workbook_keeps_beside_it_take_room_too() {
    let dir = Dir::new();
    dir.write("rows.csv", tenant::dense(2, 150));
    let ran = limited(&dir, 2048, "analyze rows.csv --out report -q");
    assert!(ran.stderr.contains("no room for the sheets of the workbook"), "{}", ran.stderr);
    told_once(&ran, "workbook");
    assert_eq!(dir.names(), ["rows.csv"]);
}

#[cfg(target_os = "linux")]
#[test]
fn places_that_take_nothing() {
    let dir = two_months();
    dir.write("file", "");
    let before = everything(&dir);
    for words in [
        "pairs october -q -o /dev/full",
        "analyze october --out /proc/report -q",
        "analyze october --out file/report -q",
        "pairs october -q -o file/pairs.csv",
        "pairs october -q -o /proc/pairs.csv",
    ] {
        let ran = dir.sod(words).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{words}: {}", ran.stderr);
        assert!(
            ran.stderr.starts_with("error: ") && ran.stderr.lines().count() <= 2,
            "{words}: {}",
            ran.stderr
        );
        assert!(everything(&dir) == before, "{words}");
    }
    // Standard output is a disk as well.
    for words in [
        "analyze october -q",
        "pairs october -q",
        "inspect october -q",
        "help analyze",
        "schema",
        "analyze october -q --format json",
    ] {
        let sod = env!("CARGO_BIN_EXE_sod");
        let script = format!("exec '{sod}' {words} > /dev/full");
        let done = Command::new("sh").args(["-c", &script]).current_dir(dir.path("")).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        let helps = words.starts_with("help");
        assert!(helps || done.status.code() == Some(2), "{words}: {:?} {said}", done.status);
        assert!(helps || said.starts_with("error: cannot write the output"), "{words}: {said}");
        assert!(!said.contains("panicked"), "{words}: {said}");
    }
}
