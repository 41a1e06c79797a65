//! Secrets and personal text of an export reach no output.
//!
//! Every place of an export that can hold such a thing holds a word that stands nowhere else: addresses of extensions with
//! their signatures, tokens, answers, justifications, bodies of mails; in rows that are read, in rows that are rejected, and in
//! files that are refused. Then every command runs in every format, and every byte that comes out is searched.

mod planted;

use crate::util::{Dir, Ran, names};
use parquet::file::reader::{FileReader, SerializedFileReader};
use planted::{MARK, PAYMENT, VENDOR};
use std::io::Read;
use std::path::Path;

const EXPORTS: [&str; 4] = ["pages", "tree", "table.csv", "powershell.json"];
const JUDGED: &str = "--rules rules.toml --exceptions exceptions.toml --as-of 2026-06-01";

/// The marks in a text, each with what stands around it.
fn marks(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let around = |at: usize| -> String {
        let before: String = text[..at].chars().rev().take(60).collect();
        before.chars().rev().chain(text[at..].chars().take(40)).collect()
    };
    text.match_indices(MARK).map(|(at, _)| around(at)).collect()
}

/// What a file says: a workbook is unpacked, a table of columns is read.
fn contents(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).unwrap();
    let name = path.to_string_lossy();
    if name.ends_with(".xlsx") {
        let mut book = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        assert!(book.len() > 8, "{name}");
        let mut parts = vec![Vec::new(); book.len()];
        for (at, part) in parts.iter_mut().enumerate() {
            book.by_index(at).unwrap().read_to_end(part).unwrap();
        }
        return parts;
    }
    if name.ends_with(".parquet") {
        let file = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
        let rows: Vec<String> =
            file.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert!(!rows.is_empty(), "{name}");
        return vec![rows.join("\n").into_bytes(), bytes];
    }
    vec![bytes]
}

/// Notes the marks that a command let out, on its streams and in what it wrote.
struct Search {
    dir: Dir,
    found: Vec<String>,
    searched: usize,
}

impl Search {
    fn new() -> Self {
        Self { dir: planted::dir(), found: Vec::new(), searched: 0 }
    }

    fn look(&mut self, what: &str, bytes: &[u8]) {
        self.searched += bytes.len();
        self.found.extend(marks(bytes).into_iter().map(|mark| format!("{what}: {mark}")));
    }

    /// Runs, and must end with one of these codes.
    #[track_caller]
    fn run(&mut self, words: &str, codes: &[i32]) -> Ran {
        let ran = self.dir.sod(words).run();
        assert!(codes.contains(&ran.code), "{words}: {} {}", ran.code, ran.stderr);
        self.look(&format!("stdout of {words}"), ran.stdout.as_bytes());
        self.look(&format!("stderr of {words}"), ran.stderr.as_bytes());
        ran
    }

    /// The same for what was written: a file, or the files of a folder.
    fn written(&mut self, name: &str) {
        let path = self.dir.path(name);
        let files = if path.is_dir() {
            names(&path).iter().map(|name| path.join(name)).collect()
        } else {
            vec![path]
        };
        for file in files {
            for part in contents(&file) {
                self.look(&file.to_string_lossy(), &part);
            }
        }
    }

    #[track_caller]
    fn end(self) {
        assert!(self.searched > 0);
        assert!(self.found.is_empty(), "{} marks:\n{}", self.found.len(), self.found.join("\n"));
    }
}

#[test]
fn the_marks_are_there_to_be_found() {
    let search = Search::new();
    let planted = |name: &str| planted::planted(&search.dir.path(name));
    for name in EXPORTS {
        assert!(planted(name) >= 8, "{name}: {}", planted(name));
    }
    // What is rejected is among them, so that messages have something to quote.
    for (name, codes) in [
        ("pages", &["malformed-json", "no-package", "not-a-record", "truncated-depth"][..]),
        ("table.csv", &["malformed-row", "no-user", "type-name-cell"][..]),
    ] {
        let said = search.dir.sod(&format!("inspect {name} --format json --allow-unjoined")).exits(0).stdout;
        for code in codes {
            assert!(said.contains(code), "{name} has no {code}: {said}");
        }
    }
}

#[test]
fn no_file_of_a_report_has_any() {
    let mut search = Search::new();
    for export in EXPORTS {
        for format in ["csv", "jsonl", "json", "parquet"] {
            search.run(
                &format!("analyze {export} {JUDGED} --out report --pairs-format {format} --verbose"),
                &[1],
            );
            search.written("report");
        }
        search.run(&format!("verify report {export}"), &[0]);
    }
    // With everything that can be counted as held, other states too.
    let all = EXPORTS.join(" ");
    search.run(&format!("analyze {all} {JUDGED} --out report --states all --allow-unjoined"), &[1]);
    search.written("report");
    search.end();
}

