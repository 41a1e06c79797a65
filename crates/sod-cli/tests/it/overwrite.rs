//! Nothing that is read is overwritten, and nothing that people wrote, unless they say so.

use crate::tenant;
use crate::util::{Dir, names};

const RULES: &str = "[[rule]]\nid = 'R1'\nterms = [{ packages = ['Pay'] }, { packages = ['Vend'] }]\n";
const EXCEPTIONS: &str = "id,rule,user,owner,justification\nEX,R1,ann,cfo,branch office\n";
const PLAN: &str = "user_id,package_id\nann,Pay\n";

fn dir() -> Dir {
    let dir = Dir::new();
    dir.write("in/t.csv", "user,package\nann,Pay\nann,Vend\nbob,Pay\n")
        .write("rules.toml", RULES)
        .write("exceptions.csv", EXCEPTIONS)
        .write("keep.txt", "user=bob\n")
        .write("mine.csv", PLAN);
    dir
}

/// Every file in the folder, with what it says.
fn contents(dir: &Dir) -> Vec<(String, Vec<u8>)> {
    let files = dir.names().into_iter().filter(|name| dir.path(name).is_file());
    files.map(|name| (name.clone(), dir.read(&name))).collect()
}

#[test]
fn what_a_run_reads_is_never_its_output() {
    let dir = dir();
    let before = contents(&dir);
    let all = "remediate in --rules rules.toml --exceptions exceptions.csv --keep-file keep.txt -q --force";
    insta::assert_snapshot!(dir.transcript(&[
        &format!("{all} --format csv -o rules.toml"),
        &format!("{all} -o ./exceptions.csv"),
        &format!("{all} -o in/../keep.txt"),
        &format!("{all} -o in/t.csv"),
        "remediate in/t.csv --rules rules.toml -q --force -o in/t.csv",
        &format!("{all} --check mine.csv -o mine.csv"),
        "pairs in -o in/t.csv",
        "rules import --from entra in -o in/t.csv --force",
        "rules import --from pairs-csv mine.csv --map a=user_id,b=package_id --against in -o in/t.csv --force",
    ]));
    assert_eq!(contents(&dir), before);
    assert_eq!(dir.read_text("in/t.csv").lines().count(), 4);
}

#[test]
fn a_link_to_a_file_that_is_read_is_that_file() {
    let dir = dir();
    std::os::unix::fs::symlink(dir.path("rules.toml"), dir.path("link.toml")).unwrap();
    dir.sod("remediate in --rules rules.toml -q --force -o link.toml").exits(2);
    dir.sod("remediate in --rules link.toml -q --force -o rules.toml").exits(2);
    assert_eq!(dir.read_text("rules.toml"), RULES);
}

#[test]
fn a_link_in_a_folder_that_is_read_leads_to_the_file_that_it_names() {
    let dir = dir();
    dir.write("elsewhere.csv", "user,package\ncid,Pay\n");
    std::os::unix::fs::symlink(dir.path("elsewhere.csv"), dir.path("in/link.csv")).unwrap();
    let ran = dir.sod("pairs in -q -o elsewhere.csv").exits(2);
    assert!(ran.stderr.contains("`elsewhere.csv` is one of the inputs"), "{}", ran.stderr);
    assert_eq!(dir.read_text("elsewhere.csv"), "user,package\ncid,Pay\n");
}

/// A name of which messages can show only a part is no less that of an input.
#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_known() {
    use std::os::unix::ffi::OsStrExt;
    let dir = dir();
    let folder = dir.path("in").join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::rename(dir.path("in/t.csv"), folder.join("t.csv")).unwrap();
    std::os::unix::fs::symlink(&folder, dir.path("link")).unwrap();
    let ran = dir.sod("pairs in -q -o link/t.csv").exits(2);
    assert!(ran.stderr.contains("one of the inputs"), "{}", ran.stderr);
    assert_eq!(dir.read_text("link/t.csv").lines().count(), 4);
}

/// A new file takes the place of one name; under the other the old one lives on.
#[test]
fn another_name_of_a_file_that_is_read_is_no_input() {
    let dir = dir();
    std::fs::hard_link(dir.path("in/t.csv"), dir.path("other.csv")).unwrap();
    dir.sod("pairs in -q -o other.csv").exits(0);
    assert!(dir.read_text("other.csv").starts_with("package_a"), "{}", dir.read_text("other.csv"));
    assert!(dir.read_text("in/t.csv").starts_with("user,package\nann,Pay\n"));
}

/// A shell gives the input another way than by its name.
#[test]
fn standard_input_that_is_a_file_is_that_file() {
    let dir = dir();
    let input = std::fs::File::open(dir.path("in/t.csv")).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sod"));
    command.current_dir(dir.path(".")).args(["pairs", "-", "-q", "-o", "in/t.csv"]).stdin(input);
    let ran = command.output().unwrap();
    let told = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{told}");
    assert!(told.contains("would be overwritten"), "{told}");
    assert!(dir.read_text("in/t.csv").starts_with("user,package\nann,Pay\n"));
    dir.sod("pairs - -q -o fresh.csv").stdin(dir.read("in/t.csv")).exits(0);
}

