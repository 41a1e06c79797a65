//! `sod remediate`.

use crate::tenant;
use crate::util::Dir;
use serde_json::Value;

const RULES: &str = r#"
[[rule]]
id = "P2P-01"
name = "Maintain vendors and release payments"
severity = "critical"
terms = [ { packages = ["Vendor master editor"] }, { packages = ["Payment run"] } ]

[[rule]]
id = "GONE"
terms = [ { packages = ["Teleporter"] }, { packages = ["Payment run"] } ]
"#;

const EXCEPTIONS: &str = "\
ID,Rule,User,Owner,Justification,End
EX-7,P2P-01,alice@contoso.example,cfo@contoso.example,Branch office of two.,2026-12-31
";

/// Alice holds the vendor package by two assignments.
fn dir() -> Dir {
    let dir = tenant::dir();
    dir.write("rules.toml", RULES).write("exceptions.csv", EXCEPTIONS);
    // What the packages declare is left out.
    dir.write("alone/assignments.json", tenant::assignments());
    dir
}

#[test]
fn the_pages() {
    let dir = dir();
    insta::assert_snapshot!(dir.transcript(&[
        "remediate export --rules rules.toml --exceptions exceptions.csv --as-of 2026-06-01 --check",
        "remediate export --keep 'package=Payment run' --keep user=bob@contoso.example",
        "remediate export --keep-holders 2",
        "remediate alone",
        "remediate alone --rules rules.toml --check",
        "remediate export --weigh policy --free-ending-within 30 --search-limit 0",
    ]));
}

#[test]
fn the_table_and_its_check() {
    let dir = dir();
    let keep = "--keep 'package=Payment run'";
    insta::assert_snapshot!(dir.transcript(&[
        &format!("remediate export --format csv {keep}"),
        &format!("remediate export --format csv {keep} -o plan.csv --check --quiet"),
        "remediate export --check plan.csv",
        "remediate export --check plan.csv --format json",
    ]));
    // Without the row of one of Alice's two assignments she goes on holding the package.
    let plan = dir.read_text("plan.csv");
    let lines: Vec<&str> = plan.lines().collect();
    assert_eq!(lines.len(), 4, "{plan}");
    let cut = lines.iter().filter(|line| !line.starts_with("cccccccc-0000-4000-8000-000000000011"));
    dir.write("cut.csv", cut.map(|line| format!("{line}\n")).collect::<String>());
    dir.write("stale.csv", "assignment_id\n00000000-0000-4000-8000-000000000000\n");
    insta::assert_snapshot!(
        "edited",
        dir.transcript(&["remediate export --check cut.csv", "remediate export --check stale.csv"])
    );
}

#[test]
fn the_whole_plan() {
    let dir = dir();
    let words = "--rules rules.toml --exceptions exceptions.csv --as-of 2026-06-01 --weigh policy --free-ending-within 30";
    let ran = dir.sod(&format!("remediate export {words} --format json --check")).exits(0);
    insta::assert_snapshot!(ran.stdout);
    assert!(ran.stderr.contains("warning[policy-kind-unknown]"), "{}", ran.stderr);
    let one = dir.sod(&format!("remediate export {words} --format json --check --threads 1")).exits(0);
    assert_eq!(ran.stdout, one.stdout);
}

#[test]
fn the_exit_code_says_what_is_open() {
    let dir = dir();
    dir.sod("remediate export").exits(1);
    dir.sod("remediate export --exit-zero").exits(0);
    dir.sod("remediate export --check").exits(0);
    dir.sod("remediate export --check --keep user=bob@contoso.example").exits(1);
    dir.sod("remediate alone").exits(2);
    // By id, for the names are in the file that is left out.
    let (vendor, payment) = (tenant::VENDOR, tenant::PAYMENT);
    dir.write(
        "pair.toml",
        format!(
            "[[rule]]\nid = 'R'\nterms = [{{ packages = ['{vendor}'] }}, {{ packages = ['{payment}'] }}]\n"
        ),
    );
    dir.write("both.csv", format!("id,rule,package,owner,justification\nE,R,{payment},o,j\n"));
    dir.sod("remediate alone --rules pair.toml").exits(1);
    dir.sod("remediate alone --rules pair.toml --exceptions both.csv").exits(0);
}