#[test]
fn no_command_says_any() {
    let mut search = Search::new();
    for export in EXPORTS {
        for format in ["text", "json", "markdown"] {
            search.run(&format!("analyze {export} {JUDGED} --format {format}"), &[1]);
        }
        for format in ["csv", "jsonl", "json", "parquet"] {
            search.run(&format!("pairs {export} --format {format} -o pairs.{format}"), &[0]);
            search.written(&format!("pairs.{format}"));
        }
        for format in ["text", "json"] {
            search.run(&format!("inspect {export} --format {format}"), &[0]);
            search.run(
                &format!("explain {export} {JUDGED} --user alice@contoso.example --format {format}"),
                &[0, 1],
            );
            search.run(
                &format!("explain {export} {JUDGED} --pair {VENDOR} {PAYMENT} --format {format}"),
                &[0, 1],
            );
            search.run(&format!("explain {export} {JUDGED} --rule P2P-01 --format {format}"), &[0, 1]);
            search
                .run(&format!("rules check rules.toml exceptions.toml {export} --format {format}"), &[0, 1]);
        }
        for format in ["text", "csv", "json"] {
            search.run(&format!("remediate {export} {JUDGED} --format {format} --check"), &[0, 1]);
        }
        search.run(&format!("explain {export} --user nobody@contoso.example"), &[2]);
        search.run(&format!("analyze {export} --strict"), &[1, 2]);
        search.run(&format!("rules import --from entra {export} -o imported.toml --force"), &[0, 1, 2]);
    }
    for format in ["text", "csv", "json", "markdown", "html"] {
        for table in ["conflicts", "pairs"] {
            let what =
                format!("diff pages table.csv {JUDGED} --format {format} --table {table} --allow-unjoined");
            search.run(&what, &[0, 1, 2]);
        }
    }
    search.run(&format!("ledger history.jsonl pages {JUDGED}"), &[0, 1]);
    search.written("history.jsonl");
    for table in ["trend", "conflicts"] {
        search.run(&format!("ledger history.jsonl --format csv --table {table}"), &[0, 1]);
    }
    search.end();
}

#[test]
fn graphs_answer_has_them_when_they_are_asked_for_by_name() {
    let mut search = Search::new();
    let pair = format!("--package {VENDOR} --incompatible {PAYMENT}");
    for export in EXPORTS {
        for flags in ["", "--api v1.0", "--api beta --expand target,accessPackage"] {
            let ran = search.run(&format!("additional-access {export} {pair} {flags}"), &[0]);
            assert!(ran.stdout.contains("\"value\": [\n    {"), "{export}: {}", ran.stdout);
            let left_out = ran.stderr.lines().filter(|line| line.starts_with("note:")).count();
            assert_eq!(left_out, 1, "{export}: {}", ran.stderr);
        }
        let all = search.dir.sod(&format!("additional-access {export} {pair} --all-members -q")).stdout();
        assert!(all.contains(MARK), "{export}");
    }
    insta::assert_snapshot!(search.dir.transcript(&[
        &format!("additional-access pages {pair}"),
        &format!("additional-access table.csv {pair}")
    ]));
    search.end();
}

/// A file that is refused is told by its place and by what was expected, not by what it says.
#[test]
fn no_refusal_quotes_any() {
    let mut search = Search::new();
    for name in names(&search.dir.path("refused")) {
        let file = format!("refused/{name}");
        assert!(planted::planted(&search.dir.path(&file)) > 0, "{file}");
        for words in [
            "analyze",
            "inspect",
            "pairs",
            "analyze --strict",
            "analyze --no-header --map user=#1,package=#2,state=#3",
        ] {
            search.run(&format!("{words} {file}"), &[0, 1, 2]);
        }
        search.run(&format!("analyze pages {file} --out report"), &[0, 1, 2]);
        search.run(&format!("diff pages {file}"), &[0, 1, 2]);
        // Named where rules and exceptions are expected.
        search.run(&format!("analyze pages --rules {file}"), &[2]);
        search.run(&format!("analyze pages --exceptions {file}"), &[0, 1, 2]);
        search.run(&format!("rules check {file}"), &[0, 1, 2]);
        search.run(&format!("remediate pages --check {file}"), &[0, 1, 2]);
        search.run(&format!("verify {file} pages"), &[2]);
        search.run(&format!("ledger {file} pages"), &[0, 1, 2]);
        // Files of rules in other formats are asked for by name, and what cannot be carried over is quoted.
        search.run(&format!("rules import --from entra {file} -o x.toml --force"), &[0, 1, 2]);
    }
    for export in EXPORTS.into_iter().filter(|export| export.contains('.')) {
        search.run(&format!("analyze pages --rules {export}"), &[2]);
        search.run(&format!("rules check {export}"), &[0, 1, 2]);
    }
    search.run("analyze pages --rules pages/assignments.json", &[2]);
    search.run("rules check pages/assignments.json", &[0, 1, 2]);
    search.end();
}
