//! Rules and exceptions files, from text to conflicts, against the specification.

use proptest::prelude::*;
use sod_engine::{
    Analysis, AnalyzeOptions, Documents, Error, Silent, Snapshot, Timestamp, WarningCode, parse_exceptions,
    parse_rules,
};
use sod_spec::Term;
use sod_testkit::{AssignmentSketch, assignments, parse_assignments, snapshot};
use std::collections::{BTreeMap, BTreeSet};

/// Terms of one rule: how many, of which packages.
type Terms = Vec<(usize, Vec<u32>)>;

fn rules() -> impl Strategy<Value = Vec<Terms>> {
    let term = prop::collection::vec(0u32..5, 1..4).prop_flat_map(|packages| {
        let distinct = packages.iter().collect::<BTreeSet<_>>().len();
        (1..=distinct, Just(packages))
    });
    prop::collection::vec(prop::collection::vec(term, 1..4), 1..5)
}

/// A rules file; every second set is a function, some packages are named by pattern.
fn written(rules: &[Terms]) -> String {
    let (mut functions, mut text) = (String::new(), String::new());
    for (number, terms) in rules.iter().enumerate() {
        let mut written = Vec::new();
        for (at, (at_least, packages)) in terms.iter().enumerate() {
            let names: Vec<String> = packages.iter().map(|package| format!("'P{package}'")).collect();
            let names = names.join(", ");
            if (number + at) % 2 == 0 {
                functions.push_str(&format!("[function.f{number}-{at}]\npackages = [{names}]\n"));
                written.push(format!("{{ functions = ['f{number}-{at}'], at_least = {at_least} }}"));
            } else {
                written.push(format!("{{ packages = [{names}], at_least = {at_least} }}"));
            }
        }
        text.push_str(&format!("[[rule]]\nid = 'R{number}'\nterms = [{}]\n", written.join(", ")));
    }
    functions + &text
}

fn judged(
    snapshot: &Snapshot,
    rules: &str,
    exceptions: &str,
    as_of: Option<&str>,
) -> Result<Analysis, Error> {
    let documents = Documents {
        rules: vec![parse_rules("rules.toml", rules).unwrap_or_else(|error| panic!("{error}"))],
        exceptions: vec![
            parse_exceptions("exceptions.toml", exceptions).unwrap_or_else(|error| panic!("{error}")),
        ],
        strict: false,
    };
    let as_of = as_of.map(|text| Timestamp::parse(text).unwrap());
    sod_engine::analyze(snapshot, &AnalyzeOptions { documents, as_of, ..AnalyzeOptions::default() }, &Silent)
}

fn conflicts(snapshot: &Snapshot, found: &Analysis) -> BTreeSet<(String, String)> {
    let user = |id| snapshot.directory.user(id).unwrap().id.to_string();
    let rule = |id| found.rules.rule(id).unwrap().id.to_string();
    let all = found.conflicts.conflicts().iter();
    all.map(|conflict| (rule(conflict.rule), user(conflict.user))).collect()
}

/// Who violates what, as the specification has it.
fn specified(sketches: &[AssignmentSketch], rules: &[Terms]) -> BTreeSet<(String, String)> {
    let mut held: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in sketches.iter().filter(|row| row.state == "delivered") {
        held.entry(row.user.clone()).or_default().insert(row.package.clone());
    }
    let mut all = BTreeSet::new();
    for (number, terms) in rules.iter().enumerate() {
        let term = |(at_least, packages): &(usize, Vec<u32>)| Term {
            set: packages.iter().map(|package| format!("P{package}")).collect(),
            at_least: *at_least,
        };
        let terms: Vec<Term<String>> = terms.iter().map(term).collect();
        all.extend(sod_spec::violators(&held, &terms).into_iter().map(|user| (format!("R{number}"), user)));
    }
    all
}

