//! Comparisons and ledgers as bytes: what outsiders write is shown and not obeyed, and a ledger reads back equal.

use proptest::prelude::*;
use sod_model::{
    CauseCode, ChangeCause, ChangeClass, ChangedUser, ConflictChange, ConflictStatus, DiffWarning, Entry,
    InputFile, Ledger, LedgerSnapshot, Named, PairChange, People, RuleSight, Seen, SeenConflict, Severity,
    SideFacts, Sight, SnapshotDiff, Timestamp,
};
use sod_report::WriteError;
use sod_report::diff::{
    write_diff_csv, write_diff_html, write_diff_json, write_diff_markdown, write_diff_pairs_csv,
};
use sod_report::ledger::{read_ledger, write_ledger, write_ledger_conflicts, write_trend};
use sod_report::terminal::{Terminal, diff, ledger};
use std::io::Write;

const EVIL: &str = "=1+1</td><script>alert('x')</script>\u{1b}[2J\u{202e}|`[x](http://evil)@here\nline";

fn named(name: &str) -> Named {
    Named { id: format!("{name}-id").into(), name: Some(name.into()) }
}

fn hostile() -> SnapshotDiff {
    let change = |class, before: Option<Option<&str>>, after: Option<Option<&str>>, causes| ConflictChange {
        class,
        rule: named(EVIL),
        severity: Severity::Critical,
        user: ChangedUser { id: EVIL.into(), name: Some(EVIL.into()), principal_name: None },
        before: before.map(|exception| ConflictStatus { exception: exception.map(Into::into) }),
        after: after.map(|exception| ConflictStatus { exception: exception.map(Into::into) }),
        packages: vec![named(EVIL)],
        causes,
    };
    let cause = |code| ChangeCause {
        before: Some(EVIL.into()),
        after: Some("expired".into()),
        ..ChangeCause::new(code).about(EVIL).of_package(named(EVIL)).saying(EVIL)
    };
    let mut found = SnapshotDiff {
        old: SideFacts { label: EVIL.into(), states: EVIL.into(), ..SideFacts::default() },
        new: SideFacts {
            label: "new".into(),
            is_report: true,
            moment: Some(Timestamp(0)),
            ..SideFacts::default()
        },
        conflicts: vec![
            change(ChangeClass::Gone, Some(None), None, vec![cause(CauseCode::AssignmentExpired)]),
            change(ChangeClass::Gone, Some(None), None, vec![cause(CauseCode::InputScope)]),
            change(ChangeClass::Gone, Some(None), None, vec![cause(CauseCode::RuleChanged)]),
            change(ChangeClass::Gone, Some(None), None, vec![cause(CauseCode::Untold)]),
            change(ChangeClass::New, None, Some(None), vec![cause(CauseCode::AssignmentAdded)]),
            change(ChangeClass::New, None, Some(Some("E")), vec![cause(CauseCode::AssignmentAdded)]),
            change(
                ChangeClass::Reopened,
                Some(Some("E")),
                Some(None),
                vec![cause(CauseCode::ExceptionEnded)],
            ),
            change(
                ChangeClass::Excepted,
                Some(None),
                Some(Some("E")),
                vec![cause(CauseCode::ExceptionStarted)],
            ),
            change(ChangeClass::Unchanged, Some(None), Some(None), vec![]),
        ],
        pairs: vec![PairChange {
            package_a: named(EVIL),
            package_b: named("b"),
            before: 3,
            after: 0,
            causes: vec![(CauseCode::PackageRemoved, 3)],
        }],
        pairs_unchanged: 4,
        documents: vec![cause(CauseCode::RuleChanged)],
        scope: vec![cause(CauseCode::InputScope)],
        untold: vec![EVIL.into()],
        warnings: vec![DiffWarning::SidesSwapped],
    };
    found.sort();
    found
}

