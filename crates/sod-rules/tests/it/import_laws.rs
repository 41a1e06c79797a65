//! What must hold for every foreign file: nothing vanishes without a word, and what is made means the same.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use sod_rules::{
    ForeignFormat, ForeignText, ImportCode, ImportOptions, Imported, RuleEntry, import_rules, parse_rules,
    rules_to_json,
};
use std::collections::BTreeSet;

fn import(format: ForeignFormat, text: &str) -> Result<Imported, sod_rules::ImportError> {
    import_rules(format, &[ForeignText { path: "file", text, not_utf8: false }], &ImportOptions::default())
}

/// Whether somebody who holds these packages violates the rule: the meaning of rules, in a line.
fn violates(rule: &RuleEntry, held: &BTreeSet<String>) -> bool {
    rule.terms.iter().all(|term| {
        let packages = term.members.packages.iter().map(|package| &*package.value);
        let own: BTreeSet<&str> = packages.filter(|package| held.contains(*package)).collect();
        own.len() >= term.at_least.value as usize
    })
}

fn packages() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set("[a-f]", 0..6)
}

/// Text that may stand in a cell and be the name of a package.
fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9\"'#;,_éß-][A-Za-z0-9 \"'#;,_éß-]{0,6}[A-Za-z\"]"
        .prop_filter("no placeholder", |name| !matches!(&*name.to_lowercase(), "any" | "all"))
}

proptest! {
    /// Every row is a rule or is told.
    #[test]
    fn p32_no_pair_vanishes(pairs in vec((name(), name()), 1..8), separator in prop::sample::select(b",;\t".as_slice())) {
        let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        writer.write_record(["role1", "role2"]).unwrap();
        for (a, b) in &pairs {
            writer.write_record([a, b]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let outcome = import(ForeignFormat::PairsCsv, &text);
        let self_pairs = pairs.iter().filter(|(a, b)| a == b).count();
        match outcome {
            Err(error) => {
                prop_assert_eq!(self_pairs, pairs.len());
                prop_assert_eq!(error.problems.len(), pairs.len() + 1);
            }
            Ok(imported) => {
                let repeated = imported.remarks.iter().filter(|note| note.code == ImportCode::SameRule).count();
                prop_assert_eq!(imported.document.rules.len() + imported.not_carried.len() + repeated, pairs.len());
                for (a, b) in pairs.iter().filter(|(a, b)| a != b) {
                    let held = BTreeSet::from([a.clone(), b.clone()]);
                    prop_assert!(imported.document.rules.iter().any(|rule| violates(rule, &held)), "{a} {b}");
                }
            }
        }
    }

    /// A mark is a pair that nobody may hold, and what is not marked is none.
    #[test]
    fn p32_a_matrix_means_its_marks(size in 2usize..6, marks in btree_set((0usize..6, 0usize..6), 1..12), reversed: bool) {
        let labels: Vec<String> = (0..size).map(|at| format!("P{at}")).collect();
        let mut columns: Vec<usize> = (0..size).collect();
        if reversed {
            columns.reverse();
        }
        let marked = |row: usize, column: usize| row != column && marks.contains(&(row, column));
        let mut text = columns.iter().fold(String::new(), |text, column| format!("{text},{}", labels[*column])) + "\n";
        for (row, label) in labels.iter().enumerate() {
            let cells = columns.iter().map(|column| if marked(row, *column) { ",X" } else { "," });
            text += &format!("{label}{}\n", cells.collect::<String>());
        }
        let rules = import(ForeignFormat::MatrixCsv, &text).map(|imported| imported.document.rules).unwrap_or_default();
        for a in 0..size {
            for b in a + 1..size {
                let held = BTreeSet::from([labels[a].clone(), labels[b].clone()]);
                let violated = rules.iter().filter(|rule| violates(rule, &held)).count();
                prop_assert_eq!(violated, usize::from(marked(a, b) || marked(b, a)), "{} {}\n{}", a, b, text);
            }
        }
    }

    /// At least so many of the segments, each by any (or all) of its packages.
    #[test]
    fn p32_segments_mean_their_threshold(
        segments in vec((btree_set("[a-f]", 1..4), any::<bool>()), 1..5),
        needed in 1usize..5,
        held in packages(),
    ) {
        let satisfied = |(packages, all): &(BTreeSet<String>, bool)| {
            if *all { packages.is_subset(&held) } else { !packages.is_disjoint(&held) }
        };
        let list: Vec<String> = segments
            .iter()
            .map(|(packages, all)| format!("{{{:?}:{packages:?}}}", if *all { "all" } else { "any" }).replace(":{", ":[").replace("}}", "]}"))
            .collect();
        let text = format!("{{\"policyThreshold\":{needed},\"segments\":[{}]}}", list.join(","));
        match import(ForeignFormat::SegmentsJson, &text) {
            Err(error) => prop_assert!(needed > segments.len(), "{error}\n{text}"),
            Ok(imported) => {
                let expected = segments.iter().filter(|segment| satisfied(segment)).count() >= needed;
                let found = imported.document.rules.iter().any(|rule| violates(rule, &held));
                prop_assert_eq!(found, expected, "{}", text);
            }
        }
    }

    /// Something of the left list, and all of the right one.
    #[test]
    fn p32_two_lists_mean_what_they_say(left in btree_set("[a-f]", 1..4), right in btree_set("[a-f]", 1..4), held in packages()) {
        let list = |packages: &BTreeSet<String>| format!("{packages:?}").replace('{', "[").replace('}', "]");
        let text = format!("{{\"list1\":{{\"any\":{}}},\"list2\":{{\"all\":{}}}}}", list(&left), list(&right));
        match import(ForeignFormat::TwoListJson, &text) {
            Err(error) => prop_assert!(left == right && left.len() == 1, "{error}\n{text}"),
            Ok(imported) => {
                let expected = !left.is_disjoint(&held) && right.is_subset(&held);
                prop_assert_eq!(violates(&imported.document.rules[0], &held), expected, "{}", text);
            }
        }
    }

    /// Whatever the text: rules that can be read back, or reasons; and nothing that moves a cursor.
    #[test]
    fn any_text(text in prop_oneof![
        "(?s).{0,80}",
        "(role1|role2|,|;|\"|\n|x|A|<|=|\t|\u{1b}){0,40}",
        "(\\{|\\}|\\[|\\]|\"left\"|\"right\"|\"segments\"|\"policyThreshold\"|:|,|2|\"a\"|null){0,30}",
    ]) {
        for format in
            [ForeignFormat::PairsCsv, ForeignFormat::MatrixCsv, ForeignFormat::TwoListJson, ForeignFormat::SegmentsJson]
        {
            match import(format, &text) {
                Ok(imported) => {
                    let read = parse_rules("r", &imported.to_toml("t")).unwrap();
                    prop_assert_eq!(&read.rules, &imported.document.rules);
                    prop_assert_eq!(parse_rules("r", &rules_to_json(&imported.document)).unwrap().rules, read.rules);
                    for note in imported.not_carried.iter().chain(&imported.remarks) {
                        prop_assert!(!note.to_string().chars().any(char::is_control), "{:?}", note);
                    }
                }
                Err(error) => {
                    prop_assert!(!error.problems.is_empty());
                    prop_assert!(error.problems.iter().all(|note| !note.to_string().chars().any(char::is_control)), "{}", error);
                }
            }
        }
    }
}
