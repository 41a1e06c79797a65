//! stdout is data, stderr is talk; standard input; pipes that close.

use crate::tenant::{self, PAYMENT, VENDOR};
use crate::util::{Dir, finish};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{BufRead, BufReader, Write};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn standard_input_is_an_input() {
    let dir = tenant::dir();
    let expected = dir.sod("pairs export/assignments.json -q").stdout();
    assert_eq!(dir.sod("pairs - -q").stdin(tenant::assignments()).stdout(), expected);
    assert_eq!(dir.sod("pairs - -q").stdin(gzip(tenant::assignments().as_bytes())).stdout(), expected);
    // Beside files, for one.
    let both = dir.sod("analyze - export/packages.json --format json").stdin(tenant::assignments()).exits(1);
    let folder = dir.sod("analyze export --format json").exits(1);
    let conflicts = |text: &str| text.lines().find(|line| line.contains("conflicts_open")).map(str::to_owned);
    assert_eq!(conflicts(&both.stdout), conflicts(&folder.stdout));
}

#[test]
fn records_of_standard_input_are_kept() {
    let dir = tenant::dir();
    let words =
        |input: &str| format!("additional-access {input} -q --package {VENDOR} --incompatible {PAYMENT}");
    let expected = dir.sod(&words("export/assignments.json")).stdout();
    assert_eq!(dir.sod(&words("-")).stdin(tenant::assignments()).stdout(), expected);
    assert_eq!(dir.sod(&words("-")).stdin(gzip(tenant::assignments().as_bytes())).stdout(), expected);
    let marked = [b"\xef\xbb\xbf", tenant::assignments().as_bytes()].concat();
    assert_eq!(dir.sod(&words("-")).stdin(marked).stdout(), expected);
    dir.write("marked.json.gz", gzip(tenant::assignments().as_bytes()));
    assert_eq!(dir.sod(&words("marked.json.gz")).stdout(), expected);
}

#[test]
fn standard_input_that_is_nothing_is_not_an_answer() {
    let ran = Dir::new().sod("analyze -").stdin("").exits(2);
    assert!(ran.stderr.contains("no-assignments"), "{}", ran.stderr);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let dir = Dir::new();
    // More than any pipe holds.
    dir.write("dense.csv", tenant::dense(2, 300));
    for words in ["pairs dense.csv", "pairs dense.csv --format jsonl", "pairs dense.csv --format json"] {
        let mut child = dir.sod(words).spawn();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(!first.is_empty());
        let ran = finish(child);
        assert_eq!(ran.code, 0, "{words}");
        let talk: Vec<&str> = ran.stderr.lines().filter(|line| !line.starts_with("warning[")).collect();
        assert!(talk.is_empty(), "{words}: {talk:?}");
    }
}

#[test]
fn a_reader_that_sees_nothing_is_no_failure_either() {
    let dir = tenant::dir();
    let user = "explain export -q --user alice@contoso.example";
    dir.sod("analyze export --out report -q").exits(1);
    dir.sod("ledger history report -q").run();
    let rule = format!("explain export -q --rule {}", tenant::RULE);
    for words in [
        "analyze export -q",
        "analyze export -q --format json",
        "analyze export -q --format markdown",
        "pairs export -q",
        "pairs export -q --format json",
        "pairs export -q --format jsonl",
        "pairs export -q --format parquet",
        "inspect export -q",
        "inspect export -q --format json",
        user,
        &format!("{user} --format json"),
        &rule,
        &format!("{rule} --format json"),
        &format!("additional-access export -q --package {VENDOR} --incompatible {PAYMENT}"),
        "remediate export -q",
        "remediate export -q --format csv",
        "remediate export -q --format json",
        "diff export report -q",
        "diff export report -q --format csv",
        "diff export report -q --format json",
        "diff export report -q --format markdown",
        "diff export report -q --format html",
        "ledger history -q",
        "ledger history -q --format csv",
        "verify report export -q",
        "verify report export -q --format json",
        "rules import --from entra export -q",
        "schema",
        "schema diff",
        "rules schema",
        "help analyze",
        "--version",
        "generate --list",
    ] {
        let mut child = dir.sod(words).spawn();
        drop(child.stdout.take());
        let ran = finish(child);
        // Whoever wrote before the pipe was closed did not notice, and found conflicts.
        assert!(ran.code == 0 || ran.code == 1 && words.contains("export"), "{words}: {}", ran.code);
        let talk: Vec<&str> = ran
            .stderr
            .lines()
            .filter(|line| line.starts_with("error") || line.contains("panicked"))
            .collect();
        assert!(talk.is_empty(), "{words}: {talk:?}");
    }
}

#[test]
fn quiet_silences_everything_but_errors() {
    let dir = tenant::dir();
    for words in ["pairs export", "explain export --user bob@contoso.example"] {
        assert!(!dir.sod(words).exits(0).stderr.is_empty(), "{words}");
        assert_eq!(dir.sod(&format!("{words} --quiet")).exits(0).stderr, "");
    }
    assert!(dir.sod("pairs nowhere --quiet").exits(2).stderr.starts_with("error[unreadable]"));
    dir.sod("pairs export --quiet --verbose").exits(2);
}

#[test]
fn no_progress_bar_without_a_terminal() {
    let dir = tenant::dir();
    let ran = dir.sod("analyze export --color always").exits(1);
    assert_eq!(ran.stderr, "");
    // Words of warning may have colour; a bar would have carriage returns.
    let ran = dir.sod("pairs export --color always").exits(0);
    assert!(ran.stderr.contains("\u{1b}[1;33mwarning[") && !ran.stderr.contains('\r'), "{}", ran.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn names_of_files_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let dir = Dir::new();
    let name = std::ffi::OsStr::from_bytes(b"gr\xfc\xdfe.csv");
    std::fs::write(dir.path("").join(name), "user,package\nu,A\nu,B\n").unwrap();
    assert!(dir.sod("pairs -q").arg(name).stdout().contains("A,B,"));
    dir.sod("analyze --out report").arg(name).exits(0);
    assert!(dir.path("report/manifest.json").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_are_written_to_and_not_replaced() {
    let dir = tenant::dir();
    let expected = dir.sod("pairs export -q").stdout();
    assert_eq!(dir.sod("pairs export -q -o /dev/stdout").stdout(), expected);
}
