//! `--rules` and `--exceptions`.

use crate::tenant;
use crate::util::Dir;
use serde_json::Value;

const RULES: &str = r#"
[[rule]]
id = "P2P-01"
name = "Maintain vendors and release payments"
severity = "critical"
risk = "A person could pay a vendor they invented."
owner = "finance-controls@contoso.example"
terms = [ { packages = ["Vendor master editor"] }, { packages = ["Payment run", "Cash box"] } ]

[[rule]]
id = "OLD"
enabled = false
terms = [ { packages = ["Payment run"] } ]

[[rule]]
id = "GONE"
terms = [ { packages = ["Teleporter"] }, { packages = ["Payment run"] } ]
"#;

const EXCEPTIONS: &str = r#"
[[exception]]
id = "EX-7"
rule = "P2P-01"
user = "alice@contoso.example"
owner = "cfo@contoso.example"
justification = "Two-person branch office until the hire in March."
control = "Weekly payment review by the regional controller."
end = 2026-12-31

[[exception]]
id = "EX-8"
rule = "P2P-01"
user = "bob@contoso.example"
owner = "cfo@contoso.example"
justification = "Until the move."
end = 2025-12-31
"#;

fn dir() -> Dir {
    let dir = tenant::dir();
    dir.write("rules.toml", RULES).write("exceptions.toml", EXCEPTIONS);
    dir
}

#[test]
fn the_pages() {
    let words = "--rules rules.toml --exceptions exceptions.toml --as-of 2026-06-01";
    insta::assert_snapshot!(dir().transcript(&[
        &format!("analyze export {words} --top 1"),
        &format!("explain export {words} --rule P2P-01"),
        &format!("explain export {words} --user alice@contoso.example"),
    ]));
}

#[test]
fn open_conflicts_decide_the_exit_code() {
    let dir = dir();
    // One rule alone, without what the packages declare.
    dir.write("alone/assignments.json", tenant::assignments());
    dir.write(
        "pair.toml",
        format!(
            "[[rule]]\nid = 'R'\nterms = [{{ packages = ['{}'] }}, {{ packages = ['{}'] }}]\n",
            tenant::VENDOR,
            tenant::PAYMENT
        ),
    );
    let exception = |user: &str| {
        format!(
            "[[exception]]\nid = 'EX-{user}'\nrule = 'R'\nuser = '{user}@contoso.example'\nowner = 'o'\njustification = 'j'\n"
        )
    };
    dir.write("one.toml", exception("alice")).write("both.toml", exception("alice") + &exception("bob"));
    dir.sod("analyze alone").exits(0);
    dir.sod("analyze alone --rules pair.toml").exits(1);
    dir.sod("analyze alone --rules pair.toml --exceptions one.toml").exits(1);
    let ran = dir.sod("analyze alone --rules pair.toml --exceptions both.toml --format json").exits(0);
    let summary: Value = serde_json::from_str(&ran.stdout).unwrap();
    for (name, value) in [
        ("conflicts_inherent", 2),
        ("conflicts_open", 0),
        ("conflicts_excepted", 2),
        ("users_in_conflict", 2),
        ("users_in_open_conflict", 0),
    ] {
        assert_eq!(summary[name], value, "{name}");
    }
    assert_eq!(summary["exceptions"]["in_force"], 2);
    // The same rules in two files are a mistake, not two rules.
    dir.sod("analyze alone --rules pair.toml --rules pair.toml").exits(2);
}

/// Where nothing was judged, nothing is known about conflicts: that is no success.
#[test]
fn rules_of_which_none_can_be_judged_are_no_success() {
    let dir = dir();
    dir.write("alone/assignments.json", tenant::assignments());
    let rule = |id: &str, package: &str| {
        format!("[[rule]]\nid = '{id}'\nterms = [{{ packages = ['{package}'] }}]\n")
    };
    dir.write("gone.toml", rule("R", "teleporter"));
    dir.write("off.toml", rule("R", tenant::VENDOR) + "enabled = false\n");
    dir.write("some.toml", rule("R", "Teleporter") + &rule("S", "Nobody holds this either, but S is there"));
    insta::assert_snapshot!(dir.transcript(&[
        "analyze alone --rules gone.toml --top 0 --out report",
        "remediate alone --rules gone.toml",
        "remediate alone --rules some.toml --check",
        "remediate alone",
    ]));
    // The report is whole, and says what it says.
    assert_eq!(dir.read_json("report/summary.json")["rules_not_evaluable"], 1);
    // One that was judged is enough, and what is switched off is not looked at on purpose.
    dir.sod("analyze alone --rules off.toml").exits(0);
    dir.write("two.toml", rule("S", tenant::VENDOR));
    dir.sod("analyze alone --rules gone.toml --rules two.toml").exits(1);
    dir.sod("analyze alone --rules gone.toml --exit-zero").exits(2);
}

