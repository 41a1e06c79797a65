//! Commands that pages advise run as they are printed.

use crate::tenant;
use crate::util::Dir;

/// The commands of a page, each in one line.
fn advised(page: &str) -> Vec<String> {
    let page = page.replace(" \\\n      ", " ");
    let commands = page.lines().filter_map(|line| line.strip_prefix("    sod "));
    commands.map(str::to_owned).collect()
}

/// Runs what the page of a command advises; how many commands that were.
fn follow(dir: &Dir, words: &str) -> usize {
    let page = dir.transcript(&[words]);
    let advised = advised(&page);
    for command in &advised {
        let ran = dir.transcript(&[command]);
        assert!(!ran.contains("[exit 2]"), "{words}\nadvises\n{ran}");
    }
    advised.len()
}

#[test]
fn options_are_not_given_twice() {
    let dir = tenant::dir();
    dir.write("t.csv", "user,package,state\nann,Pay,delivered\nann,Vend,delivered\n")
        .write("r.toml", "[[rule]]\nid = 'R 1'\nterms = [{ packages = ['Pay'] }, { packages = ['Vend'] }]\n");
    let table = "analyze t.csv --map user=user,package=package,state=state";
    let page = dir.sod(&format!("{table} --states delivering --rules r.toml")).stdout();
    assert_eq!(page.matches("--states").count(), 1, "{page}");
    assert_eq!(follow(&dir, &format!("{table} --states delivering --rules r.toml")), 1);
    assert_eq!(follow(&dir, &format!("{table} --states live --rules r.toml --as-of 2026-06-01")), 4);
    assert_eq!(follow(&dir, "analyze export --states all"), 4);
    let keeping = "--keep 'package=Payment run' --keep-holders 1 --weigh policy --search-limit 9";
    assert_eq!(follow(&dir, &format!("remediate export --states live {keeping} --as-of 2026-06-01")), 2);
}

/// Names of inputs may be too long to be shown; what else decides what is read is not lost with them.
#[test]
fn options_stay_where_inputs_are_left_out() {
    let dir = tenant::dir();
    let long = format!("{}.csv", "x".repeat(80));
    dir.write(&long, "who,what\nann,Pay\nann,Vend\n");
    let page = dir.sod(&format!("analyze {long} --map user=who,package=what")).stdout();
    let advised = advised(&page);
    assert!(!advised.is_empty());
    for command in advised {
        assert!(command.contains(" INPUT... --map user=who,package=what"), "{command}");
    }
}
