//! Rules looked at in a tenant: what takes who holds what.

use sod_engine::{
    CheckOptions, Documents, Finding, FindingCode, FindingLevel, Input, LoadOptions, RuleCheck, Silent,
    Snapshot, check_rules, parse_exceptions, parse_rules,
};

/// Ann holds A and B, Bob C; D is known, and nobody holds it. Of the group G one member is a user of the export, of H
/// one is not.
const TENANT: &str = r#"[
  {"id":"a1","accessPackageId":"A","targetId":"ann","assignmentState":"Delivered"},
  {"id":"a2","accessPackageId":"B","targetId":"ann","assignmentState":"Delivered"},
  {"id":"a3","accessPackageId":"C","targetId":"bob","assignmentState":"Delivered"},
  {"id":"A","displayName":"A","isHidden":false},
  {"id":"D","displayName":"D","isHidden":false}
]"#;
const GROUPS: &str = r#"[{"GroupId":"G","Members":["bob"]},{"GroupId":"H","Members":["bob","eve"]}]"#;

fn tenant() -> Snapshot {
    let inputs = [("tenant.json", TENANT), ("groups.json", GROUPS)]
        .map(|(name, text)| Input::Bytes { name: name.into(), bytes: text.as_bytes().into() });
    sod_engine::load(&inputs, &LoadOptions::default(), &Silent).unwrap().snapshot
}

fn check(rules: &str, exceptions: &str, options: CheckOptions) -> RuleCheck {
    let documents = Documents {
        rules: vec![parse_rules("rules.toml", rules).unwrap_or_else(|error| panic!("{error}"))],
        exceptions: vec![parse_exceptions("exceptions.toml", exceptions).unwrap()],
        strict: false,
    };
    check_rules(Some(&tenant()), &CheckOptions { documents, ..options }).unwrap()
}

fn ids(check: &RuleCheck, code: FindingCode) -> Vec<&str> {
    let of_code = check.findings.iter().filter(|finding| finding.code == code);
    of_code.map(|finding| &*finding.subject.as_ref().unwrap().id).collect()
}

#[test]
fn far_rules_are_told_and_those_of_which_the_export_tells_a_part_are_not() {
    let rule = |id: &str, terms: &str| format!("[[rule]]\nid = '{id}'\nterms = [{terms}]\n");
    let rules = [
        rule("violated", "{ packages = ['A'] }, { packages = ['B'] }"),
        rule("near", "{ packages = ['A'] }, { packages = ['D'] }"),
        rule("far", "{ packages = ['A', 'C', 'D'], at_least = 3 }"),
        // Both are one package away, together.
        rule(
            "near-in-one",
            "{ packages = ['D', 'C'] }, { packages = ['D', 'A'] }, { packages = ['B', 'D'] }",
        ),
        rule("unknown", "{ packages = ['A', 'D', 'Teleporter'], at_least = 3 }"),
        rule("in-part", "{ packages = ['A', 'C', 'D', 'Teleporter'], at_least = 3 }"),
        rule("members", "{ groups = ['G'] }, { packages = ['A', 'D'], at_least = 2 }"),
        // Eve is a member and no user of the export: who knows what she holds.
        rule("members-elsewhere", "{ groups = ['H'] }, { packages = ['A', 'D'], at_least = 2 }"),
        format!("{}enabled = false\n", rule("off", "{ packages = ['A', 'C', 'D'], at_least = 3 }")),
    ]
    .concat();
    let found = check(&rules, "", CheckOptions::default());
    assert_eq!(ids(&found, FindingCode::NobodyNear), ["far", "members"]);
    let missed: Vec<&str> = found
        .not_checked
        .iter()
        .filter(|missed| missed.code == FindingCode::NobodyNear)
        .map(|missed| &*missed.why)
        .collect();
    assert_eq!(missed, ["3 rules cannot be judged in full: the export does not tell who is near"]);
}

#[test]
fn where_nobody_holds_anything_nobody_is_far() {
    let states = sod_engine::StateFilter::parse("expired").unwrap();
    let options = CheckOptions { holding: sod_engine::Holding { states }, ..CheckOptions::default() };
    let found =
        check("[[rule]]\nid = 'R'\nterms = [{ packages = ['A', 'C', 'D'], at_least = 3 }]\n", "", options);
    assert!(ids(&found, FindingCode::NobodyNear).is_empty());
    assert!(found.not_checked.iter().any(|missed| missed.why.contains("nobody holds anything")));
    assert!(!found.warnings.is_empty());
}

#[test]
fn exceptions_that_cover_nothing() {
    let rules = "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }]\n[[rule]]\nid = 'X'\nterms = [{ packages = ['Y'] }]\n";
    let exception = |id: &str, rule: &str, user: &str| {
        format!(
            "[[exception]]\nid = '{id}'\nrule = '{rule}'\nuser = '{user}'\nowner = 'o'\njustification = 'j'\n"
        )
    };
    let exceptions = [
        exception("1", "R", "ann"),
        exception("2", "R", "ann"),
        exception("3", "R", "bob"),
        // Not judged: who could say that there is no conflict?
        exception("4", "X", "bob"),
        exception("5", "R", "nobody"),
    ]
    .concat();
    let found = check(rules, &exceptions, CheckOptions::default());
    assert_eq!(ids(&found, FindingCode::ExceptionUnused), ["3"]);
    assert_eq!(ids(&found, FindingCode::ExceptionShadowed), ["2"]);
    assert_eq!(ids(&found, FindingCode::ExceptionDuplicate), ["2"]);
    assert_eq!(ids(&found, FindingCode::ExceptionUnplaced), ["nobody"]);
    assert_eq!(ids(&found, FindingCode::ExceptionEndless), ["1", "2", "3", "4", "5"]);
    let shadowed = found.findings.iter().find(|finding| finding.code == FindingCode::ExceptionShadowed);
    assert_eq!(&*shadowed.unwrap().others[0].id, "1");
}