proptest! {
    /// Whatever is unknown to the tenant is held by nobody, so what is told to be a conflict is one, and none is missing.
    #[test]
    fn a_rules_file_means_what_it_says(sketches in assignments(), rules in rules()) {
        let snapshot = snapshot(&sketches);
        let found = judged(&snapshot, &written(&rules), "", None).unwrap();
        prop_assert_eq!(conflicts(&snapshot, &found), specified(&sketches, &rules));
        // And where it is not judged, or in part, it says so.
        let known: BTreeSet<&str> = sketches.iter().map(|row| row.package.as_str()).collect();
        for (number, terms) in rules.iter().enumerate() {
            let rule = &found.rules.rules()[number];
            let all_known = terms.iter().flat_map(|(_, packages)| packages).all(|package| known.contains(&*format!("P{package}")));
            prop_assert_eq!(all_known, rule.unknown.is_empty());
            let told = found.warnings.iter().any(|warning| warning.code == WarningCode::RuleNamesUnknown);
            prop_assert!(all_known || told);
        }
    }
}

const RULES: &str =
    "[[rule]]\nid = 'R'\nterms = [{ packages = ['A'] }, { packages = ['B'] }]\nvalid_from = 2026-01-01\n";

fn tenant() -> Snapshot {
    snapshot(&parse_assignments(
        "1 u1 A delivered\n2 u1 B delivered\n3 u2 A delivered\n4 u2 B delivered\n5 u3 A delivered",
    ))
}

fn exception(end: &str) -> String {
    format!("[[exception]]\nid = 'EX'\nrule = 'R'\nuser = 'u1'\nowner = 'o'\njustification = 'j'\n{end}\n")
}

#[test]
fn exceptions_cover_and_end() {
    let tenant = tenant();
    let at = |as_of, end: &str| judged(&tenant, RULES, &exception(end), Some(as_of)).unwrap();
    let codes = |found: &Analysis| found.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>();
    let found = at("2026-06-01", "end = 2026-06-01");
    assert_eq!((found.conflicts.conflicts().len(), found.conflicts.open()), (2, 1));
    assert!(codes(&found).is_empty());
    let over = at("2026-06-02", "end = 2026-06-01");
    assert_eq!((over.conflicts.open(), codes(&over)), (2, vec![WarningCode::ExceptionExpired]));
    let idle = at("2026-06-02", "start = 2026-07-01");
    let codes_idle = vec![WarningCode::ExceptionNotBegun, WarningCode::ExceptionEndless];
    assert_eq!((idle.conflicts.open(), codes(&idle)), (2, codes_idle));
    // The rule is not in force yet: nothing is judged, and that is said.
    let early = at("2025-06-02", "end = 2027-01-01");
    assert!(early.conflicts.conflicts().is_empty());
    assert_eq!(codes(&early), [WarningCode::RuleNotInForce, WarningCode::ExceptionUnused]);
}

#[test]
fn without_a_moment_nothing_with_a_date_is_judged() {
    let tenant = tenant();
    assert!(matches!(judged(&tenant, RULES, "", None), Err(Error::MomentNeeded)));
    let undated = RULES.replace("valid_from = 2026-01-01\n", "");
    assert!(judged(&tenant, &undated, &exception(""), None).is_ok());
    assert!(matches!(
        judged(&tenant, &undated, &exception("end = 2026-01-01"), None),
        Err(Error::MomentNeeded)
    ));
}

#[test]
fn an_exception_for_nobody_says_so() {
    let tenant = tenant();
    let text = exception("").replace("'u1'", "'u9'");
    let found = judged(&tenant, RULES, &text, Some("2026-06-01")).unwrap();
    assert_eq!(found.conflicts.open(), 2);
    let warning =
        found.warnings.iter().find(|warning| warning.code == WarningCode::ExceptionUnplaced).unwrap();
    assert!(warning.message.contains("no user is called 'u9' (exceptions.toml:4:8)"), "{}", warning.message);
}
