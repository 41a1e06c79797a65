//! What is written is read back equal.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sod_model::{Period, RuleFacts, Severity, Timestamp};
use sod_rules::{
    Comments, Function, Located, Members, RuleDocument, RuleEntry, TermEntry, parse_rules, rules_to_json,
    rules_to_toml,
};
use std::collections::BTreeSet;

type Word = Located<Box<str>>;

/// Any text that a document can say: not empty, without blanks around it.
fn word() -> impl Strategy<Value = String> {
    let odd = prop_oneof![
        "[a-z]{1,6}",
        "\\PC{1,12}",
        ".{1,8}",
        "(?s).{1,8}",
        Just("\"\"\"'''\\\n# [[rule]]".to_owned()),
        Just("'''\r\n\u{0}\u{7f}\u{1b}[31m".to_owned()),
    ];
    odd.prop_map(|text| text.trim().to_owned()).prop_filter("a text says something", |text| !text.is_empty())
}

fn located() -> impl Strategy<Value = Word> {
    word().prop_map(|text| Located::from(text.as_str()))
}

fn members() -> impl Strategy<Value = Members> {
    let list = || vec(located(), 0..3);
    (vec(located(), 1..4), list(), list(), list(), list()).prop_map(
        |(packages, functions, catalogs, names, groups)| Members {
            packages,
            functions,
            catalogs,
            names,
            groups,
        },
    )
}

fn term() -> impl Strategy<Value = TermEntry> {
    (members(), 1u32..2).prop_map(|(members, at_least)| {
        let at_least = at_least.max(members.packages.len() as u32);
        TermEntry { members, at_least: Located { value: at_least, span: 0..0 } }
    })
}

fn moment() -> impl Strategy<Value = Timestamp> {
    const DAY: i64 = 86_400;
    prop_oneof![
        (-20_000i64..200_000).prop_map(|day| Timestamp(day * DAY)),
        (0i64..4_000_000_000).prop_map(Timestamp),
        Just(Timestamp::FOREVER),
    ]
}

fn rule() -> impl Strategy<Value = RuleEntry> {
    let text = || option::of(word().prop_map(String::into_boxed_str));
    let facts = (text(), text(), text(), text(), vec(word().prop_map(String::into_boxed_str), 0..3), text());
    let severity = (0usize..4).prop_map(|at| Severity::ALL[at]);
    let period = (option::of(moment()), option::of(moment()));
    (located(), option::of(located()), severity, vec(term(), 1..4), facts, period, any::<bool>()).prop_map(
        |(id, name, severity, terms, facts, (from, until), enabled)| {
            let (description, risk, owner, process, frameworks, advice) = facts;
            let until = until.filter(|until| from.is_none_or(|from| from < *until));
            RuleEntry {
                id,
                name,
                severity,
                terms,
                facts: RuleFacts { description, risk, owner, process, frameworks, advice },
                period: Period { from, until },
                enabled,
            }
        },
    )
}

fn document() -> impl Strategy<Value = RuleDocument> {
    let function = (located(), option::of(located()), members())
        .prop_map(|(name, description, members)| Function { name, description, members });
    let head = (option::of(located()), option::of(located()), option::of(located()));
    (head, vec(function, 0..3), vec(rule(), 1..5)).prop_map(
        |((id, version, name), mut functions, mut rules)| {
            let mut seen = BTreeSet::new();
            rules.retain(|rule| !rule.id.value.starts_with("entra:") && seen.insert(rule.id.value.clone()));
            let mut seen = BTreeSet::new();
            functions.retain(|function| seen.insert(function.name.value.clone()));
            let source =
                parse_rules("", "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }]\n").unwrap().source;
            RuleDocument { source, id, version, name, functions, rules, problems: vec![] }
        },
    )
}

fn same(read: &RuleDocument, written: &RuleDocument) {
    assert_eq!((&read.id, &read.version, &read.name), (&written.id, &written.version, &written.name));
    assert_eq!(read.functions, written.functions);
    assert_eq!(read.rules, written.rules);
}

proptest! {
    #[test]
    fn p31_what_is_written_is_read_back_equal(
        document in document().prop_filter("a rule", |document| !document.rules.is_empty()),
        top in vec("(?s).{0,20}", 0..3),
        above in vec("(?s).{0,20}", 0..3),
    ) {
        let comments = Comments { top, rules: above };
        for text in [rules_to_toml(&document, &comments), rules_to_json(&document)] {
            match parse_rules("rules", &text) {
                Ok(read) => same(&read, &document),
                Err(error) => prop_assert!(false, "{error}\n{text}"),
            }
        }
        // The same rules are the same bytes.
        let read = parse_rules("rules", &rules_to_toml(&document, &comments)).unwrap();
        prop_assert_eq!(rules_to_toml(&read, &comments), rules_to_toml(&document, &comments));
    }
}

#[test]
fn every_key_once() {
    let text = r#"{"ruleset": {"id": "contoso", "version": "1", "name": "Contoso"},
        "function": {"vendor maintenance": {"packages": ["p1"], "description": "d"}},
        "rule": [{"id": "R", "name": "N", "severity": "Critical", "risk": "r", "owner": "o", "process": "P2P",
        "frameworks": ["SOX", "ISO \"27001\""], "advice": "a\nb", "description": "x", "valid_from": "2026-01-01",
        "valid_to": "2026-12-31", "enabled": false, "terms": [{"functions": ["vendor maintenance"]},
        {"packages": ["p2", "p5"], "catalogs": ["c"], "names": ["*x"], "groups": ["g"], "at_least": 2}]},
        {"id": "S", "valid_to": "2026-12-31T12:00:00Z", "terms": [{"packages": ["p1"]}]}]}"#;
    let document = parse_rules("rules.json", text).unwrap();
    let comments =
        Comments { top: vec!["one".into(), String::new(), "two".into()], rules: vec!["here".into()] };
    let toml = rules_to_toml(&document, &comments);
    insta::assert_snapshot!(format!("{toml}\n----\n{}", rules_to_json(&document)));
    same(&parse_rules("rules.toml", &toml).unwrap(), &document);
    assert!(rules_to_toml(&document, &Comments::default()).starts_with("[ruleset]"));
}
