//! Every documented code is produced by some fixture.

use crate::harness::{Export, file, folder};
use sod_model::{RefusalCode, RejectCode, Timestamp, WarningCode};
use std::collections::BTreeSet;

const ROW: &str = r#"{"id":"a1","accessPackageId":"PAY","targetId":"alice","assignmentState":"Delivered"}"#;

/// The row with one member changed.
fn with(key: &str, value: impl Into<serde_json::Value>) -> String {
    let mut row: serde_json::Value = serde_json::from_str(ROW).unwrap();
    row[key] = value.into();
    row.to_string()
}

/// One fixture or a few for each code; which is for which is plain from the code it is checked to give.
fn fixtures() -> Vec<(&'static str, Export)> {
    use serde_json::{Value::Null, json};
    let list = |rows: &[&str]| format!("[{}]", rows.join(","));
    let v1 = |id: &str, record: &str, object: serde_json::Value| {
        json!({"id": id, "accessPackageId": "PAY", "target": {"id": record, "objectId": object}, "state": "delivered"}).to_string()
    };
    let big = format!(r#"[{ROW},{{"id":"x","y":"{}"}}]"#, "z".repeat(65 << 20));
    vec![
        ("malformed-json", file("x.json", list(&[ROW, "{\"id\":}"]))),
        ("not-a-record", file("x.json", list(&[ROW, "1"]))),
        ("unrecognised-record", file("x.json", list(&[ROW, "{\"colour\":1}"]))),
        ("no-user", file("x.json", list(&[ROW, &with("targetId", Null)]))),
        ("no-package", file("x.json", list(&[ROW, &with("accessPackageId", Null)]))),
        ("no-user-no-package", file("x.json", list(&[ROW, r#"{"id":"a","state":"delivered","status":"x"}"#]))),
        ("state-missing", file("x.json", list(&[ROW, &with("assignmentState", Null)]))),
        ("truncated-depth", file("x.json", list(&[ROW, r#"{"id":"a","state":"delivered","accessPackageId":"P","target":"@{id=1}"}"#]))),
        ("type-name-cell", file("x.csv", "user,package\nalice,PAY\nSystem.Object[],PAY\n")),
        ("malformed-row", file("x.csv", "user,package\nalice,PAY\nbob\n")),
        ("record-too-large", file("x.json", big)),
        ("no-id", file("x.json", list(&[ROW, r#"{"isHidden":true}"#]))),
        ("no-declaring-package", folder(&[("x.json", ROW), ("l.json", r#"{"@odata.context":"$metadata#incompatibleGroups","value":[{"id":"G"}]}"#)])),
        ("ambiguous-package-name", file("x.csv", "user,packageName\nalice,Same\nalice,Other\n").and("p.json", r#"[{"id":"1","displayName":"Same","isHidden":false},{"id":"2","displayName":"Same","isHidden":false}]"#)),
        ("ambiguous-user", file("x.json", list(&[&v1("1", "r", json!("o1")), &v1("2", "r", json!("o2")), &with("targetId", json!("r"))]))),
        ("dangling-next-link", file("x.json", format!(r#"{{"value":[{ROW}],"@odata.nextLink":"n"}}"#))),
        ("empty-files", file("x.json", ROW).and("y.json", "")),
        ("fewer-records", file("x.json", format!(r#"{{"@odata.count":7,"value":[{ROW}]}}"#))),
        ("missing-files", file("p1.json", ROW).and("p2.json", with("id", json!("a2"))).and("p4.json", with("id", json!("a4")))),
        ("assignment-id-reused", file("x.json", list(&[ROW, &with("assignmentState", json!("Expired"))]))),
        ("repeated-rows", file("x.json", list(&[ROW, ROW]))),
        ("rejected-rows", file("x.json", list(&[ROW, "1"]))),
        ("unknown-state", file("x.json", with("assignmentState", json!("Frozen")))),
        ("state-assumed", file("x.csv", "user,package\nalice,PAY\n")),
        ("user-by-name-only", file("x.csv", "Email,package\na@x,PAY\n")),
        ("user-without-object-id", file("x.json", v1("1", "r", Null))),
        ("alike-identifiers", file("x.csv", "user,package,state\nAnn,PAY,Delivered\nann,VEN,Delivered\n")),
        ("identity-clash", file("x.json", list(&[&v1("1", "r", json!("o1")), &v1("2", "r", json!("o2"))]))),
        ("partly-joined", file("x.json", list(&[&v1("1", "r", json!("o1")), &with("targetId", json!("o1")), ROW]))),
        ("unjoined-allowed", file("x.json", v1("1", "r", json!("o1"))).and("y.json", ROW).with(|options| options.allow_unjoined = true)),
        ("several-live-assignments", file("x.json", list(&[ROW, &with("id", json!("a2"))]))),
        ("package-by-name-only", file("x.csv", "user,packageName\nalice,Payments\n")),
        ("duplicate-package-name", file("x.json", list(&[ROW, r#"{"id":"PAY","displayName":"P","isHidden":false}"#, r#"{"id":"VEN","displayName":"P","isHidden":false}"#]))),
        ("delivered-past-end", file("x.json", with("expiredDateTime", json!("2019-04-25T23:45:40Z"))).with(|options| options.as_of = Timestamp::parse("2026-01-01"))),
        ("group-probably-truncated", file("x.json", ROW).and("g.json", json!({"GroupId": "G", "Members": (0..100).map(|n| n.to_string()).collect::<Vec<_>>()}).to_string())),
        ("group-nested-unknown", file("x.json", ROW).and("g.json", json!([{"GroupId": "G", "Members": ["alice", "H"]}, {"id": "H", "displayName": "Inner", "groupTypes": [], "securityEnabled": true}]).to_string())),
        ("not-utf8", file("x.json", b"{\"id\":\"a1\",\"accessPackageId\":\"PAY\",\"targetId\":\"al\xefce\",\"assignmentState\":\"Delivered\"}")),
        ("skipped-files", folder(&[("x.json", ROW), ("y.md", "# Notes\n")])),
        ("unplaced-objects", file("x.json", list(&[ROW, r#"{"id":"1","displayName":"What am I"}"#]))),
        ("truncated-parts", file("x.json", with("schedule", json!("@{startDateTime=}")))),
        ("unreadable-date", file("x.json", with("expiredDateTime", json!("tomorrow")))),
        ("not-expanded", file("x.json", r#"[{"id":"a","state":"delivered","status":"x"}]"#)),
        ("no-package-anywhere", file("x.json", with("accessPackageId", Null))),
        ("no-user-anywhere", file("x.json", with("targetId", Null))),
        ("no-state-anywhere", file("x.json", with("assignmentState", Null))),
        ("graph-error", file("x.json", r#"{"error":{"code":"x"}}"#)),
        ("html-page", file("x.json", "<html>")),
        ("type-name-csv", file("x.csv", "user,package\nSystem.Object[],PAY\n")),
        ("truncated-depth-everywhere", file("x.json", r#"[{"id":"a","state":"delivered","accessPackageId":"P","target":"@{id=1}"}]"#)),
        ("unknown-columns", file("x.csv", "wer,was\nalice,PAY\n")),
        ("truncated", file("x.json", &ROW[..30])),
        ("malformed", file("x.json", format!("[{ROW} {ROW}]"))),
        ("not-an-export", file("x.txt", "Dear diary: nothing happened today at all.\n")),
        ("unreadable", file("x.json.gz", [0x1f, 0x8b, 8, 0, 1])),
        ("nothing-recognised", folder(&[("x.md", "# Notes\n")])),
        ("no-assignments", file("x.json", r#"{"id":"PAY","displayName":"P","isHidden":false}"#)),
        ("no-shared-identifier", file("x.json", v1("1", "r", json!("o1"))).and("y.json", ROW)),
        ("everything-rejected", file("x.csv", "user,package\nalice\n")),
        (
            "resource-roles-unclear",
            file("x.json", list(&[ROW])).and("p.json", r#"{"value":[{"id":"P","resourceRoleScopes":["@{id=x}"]}]}"#),
        ),
        ("strict", file("x.json", list(&[ROW, "1"])).with(|options| options.strict = true)),
    ]
}

#[test]
fn every_code_has_a_fixture() {
    let mut produced: BTreeSet<&str> = BTreeSet::new();
    for (wanted, export) in fixtures() {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        match export.load() {
            Ok(snapshot) => {
                crate::harness::check_accounting(&snapshot);
                found.extend(snapshot.provenance.warnings.iter().map(|warning| warning.code.code()));
                found.extend(snapshot.provenance.rejected.iter().map(|record| record.code.code()));
            }
            Err(error) => found.extend(error.refusals().iter().map(|refusal| refusal.code.code())),
        }
        assert!(found.contains(wanted), "{wanted}: found {found:?}");
        produced.extend(found);
    }
    let all = RejectCode::ALL.iter().map(|code| code.code());
    let all = all.chain(WarningCode::ALL.iter().map(|code| code.code()));
    let all = all.chain(RefusalCode::ALL.iter().map(|code| code.code()));
    // The engine's, not the reader's.
    let elsewhere = [
        "nothing-in-states",
        "state-not-found",
        "not-evaluable",
        "rule-names-unknown",
        "rule-not-in-force",
        "exception-unplaced",
        "exception-expired",
        "exception-not-begun",
        "exception-unused",
        "exception-shadowed",
        "exception-duplicate",
        "exception-endless",
        "exception-self-owned",
        "packages-combined",
        "policy-kind-unknown",
        "ends-unknown",
        "plan-row-unplaced",
    ];
    let missing: Vec<&str> =
        all.filter(|code| !produced.contains(code) && !elsewhere.contains(code)).collect();
    assert!(missing.is_empty(), "no fixture gives {missing:?}");
}

/// What is refused says what would mend it.
#[test]
fn refusals_give_the_command_that_mends() {
    for (code, words) in [
        ("not-expanded", "$expand=target,accessPackage"),
        ("no-package-anywhere", "--map package=@file"),
        ("no-user-anywhere", "$expand=target,accessPackage"),
        ("no-state-anywhere", "--assume-state delivered"),
        ("graph-error", "run the export again"),
        ("html-page", "Sign in"),
        ("type-name-csv", "Select-Object"),
        ("truncated-depth-everywhere", "-Depth 10"),
        ("unknown-columns", "--map user=COLUMN,package=COLUMN"),
        ("no-assignments", "--allow-empty"),
        ("no-shared-identifier", "--allow-unjoined"),
        ("not-an-export", "README.md"),
    ] {
        let (_, export) = fixtures().into_iter().find(|(of, _)| *of == code).unwrap();
        let error = export.load().unwrap_err();
        let refusal = error.refusals().iter().find(|refusal| refusal.code.code() == code);
        let refusal = refusal.unwrap_or_else(|| panic!("{code}: {error}"));
        assert!(refusal.message.contains(words), "{code}: {}", refusal.message);
    }
}
