//! `sod verify`.

use crate::tenant;
use crate::util::Dir;
use serde_json::Value;

const RULES: &str = r#"
[[rule]]
id = "P2P-01"
name = "Maintain vendors and release payments"
severity = "critical"
terms = [ { packages = ["Vendor master editor"] }, { packages = ["Payment run", "Cash box"] } ]
"#;

const EXCEPTIONS: &str = r#"
[[exception]]
id = "EX-7"
rule = "P2P-01"
user = "alice@contoso.example"
owner = "cfo@contoso.example"
justification = "Two-person branch office until the hire in March."
end = 2026-12-31
"#;

/// The tenant and a report of it.
fn reported() -> Dir {
    let dir = tenant::dir();
    dir.write("rules.toml", RULES).write("exceptions.toml", EXCEPTIONS);
    dir.sod(
        "analyze export --rules rules.toml --exceptions exceptions.toml --as-of 2026-11-22 --out report -q",
    )
    .exits(1);
    dir
}

/// What is printed, without the time of the run.
fn timeless(dir: &Dir, text: &str) -> String {
    let started = dir.read_json("report/manifest.json")["started"].as_str().unwrap().to_owned();
    let text = text.replace(&started, "TIME");
    // How many bytes depends on how the program was built: the manifest tells it.
    let masked = |line: &str| match line.split_once(" bytes in all") {
        Some((before, _)) if line.contains("report files") => {
            format!(
                "{}SO MANY bytes in all\n",
                before.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ',')
            )
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(masked).collect()
}

#[test]
fn an_honest_report() {
    let dir = reported();
    let text = dir.transcript(&[
        "verify report export",
        "verify report export --rules rules.toml --exceptions exceptions.toml",
    ]);
    insta::assert_snapshot!(timeless(&dir, &text));
    assert_eq!(dir.sod("verify report export").exits(0).stderr, "");
    assert_eq!(dir.names(), ["exceptions.toml", "export", "report", "rules.toml"], "nothing is written");
}

#[test]
fn a_report_that_was_changed() {
    let dir = reported();
    let conflicts = dir.read_text("report/conflicts.csv").replacen("open", "excepted", 1);
    dir.write("report/conflicts.csv", conflicts).write("report/notes.txt", "mine");
    let text =
        dir.transcript(&["verify report export", "verify report export --rules exceptions.toml --exit-zero"]);
    insta::assert_snapshot!(timeless(&dir, &text));
    let json = dir.sod("verify report export --format json").exits(1).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["equal"], false);
    insta::assert_snapshot!(serde_json::to_string_pretty(&json["differences"]).unwrap());
}

#[test]
fn inputs_that_are_not_those_of_the_report() {
    let dir = reported();
    dir.write("export/more.json", "{\"value\":[]}");
    let assignments = dir.read_text("export/assignments.json").replace("Expired", "Delivered");
    dir.write("export/assignments.json", assignments);
    std::fs::rename(dir.path("export/packages.json"), dir.path("p.json")).unwrap();
    let text = dir.transcript(&["verify report export", "verify report export p.json"]);
    insta::assert_snapshot!(timeless(&dir, &text));
}

#[test]
fn standard_input_and_packed_inputs() {
    let dir = reported();
    let rows = "user,package\nann,A\nann,B\nbob,A\n";
    dir.sod("analyze - --out piped -q").stdin(rows).exits(0);
    let found = dir.sod("verify piped -").stdin(rows).exits(0);
    assert!(found.stdout.contains("Nothing differs"), "{}", found.stdout);
    let found = dir.sod("verify piped -").stdin(rows.replace("bob,A", "bob,B")).exits(1);
    assert!(found.stdout.contains("input-changed  -"), "{}", found.stdout);
    // A file with the same content is the same input; a report of files cannot be compared with a stream.
    dir.write("rows.csv", rows);
    dir.sod("verify piped rows.csv").exits(0);
    let found = dir.sod("verify report -").stdin(rows).exits(1);
    assert!(found.stdout.contains("can be read only once"), "{}", found.stdout);

    dir.sod("generate -o x -q --users 60 --packages 12 --assignments 400 --compress zstd").stdout();
    dir.sod("analyze x --states live --pairs-format parquet --out packed -q --exit-zero").exits(0);
    dir.sod("verify packed x").exits(0);
}

#[test]
fn a_report_is_no_export() {
    let dir = reported();
    insta::assert_snapshot!(dir.transcript(&["analyze report", "inspect export report", "pairs report"]));
    let found = dir.sod("verify report report").exits(1);
    assert!(found.stdout.contains("`report` is a report of sod, and no export"), "{}", found.stdout);
}

#[test]
fn folders_that_are_no_reports() {
    let dir = reported();
    dir.write("mine/manifest.json", "{}").write("empty/x", "");
    let manifest = dir.read_text("report/manifest.json");
    let older: Vec<&str> = manifest.lines().filter(|line| !line.contains("manifest_sha256")).collect();
    dir.write("older/manifest.json", older.join("\n").replace("  ],\n}", "  ]\n}"));
    let commands = [
        "verify nowhere export",
        "verify rules.toml export",
        "verify empty export",
        "verify mine export",
        "verify older export",
        "verify report nowhere",
        "verify report",
        "verify report export --states all",
        "verify report export --rules nowhere.toml",
    ];
    insta::assert_snapshot!(dir.transcript(&commands));
}