#[test]
fn the_report_tells_excepted_conflicts() {
    let dir = dir();
    dir.sod("analyze export --rules rules.toml --exceptions exceptions.toml --as-of 2026-06-01 --out report")
        .exits(1);
    let table = dir.read_text("report/conflicts.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let mut told: Vec<String> = Vec::new();
    for row in reader.records() {
        let row = row.unwrap();
        let cells =
            ["rule_id", "user_principal_name", "status", "exception_id"].map(|name| row[at(name)].to_owned());
        told.push(cells.join(" "));
    }
    assert_eq!(
        told,
        [
            "P2P-01 bob@contoso.example open ",
            "P2P-01 alice@contoso.example excepted EX-7",
            &format!("{} bob@contoso.example open ", tenant::RULE),
            &format!("{} alice@contoso.example open ", tenant::RULE),
        ]
    );
    let manifest = dir.read_json("report/manifest.json");
    assert_eq!(manifest["options"]["rules"], "rules.toml");
}

#[test]
fn mistakes_are_told_at_their_place() {
    let dir = dir();
    dir.write("bad.toml", "[[rule]]\nid = 'R'\nterm = []\n")
        .write("twin.toml", "[[rule]]\nid = 'R'\nterms = [{ packages = ['Twin'] }]\n");
    dir.write("latin.toml", b"# caf\xe9\n[[rule]]\n");
    dir.write(
        "dated.toml",
        "[[rule]]\nid = 'R'\nvalid_to = 2026-01-01\nterms = [{ packages = ['Payment run'] }]\n",
    );
    dir.write("plain.csv", "user,package\nann,Payment run\n");
    insta::assert_snapshot!(dir.transcript(&[
        "analyze nowhere --rules bad.toml --exceptions nowhere.toml --rules latin.toml",
        "analyze export --rules twin.toml",
        "analyze export --rules rules.toml --strict",
        "analyze plain.csv --rules dated.toml",
    ]));
}

/// The files that README.md shows: every form of rule and every kind of exception.
#[test]
fn the_rules_of_the_sample_tenant() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data");
    let words = format!("{data}/sample-tenant --rules {data}/rules.toml --exceptions {data}/exceptions.toml");
    let ran = Dir::new().sod(&format!("analyze {words} --format json")).exits(1);
    let summary: Value = serde_json::from_str(&ran.stdout).unwrap();
    for (name, value) in [
        ("rules", 34),
        ("rules_not_evaluable", 1),
        ("rules_in_part", 1),
        ("rules_not_in_force", 1),
        ("conflicts_inherent", 506),
        ("conflicts_open", 491),
        ("conflicts_excepted", 15),
    ] {
        assert_eq!(summary[name], value, "{name}");
    }
    let codes =
        summary["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap());
    let codes: Vec<&str> = codes.filter(|code| code.contains("rule") || code.contains("exception")).collect();
    assert_eq!(
        codes,
        [
            "rule-names-unknown",
            "rule-not-in-force",
            "exception-unplaced",
            "exception-expired",
            "exception-shadowed",
            "exception-duplicate",
            "exception-endless",
            "exception-self-owned",
        ]
    );
    assert_eq!(summary["packages_with_resource_roles"], 0);
    // After its exception has ended, a conflict is open again; one exception has no end.
    let ran = Dir::new().sod(&format!("analyze {words} --as-of 2027-01-01 --format json")).exits(1);
    let later: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&later["conflicts_inherent"], &later["conflicts_open"]), (&506.into(), &505.into()));
}

