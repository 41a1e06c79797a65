//! Reports about people without saying who they are: nothing but the names changes.

use proptest::prelude::*;
use sod_engine::{
    AnalyzeOptions, Documents, ExternalId, Input, LoadOptions, PseudonymKey, Silent, Snapshot, Timestamp,
    analyze, load, parse_exceptions, parse_rules, pseudonymise,
};
use sod_testkit::{parse_assignments, snapshot};
use std::collections::BTreeSet;

fn key() -> PseudonymKey {
    PseudonymKey::new(b"a key of more than sixteen bytes").unwrap()
}

fn documents(exceptions: &str) -> Documents {
    let rules = "[[rule]]\nid = 'R'\nowner = 'boss@contoso.example'\nterms = [{ packages = ['A'] }, { packages = ['B', 'C'] }]\n[[rule]]\nid = 'S'\nterms = [{ packages = ['A', 'B', 'C'], at_least = 3 }]\n";
    Documents {
        rules: vec![parse_rules("rules.toml", rules).unwrap()],
        exceptions: if exceptions.is_empty() {
            Vec::new()
        } else {
            vec![parse_exceptions("exceptions.csv", exceptions).unwrap_or_else(|error| panic!("{error}"))]
        },
        strict: false,
    }
}

/// Who violates what, and what covers it, by written names; users by `named`.
fn conflicts(
    snapshot: &Snapshot,
    documents: Documents,
    named: &dyn Fn(&ExternalId) -> String,
) -> BTreeSet<[String; 3]> {
    let options =
        AnalyzeOptions { documents, as_of: Timestamp::parse("2026-06-01"), ..AnalyzeOptions::default() };
    let found = analyze(snapshot, &options, &Silent).unwrap();
    let line = |conflict: &sod_engine::Conflict| {
        let rule = found.rules.rule(conflict.rule).unwrap().id.to_string();
        let exception = conflict.exception.and_then(|id| found.exceptions.exception(id));
        let exception = exception.map(|exception| exception.id.to_string()).unwrap_or_default();
        [rule, named(&snapshot.directory.user(conflict.user).unwrap().id), exception]
    };
    found.conflicts.conflicts().iter().map(line).collect()
}

const U1: &str = "u-c5c7375814e13e33bac604e3dce90318";

const EXCEPTIONS: &str = "id,rule,user,package,owner,end,justification\n\
    E1,R,u1,,u2,2026-12-31,u1 stands in for u3\n\
    E2,R,,C,cfo@contoso.example,2026-12-31,j\n\
    E3,S,u7,,o,2026-12-31,nobody of the tenant\n";

