//! `sod analyze`: the page, the summary, the exit codes.

use crate::tenant;
use crate::util::Dir;
use serde_json::{Value, json};

#[test]
fn the_page() {
    let page = tenant::dir().sod("analyze export").exits(1);
    assert_eq!(page.stderr, "");
    insta::assert_snapshot!(page.stdout);
}

#[test]
fn the_page_of_a_dirty_export() {
    let dir = Dir::new();
    dir.sod("generate -o export -q --users 40 --packages 8 --assignments 160 --page-size 1000 --dirt null-object-id,dangling-next-link,duplicate-rows,id-reused,missing-user,unknown-state,malformed-record,group-of-100,hostile-names").stdout();
    insta::assert_snapshot!(dir.sod("analyze export --top 3").exits(1).stdout);
}

#[test]
fn the_page_fits_the_width_and_is_the_same_without_colour() {
    let dir = tenant::dir();
    for columns in ["60", "80", "120"] {
        let plain = dir.sod("analyze export").env("COLUMNS", columns).exits(1).stdout;
        let wide = plain.lines().filter(|line| line.chars().count() > columns.parse().unwrap());
        let wide: Vec<&str> = wide.filter(|line| !line.contains("entra:")).collect();
        assert!(wide.is_empty(), "{columns}: {wide:#?}");
        let colored = dir.sod("analyze export --color always").env("COLUMNS", columns).exits(1).stdout;
        assert!(colored.contains("\u{1b}["), "no colour");
        let mut bare = String::new();
        for (at, part) in colored.split("\u{1b}[").enumerate() {
            bare.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
        }
        assert_eq!(bare, plain);
    }
}

#[test]
fn exit_codes() {
    let dir = tenant::dir();
    dir.sod("analyze export").exits(1);
    dir.sod("analyze export --exit-zero").exits(0);
    // Nobody expired holds both.
    dir.sod("analyze export --states expired").exits(0);
    // Without the packages nothing is declared.
    dir.sod("analyze export/assignments.json").exits(0);
    dir.sod("analyze nowhere").exits(2);
    dir.sod("analyze nowhere --exit-zero").exits(2);
    dir.sod("analyze export --no-such-flag").exits(2);
}

#[test]
fn the_summary_as_json() {
    let dir = tenant::dir();
    let ran = dir.sod("analyze export --format json").exits(1);
    assert_eq!(ran.stderr, "");
    let summary: Value = serde_json::from_str(&ran.stdout).unwrap();
    let expected = json!({
        "users": 4, "users_holding": 4, "packages": 4, "assignments": 8,
        "pairs_total": 6, "pairs_nonzero": 5, "pair_holders_sum": 6, "row_pair_sum": 6, "pair_sum_identity": true,
        "rules": 1, "rules_not_evaluable": 0, "conflicts_open": 2, "conflicts_excepted": 0, "users_in_conflict": 2,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&summary[name], value, "{name}");
    }
    assert_eq!(summary["rows"]["read"], 11);
    assert_eq!(summary["rows"]["set_aside"], 2);
    assert_eq!(summary["states"], json!({ "delivering": 1, "delivered": 9, "expired": 1 }));
    assert_eq!(summary["largest_pair"]["holders_both"], 2);
    let codes: Vec<&Value> =
        summary["warnings"].as_array().unwrap().iter().map(|warning| &warning["code"]).collect();
    assert_eq!(codes, ["several-live-assignments", "duplicate-package-name"]);
}

#[test]
fn states_decide_what_is_held() {
    let dir = tenant::dir();
    let conflicts = |states: &str| {
        let ran = dir.sod("analyze export --format json --exit-zero --states").arg(states).exits(0);
        serde_json::from_str::<Value>(&ran.stdout).unwrap()["conflicts_open"].clone()
    };
    assert_eq!(conflicts("delivered"), 2);
    assert_eq!(conflicts("live"), 3);
    assert_eq!(conflicts("Delivered,EXPIRED"), 3);
    assert_eq!(conflicts("all"), 4);
    assert_eq!(conflicts("expired"), 0);
}

