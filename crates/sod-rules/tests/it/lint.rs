//! What is odd about rules: every code, and the examples of its page.

use sod_model::{
    CatalogId, Directory, EntraCatalog, ExternalId, Finding, FindingCode, FindingLevel, FindingNeeds, Group,
    GroupId, Package, PackageId, PackageIdKind, Timestamp, User, UserId, UserIdKind,
};
use sod_rules::{
    DocumentKind, Linted, ResolveOptions, RuleDocument, lint_exceptions, lint_rules, parse_exceptions,
    parse_rules,
};
use std::fmt::Write;

/// The tenant of the examples. Invoice matching and Payment approval declare each other, Cash box declares Cash audit;
/// the catalog Attic has no package, the group Nobody no member; those of Guests are not known.
fn directory() -> Directory {
    let package = |id: &str, name: &str, declares: &[u32]| Package {
        id: ExternalId::new(id),
        id_kind: PackageIdKind::Object,
        display_name: Some(name.into()),
        catalog: Some(CatalogId(1)),
        incompatible_packages: declares.iter().map(|other| PackageId(*other)).collect(),
        incompatible_groups: if id == "p5" { vec![GroupId(0)] } else { Vec::new() },
    };
    let packages = vec![
        package("p1", "Vendor master editor", &[]),
        package("p2", "Payment run", &[]),
        package("p3", "Payment approval", &[3]),
        package("p4", "Invoice matching", &[2]),
        package("p5", "Cash box", &[5]),
        package("p6", "Cash audit", &[]),
        package("p7", "All staff baseline", &[]),
    ];
    let group = |id: &str, name: &str, members: Option<Vec<UserId>>| Group {
        id: ExternalId::new(id),
        display_name: Some(name.into()),
        members,
        members_exported: 0,
        nested_unknown: 0,
        probably_truncated: false,
    };
    let groups = vec![group("g1", "Guests", None), group("g2", "Nobody", Some(vec![]))];
    let catalog =
        |id: &str, name: &str| EntraCatalog { id: ExternalId::new(id), display_name: Some(name.into()) };
    let user = User {
        id: ExternalId::new("u1"),
        id_kind: UserIdKind::Object,
        display_name: None,
        principal_name: Some("ann@contoso.example".into()),
        email: None,
        subject_type: None,
        user_type: None,
        department: None,
        aliases: vec![],
    };
    let catalogs = vec![catalog("c1", "Attic"), catalog("c2", "Finance")];
    Directory::from_sorted(vec![user], packages, groups, vec![], catalogs).unwrap()
}

