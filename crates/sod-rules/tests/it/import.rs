//! Foreign rules: what becomes of each format, and every message about it.

use sod_rules::{
    ForeignFormat, ForeignText, ImportCode, ImportError, ImportOptions, Imported, parse_rules, rules_to_json,
};
use std::collections::BTreeSet;

fn import(format: ForeignFormat, text: &str, options: &ImportOptions) -> Result<Imported, ImportError> {
    sod_rules::import_rules(format, &[ForeignText { path: "file", text, not_utf8: false }], options)
}

/// What comes of a file, as text.
pub(crate) fn shown(outcome: Result<Imported, ImportError>) -> String {
    match outcome {
        Ok(imported) => {
            let toml = imported.to_toml("Imported.");
            let read = parse_rules("rules.toml", &toml).unwrap();
            assert_eq!(read.rules, imported.document.rules);
            assert_eq!(parse_rules("r", &rules_to_json(&imported.document)).unwrap().rules, read.rules);
            toml
        }
        Err(error) => {
            let lines =
                error.problems.iter().map(|problem| format!("error: {problem} [{}]\n", problem.code.code()));
            lines.collect()
        }
    }
}

fn check(format: ForeignFormat, cases: &[(&str, &str)]) -> String {
    check_with(format, cases, &ImportOptions::default())
}

fn check_with(format: ForeignFormat, cases: &[(&str, &str)], options: &ImportOptions) -> String {
    let mut text = String::new();
    for (title, file) in cases {
        text.push_str(&format!("=== {title}\n{}\n", shown(import(format, file, options))));
    }
    text
}

const PAIRS: [(&str, &str); 19] = [
    (
        "roles with risk ids",
        "Role_A,Role_B,Risk_ID,Risk_Level,Description\nVendor,Pay,R1,High,\"Fraud, plain\"\n",
    ),
    (
        "transaction codes",
        "risk_id,tcode_1,tcode_2,risk_level,business_risk_description\nP001,FK01,F110,Critical,Pays an invented vendor\n",
    ),
    (
        "systems and entitlements",
        "RuleID,RuleName,System_A,Entitlement_A,System_B,Entitlement_B,RiskLevel,RiskDescription\n\
         S1,Self approval,Procure,Create PO,Procure,Approve PO,High,Nobody looks\n\
         S2,Anyone,Finance,Approve Payment,,<any>,High,Held outside of Finance\n\
         S3,Admins,Procure,Admin,Finance,Approve Payment,Low,x\n\
         S4,Admins,Finance,Admin,Procure,Create PO,Low,x\n\
         S5,Admins,Finance,Admin,Procure,Admin,Low,x\n",
    ),
    ("roles and a reason", "Role1,Role2,Reason\nPay,Order,Fraud\nOrder,Pay,Fraud\nOrder,Pay,Fraud\n"),
    (
        "semicolons and a separator line",
        "sep=;\r\nrole1;role2;reason\r\n\"Pay; now\";Order;\"\"\"quoted\"\"\"\r\n",
    ),
    ("tabs and a byte order mark", "\u{feff}role1\trole2\nPay\tOrder\n"),
    ("severities", "role1,role2,severity\nA,B,Very High\nA,C,m\nA,D,severe\nA,E,\n"),
    ("numbers of three", "role1,role2,severity\nA,B,1\nA,C,3\n"),
    ("numbers of four", "role1,role2,severity\nA,B,1\nA,C,4\n"),
    ("what is no pair", "role1,role2\nA,A\nA,\n*,B\nFI_*,B\nA,B where country = DE\n,\n\nA,B,C\nA\nC,D,\n"),
    ("ids", "id,role1,role2\nR,A,B\nR,A,C\nR,B,A\nentra:x,A,D\n"),
    ("columns that rules have no place for", "role1,role2,ticket,empty\nA,B,T-1,\nA,C,T-2,\n"),
    (
        "every other column",
        "rule_name,first duty,second duty,owner,business process,recommendation,mitigation,framework,valid from,valid to,enabled\n\
         N,A,B,o,P2P,split,weekly review,SOX; ISO,2026-01-01,2026-12-31,no\nM,A,C,,,,,,31.1.2026,,perhaps\nL,A,D,,,,,,2026-02-01,2026-01-01,\n",
    ),
    ("unknown columns", "left thing,right thing\nA,B\n"),
    ("two that could be one side", "role1,tcode1,role2\nA,B,C\n"),
    ("a quote that stays open", "role1,role2\nA,\"B\nC,D\n"),
    ("a quote that swallows a row", "role1,role2\nA,\"B\nC,\"D\"\n"),
    ("a line break in a name", "role1,role2\nA,\"B\nC\"\nC,D\n"),
    ("nothing", "\n\n"),
];