proptest! {
    #[test]
    fn the_same_conflicts_by_other_names(held in prop::collection::btree_set((0u32..6, 0usize..3), 1..18)) {
        let lines: Vec<String> = held
            .iter()
            .enumerate()
            .map(|(at, (user, package))| format!("{at} u{user} {} delivered", ["A", "B", "C"][*package]))
            .collect();
        let plain = snapshot(&parse_assignments(&lines.join("\n")));
        let expected = conflicts(&plain, documents(EXCEPTIONS), &|id| key().user(id).to_string());
        let changed = pseudonymise(&key(), plain, documents(EXCEPTIONS), Vec::new()).unwrap();
        let found = conflicts(&changed.snapshot, changed.documents, &ToString::to_string);
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn owners_and_strangers_get_names_as_well() {
    let plain = snapshot(&parse_assignments("1 u1 A delivered\n2 u2 B delivered"));
    let words = ["sod", "analyze", "--rules", "u2"].map(str::to_owned).to_vec();
    let changed = pseudonymise(&key(), plain, documents(EXCEPTIONS), words).unwrap();
    let u2 = key().user(&ExternalId::new("u2")).to_string();
    let entries = &changed.documents.exceptions[0].exceptions;
    assert_eq!(&*entries[0].owner.value, u2);
    assert!(!entries[1].owner.value.contains("cfo"));
    assert!(!format!("{:?}", entries[2].users).contains("u7"), "{:?}", entries[2].users);
    let owner = changed.documents.rules[0].rules[0].facts.owner.as_deref().unwrap();
    assert!(owner.starts_with("u-"), "{owner}");
    assert_eq!(changed.words, ["sod", "analyze", "--rules", &u2]);
}

/// The usual tenant: everybody's address is their principal name.
const USERS: &str = r#"[
    {"id":"11111111-0000-4000-8000-000000000001","displayName":"Anna Li","userPrincipalName":"anna@c.example","mail":"Anna@C.example"},
    {"id":"11111111-0000-4000-8000-000000000002","displayName":"Bo","userPrincipalName":"bo@c.example","mail":"bo@c.example"},
    {"id":"11111111-0000-4000-8000-000000000003","displayName":"J\u00fcrgen Gr\u00f6\u00dfe","userPrincipalName":"jg@c.example","mail":"jg@c.example"},
    {"id":"11111111-0000-4000-8000-000000000004","displayName":"Anna Li (admin)","userPrincipalName":"adm@c.example","mail":"jg@c.example"}]"#;

fn usual_tenant() -> Snapshot {
    let row = |user: u32, package: &str| {
        format!(
            r#"{{"id":"as-{user}-{package}","state":"delivered","target":{{"objectId":"11111111-0000-4000-8000-00000000000{user}"}},"accessPackage":{{"id":"{package}"}}}}"#
        )
    };
    let rows: Vec<String> = (1..5).flat_map(|user| ["A", "B"].map(|package| row(user, package))).collect();
    let rows = format!("[{}]", rows.join(","));
    let input = |name: &str, text: &str| Input::Bytes { name: name.into(), bytes: text.as_bytes().into() };
    let inputs = [input("rows.json", &rows), input("users.json", USERS)];
    load(&inputs, &LoadOptions::default(), &Silent).unwrap_or_else(|error| panic!("{error}")).snapshot
}

/// Codes of what is found about exceptions, by exception.
fn exception_findings(snapshot: &Snapshot, documents: Documents) -> Vec<String> {
    let options =
        AnalyzeOptions { documents, as_of: Timestamp::parse("2026-06-01"), ..AnalyzeOptions::default() };
    let found = analyze(snapshot, &options, &Silent).unwrap();
    let told = |one: &sod_engine::ExceptionFinding| {
        format!("{} {}", found.exceptions.exception(one.exception).unwrap().id, one.code)
    };
    found.exception_findings.iter().map(told).collect()
}

#[test]
fn who_answers_for_themselves_is_found_by_other_names_too() {
    // By every name that people may write as owner; E6 and E7 by an address of two, E8 by somebody else.
    let exceptions = "id,rule,user,owner,end,justification\n\
        E1,R,anna@c.example,anna@c.example,2026-12-31,j\n\
        E2,R,anna@c.example,\"Li, Anna\",2026-12-31,j\n\
        E3,R,bo@c.example,Bo,2026-12-31,j\n\
        E4,R,bo@c.example,11111111-0000-4000-8000-000000000002,2026-12-31,j\n\
        E5,R,jg@c.example,JÜRGEN GRÖSSE,2026-12-31,j\n\
        E6,R,jg@c.example,jg@c.example,2026-12-31,j\n\
        E7,R,adm@c.example,jg@c.example,2026-12-31,j\n\
        E8,R,adm@c.example,bo@c.example,2026-12-31,j\n";
    let plain = exception_findings(&usual_tenant(), documents(exceptions));
    for at in 1..8 {
        assert!(plain.contains(&format!("E{at} exception-self-owned")), "{at}: {plain:?}");
    }
    assert!(!plain.contains(&"E8 exception-self-owned".to_owned()), "{plain:?}");
    let changed = pseudonymise(&key(), usual_tenant(), documents(exceptions), Vec::new()).unwrap();
    assert_eq!(exception_findings(&changed.snapshot, changed.documents), plain);
}

#[test]
fn names_are_found_as_people_write_them() {
    let text =
        "Li, Anna asked JÜRGEN GRÖSSE; Bo. agreed by as-1-A and AS-2-b; 11111111-0000-4000-8000-000000000002";
    let changed = pseudonymise(&key(), usual_tenant(), documents(""), vec![text.to_owned()]).unwrap();
    let of = |user: u32| key().user(&ExternalId::new(&format!("11111111-0000-4000-8000-00000000000{user}")));
    let ids: Vec<String> =
        changed.snapshot.assignments().filter_map(|row| Some(row.id?.to_string())).collect();
    let told: Vec<&str> =
        changed.words[0].split([' ', ';', ',', '.']).filter(|word| !word.is_empty()).collect();
    let [anna, asked, jurgen, bo, agreed, by, first, and, second, id] = told[..] else { panic!("{told:?}") };
    assert_eq!([asked, agreed, by, and], ["asked", "agreed", "by", "and"]);
    assert_eq!([anna, jurgen, bo, id], [of(1), of(3), of(2), of(2)].map(|id| id.to_string()));
    assert!(first != second && [first, second].iter().all(|id| ids.iter().any(|own| own == id)), "{told:?}");
}

#[test]
fn names_depend_on_the_key_alone() {
    let other = PseudonymKey::new(b"another key of more than sixteen bytes").unwrap();
    let id = ExternalId::new("2506AEF1-3929-4D24-A61E-7C8B83D95E6F");
    assert_eq!(key().user(&id), key().user(&ExternalId::new("2506aef1-3929-4d24-a61e-7c8b83d95e6f")));
    assert_ne!(key().user(&id), other.user(&id));
    assert_ne!(key().id(), other.id());
    // HMAC-SHA256 of "user", a zero byte and the id, by another program: printf 'user\\0u1' | openssl dgst -sha256 -hmac KEY
    assert_eq!(key().user(&ExternalId::new("u1")).to_string(), U1);
    // Blanks around a key are not part of it; its letters are.
    let padded = PseudonymKey::new(b" \t a key of more than sixteen bytes \r\n\n").unwrap();
    assert_eq!(padded.id(), key().id());
    assert_ne!(PseudonymKey::new(b"A KEY OF MORE THAN SIXTEEN BYTES").unwrap().id(), key().id());
    for weak in [&b""[..], b"short", b"               \n", b"aaaaaaaaaaaaaaaaaaaaaaaa"] {
        assert!(PseudonymKey::new(weak).is_err());
    }
}