#[test]
fn without_a_moment_nobody_says_which_exceptions_do_nothing() {
    let rules = "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }]\n";
    let exception = |id: &str, owner: &str| {
        format!(
            "[[exception]]\nid = '{id}'\nrule = 'R'\nuser = 'bob'\nowner = '{owner}'\njustification = 'j'\nend = 2030-12-31\n"
        )
    };
    let exceptions = [exception("1", "o"), exception("2", "bob")].concat();
    let found = check(rules, &exceptions, CheckOptions::default());
    assert!(ids(&found, FindingCode::ExceptionUnused).is_empty());
    let missed: Vec<&str> = found.not_checked.iter().map(|missed| missed.code.code()).collect();
    assert!(missed.contains(&"exception-unused") && missed.contains(&"exception-shadowed"), "{missed:?}");
    // Whom they permit does not depend on it.
    assert_eq!(ids(&found, FindingCode::ExceptionDuplicate), ["2"]);
    assert_eq!(ids(&found, FindingCode::ExceptionSelfOwned), ["2"]);
    let as_of = sod_engine::Timestamp::parse("2026-11-22");
    let found = check(rules, &exceptions, CheckOptions { as_of, ..CheckOptions::default() });
    assert_eq!(ids(&found, FindingCode::ExceptionUnused), ["1", "2"]);
}

#[test]
fn the_examples_of_the_page_show_their_codes() {
    let page = include_str!("../../../sod-rules/docs/findings.md");
    let tenant = r#"[
      {"id":"a1","accessPackageId":"A","targetId":"ann","assignmentState":"Delivered"},
      {"id":"ann","userPrincipalName":"ann@contoso.example","department":"Finance"},
      {"id":"nobody","userPrincipalName":"nobody@contoso.example","department":"Finance"}
    ]"#;
    let inputs = [Input::Bytes { name: "tenant.json".into(), bytes: tenant.as_bytes().into() }];
    let snapshot = sod_engine::load(&inputs, &LoadOptions::default(), &Silent).unwrap().snapshot;
    let rules = "[[rule]]\nid = 'R1'\nterms = [{ packages = ['A'] }]\n";
    for code in [
        FindingCode::ExceptionUnused,
        FindingCode::ExceptionShadowed,
        FindingCode::ExceptionDuplicate,
        FindingCode::ExceptionSelfOwned,
    ] {
        let (_, section) = page.split_once(&format!("## {}\n", code.code())).unwrap();
        let (_, example) = section.split_once("```toml\n").unwrap();
        let (example, _) = example.split_once("```").unwrap();
        let documents = Documents {
            rules: vec![parse_rules("rules.toml", rules).unwrap()],
            exceptions: vec![parse_exceptions("exceptions.toml", example).unwrap()],
            strict: true,
        };
        let as_of = sod_engine::Timestamp::parse("2026-11-22");
        let found =
            check_rules(Some(&snapshot), &CheckOptions { documents, as_of, ..CheckOptions::default() });
        let found = found.unwrap();
        let about: Vec<FindingCode> = found.findings.iter().map(|finding| finding.code).collect();
        assert!(about.contains(&code), "{code}: {about:?}");
        assert!(!about.contains(&FindingCode::ExceptionEndless), "{code}: {about:?}");
    }
}

#[test]
fn levels_are_the_callers_to_change() {
    let rules = "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['A'] }]\n";
    let of = |check: &RuleCheck| -> Vec<(FindingLevel, FindingCode)> {
        let told =
            |finding: &&Finding| [FindingCode::SelfConflicting, FindingCode::NoOwner].contains(&finding.code);
        check.findings.iter().filter(told).map(|finding| (finding.level, finding.code)).collect()
    };
    let (warning, note) = (FindingLevel::Warning, FindingLevel::Note);
    let usual = check(rules, "", CheckOptions::default());
    assert_eq!(of(&usual), [(warning, FindingCode::SelfConflicting), (note, FindingCode::NoOwner)]);
    let options = CheckOptions {
        allow: vec![FindingCode::SelfConflicting],
        deny: vec![FindingCode::NoOwner],
        ..CheckOptions::default()
    };
    let turned = check(rules, "", options);
    assert_eq!(of(&turned), [(warning, FindingCode::NoOwner), (note, FindingCode::SelfConflicting)]);
}

#[test]
fn strict_makes_errors_of_unknown_names_where_there_is_a_tenant() {
    let rules =
        parse_rules("rules.toml", "[[rule]]\nid = 'R'\nterms = [{ packages = ['Y', 'A'] }]\n").unwrap();
    let documents = Documents { rules: vec![rules], strict: true, ..Documents::default() };
    let options = CheckOptions { documents, ..CheckOptions::default() };
    assert!(check_rules(Some(&tenant()), &options).unwrap_err().to_string().contains("unknown-name"));
    assert!(check_rules(None, &options).is_ok());
}

#[test]
fn that_nobody_is_in_a_department_may_be_what_the_export_does_not_tell() {
    let rules = "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['B'] }]\n";
    let exception = "[[exception]]\nid = 'EX'\nrule = 'R'\ncriterion = { department = 'Finance' }\nowner = 'o'\n\
                     justification = 'j'\n";
    let check = check(rules, exception, CheckOptions::default());
    let unused = check.findings.iter().find(|one| one.code == FindingCode::ExceptionUnused).unwrap();
    assert!(unused.message.contains("does not tell who is in which department"), "{}", unused.message);
}
