//! Rules and exceptions files and plans: whatever the text, it is understood or every mistake has a place in it; and what is
//! understood can be looked up in a tenant. The first byte chooses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_model::{Directory, ExternalId, Package, PackageIdKind, Timestamp};
use sod_rules::{
    DocumentError, ResolveOptions, lint_exceptions, lint_rules, parse_exceptions, parse_plan, parse_rules,
    resolve_exceptions, resolve_rules,
};

fuzz_target!(|bytes: &[u8]| {
    let [choice, text @ ..] = bytes else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    if choice & 8 != 0 {
        if let Err(error) = parse_plan("plan.csv", text) {
            check(&error, text);
        }
        return;
    }
    let directory = directory();
    let moment = (choice & 4 != 0).then_some(Timestamp(1_800_000_000));
    let options = ResolveOptions { moment, strict: choice & 2 != 0 };
    if choice & 1 == 0 {
        let document = match parse_rules("rules.toml", text) {
            Ok(document) => document,
            Err(error) => return check(&error, text),
        };
        let rules = document.rules.len();
        // Whatever can be looked up can be looked over, and the same mistakes end both.
        let looked_over = lint_rules(&[document.clone()], Some(&directory), &options);
        let resolved = resolve_rules(&[document.clone()], &directory, &options);
        assert_eq!(looked_over.is_ok(), resolved.is_ok());
        let _ = lint_rules(&[document], None, &options);
        match resolved {
            Ok(resolved) => {
                // No rule is lost, and one that cannot be judged says why.
                assert_eq!(resolved.rules.rules().len(), rules);
                for rule in resolved.rules.rules() {
                    assert!(!rule.terms.is_empty());
                    let needed = |term: &sod_model::Term| term.packages.len() + term.groups.len();
                    let hopeless = rule.terms.iter().any(|term| needed(term) == 0);
                    assert!(!hopeless || !rule.is_judged(), "silently impossible: {rule:?}");
                }
            }
            Err(errors) => errors.iter().for_each(|error| check(error, text)),
        }
    } else {
        let document = match parse_exceptions("exceptions.toml", text) {
            Ok(document) => document,
            Err(error) => return check(&error, text),
        };
        let rules = parse_rules("r", "[[rule]]\nid = 'R'\nterms = [{ packages = ['p1'] }]\n").unwrap();
        let rules = resolve_rules(&[rules], &directory, &ResolveOptions::default()).unwrap().rules;
        let _ = lint_exceptions(&[document.clone()], Some(&rules), None, &options);
        if let Err(errors) = resolve_exceptions(&[document], &directory, &rules, &options) {
            errors.iter().for_each(|error| check(error, text));
        }
    }
});

fn check(error: &DocumentError, text: &str) {
    assert!(!error.problems.is_empty(), "refused without a reason");
    for problem in &error.problems {
        assert!(problem.span.start <= problem.span.end && problem.span.end <= text.len(), "{problem:?}");
    }
    let shown = error.to_string();
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "moves the cursor: {shown:?}");
}

fn directory() -> Directory {
    let package = |id: &str, name: &str| Package {
        id: ExternalId::new(id),
        id_kind: PackageIdKind::Object,
        display_name: Some(name.into()),
        catalog: None,
        incompatible_packages: vec![],
        incompatible_groups: vec![],
    };
    let packages = vec![package("p1", "Payment run"), package("p2", "Twin"), package("p3", "Twin")];
    Directory::from_sorted(vec![], packages, vec![], vec![], vec![]).unwrap()
}
