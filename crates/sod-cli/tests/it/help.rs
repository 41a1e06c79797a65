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
