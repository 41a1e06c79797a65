//! The slow engine beside the fast one on generated exports, and what it must not know.

use crate::written::{Written, told};
use proptest::prelude::*;
use sod_engine::{Input, RunOptions, Silent, StateFilter, Timestamp, VerifyOptions};
use std::fmt::Write as _;
use std::path::Path;

/// A term: so many of packages and groups.
type Sketch = (u32, Vec<u8>, Vec<u8>);

/// An export with everything that is judged: rows, declarations, groups, resource roles, departments.
#[derive(Clone, Debug)]
struct Export {
    rows: Vec<(u8, u8, u8)>,
    declared: Vec<(u8, u8)>,
    members: Vec<(u8, u8)>,
    roles: Vec<(u8, u8)>,
    rules: Vec<Vec<Sketch>>,
    exceptions: Vec<(u8, u8, u8, i8)>,
}

const STATES: [&str; 4] = ["Delivered", "Delivered", "Expired", "Delivering"];

fn export() -> impl Strategy<Value = Export> {
    let vec = |range: std::ops::Range<usize>, most: usize| {
        prop::collection::vec((0..range.end as u8, 0..6u8), 0..most)
    };
    let ids = || prop::collection::vec(0u8..7, 1..4);
    let term = (1u32..3, ids(), prop::collection::vec(0u8..2, 0..2));
    (
        prop::collection::vec((0u8..8, 0u8..6, 0u8..4), 1..50),
        vec(0..6, 5),
        prop::collection::vec((0u8..2, 0u8..8), 0..8),
        vec(0..6, 12),
        prop::collection::vec(prop::collection::vec(term, 1..4), 0..5),
        prop::collection::vec((0u8..5, 0u8..3, 0u8..6, -3i8..4), 0..6),
    )
        .prop_map(|(rows, declared, members, roles, rules, exceptions)| Export {
            rows,
            declared,
            members,
            roles,
            rules,
            exceptions,
        })
}

impl Export {
    fn json(&self) -> String {
        let mut value = Vec::new();
        for (at, (user, package, state)) in self.rows.iter().enumerate() {
            value.push(serde_json::json!({
                "id": format!("a{at:03}"), "accessPackageId": format!("P{package}"), "targetId": format!("u{user}"),
                "assignmentState": STATES[usize::from(*state)],
                "target": { "objectId": format!("u{user}") },
            }));
        }
        for package in 0..6u8 {
            let others = self.declared.iter().filter(|(own, other)| *own == package && own != other);
            let others: Vec<_> =
                others.map(|(_, other)| serde_json::json!({ "id": format!("P{other}") })).collect();
            let mut known = serde_json::json!({
                "id": format!("P{package}"), "displayName": format!("Package {package}"), "incompatibleAccessPackages": others,
            });
            if package < 2 {
                known["incompatibleGroups"] = serde_json::json!([{ "id": format!("g{package}") }]);
            }
            let roles: Vec<_> = self.roles.iter().filter(|(own, _)| *own == package).map(|(_, role)| {
                let id = format!("0000000{role}-0000-4000-8000-000000000000");
                serde_json::json!({ "id": format!("s{role}"), "role": { "id": id, "originId": id, "originSystem": "AadGroup",
                    "displayName": "Member", "resource": { "id": id, "originId": id } },
                    "scope": { "id": id, "originId": id, "originSystem": "AadGroup" } })
            }).collect();
            if !roles.is_empty() {
                known["resourceRoleScopes"] = roles.into();
            }
            value.push(known);
        }
        for group in 0..2u8 {
            let members = self.members.iter().filter(|(own, _)| *own == group);
            let members: Vec<_> =
                members.map(|(_, user)| serde_json::json!({ "id": format!("u{user}") })).collect();
            value.push(serde_json::json!({
                "id": format!("g{group}"), "displayName": format!("Group {group}"), "groupTypes": [], "members": members,
            }));
        }
        for user in 0..8u8 {
            value.push(serde_json::json!({
                "id": format!("u{user}"), "userPrincipalName": format!("u{user}@contoso.example"),
                "department": if user % 2 == 0 { " Even" } else { "odd" },
            }));
        }
        serde_json::json!({ "value": value }).to_string()
    }