#[test]
fn a_table_with_its_own_headers_is_read_by_map() {
    let dir = Dir::new();
    dir.write("hr.csv", "Employee;Role;Since\nann;Pay;2026\nann;Vendors;2026\nben;Pay;2026\n");
    let summary = dir.sod("analyze hr.csv --map user=Employee,package=Role --format json").json();
    assert_eq!((&summary["users"], &summary["pairs_nonzero"]), (&json!(2), &json!(1)));
    let by_number = dir.sod("analyze hr.csv --map user=#1,package=#2 --format json").json();
    assert_eq!(by_number, summary);
    let ran = dir.sod("analyze hr.csv").exits(2);
    assert!(ran.stderr.contains("--map user="), "{}", ran.stderr);
    dir.write("bare.csv", "ann,Pay\nann,Vendors\n");
    let bare = dir.sod("analyze bare.csv --no-header --map user=#1,package=#2 --format json").json();
    assert_eq!(bare["pairs_nonzero"], 1);
}

#[test]
fn a_state_can_be_assumed_only_out_loud() {
    let dir = Dir::new();
    let rows = r#"[{"id":"1","accessPackageId":"A","targetId":"u"},{"id":"2","accessPackageId":"B","targetId":"u"}]"#;
    dir.write("stateless.json", rows);
    let refused = dir.sod("analyze stateless.json").exits(2);
    assert!(refused.stderr.contains("--assume-state delivered"), "{}", refused.stderr);
    let ran = dir.sod("pairs stateless.json --assume-state delivered").exits(0);
    assert!(ran.stdout.contains("A,B,"), "{}", ran.stdout);
    assert!(ran.stderr.contains("warning[state-assumed]"), "{}", ran.stderr);
}

#[test]
fn dates_are_judged_as_of_the_moment_given() {
    let dir = Dir::new();
    let row = r#"{"id":"1","accessPackageId":"A","targetId":"u","assignmentState":"Delivered","expiredDateTime":"2026-05-01T00:00:00Z"}"#;
    dir.write("row.json", row);
    let warned = |as_of: &str| dir.sod("pairs row.json --as-of").arg(as_of).exits(0).stderr;
    assert!(warned("2026-06-01").contains("delivered-past-end"));
    assert!(!warned("2026-04-01T00:00:00Z").contains("delivered-past-end"));
}

#[test]
fn inputs_without_an_assignment_are_an_answer_only_if_asked_for() {
    let dir = Dir::new();
    dir.write("packages.json", tenant::packages());
    let refused = dir.sod("analyze packages.json").exits(2);
    assert!(refused.stderr.contains("error[no-assignments]"), "{}", refused.stderr);
    dir.sod("analyze packages.json --allow-empty").exits(0);
}

#[test]
fn users_who_cannot_be_joined_are_refused_unless_allowed() {
    let dir = Dir::new();
    dir.write("a.csv", "objectId,package\n0000000a-0000-4000-8000-000000000000,A\n");
    dir.write("b.csv", "userPrincipalName,package\nann@contoso.example,A\nann@contoso.example,B\n");
    let refused = dir.sod("analyze a.csv b.csv").exits(2);
    assert!(refused.stderr.contains("error[no-shared-identifier]"), "{}", refused.stderr);
    let ran = dir.sod("pairs a.csv b.csv --allow-unjoined").exits(0);
    assert!(ran.stderr.contains("warning[unjoined-allowed]"), "{}", ran.stderr);
}

#[test]
fn verbose_tells_how_pairs_were_counted_and_all_ways_agree() {
    let dir = tenant::dir();
    let ran = dir.sod("analyze export --verbose").exits(1);
    assert!(ran.stderr.contains("counting by triangle: estimated at"), "{}", ran.stderr);
    let by = |method: &str| dir.sod("pairs export -q --method").arg(method).stdout();
    for method in ["rows", "triangle", "blocks"] {
        assert_eq!(by("columns"), by(method), "{method}");
    }
}