#[test]
fn a_plan_is_replaced_on_request_alone() {
    let dir = dir();
    let ran = dir.sod("remediate in --rules rules.toml -q --format csv -o mine.csv").exits(2);
    insta::assert_snapshot!(ran.stderr, @r"
    error: `mine.csv` is there already
    help: name another file with -o, or replace it with --force
    ");
    assert_eq!(dir.read_text("mine.csv"), PLAN);
    dir.sod("remediate in --rules rules.toml -q --format csv -o mine.csv --force").exits(1);
    assert!(dir.read_text("mine.csv").starts_with("assignment_id,"));
    let ran = dir.sod("remediate in --rules rules.toml --force").exits(2);
    assert!(ran.stderr.contains("--output"), "{}", ran.stderr);
}

#[test]
fn a_table_of_pairs_replaces_tables_and_no_documents() {
    let dir = dir();
    dir.sod("pairs in -q -o pairs.csv").exits(0);
    dir.sod("pairs in -q -o pairs.csv").exits(0);
    let before = contents(&dir);
    insta::assert_snapshot!(dir.transcript(&["pairs in -o rules.toml", "pairs in -o exceptions.csv"]));
    assert_eq!(contents(&dir), before);
}

#[test]
fn a_report_folder_holds_nothing_that_the_run_reads() {
    let dir = dir();
    dir.sod("analyze in -q --out report").exits(0);
    dir.write("report/rules.toml", RULES).write("report/t.csv", dir.read("in/t.csv"));
    let before = dir.read("report/manifest.json");
    insta::assert_snapshot!(dir.transcript(&[
        "analyze in --rules report/rules.toml --out report",
        "analyze in --rules rules.toml --exceptions report/../report/conflicts.csv --out report",
        "analyze report/t.csv --out report",
        "analyze report --out report",
    ]));
    assert_eq!(dir.read("report/manifest.json"), before);
    // What it does not read is no concern of it.
    dir.sod("analyze in -q --rules rules.toml --out report").exits(1);
    assert_eq!(dir.read_text("report/rules.toml"), RULES);
}

#[test]
fn exports_are_known_as_well_where_a_folder_was_named() {
    let dir = tenant::dir();
    let before = dir.read("export/assignments.json");
    dir.sod("remediate export -q --force -o export/assignments.json").exits(2);
    assert_eq!(dir.read("export/assignments.json"), before);
}

#[test]
fn a_comparison_replaces_nothing_that_it_reads() {
    let dir = dir();
    dir.write("old/t.csv", "user,package\nann,Pay\nbob,Pay\nbob,Vend\n").write("pseudonym.key", [b'a'; 64]);
    dir.write("old-rules.toml", RULES).write("other.toml", RULES).write("old-exceptions.csv", EXCEPTIONS);
    dir.sod("analyze in -q --rules rules.toml --out report").exits(1);
    let before = contents(&dir);
    let report: Vec<_> =
        names(&dir.path("report")).iter().map(|name| dir.read(&format!("report/{name}"))).collect();
    let judged = "diff old in -q --rules rules.toml --exceptions exceptions.csv --old-rules old-rules.toml \
                  --old-exceptions old-exceptions.csv --pseudonymise pseudonym.key";
    insta::assert_snapshot!(dir.transcript(&[
        &format!("{judged} -o rules.toml"),
        &format!("{judged} -o exceptions.csv"),
        &format!("{judged} -o old-rules.toml"),
        &format!("{judged} -o old-exceptions.csv"),
        &format!("{judged} -o pseudonym.key"),
        "diff old in -q --rules rules.toml -o other.toml",
        "diff old in -q -o in/t.csv",
        "diff old/t.csv in -q -o old/t.csv",
        "diff report in -q --rules rules.toml --format csv -o report/conflicts.csv",
        "diff in report -q -o report/manifest.json",
        "ledger rules.toml old in --rules rules.toml",
        "ledger in/t.csv in/t.csv",
        "ledger report/conflicts.jsonl report",
    ]));
    assert_eq!(contents(&dir), before);
    assert_eq!(dir.read_text("in/t.csv").lines().count(), 4);
    let now =
        names(&dir.path("report")).iter().map(|name| dir.read(&format!("report/{name}"))).collect::<Vec<_>>();
    assert!(now == report);
    // What sod made of it can be made again, also beside the report.
    for _ in 0..2 {
        for format in ["csv", "json", "text", "html", "markdown"] {
            dir.sod(&format!(
                "diff report in -q --rules rules.toml --format {format} -o report/diff.{format}"
            ))
            .exits(0);
        }
    }
}
