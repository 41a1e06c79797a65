//! `sod rules check` and `sod rules schema`.

use crate::tenant;
use crate::util::Dir;
use serde_json::Value;
use std::collections::BTreeSet;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data");

/// The files of the sample that have everything once, and the tenant beside them.
fn sample() -> (Dir, String) {
    let dir = Dir::new();
    for name in ["rules-to-check.toml", "exceptions-to-check.toml"] {
        dir.write(name, std::fs::read(format!("{DATA}/{name}")).unwrap());
    }
    (dir, format!("rules check rules-to-check.toml exceptions-to-check.toml {DATA}/sample-tenant"))
}

/// Codes that cannot occur in the sample tenant, and why not.
const NOT_IN_THE_SAMPLE: [(&str, &str); 1] = [(
    "incomplete-set",
    "its export has the members of every group, and the name and catalog of every package",
)];

#[test]
fn the_sample_has_every_finding() {
    let (dir, words) = sample();
    let ran = dir.sod(&words).arg("--quiet").exits(1);
    insta::assert_snapshot!("of_the_sample", ran.stdout);
    assert_eq!(ran.stderr, "");
    let ran = dir.sod(&words).arg("--quiet").arg("--format").arg("json").exits(1);
    insta::assert_snapshot!("of_the_sample_json", ran.stdout);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    let found: BTreeSet<&str> =
        found["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    let page = include_str!("../../../sod-rules/docs/findings.md");
    let codes = page.lines().filter_map(|line| line.strip_prefix("## "));
    let missing: Vec<&str> = codes.filter(|code| !found.contains(code)).collect();
    let expected: Vec<&str> = NOT_IN_THE_SAMPLE.iter().map(|(code, _)| *code).collect();
    assert_eq!(missing, expected);
}

const RULES: &str = r#"
[[rule]]
id = "P2P-01"
name = "Maintain vendors and release payments"
risk = "A person could pay a vendor they invented."
owner = "finance-controls@contoso.example"
terms = [ { packages = ["Vendor master editor"] }, { packages = ["Payment run", "Cash box"] } ]
"#;

fn dir() -> Dir {
    let dir = tenant::dir();
    dir.write("rules.toml", RULES);
    dir.write("exceptions.toml", "[[exception]]\nid = 'EX-1'\nrule = 'P2P-02'\nuser = 'alice@contoso.example'\nowner = 'o'\njustification = 'j'\nend = 2025-12-31\n");
    dir.write("rules.json", r#"{"rule": [{"id": "A\u001b[31m", "owner": "o", "risk": "r", "terms": [{"packages": ["x\u0007"]}, {"packages": "x\u0007"}]}]}"#);
    dir
}

#[test]
fn the_pages() {
    insta::assert_snapshot!(dir().transcript(&[
        "rules check rules.toml",
        "rules check rules.toml exceptions.toml",
        "rules check exceptions.toml --as-of 2026-06-01",
        "rules check export rules.toml exceptions.toml",
        "rules check rules.json",
    ]));
}

#[test]
fn exceptions_may_be_a_table() {
    let dir = dir();
    dir.write(
        "exceptions.csv",
        "\u{feff}Id;Rule;User;Owner;Justification;End\r\nEX-1;P2P-02;alice@contoso.example;o;j;2025-12-31\r\n",
    )
    .write("wrong.csv", "id,rule,user,owner,justification\nEX-2,P2P-02,alice@contoso.example,,j\n");
    insta::assert_snapshot!(dir.transcript(&[
        "rules check rules.toml exceptions.csv --as-of 2026-06-01",
        "rules check exceptions.csv rules.toml export --allow unknown-name",
        "rules check rules.toml wrong.csv",
    ]));
    // The same as TOML says the same.
    let findings = |file: &str| {
        let json = dir.sod(&format!("rules check rules.toml {file} export --format json")).exits(1).stdout;
        json.replace(file, "FILE")
            .lines()
            .filter(|line| !line.contains("\"line\"") && !line.contains("\"column\""))
            .collect::<String>()
    };
    assert_eq!(findings("exceptions.csv"), findings("exceptions.toml"));
}

#[test]
fn levels_decide_the_exit_code() {
    let dir = dir();
    dir.write("note.toml", "[[rule]]\nid = 'R'\nrisk = 'r'\nterms = [{ packages = ['A'] }]\n");
    dir.sod("rules check note.toml").exits(0);
    dir.sod("rules check note.toml --deny no-owner").exits(1);
    dir.sod("rules check note.toml --deny no-owner --exit-zero").exits(0);
    dir.sod("rules check rules.toml export").exits(1);
    let allowed = "--allow unknown-name --allow covers-declared --allow one-way-declaration";
    dir.sod(&format!("rules check rules.toml export {allowed}")).exits(0);
}

#[test]
fn mistakes_of_the_words() {
    let dir = dir();
    dir.write("bad.toml", "[[rules]]\nid = 'R'\n")
        .write("twin.toml", "[[rule]]\nid = 'R'\nterms = [{ packages = ['Twin'] }]\n");
    dir.write("two.toml", "[[rule]]\nid = 'P2P-01'\nterms = [{ functions = ['f'] }]\n");
    insta::assert_snapshot!(dir.transcript(&[
        "rules check bad.toml exceptions.toml",
        "rules check rules.toml two.toml",
        "rules check twin.toml export",
        "rules check rules.toml export --strict",
        "rules check export",
        "rules check rules.toml nowhere",
        "rules check rules.toml --allow dead-rul",
        "rules check rules.toml --allow dead-rule --deny dead-rule",
    ]));
}

#[test]
fn the_bytes_depend_on_nothing_else() {
    let (dir, words) = sample();
    let page = |more: &str| dir.sod(&format!("{words} --format json --quiet {more}")).exits(1).stdout;
    let once = page("--threads 1");
    assert_eq!(once, page("--threads 4"));
    assert_eq!(once, page("--threads 2 --no-progress"));
}

#[test]
fn the_schemas() {
    let dir = Dir::new();
    let rules = dir.sod("rules schema").json();
    assert_eq!(rules, dir.sod("rules schema rules").json());
    assert_eq!(rules["title"], "Rules of sod");
    assert_eq!(dir.sod("rules schema exceptions").json()["title"], "Exceptions of sod");
}