fn text(write: impl Fn(&mut dyn Write) -> Result<(), WriteError>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn nothing_that_outsiders_write_is_obeyed() {
    let found = hostile();
    let html = text(|out| write_diff_html(&found, out));
    let markdown = text(|out| write_diff_markdown(&found, out));
    let page = diff(&found, &Terminal::default());
    for shown in [&html, &markdown, &page] {
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    }
    assert!(!html.contains("<script") && html.matches("</td><script").count() == 0);
    // In a code span nothing is obeyed, and no text ends its span (`code_span` has the law).
    assert_eq!(markdown.matches('`').count() % 2, 0, "{markdown}");
    let outside: String = markdown.split('`').step_by(2).collect();
    for obeyed in ["<script", "[x](", "http://", "@here"] {
        assert!(markdown.contains(obeyed) && !outside.contains(obeyed), "{obeyed}: {markdown}");
    }
    for csv in [text(|out| write_diff_csv(&found, out)), text(|out| write_diff_pairs_csv(&found, out))] {
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        assert!(
            rows.records().all(|row| row.unwrap().iter().all(|cell| !sod_report::formula::runs(cell))),
            "{csv}"
        );
    }
}

#[test]
fn the_counts_stand_in_every_format() {
    let found = hostile();
    let json: serde_json::Value = serde_json::from_str(&text(|out| write_diff_json(&found, out))).unwrap();
    let counts: Vec<u64> = [
        "new_open",
        "new_excepted",
        "reopened",
        "excepted",
        "gone",
        "resolved",
        "judged_otherwise",
        "out_of_sight",
        "untold",
        "unchanged_open",
    ]
    .iter()
    .map(|name| json["counts"][name].as_u64().unwrap())
    .collect();
    assert_eq!(counts, [1, 1, 1, 1, 4, 1, 1, 1, 1, 1]);
    let endings: Vec<&str> =
        json["conflicts"].as_array().unwrap().iter().filter_map(|one| one["ending"].as_str()).collect();
    assert_eq!(endings.len(), 4);
    insta::assert_snapshot!(diff(&found, &Terminal::default()));
}

fn sights() -> impl Strategy<Value = Sight> {
    let ids = || prop::collection::btree_set("\\PC{0,4}".prop_map(Box::<str>::from), 0..3);
    let people = prop_oneof![Just(People::Unknown), Just(People::Listed), ids().prop_map(People::Seen)];
    let rule =
        prop_oneof![ids().prop_map(RuleSight::Judged), Just(RuleSight::Blind), Just(RuleSight::NotInForce)];
    let rules = prop::collection::btree_map("R[0-3]".prop_map(Box::<str>::from), rule, 0..4);
    let records = prop::collection::btree_map("[a-z]{1,3}".prop_map(Box::<str>::from), 0u64..9, 0..3);
    let file = ("[a-z/]{1,6}", prop::option::of(0u64..9), records);
    let files = prop::collection::vec(
        file.prop_map(|(path, rows, records)| InputFile { path: path.into(), rows, records }),
        0..3,
    );
    let flags = (prop::bool::ANY, prop::bool::ANY, prop::bool::ANY, 0u64..3);
    // Another tenant is refused, so all share one.
    let packages = ids().prop_map(|mut ids| {
        ids.insert("P1".into());
        ids
    });
    let ids = (packages, prop::option::of(ids()));
    (flags, files, people, ids, prop::option::of(rules)).prop_map(
        |((cut_off, listed, rules_given, rejected), files, people, (packages, lists_lacking), rules)| Sight {
            cut_off,
            rejected,
            files,
            people,
            packages,
            packages_listed: listed,
            lists_lacking,
            rules_given,
            rules,
        },
    )
}

fn ledgers() -> impl Strategy<Value = Ledger> {
    let shown = prop::collection::btree_map(
        (0u32..4, "[a-z=]{1,3}"),
        (prop::bool::ANY, prop::option::of("\\PC{0,6}")),
        0..6,
    );
    prop::collection::vec((shown, sights()), 0..5).prop_map(|snapshots| {
        let mut ledger = Ledger::default();
        for (at, (shown, visible)) in snapshots.into_iter().enumerate() {
            let snapshot = LedgerSnapshot {
                moment: Timestamp(86_400 * at as i64),
                label: format!("=snapshot {at}").into(),
                states: "delivered".into(),
                users: 3,
                packages: 4,
                assignments: 5,
                pseudonyms: None,
                sight: visible,
            };
            let conflict =
                |((rule, user), (open, name)): ((u32, String), (bool, Option<String>))| SeenConflict {
                    rule: Named { id: format!("R{rule}").into(), name: name.clone().map(Into::into) },
                    severity: Severity::ALL[rule as usize],
                    user: ChangedUser { id: user.into(), name: name.map(Into::into), principal_name: None },
                    packages: vec!["P1".into()],
                    seen: if open { Seen::Open } else { Seen::Excepted },
                };
            let conflicts = shown.into_iter().map(conflict).collect();
            ledger.add(Entry { snapshot, conflicts }).unwrap();
        }
        ledger
    })
}

proptest! {
    #[test]
    fn a_ledger_that_is_written_reads_back_equal(kept in ledgers()) {
        let bytes = text(|out| write_ledger(&kept, out));
        let again = read_ledger(&bytes).unwrap();
        prop_assert_eq!(&again, &kept);
        prop_assert_eq!(text(|out| write_ledger(&again, out)), bytes.clone());
        // A line less is told, unless it is a conflict that stands for itself.
        let lines: Vec<&str> = bytes.lines().collect();
        let headless: String = lines.iter().skip(1).map(|line| format!("{line}\n")).collect();
        prop_assert!(read_ledger(&headless).is_err());
        if !kept.snapshots().is_empty() {
            let without = lines.iter().enumerate().filter(|(at, _)| *at != 2).map(|(_, line)| format!("{line}\n"));
            prop_assert!(read_ledger(&without.collect::<String>()).is_err());
        }
        for table in [text(|out| write_trend(&kept, out)), text(|out| write_ledger_conflicts(&kept, out))] {
            let mut rows = csv::Reader::from_reader(table.as_bytes());
            prop_assert!(rows.records().all(|row| row.unwrap().iter().all(|cell| !sod_report::formula::runs(cell))));
        }
        let page = ledger(&kept, &Terminal::default());
        prop_assert!(page.contains("Trend"));
    }
}