#[test]
fn pairs() {
    insta::assert_snapshot!(check(ForeignFormat::PairsCsv, &PAIRS));
}

#[test]
fn pairs_with_a_map() {
    let options = ImportOptions {
        columns: "a=Left Thing,b=#2,severity=weight,ignore=ticket".parse().unwrap(),
        severities: "1=critical,2=high,3=medium,4=low".parse().unwrap(),
    };
    let cases = [
        ("by name and number", "left thing,right thing,weight,ticket\nA,B,1,T\nA,C,4,U\n"),
        ("not there", "left,right\nA,B\n"),
    ];
    insta::assert_snapshot!(check_with(ForeignFormat::PairsCsv, &cases, &options));
    let wrong = ["a", "c=X", "a=X,a=Y", "a="].map(|map| map.parse::<sod_rules::PairColumns>().unwrap_err());
    insta::assert_snapshot!("maps_that_are_none", wrong.join("\n"));
}

const MATRICES: [(&str, &str); 11] = [
    ("crosses", ",Request,Approve,Receive\nRequest,,X,\nApprove,x,,✓\nReceive,,1,\n"),
    ("labels in another order", "duties;B;A;C\nA;X;;no\nB;;yes;-\nC;;-;n/a\n"),
    ("one side of the diagonal", ",A,B,C\nA,,X,H\nB,,,\nC,,,\n"),
    ("asymmetric", ",A,B,C\nA,,X,H\nB,,,\nC,L,x,\n"),
    ("severities and riddles", ",A,B,C\nA,,High,?\nB,H,,low\nC,see note,Low,\n"),
    ("numbers", ",A,B,C\nA,0,2,3\nB,2,0,0\nC,3,0,0\n"),
    ("the diagonal", ",A,B\nA,X,X\nB,X,\\\n"),
    (
        "labels that differ",
        ",Request PO,Approve PO,Pay\nRequest PO,,X,\nApprovePO,X,,\n,X,,\nRequest PO,,,\n",
    ),
    ("labels twice and too many cells", ",A,A,\nA,X,,\nB,,,,X\n"),
    ("zeros and ones", ",A,B\nA,0,1\nB,1,0\n"),
    ("labels that are no packages", ",A,<any>\nA,,X\n<any>,X,\n"),
];

#[test]
fn matrices() {
    insta::assert_snapshot!(check(ForeignFormat::MatrixCsv, &MATRICES));
}

const TWO_LISTS: [(&str, &str); 9] = [
    (
        "left and right",
        r#"{"name":"Vendor vs payment","owner":"u-17","left":["vendor-edit"],"right":["pay-run","pay-box"],"mitigation":"weekly review"}"#,
    ),
    (
        "as SailPoint has it",
        r#"{"value":[{"id":"0f11","name":"Money","description":"d","ownerRef":{"type":"IDENTITY","id":"2c","name":"Ann"},
        "externalPolicyReference":"XYZ","policyQuery":"@access(x)","compensatingControls":"review","correctionAdvice":"remove one",
        "state":"NOT_ENFORCED","tags":["a","b"],"creatorId":"c","created":"2020","scheduled":true,"type":"CONFLICTING_ACCESS_BASED",
        "conflictingAccessCriteria":{"leftCriteria":{"name":"in","criteriaList":[{"type":"ENTITLEMENT","id":"1","name":"Admin"},
        {"type":"ENTITLEMENT","id":"2","name":"Admin"}]},"rightCriteria":{"name":"out","criteriaList":[{"type":"ENTITLEMENT","id":"3"}]}}}]}"#,
    ),
    (
        "as Okta has it",
        r#"[{"name":"N","list1":{"any":["a","b"]},"list2":{"all":["c","d","c"]},"notes":"n"}]"#,
    ),
    (
        "quantifiers",
        r#"[{"id":"1","left":{"quantifier":"ALL","values":["a","b"]},"right":["c"]},
            {"id":"2","left":{"match":"most","values":["a","b"]},"right":["c"]},
            {"id":"3","left":{"any":["a"],"all":["b"]},"right":["c"]}]"#,
    ),
    (
        "what cannot be carried over",
        r#"[{"left":["a"]},{"left":["a"],"right":["a"]},{"left":["a","x"],"right":["a"]},{"left":[],"right":["a"]},
            {"left":["a","<any>"],"right":["b"]},{"left":{"all":["a",7]},"right":["b"]}, 5,
            {"left":"a","right":"b","state":"sleeping","severity":"awful","colour":"red","owner":5.5}]"#,
    ),
    ("not JSON", "{\"left\": [}"),
    ("no policies at all", "\"text\""),
    ("empty", "  "),
    (
        "a first page, and lists within lists",
        r#"{"value":[{"left":{"name":"in","criteria":{"any":["a"]}},"right":["b"]},{"left":"a","right":"b"}],"@odata.nextLink":"https://x"}"#,
    ),
];

