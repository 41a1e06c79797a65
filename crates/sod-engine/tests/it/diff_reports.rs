//! Comparing report folders: the same classes as of the exports, and nothing guessed of why.

use crate::diff_laws::{Read, diff, tenants};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use sod_engine::formats::pairs::PairFormat;
use sod_engine::formats::past::{PastError, PastReport, is_report, read_report};
use sod_engine::{
    CauseKind, ChangeClass, DiffOptions, ReportOptions, Side, Silent, SnapshotDiff, Timestamp, compare,
    write_report,
};
use std::collections::BTreeMap;
use std::path::Path;

fn written(read: &Read, folder: &Path, pairs: PairFormat) -> PastReport {
    let options = ReportOptions {
        pairs,
        without: &sod_engine::LeftOut::default(),
        command_line: &[],
        options: &BTreeMap::new(),
        build: &sod_engine::formats::manifest::Build::default(),
        started: Timestamp(0),
        now: &|| Timestamp(0),
    };
    write_report(&read.loaded.snapshot, &read.analysis, folder, &options, &Silent).unwrap();
    assert!(is_report(folder));
    read_report(folder).unwrap()
}

fn classes(diff: &SnapshotDiff) -> Vec<(ChangeClass, String, String)> {
    let line =
        |one: &sod_engine::ConflictChange| (one.class, one.rule.id.to_string(), one.user.id.to_string());
    diff.conflicts.iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn p43_reports_differ_as_their_exports_do(one in tenants(), other in tenants(), format in 0usize..4) {
        let (old, new) = (one.read(), other.read());
        let place = tempfile::tempdir().unwrap();
        let format = PairFormat::ALL[format];
        let before = written(&old, &place.path().join("old"), format);
        let after = written(&new, &place.path().join("new"), format);
        let sides = [Side::of_report("x", &before), Side::of_report("x", &after)];
        let told = compare(&sides[0], &sides[1], DiffOptions::default(), &Silent).unwrap();
        let known = diff(&old, &new);
        prop_assert_eq!(classes(&told), classes(&known));
        let pairs = |diff: &SnapshotDiff| -> Vec<(String, String, u64, u64)> {
            let pair = |one: &sod_engine::PairChange| {
                (one.package_a.id.to_string(), one.package_b.id.to_string(), one.before, one.after)
            };
            diff.pairs.iter().map(pair).collect()
        };
        prop_assert_eq!(pairs(&told), pairs(&known));
        prop_assert_eq!(told.pairs_unchanged, known.pairs_unchanged);
        // Nothing is called resolved that the exports do not call so.
        let changes = told.conflicts.iter().zip(&known.conflicts);
        for (told, known) in changes.filter(|(told, _)| told.class == ChangeClass::Gone) {
            prop_assert!(!told.causes.is_empty());
            prop_assert!(told.causes.iter().all(|cause| cause.code.kind() != CauseKind::Access), "{:?} {:?}", told, known);
        }
        // Beside the export of the other one, what is gone can be told.
        let mixed = compare(&sides[0], &new.side(), DiffOptions::default(), &Silent).unwrap();
        prop_assert_eq!(classes(&mixed), classes(&known));
    }
}

#[test]
fn a_report_that_somebody_edited_is_refused() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let tenant = tenants().new_tree(&mut runner).unwrap().current();
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("report");
    written(&tenant.read(), &folder, PairFormat::Csv);
    for name in ["conflicts.jsonl", "pairs.csv", "summary.json"] {
        let path = folder.join(name);
        let bytes = std::fs::read(&path).unwrap();
        let mut edited = bytes.clone();
        edited.push(b'\n');
        std::fs::write(&path, &edited).unwrap();
        let error = read_report(&folder).unwrap_err();
        assert!(matches!(error, PastError::Edited { .. }), "{error}");
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(read_report(&folder).unwrap_err(), PastError::Unreadable { .. }));
        std::fs::write(&path, bytes).unwrap();
    }
    read_report(&folder).unwrap();
}
