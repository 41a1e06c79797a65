//! The laws of comparing rules, against trying every holding of six packages.

use crate::lint::linted;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use sod_model::{Directory, ExternalId, Finding, FindingCode, Package, PackageIdKind};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Rules over six packages: terms, each a set and how many of it.
type Sketch = Vec<(BTreeSet<u32>, u32)>;
const PACKAGES: u32 = 6;

fn rules() -> impl Strategy<Value = Vec<Sketch>> {
    let term = btree_set(0..PACKAGES, 1..5).prop_flat_map(|set| {
        let most = set.len() as u32;
        (Just(set), 1..=most)
    });
    vec(vec(term, 1..4), 1..7)
}

fn text_of(rules: &[Sketch], order: impl Fn(usize) -> usize, ids: &[String]) -> String {
    let mut text = String::new();
    for at in (0..rules.len()).map(order) {
        let terms: Vec<String> = rules[at]
            .iter()
            .map(|(set, at_least)| {
                let names: Vec<String> = set.iter().map(|package| format!("'p{}'", package + 1)).collect();
                format!("{{ packages = [{}], at_least = {at_least} }}", names.join(", "))
            })
            .collect();
        writeln!(text, "[[rule]]\nid = '{}'\nterms = [{}]", ids[at], terms.join(", ")).unwrap();
    }
    text
}

fn plain_directory() -> Directory {
    let packages = (0..PACKAGES).map(|at| Package {
        id: ExternalId::new(&format!("p{}", at + 1)),
        id_kind: PackageIdKind::Object,
        display_name: None,
        catalog: None,
        incompatible_packages: vec![],
        incompatible_groups: vec![],
    });
    Directory::from_sorted(vec![], packages.collect(), vec![], vec![], vec![]).unwrap()
}

fn violated(rule: &Sketch, held: u32) -> bool {
    rule.iter()
        .all(|(set, at_least)| set.iter().filter(|one| held >> **one & 1 == 1).count() >= *at_least as usize)
}

fn implied(a: &Sketch, b: &Sketch) -> bool {
    (0..1u32 << PACKAGES).all(|held| !violated(a, held) || violated(b, held))
}

/// Packages that violate both, and no part of which violates either.
fn overlap(a: &Sketch, b: &Sketch) -> bool {
    let least = |rule: &Sketch, held: u32| {
        let without = (0..PACKAGES).filter(|one| held >> one & 1 == 1).map(|one| held & !(1 << one));
        violated(rule, held) && without.into_iter().all(|less| !violated(rule, less))
    };
    (0..1u32 << PACKAGES).any(|held| held.count_ones() <= 3 && least(a, held) && least(b, held))
}

fn told(found: &[Finding], code: FindingCode) -> impl Iterator<Item = &Finding> {
    found.iter().filter(move |finding| finding.code == code)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn p34_twins_and_implied_rules_are_those_of_every_holding(rules in rules()) {
        let ids: Vec<String> = (0..rules.len()).map(|at| format!("R{at}")).collect();
        let text = text_of(&rules, |at| at, &ids);
        let found = linted(&text, Some(&plain_directory())).findings;
        let of_code = |code| -> BTreeSet<&str> {
            told(&found, code).map(|finding| &*finding.subject.as_ref().unwrap().id).collect()
        };
        let (mut twins, mut redundant) = (BTreeSet::new(), BTreeSet::new());
        for (at, rule) in rules.iter().enumerate() {
            let both = |other: &Sketch| implied(rule, other) && implied(other, rule);
            if rules[..at].iter().any(both) {
                twins.insert(&*ids[at]);
            } else if rules.iter().any(|other| implied(rule, other) && !implied(other, rule)) {
                redundant.insert(&*ids[at]);
            }
        }
        prop_assert_eq!(of_code(FindingCode::DuplicateRule), twins.clone());
        // Of twins the first speaks for all.
        let spoken: BTreeSet<&str> = of_code(FindingCode::ImpliedRule).difference(&twins).copied().collect();
        prop_assert_eq!(spoken, redundant);
    }

    #[test]
    fn rules_overlap_where_one_combination_violates_both(rules in rules()) {
        let ids: Vec<String> = (0..rules.len()).map(|at| format!("R{at}")).collect();
        let found = linted(&text_of(&rules, |at| at, &ids), Some(&plain_directory())).findings;
        for finding in told(&found, FindingCode::OverlappingRules) {
            let subjects = finding.subject.iter().chain(&finding.others);
            let group: Vec<usize> = subjects.map(|one| one.id[1..].parse().unwrap()).collect();
            for (at, a) in group.iter().enumerate() {
                for b in &group[at + 1..] {
                    prop_assert!(overlap(&rules[*a], &rules[*b]), "{}", finding.message);
                    prop_assert!(!implied(&rules[*a], &rules[*b]) && !implied(&rules[*b], &rules[*a]));
                }
            }
        }
        if let [a, b] = rules.as_slice() {
            let expected = overlap(a, b) && !implied(a, b) && !implied(b, a);
            prop_assert_eq!(told(&found, FindingCode::OverlappingRules).count() == 1, expected);
        }
    }

    #[test]
    fn p35_order_changes_nothing(rules in rules(), turn in 0usize..7) {
        let ids: Vec<String> = (0..rules.len()).map(|at| format!("R{at}")).collect();
        let told = |text: &str, documents: bool| -> BTreeSet<String> {
            let directory = plain_directory();
            let found = linted(text, (!documents).then_some(&directory)).findings;
            let codes = [FindingCode::ImpossibleTerm, FindingCode::SelfConflicting, FindingCode::PackageInNoRule];
            found.iter().filter(|one| codes.contains(&one.code)).map(|one| one.message.to_string()).collect()
        };
        for documents in [false, true] {
            let straight = told(&text_of(&rules, |at| at, &ids), documents);
            let turned = told(&text_of(&rules, |at| (at + turn) % rules.len(), &ids), documents);
            prop_assert_eq!(straight, turned);
        }
        // How many twins there are, whichever are told.
        let count = |order: &dyn Fn(usize) -> usize| {
            let found = linted(&text_of(&rules, order, &ids), Some(&plain_directory())).findings;
            told_count(&found)
        };
        prop_assert_eq!(count(&|at| at), count(&|at| (at + turn) % rules.len()));
    }
}

fn told_count(found: &[Finding]) -> usize {
    told(found, FindingCode::DuplicateRule).count()
}