/// Where resource roles were exported, packages that go around the rules are shown with their holders, and are no conflicts.
#[test]
fn packages_that_combine_are_shown_apart() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data");
    let words = format!("{data}/sample-tenant {data}/resource-roles.json --rules {data}/rules.toml");
    let dir = Dir::new();
    dir.sod(&format!("analyze {words} --out report -q")).exits(1);
    let summary = dir.read_json("report/summary.json");
    assert_eq!(
        (&summary["conflicts_inherent"], &summary["packages_with_resource_roles"]),
        (&506.into(), &10.into())
    );
    insta::assert_snapshot!(serde_json::to_string_pretty(&summary["combinations"]).unwrap());
    let table = dir.read_text("report/combined-packages.csv");
    let holders =
        summary["combinations"].as_array().unwrap().iter().map(|one| one["holders"].as_u64().unwrap());
    assert_eq!(table.lines().count() as u64, 1 + holders.sum::<u64>());
    let both =
        table.lines().filter(|line| line.contains("Discount approval") && line.ends_with(",true")).count();
    assert_eq!(both as u64, summary["combinations"][1]["holders_in_conflict"].as_u64().unwrap());
    let page = dir.sod(&format!("explain {words} --rule P2P-01 --limit 1 -q")).stdout();
    assert!(page.contains("Given by one package") && page.contains("override, in part"), "{page}");
    let codes =
        summary["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap());
    assert!(codes.clone().any(|code| code == "packages-combined"));
    // A report that has nothing combined has no such file.
    dir.sod(&format!("analyze {data}/sample-tenant --out bare -q")).exits(1);
    assert!(!dir.path("bare/combined-packages.csv").exists());
}

/// Names of packages stand in warnings, and whoever may name a package must not command the terminal.
#[test]
fn warnings_quote_names_without_obeying_them() {
    let dir = Dir::new();
    let package = |id: &str, name: &str, role: &str| {
        format!(r#"{{"id":"{id}","displayName":"{name}","resourceRoleScopes":[{role}]}}"#,)
    };
    let role = |id: &str| format!(r#"{{"id":"{id}"}}"#);
    let packages = [
        package("A", "a", &role("r1")),
        package("B", "b", &role("r2")),
        package("C", r"x\u001b[2Jy", &format!("{},{}", role("r1"), role("r2"))),
    ];
    dir.write("packages.json", format!(r#"{{"value":[{}]}}"#, packages.join(",")));
    let row =
        r#"{"value":[{"id":"1","state":"delivered","target":{"objectId":"u"},"accessPackage":{"id":"C"}}]}"#;
    dir.write("rows.json", row);
    dir.write("rules.toml", "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['B'] }]\n");
    let ran = dir.sod("explain packages.json rows.json --rules rules.toml --rule R").exits(0);
    assert!(ran.stderr.contains("warning[packages-combined]"), "{}", ran.stderr);
    assert!(ran.stderr.contains(r"x\u{1b}[2Jy") && !ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
    assert!(!ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
}

/// Those of the syntax come first; all others in one run, with those that only the tenant can show.
#[test]
fn all_mistakes_are_told_in_one_run() {
    let dir = dir();
    dir.write(
        "bad.toml",
        "[function.a]\nfunctions = ['a']\n[[rule]]\nid = 'R'\nowner = 7\nterms = [{ functions = ['g'] }, { packages = ['Twin'] }]\n",
    )
    .write("bad.csv", "id,rule,package,owner,justification\nEX,R,Twin,,j\n");
    let both = "--rules bad.toml --exceptions bad.csv";
    insta::assert_snapshot!(dir.transcript(&[
        &format!("analyze export {both}"),
        "rules check bad.toml bad.csv",
        &format!("explain nowhere --user u {both}"),
    ]));
    let told = |words: &str| {
        let ran = dir.sod(words).exits(2);
        ran.stderr.lines().filter(|line| line.starts_with("error")).map(str::to_owned).collect::<Vec<_>>()
    };
    let all = told(&format!("analyze export {both}"));
    assert_eq!(told("rules check export bad.toml bad.csv"), all);
    assert_eq!(told(&format!("remediate export {both}")), all);
}

#[test]
fn files_that_are_no_documents() {
    let dir = dir();
    dir.write("empty.toml", "").write("t.csv", "user,package\nann,Pay\nbob,Pay\n");
    dir.write("u16.toml", "[[rule]]\n".bytes().flat_map(|byte| [byte, 0]).collect::<Vec<u8>>());
    insta::assert_snapshot!(dir.transcript(&[
        "analyze export --rules rule.toml",
        "analyze export --rules nowhere/x.toml",
        "analyze export --rules .",
        "analyze export --rules -",
        "analyze export --rules empty.toml",
        "analyze export --rules t.csv --exceptions t.csv",
        "analyze export --rules exceptions.toml --exceptions rules.toml",
        "analyze export --rules export/packages.json",
        "analyze export --rules u16.toml",
        "remediate export --keep-file kep.txt",
        "remediate export --check .",
    ]));
}
