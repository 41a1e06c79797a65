//! What the words of a document mean in a tenant.

use crate::tenant::{directory, packages};
use sod_model::{Directory, ExternalId, GroupId, Package, Rule, Severity, Timestamp};
use sod_rules::{ResolveOptions, ResolvedRules, RuleDocument, parse_rules, resolve_rules};

fn document(text: &str) -> RuleDocument {
    parse_rules("rules.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn resolved_at(text: &str, moment: Option<Timestamp>) -> ResolvedRules {
    let options = ResolveOptions { moment, strict: false };
    resolve_rules(&[document(text)], &directory(), &options).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn rule(terms: &str) -> Rule {
    resolved_at(&format!("[[rule]]\nid = 'R'\nterms = [{terms}]\n"), None).rules.rules()[0].clone()
}

#[test]
fn ids_names_catalogs_patterns_groups_and_functions() {
    let of = |set: &str| rule(&format!("{{ {set} }}")).terms[0].clone();
    assert_eq!(of("packages = ['p3', 'Payment run', 'p3']").packages, packages(&[2, 3]));
    assert_eq!(of("packages = ' Payment run '").packages, packages(&[2]));
    assert_eq!(of("catalogs = ['Finance', 'c2']").packages, packages(&[1, 2, 3]));
    assert_eq!(of("names = ['payment*', '?wins']").packages, packages(&[2, 3, 4, 5]));
    let both = of("groups = ['Auditors'], packages = ['p6'], at_least = 2");
    assert_eq!((both.packages, both.groups, both.at_least), (packages(&[6]), vec![GroupId(0)], 2));
    let text = "[function.all]\nfunctions = ['pay', 'vendor']\npackages = ['p6']\n[function.pay]\nnames = ['Pay*']\n\
                [function.vendor]\npackages = ['Vendor master editor']\n[[rule]]\nid = 'R'\nterms = [{ functions = ['all'] }]\n";
    assert_eq!(resolved_at(text, None).rules.rules()[0].terms[0].packages, packages(&[1, 2, 5, 6]));
}

#[test]
fn what_is_unknown_is_told_and_never_silent() {
    // In part: the rest can still be violated.
    let part = rule("{ packages = ['p1', 'Cash box'] }, { packages = ['p2'] }");
    assert!(part.is_judged());
    assert_eq!(part.unknown, ["package Cash box".into()]);
    // Not at all: nobody could satisfy the term, whoever holds what.
    for terms in [
        "{ packages = ['Cash box'] }, { packages = ['p2'] }",
        "{ packages = ['p1', 'Cash box'], at_least = 2 }",
        "{ names = ['cash*'] }",
        "{ catalogs = ['Sales'] }",
        "{ groups = ['Guests'] }",
        "{ groups = ['Nobody knows'] }",
    ] {
        let rule = rule(terms);
        assert!(rule.not_evaluable.is_some() && !rule.unknown.is_empty(), "{terms}: {rule:?}");
    }
    // A group without exported members beside a package that is known.
    let part = rule("{ groups = ['Guests'], packages = ['p1'] }");
    assert!(part.is_judged());
    assert_eq!(part.unknown, ["members of the group Guests".into()]);
    let unknown = resolved_at("[function.f]\npackages = ['X']\n[[rule]]\nid = 'R2'\nterms = [{ functions = ['f'] }]\n[[rule]]\nid = 'R1'\nterms = [{ functions = ['f'], packages = ['X'] }]\n", None).unknown;
    let told: Vec<_> =
        unknown.iter().map(|unknown| (unknown.at, &*unknown.name, unknown.rules.join(" "))).collect();
    assert_eq!(told, [((2, 13), "X", "R1 R2".to_owned()), ((8, 43), "X", "R1".to_owned())]);
}

#[test]
fn a_set_that_the_tenant_cannot_fill_is_not_judged() {
    for terms in [
        "{ packages = ['p1', 'Vendor master editor'], at_least = 2 }",
        "{ packages = ['p1', 'p1'], at_least = 2 }",
        "{ names = ['vendor*'], at_least = 2 }",
    ] {
        let rule = rule(terms);
        assert!(rule.not_evaluable.as_deref().is_some_and(|why| why.contains("know 1")), "{terms}: {rule:?}");
    }
    // p4 to p6 have no catalog in this export: whether they belong to one is unknown.
    let finance = rule("{ catalogs = ['Finance'] }");
    assert!(finance.is_judged());
    assert_eq!(finance.unknown, ["all packages of the catalog Finance".into()]);
}

#[test]
fn a_pattern_over_packages_without_a_name_is_judged_in_part() {
    let nameless = Package {
        id: ExternalId::new("2506aef1-3929-4d24-a61e-7c8b83d95e6f"),
        display_name: None,
        ..directory().packages()[0].clone()
    };
    let of = |packages: Vec<Package>, terms: &str| {
        let tenant = Directory::from_sorted(vec![], packages, vec![], vec![], vec![]).unwrap();
        let document = document(&format!("[[rule]]\nid = 'R'\nterms = [{{ {terms} }}]\n"));
        let resolved = resolve_rules(&[document], &tenant, &ResolveOptions::default()).unwrap();
        resolved.rules.rules()[0].clone()
    };
    let named = directory().packages()[1].clone();
    // Whether the one without a name is a payment, too, nobody can tell.
    let rule = of(vec![nameless.clone(), named.clone()], "names = ['pay*']");
    assert!(rule.is_judged());
    assert_eq!(rule.unknown, ["packages without a name that may be like pay*".into()]);
    let rule = of(vec![nameless.clone()], "names = ['pay*']");
    assert!(rule.not_evaluable.is_some() && !rule.unknown.is_empty(), "{rule:?}");
    // What is named by its id, or where all have names, is known in full.
    assert!(of(vec![nameless, named.clone()], "packages = ['Payment run']").unknown.is_empty());
    assert!(of(vec![named], "names = ['pay*']").unknown.is_empty());
}

#[test]
fn rules_out_of_force_are_told_by_the_days_that_were_written() {
    let text = "[[rule]]\nid = 'A'\nterms = [{ packages = ['p1'] }]\nvalid_from = 2026-02-01\nvalid_to = 2026-03-31\n";
    let why = |moment: &str| {
        let resolved = resolved_at(text, Timestamp::parse(moment));
        resolved.rules.rules()[0].inactive.clone().unwrap()
    };
    assert_eq!(&*why("2026-01-01T00:00:00Z"), "in force from 2026-02-01 on");
    assert_eq!(&*why("2026-04-01T00:00:00Z"), "in force until 2026-03-31");
}

#[test]
fn rules_out_of_force_are_not_judged() {
    let text = "[[rule]]\nid = 'A'\nterms = [{ packages = ['p1'] }]\nvalid_from = 2026-02-01\nvalid_to = 2026-02-28\n\
                [[rule]]\nid = 'B'\nterms = [{ packages = ['p1'] }]\nenabled = false\n";
    let judged = |moment: &str| {
        let resolved = resolved_at(text, Timestamp::parse(moment));
        resolved.rules.rules().iter().map(Rule::is_judged).collect::<Vec<bool>>()
    };
    assert_eq!(judged("2026-01-31T23:59:59Z"), [false, false]);
    assert_eq!(judged("2026-02-01T00:00:00Z"), [true, false]);
    assert_eq!(judged("2026-02-28T23:59:59Z"), [true, false]);
    assert_eq!(judged("2026-03-01T00:00:00Z"), [false, false]);
    assert!(resolved_at(text, None).rules.rules()[0].is_judged());
}

#[test]
fn toml_and_json_say_the_same() {
    let toml = "[ruleset]\nid = 'contoso'\nversion = '1'\n[function.f]\npackages = ['p1']\ndescription = 'd'\n[[rule]]\nid = 'R'\nname = 'N'\n\
                severity = 'Critical'\nrisk = 'r'\nowner = 'o'\nprocess = 'P2P'\nframeworks = ['SOX']\nadvice = 'a'\ndescription = 'x'\n\
                valid_from = 2026-01-01\nvalid_to = 2026-12-31\nterms = [{ functions = ['f'] }, { packages = ['p2', 'p5'], at_least = 2 }]\n";
    let json = r#"{"ruleset": {"id": "contoso", "version": "1"}, "function": {"f": {"packages": ["p1"], "description": "d"}},
        "rule": [{"id": "R", "name": "N", "severity": "Critical", "risk": "r", "owner": "o", "process": "P2P", "frameworks": ["SOX"],
        "advice": "a", "description": "x", "valid_from": "2026-01-01", "valid_to": "2026-12-31", "enabled": null,
        "terms": [{"functions": ["f"]}, {"packages": ["p2", "p5"], "at_least": 2}]}]}"#;
    let (toml, json) = (document(toml), document(json));
    assert_eq!((&toml.rules, &toml.functions, &toml.id), (&json.rules, &json.functions, &json.id));
    assert_eq!(toml.rules[0].severity, Severity::Critical);
    assert_eq!(toml.rules[0].facts.frameworks, ["SOX".into()]);
}

#[test]
fn several_documents_make_one_set() {
    let functions =
        document("[function.pay]\npackages = ['p2']\n[[rule]]\nid = 'R1'\nterms = [{ packages = ['p1'] }]\n");
    let rules = document("[[rule]]\nid = 'R2'\nterms = [{ functions = ['pay'] }]\n");
    let options = ResolveOptions::default();
    let resolved = resolve_rules(&[rules.clone(), functions.clone()], &directory(), &options).unwrap();
    assert_eq!(resolved.rules.rules().len(), 2);
    assert_eq!(resolved.rules.rules()[1].terms[0].packages, packages(&[2]));
    let errors = resolve_rules(&[rules.clone(), functions, rules], &directory(), &options).unwrap_err();
    assert!(errors[0].to_string().contains("the rule `R2` is defined in rules.toml too"));
}
