//! The help texts, as they stand.

use crate::util::Dir;

const COMMANDS: [&str; 14] = [
    "analyze",
    "pairs",
    "additional-access",
    "explain",
    "remediate",
    "diff",
    "ledger",
    "inspect",
    "verify",
    "query",
    "serve",
    "rules",
    "schema",
    "generate",
];
const BELOW: [&str; 3] = ["rules check", "rules import", "rules schema"];

#[test]
fn of_sod_itself() {
    let dir = Dir::new();
    let help = dir.sod("--help").stdout();
    insta::assert_snapshot!(help);
    assert_eq!(dir.sod("help").stdout(), help);
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
    }
}

#[test]
fn of_every_command() {
    let dir = Dir::new();
    for command in COMMANDS.into_iter().chain(BELOW) {
        let help = dir.sod(&format!("help {command}")).stdout();
        assert_eq!(dir.sod(&format!("{command} --help")).stdout(), help);
        insta::assert_snapshot!(format!("of_{}", command.replace(['-', ' '], "_")), help);
        let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 100).collect();
        assert!(wide.is_empty(), "{command}: {wide:#?}");
        // An example that is broken into two lines cannot be pasted.
        let examples = help.split_once("\nExamples:\n").map(|(_, rest)| rest.split("\n\n").next().unwrap());
        for line in examples.unwrap_or_default().lines() {
            let commands = ["  sod ", "  zcat ", "  check-jsonschema "];
            assert!(commands.iter().any(|command| line.starts_with(command)), "{command}: {line}");
        }
        // Nor does a sentence end in the middle of a line and go on below.
        let after = help.split_once("\nExamples:\n").map(|(_, rest)| rest).unwrap_or_default();
        let lines: Vec<&str> = after.lines().skip_while(|line| !line.is_empty()).collect();
        for two in lines.windows(2) {
            let room = 100 - two[0].chars().count();
            let next = two[1].split(' ').next().unwrap().chars().count();
            let ends = two[0].ends_with(['.', '·']) || two[0].is_empty() || two[1].is_empty();
            assert!(ends || next >= room || two[1].starts_with('#'), "{command}: {two:#?}");
        }
    }
}

#[test]
fn no_command_at_all_is_bad_usage_and_shows_the_help() {
    let dir = Dir::new();
    let ran = dir.sod("").exits(2);
    assert_eq!(ran.stdout, "");
    assert_eq!(ran.stderr, dir.sod("-h").stdout());
}

#[test]
fn the_version() {
    assert_eq!(Dir::new().sod("--version").stdout(), concat!("sod ", env!("CARGO_PKG_VERSION"), "\n"));
}