fn document(text: &str) -> RuleDocument {
    parse_rules("rules.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn at(moment: &str) -> ResolveOptions {
    ResolveOptions { moment: Timestamp::parse(moment), strict: false }
}

pub(crate) fn linted(text: &str, directory: Option<&Directory>) -> Linted {
    let options = at("2026-11-22");
    lint_rules(&[document(text)], directory, &options).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn page(findings: &[Finding]) -> String {
    let mut page = String::new();
    for finding in findings {
        let place = finding.place().map(|place| format!(" {place}")).unwrap_or_default();
        writeln!(page, "{}[{}]{place}\n    {}", finding.level.name(), finding.code, finding.message).unwrap();
        let others: Vec<&str> = finding.others.iter().map(|other| &*other.id).collect();
        if !others.is_empty() {
            writeln!(page, "    others ({}): {}", finding.others_total, others.join(", ")).unwrap();
        }
    }
    page
}

/// Everything that documents alone can show, and what a tenant adds.
const EVERYTHING: &str = r#"
[function.vendors]
packages = ["Vendor master editor"]
[function.unused]
functions = ["treasury"]
[function.treasury]
names = ["treasury *"]

[[rule]]
id = "R01"
owner = "o"
risk = "r"
terms = [{ functions = ["vendors"] }, { packages = ["Payment run"] }]
[[rule]]
id = "R02"
severity = "low"
terms = [{ packages = ["p2"] }, { packages = ["p1"] }]
[[rule]]
id = "R03"
terms = [{ packages = ["Vendor master editor", "Payment run"], at_least = 2 }, { packages = ["Cash audit"] }]
[[rule]]
id = "R04"
terms = [{ packages = ["Vendor master editor", "Payment run"] }, { packages = ["Payment run", "Cash audit"] }]
[[rule]]
id = "R05"
terms = [{ packages = ["p2", "Payment run"], at_least = 2 }]
[[rule]]
id = "R06"
terms = [{ packages = ["Teleporter", "Payment aproval"] }, { packages = ["Cash box"] }]
[[rule]]
id = "R07"
terms = [{ packages = ["Teleporter"] }, { catalogs = ["Nowhere"], packages = ["p3"] }]
[[rule]]
id = "R08"
terms = [{ groups = ["Guests"] }, { packages = ["Cash box"], groups = ["Nobody", "Nothing"] }]
[[rule]]
id = "R09"
terms = [{ packages = ["Payment approval"] }, { packages = ["Invoice matching"] }]
[[rule]]
id = "R10"
terms = [{ packages = ["Payment approval", "Payment run"] }, { packages = ["Invoice matching"], catalogs = ["Attic"] }]
[[rule]]
id = "R11"
terms = [{ packages = ["Invoice matching"] }, { packages = ["Payment run", "Vendor master editor"] }]
[[rule]]
id = "R12"
valid_to = 2026-01-31
terms = [{ packages = ["p1"] }]
[[rule]]
id = "R13"
valid_from = 2027-01-01
terms = [{ packages = ["p1"] }]
[[rule]]
id = "R14"
enabled = false
terms = [{ packages = ["p1"] }, { packages = ["p1"] }]
"#;

#[test]
fn everything_in_a_tenant() {
    insta::assert_snapshot!(page(&linted(EVERYTHING, Some(&directory())).findings));
}

#[test]
fn documents_alone() {
    let found = linted(EVERYTHING, None);
    let mut page = page(&found.findings);
    for missed in &found.not_checked {
        writeln!(page, "not checked: {}: {}", missed.code, missed.why).unwrap();
    }
    insta::assert_snapshot!(page);
}

/// The heading of each code, and what stands under it.
fn sections() -> Vec<(&'static str, &'static str)> {
    let page = include_str!("../../docs/findings.md");
    page.split("\n## ").skip(1).map(|section| section.split_once('\n').unwrap()).collect()
}

#[test]
fn every_code_has_a_heading_and_every_heading_a_code() {
    let headings: Vec<&str> = sections().iter().map(|(heading, _)| *heading).collect();
    let codes: Vec<&str> = FindingCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(headings, codes);
    for ((_, text), code) in sections().into_iter().zip(FindingCode::ALL) {
        let level = match code.level() {
            FindingLevel::Warning => "Warning",
            FindingLevel::Note => "Note",
        };
        let needs = match code.needs() {
            FindingNeeds::Documents => ". ",
            FindingNeeds::Moment => ", *moment*. ",
            FindingNeeds::Export => ", *export*. ",
        };
        assert!(text.starts_with(&format!("{level}{needs}")), "{code}: {text}");
        assert!(text.contains("\n```") && text.contains("\nWhat to do: "), "{code}");
    }
}

/// Those that take a matrix are tried where there is one, in sod-engine.
const NEEDS_A_MATRIX: [FindingCode; 5] = [
    FindingCode::NobodyNear,
    FindingCode::ExceptionUnused,
    FindingCode::ExceptionShadowed,
    FindingCode::ExceptionDuplicate,
    FindingCode::ExceptionSelfOwned,
];

#[test]
fn every_example_shows_its_code() {
    let directory = directory();
    for ((_, text), code) in sections().into_iter().zip(FindingCode::ALL) {
        let Some((_, example)) = text.split_once("```toml\n").filter(|_| !NEEDS_A_MATRIX.contains(code))
        else {
            continue;
        };
        let example = example.split("```").next().unwrap();
        let found = if DocumentKind::of(example) == Some(DocumentKind::Rules) {
            linted(example, Some(&directory)).findings
        } else {
            let exceptions = parse_exceptions("exceptions.toml", example).unwrap();
            let rules =
                linted("[[rule]]\nid = 'R1'\nterms = [{ packages = ['p1'] }]\n", Some(&directory)).rules;
            let options = at("2026-11-22");
            lint_exceptions(&[exceptions], Some(&rules), Some(&directory), &options).unwrap().findings
        };
        assert!(found.iter().any(|finding| finding.code == *code), "{code}: {}", page(&found));
    }
    assert!(page(&linted(EVERYTHING, Some(&directory)).findings).contains("one-way-declaration"));
}

#[test]
fn what_is_not_known_is_not_claimed() {
    let codes = |text: &str| -> Vec<&str> {
        let found = linted(text, None).findings;
        let told = found.iter().filter(|finding| !finding.code.code().starts_with("no-"));
        told.map(|finding| finding.code.code()).collect()
    };
    let two =
        |a: &str, b: &str| format!("[[rule]]\nid = 'A'\nterms = [{a}]\n[[rule]]\nid = 'B'\nterms = [{b}]\n");
    // Two words may be two names of one package, which then is held once: the second is implied, and no twin.
    let pair = "{ packages = ['x'] }, { packages = ['y'] }";
    assert_eq!(codes(&two(pair, "{ packages = ['x', 'y'], at_least = 2 }")), ["implied-rule"]);
    // Of a pattern one may hold two, and so need not hold the package.
    assert!(
        codes(&two("{ names = ['a*'], packages = ['x'], at_least = 2 }", "{ packages = ['x'] }")).is_empty()
    );
    assert_eq!(
        codes(&two("{ packages = ['a', 'x'], at_least = 2 }", "{ packages = ['x'] }")),
        ["implied-rule"]
    );
    assert!(codes("[[rule]]\nid = 'A'\nterms = [{ names = ['x*'], at_least = 9 }]\n").is_empty());
    assert_eq!(
        codes(&two("{ catalogs = ['c'] }", "{ catalogs = ['c'], packages = ['x'] }")),
        ["implied-rule"]
    );
    assert_eq!(codes(&two("{ names = ['X*'] }", "{ names = ['x*'] }")), ["duplicate-rule"]);
    // Periods count: a rule that follows another is no duplicate of it, and what ends earlier implies nothing.
    let dated = |dates: &str, more: &str| {
        two("{ packages = ['x'] }", more)
            .replace("[[rule]]\nid = 'B'", &format!("[[rule]]\n{dates}\nid = 'B'"))
    };
    let later = dated("valid_to = 2999-01-01", "{ packages = ['x', 'y'] }");
    assert_eq!(codes(&later), ["overlapping-rules"]);
    // Without a moment nobody knows whether they are ever in force together.
    let found = lint_rules(&[document(&later)], None, &ResolveOptions::default()).unwrap();
    assert!(!found.findings.iter().any(|finding| finding.code == FindingCode::OverlappingRules));
    assert!(found.not_checked.iter().any(|missed| missed.code == FindingCode::OverlappingRules));
    assert_eq!(codes(&dated("valid_to = 2999-01-01", "{ packages = ['x'] }")), ["implied-rule"]);
    // The lesser cannot stand in for the more severe.
    assert!(
        codes(
            &two("{ packages = ['x'] }", "{ packages = ['x', 'y'] }")
                .replace("id = 'A'", "id = 'A'\nseverity = 'critical'")
        )
        .is_empty()
    );
}