#[test]
fn two_lists() {
    insta::assert_snapshot!(check(ForeignFormat::TwoListJson, &TWO_LISTS));
}

const SEGMENTS: [(&str, &str); 6] = [
    (
        "single packages",
        r#"{"id":"T","name":"Treasury","severity":"HARD","policyThreshold":3,"exceptionsAllowed":true,"segments":["T1",["T2"],{"name":"s","roles":["T3"]},"T4","T5"]}"#,
    ),
    (
        "sets",
        r#"{"name":"Buying","severity":"SOFT","policyThreshold":2,"segments":[["a","b"],{"name":"Pay","entitlements":[{"id":"1","name":"c"}]},{"all":["d","e"]}]}"#,
    ),
    ("all of them", r#"{"id":"X","threshold":2,"segments":[["a","b"],["c","d"]]}"#),
    ("one package in two segments", r#"{"id":"X","policyThreshold":2,"segments":["a","a","b"]}"#),
    (
        "what cannot be carried over",
        r#"[{"id":"1","policyThreshold":0,"segments":["a"]},{"id":"2","policyThreshold":3,"segments":["a","b"]},
            {"id":"3","segments":["a"]},{"id":"4","policyThreshold":"two","segments":["a"]},{"id":"5","policyThreshold":1},
            {"id":"6","policyThreshold":2,"segments":["a","<any>"]},
            {"id":"7","policyThreshold":6,"segments":[["a","b"],"c","d","e","f","g","h","i","j","k","l","m"]}]"#,
    ),
    ("nested without end", "[[[[[["),
];

#[test]
fn segments() {
    insta::assert_snapshot!(check(ForeignFormat::SegmentsJson, &SEGMENTS));
}

#[test]
fn several_files_make_one_set_and_all_problems_are_told() {
    let options = ImportOptions::default();
    let files = |texts: &[&'static str]| {
        let files: Vec<ForeignText<'_>> = texts
            .iter()
            .zip(["one.csv", "two.csv"])
            .map(|(text, path)| ForeignText { path, text, not_utf8: true })
            .collect();
        shown(sod_rules::import_rules(ForeignFormat::PairsCsv, &files, &options))
    };
    let good = files(&["id,role1,role2\nR,A,B\n", "id,role1,role2\nR,A,C\nS,B,A\n"]);
    let bad = files(&["role1,x\n", "y,role2\n"]);
    insta::assert_snapshot!(format!("{good}\n----\n{bad}"));
}

#[test]
fn hostile_cells() {
    let long = "x".repeat(40_000);
    let text = format!("role1,role2,reason\n{long},B,r\nA\u{1b}[31m,B\u{202e},\"two\nlines\"\n<\u{7}>,B,r\n");
    let imported = import(ForeignFormat::PairsCsv, &text, &ImportOptions::default()).unwrap();
    assert_eq!(imported.document.rules.len(), 1);
    let codes: Vec<ImportCode> = imported.not_carried.iter().map(|note| note.code).collect();
    assert_eq!(codes, [ImportCode::TooLong, ImportCode::Condition]);
    let toml = imported.to_toml("t");
    assert!(!toml.chars().any(|letter| letter.is_control() && letter != '\n'), "{toml:?}");
    for note in &imported.not_carried {
        assert!(!note.to_string().chars().any(char::is_control), "{note}");
    }
}

#[test]
fn a_hundred_thousand_rows() {
    let mut text = String::from("id,role1,role2,severity\n");
    for row in 0..100_000 {
        // One id for all.
        text.push_str(&format!("R,P{},Q{},high\n", row % 10 * row, row));
    }
    let imported = import(ForeignFormat::PairsCsv, &text, &ImportOptions::default()).unwrap();
    assert_eq!(imported.document.rules.len(), 100_000);
    let ids: BTreeSet<&str> = imported.document.rules.iter().map(|rule| &*rule.id.value).collect();
    assert_eq!(ids.len(), 100_000);
    assert_eq!(imported.remarks.len(), 99_999, "every id but the first was changed");
    let toml = imported.to_toml("t");
    assert_eq!(parse_rules("r", &toml).unwrap().rules, imported.document.rules);
}

/// Every code occurs above, and has a heading that tells enough.
#[test]
fn every_code_has_a_heading() {
    let page = include_str!("../../docs/import.md");
    let mut headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let mut codes: Vec<&str> = ImportCode::ALL.iter().map(|code| code.code()).collect();
    headings.sort_unstable();
    codes.sort_unstable();
    assert_eq!(headings, codes);
}
