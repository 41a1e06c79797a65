//! `--pseudonymise`: the whole folder is searched for whoever it is about.

use crate::tenant;
use crate::util::Dir;
use std::fs;

const KEY: &str = "8d3a0c8e4e0f5f6f7d1c2b3a49586776\n";

const RULES: &str = r#"
[[rule]]
id = "P2P-01"
name = "Maintain vendors and release payments"
risk = "Alice Example could pay a vendor she invented."
owner = "Finance Controls <controls@contoso.example>"
terms = [ { packages = ["Vendor master editor"] }, { packages = ["Payment run"] } ]
"#;

const EXCEPTIONS: &str = r#"
[[exception]]
id = "EX-1"
rule = "P2P-01"
user = "alice@contoso.example"
owner = "Bob Example"
justification = "Asked for by bob@contoso.example; Carol Example agrees."
control = "Reviewed by cfo@contoso.example."

[[exception]]
id = "EX-2"
rule = "P2P-01"
user = "eve@contoso.example"
owner = "alice@contoso.example"
justification = "Left over."
end = 2026-12-31
"#;

fn dir() -> Dir {
    let dir = tenant::dir();
    // A rejected row that tells a name, and people who hold nothing.
    let odd = r#"[{"id":"x","accessPackageId":"p","targetId":"dave@contoso.example","assignmentState":"Delivered","target":{"objectId":7}},
        {"id":"fa11ed00-0000-4000-8000-000000000001","displayName":"Frank Example","userPrincipalName":"frank@contoso.example","mail":"f.example@contoso.example","department":"Department of Frank"}]"#;
    dir.write("export/odd.json", odd).write("rules.toml", RULES).write("exceptions.toml", EXCEPTIONS);
    dir.write("key", KEY);
    dir
}

fn forbidden() -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for user in ["alice", "bob", "carol", "dave", "eve", "frank"] {
        words.extend([
            format!("{user}@"),
            format!("{user} "),
            tenant::object_id(user),
            tenant::subject_id(user),
        ]);
    }
    words.extend(["cfo@", "controls@", "f.example@", "cccccccc-0000", "fa11ed00"].map(str::to_owned));
    words
}

#[test]
fn nothing_in_the_report_tells_who_it_is_about() {
    let dir = dir();
    let words = "--rules rules.toml --exceptions exceptions.toml --as-of 2026-06-01";
    let plain = dir.sod(&format!("analyze export {words} --out plain --format json")).exits(1);
    let plain: serde_json::Value = serde_json::from_str(&plain.stdout).unwrap();
    for format in ["csv", "jsonl", "json", "parquet"] {
        let options = format!("{words} --pseudonymise key --pairs-format {format} --out report");
        let ran = dir.sod(&format!("analyze export {options}")).exits(1);
        let mut texts = vec![("stdout".to_owned(), ran.stdout), ("stderr".to_owned(), ran.stderr)];
        for name in crate::util::names(&dir.path("report")) {
            let bytes = fs::read(dir.path("report").join(&name)).unwrap();
            texts.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
        assert!(texts.len() > 6);
        for (name, text) in &texts {
            let text = text.to_lowercase();
            for word in forbidden() {
                assert!(!text.contains(&word), "{name} tells {word}: {text}");
            }
        }
        dir.sod("verify report export --pseudonymise key").exits(0);
        let summary = dir.read_json("report/summary.json");
        for figure in [
            "users",
            "assignments",
            "conflicts_open",
            "conflicts_excepted",
            "users_in_conflict",
            "pair_holders_sum",
        ] {
            assert_eq!(summary[figure], plain[figure], "{figure}");
        }
    }
    let first = dir.read_text("report/conflicts.csv");
    dir.sod(&format!("analyze export {words} --pseudonymise key --threads 1 --out again")).exits(1);
    assert_eq!(first, dir.read_text("again/conflicts.csv"));
}

#[test]
fn who_has_the_key_finds_out() {
    let dir = dir();
    let words = "--rules rules.toml --as-of 2026-06-01";
    dir.sod(&format!("analyze export {words} --pseudonymise key --out report")).exits(1);
    let table = dir.read_text("report/conflicts.csv");
    let pseudonym = table.split(',').find(|cell| cell.starts_with("u-")).unwrap().to_owned();
    let shown = dir.sod(&format!("explain export --user {pseudonym} --reveal key --format json -q")).json();
    let name = shown["user"]["principal_name"].as_str().unwrap().to_owned();
    assert!(["alice@contoso.example", "bob@contoso.example"].contains(&&*name), "{name}");
    // Hidden again, by either name.
    for user in [&*name, &*pseudonym] {
        let shown =
            dir.sod(&format!("explain export --user {user} --pseudonymise key --format json")).exits(0);
        assert!(shown.stdout.contains(&pseudonym) && !shown.stdout.contains(&name));
    }
    dir.write("other", "another key, just as long as it must be");
    dir.write("short", "secret");
    let long = "x".repeat(70_000);
    dir.write("long", long);
    insta::assert_snapshot!(dir.transcript(&[
        "verify report export",
        "verify report export --pseudonymise other",
        "explain export --user u-0 --reveal key",
        &format!("explain export --user {pseudonym} --reveal other"),
        "analyze export --pseudonymise short",
        "analyze export --pseudonymise long",
        "analyze export --pseudonymise nowhere",
    ]));
}
