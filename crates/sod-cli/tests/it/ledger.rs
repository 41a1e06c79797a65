//! `sod ledger`.

use crate::diff::{JUDGING, two_months};

#[test]
fn the_pages() {
    let dir = two_months();
    insta::assert_snapshot!(dir.transcript(&[
        &format!("ledger history.jsonl october {JUDGING} -q"),
        &format!("ledger history.jsonl november {JUDGING} -q"),
        &format!("ledger history.jsonl november {JUDGING}  --no-progress"),
        "ledger history.jsonl --format csv",
        "ledger history.jsonl --format csv --table conflicts",
    ]));
    insta::assert_snapshot!("the_file", dir.read_text("history.jsonl"));
}

#[test]
fn the_order_of_the_words_does_not_matter() {
    let dir = two_months();
    dir.sod(&format!("ledger one october november {JUDGING} -q")).exits(1);
    dir.sod(&format!("ledger other november october {JUDGING} -q")).exits(1);
    assert_eq!(dir.read_text("one"), dir.read_text("other"));
    // Nor that of the months in which they are added.
    dir.sod(&format!("ledger late november {JUDGING} -q")).exits(1);
    dir.sod(&format!("ledger late october {JUDGING} -q")).exits(0);
    assert_eq!(dir.read_text("one"), dir.read_text("late"));
    let before = dir.read_text("one");
    dir.sod(&format!("ledger one november {JUDGING} -q")).exits(0);
    assert_eq!(dir.read_text("one"), before);
}

#[test]
fn mistakes() {
    let dir = two_months();
    dir.sod(&format!("ledger history october {JUDGING} -q")).exits(1);
    dir.write("bad", "{\"sod_ledger\":2}\n{\"snapshot\":{}}\n").write("newer", "{\"sod_ledger\":3}\n");
    dir.write("undated.csv", "user,package\nzoe,A\n");
    let history = dir.read_text("history");
    insta::assert_snapshot!(dir.transcript(&[
        "ledger",
        "ledger nothing",
        "ledger october november",
        "ledger bad november -q",
        "ledger newer november -q",
        "ledger rules.toml november -q",
        "ledger history october -q",
        "ledger history undated.csv -q",
        "ledger history --table conflicts",
    ]));
    assert_eq!(dir.read_text("history"), history, "what cannot be added changes nothing");
    assert!(dir.names().iter().all(|name| !name.starts_with('.')), "{:?}", dir.names());
}

#[test]
fn rules_that_were_forgotten_close_nothing() {
    let dir = two_months();
    insta::assert_snapshot!(dir.transcript(&[
        &format!("ledger history.jsonl october {JUDGING} -q"),
        "ledger history.jsonl november --no-progress",
        "ledger history.jsonl -q --format csv --table conflicts",
        "diff october november --old-rules rules.toml -q --format csv",
    ]));
    let ran = dir.sod("diff october november --old-rules rules.toml --no-progress").run();
    assert!(ran.stderr.contains("warning[rules-not-given]: rules files judged one side"), "{}", ran.stderr);
}

#[test]
fn what_counts_under_other_states_is_not_closed() {
    let dir = two_months();
    let november = dir.read_text("november/assignments.json").replace("\"delivered\"", "\"delivering\"");
    dir.write("november/assignments.json", november);
    dir.sod(&format!("ledger history.jsonl october {JUDGING} --states live -q")).exits(1);
    insta::assert_snapshot!(dir.transcript(&[&format!("ledger history.jsonl november {JUDGING} -q")]));
}