    fn rules(&self) -> String {
        let mut text = "[ruleset]\nid = 'generated'\n".to_owned();
        for (at, terms) in self.rules.iter().enumerate() {
            let list = |letter: char, ids: &[u8]| {
                let distinct: std::collections::BTreeSet<&u8> = ids.iter().collect();
                distinct.iter().map(|id| format!("'{letter}{id}'")).collect::<Vec<_>>()
            };
            let term = |(at_least, packages, groups): &Sketch| {
                let (packages, groups) = (list('P', packages), list('g', groups));
                let at_least = (*at_least as usize).min(packages.len() + groups.len());
                let groups = if groups.is_empty() {
                    String::new()
                } else {
                    format!(", groups = [{}]", groups.join(", "))
                };
                format!("{{ packages = [{}]{groups}, at_least = {at_least} }}", packages.join(", "))
            };
            let terms: Vec<String> = terms.iter().map(term).collect();
            let _ = writeln!(text, "[[rule]]\nid = 'R{at}'\nterms = [{}]", terms.join(", "));
        }
        text
    }

    fn exceptions(&self) -> String {
        let mut text = String::new();
        for (at, (rule, kind, whom, end)) in self.exceptions.iter().enumerate() {
            let whom = match kind {
                0 => format!("user = 'u{whom}'"),
                1 => format!("criterion = {{ package = 'P{whom}' }}"),
                _ => format!(
                    "criterion = {{ department = '{}' }}",
                    if whom % 2 == 0 { "even" } else { "ODD " }
                ),
            };
            let end = if *end == 3 {
                String::new()
            } else {
                format!("end = '2026-11-{:02}'\n", 22 + i32::from(*end))
            };
            let _ = writeln!(
                text,
                "[[exception]]\nid = 'E{at}'\nrule = 'R{rule}'\n{whom}\nowner = 'u{at}@contoso.example'\njustification = 'x'\n{end}"
            );
        }
        text
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// Everything that the fast engine writes, the slow one writes too.
    #[test]
    fn p40_both_engines_write_the_same_report(export in export(), live in any::<bool>()) {
        let mut written = Written::of(&[]);
        let file = |name: &str, text: &str| {
            let path = written.place.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let input = file("export.json", &export.json());
        if !export.rules.is_empty() {
            written.documents.rules = vec![file("rules.toml", &export.rules())];
        }
        if !export.exceptions.is_empty() {
            written.documents.exceptions = vec![file("exceptions.toml", &export.exceptions())];
        }
        written.inputs = vec![Input::Path(input)];
        let states = if live { StateFilter::parse("live").unwrap() } else { StateFilter::default() };
        let as_of = Timestamp::parse("2026-11-22");
        let written = written.run(RunOptions { states, as_of, ending_within: Some(2), ..RunOptions::default() }).write();
        let documents: &VerifyOptions = &written.documents;
        let found = sod_engine::verify(&written.folder(), &written.inputs, documents, &Silent).unwrap();
        prop_assert!(found.is_equal(), "{}", told(&found));
    }
}

#[test]
fn nothing_of_the_fast_engine_is_in_the_slow_one() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut looked_at = 0;
    for folder in ["slow", "verify"] {
        for entry in std::fs::read_dir(sources.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            for word in ["use sod_core", "sod_core::", "pair_sum_from_rows", ".columns()", ".column("] {
                assert!(!text.contains(word), "{}: `{word}`", path.display());
            }
            looked_at += 1;
        }
    }
    assert!(looked_at > 10, "{looked_at} files");
}