#[test]
fn mistakes() {
    let dir = dir();
    dir.write("keep.txt", "# who stays\nuser=alice@contoso.example\nBob\npackage=\n")
        .write("names.txt", "user=alice@contoso.exmple\npackage=Twin\nassignment=x\n")
        .write("plan.csv", "assignment_id,kind\nx,role\n");
    insta::assert_snapshot!(dir.transcript(&[
        "remediate export --keep 'Payment run'",
        "remediate export --keep-file keep.txt --keep-file nowhere.txt",
        "remediate export --keep-file names.txt --keep user=eve",
        "remediate export --free-ending-within soon",
        "remediate export --check plan.csv",
        "remediate export --check export",
        "remediate export --check plan.csv --format csv",
        "remediate export --check keep.txt",
        "remediate --check export",
        "remediate export -o export",
        "remediate export --exceptions keep.txt",
    ]));
    assert!(dir.names().iter().all(|name| !name.starts_with('.')), "{:?}", dir.names());
}

#[test]
fn exceptions_that_end_soon_and_those_to_decide_about() {
    let dir = dir();
    dir.write(
        "exceptions.csv",
        "id,rule,user,package,owner,justification,start,end\n\
         EX-1,P2P-01,alice@contoso.example,,Alice@Contoso.example,j,,2026-06-20\n\
         EX-2,P2P-01,,Payment run,cfo@contoso.example,j,,\n\
         EX-3,P2P-01,bob@contoso.example,,cfo@contoso.example,j,2026-06-10,2026-06-25\n\
         EX-4,P2P-01,carol@contoso.example,,cfo@contoso.example,j,,2026-12-31\n\
         EX-5,P2P-01,alice@contoso.example,,cfo@contoso.example,j,,2026-06-25\n",
    );
    let words = "analyze export --rules rules.toml --exceptions exceptions.csv --as-of 2026-06-01 --top 0 --ending-within";
    insta::assert_snapshot!(dir.transcript(&[&format!("{words} 30")]));
    let ran = dir.sod(&format!("{words} 30 --format json")).exits(1);
    let summary: Value = serde_json::from_str(&ran.stdout).unwrap();
    insta::assert_json_snapshot!("the_exceptions_of_the_summary", summary["exceptions"]);
    let ran = dir.sod(&format!("{words} 1")).exits(1);
    assert!(ran.stdout.contains("No exception ends within 1 day."), "{}", ran.stdout);
}

#[test]
fn a_plan_is_held_against_what_must_stay() {
    let dir = dir();
    // Bob alone holds B; both hold A.
    dir.write("t.csv", "user,package,id\nann,A,a1\nbob,A,a2\nbob,B,a3\n")
        .write("pair.toml", "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['B'] }]\n")
        .write("keep.txt", "assignment=a3\n")
        .write("plan.csv", "assignment_id\na3\n");
    let check = "remediate t.csv --map user=user,package=package,id=id --rules pair.toml --check plan.csv";
    insta::assert_snapshot!(dir.transcript(&[
        check,
        &format!("{check} --keep package=B --keep-holders 1"),
        &format!("{check} --keep-file keep.txt --format json"),
        &format!("{check} --keep user=ann --keep-holders 0"),
        &format!("{check} --keep package=A"),
        &format!("{check} --keep-holders 1 -q --exit-zero --format json"),
    ]));
    // What decides how a plan is made decides nothing where one is given.
    for flag in ["--weigh equal", "--free-ending-within 30", "--search-limit 5"] {
        let ran = dir.sod(&format!("{check} {flag}")).exits(2);
        let name = flag.split(' ').next().unwrap();
        assert!(
            ran.stderr.contains(&format!("'{name} <")) && ran.stderr.contains("Usage: sod remediate"),
            "{}",
            ran.stderr
        );
        dir.sod(&format!("remediate t.csv --rules pair.toml --as-of 2026-01-01 --check {flag}")).exits(0);
    }
}
