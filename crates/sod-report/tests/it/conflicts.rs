//! `conflicts.csv`: order, witnesses and dates.

use crate::fixture::{assignment, package, plain, tenant, text, user};
use sod_model::{
    Assignment, Directory, HeldSet, PackageId, Provenance, Rule, RuleOrigin, Snapshot, StateTable, Term,
    Timestamp, UserId,
};
use sod_report::witness::{Span, span};

#[test]
fn worst_first_with_witnesses() {
    let mut out = Vec::new();
    sod_report::conflicts::write_conflicts(&tenant().view(), &mut out).unwrap();
    insta::assert_snapshot!(text(&out));
}

#[test]
fn lines_and_groups_tell_the_same_conflicts() {
    let (mut lines, mut groups) = (Vec::new(), Vec::new());
    sod_report::conflicts::write_conflict_lines(&tenant().view(), &mut lines).unwrap();
    sod_report::conflicts::write_conflict_groups(&tenant().view(), &mut groups).unwrap();
    insta::assert_snapshot!(format!("{}--- groups\n{}", text(&lines), text(&groups)));
}

#[test]
fn none_is_a_header() {
    let mut out = Vec::new();
    sod_report::conflicts::write_conflicts(&plain(vec![], vec![], &[]).view(), &mut out).unwrap();
    assert_eq!(text(&out), format!("{}\n", sod_report::conflicts::COLUMNS.join(",")));
}

/// The span of "two of the packages", each held as given.
fn two_of(dates: &[(Option<i64>, Option<i64>)]) -> Span {
    let moment = |at: Option<i64>| at.map(Timestamp);
    let held = dates.iter().enumerate().map(|(at, &(since, until))| Assignment {
        since: moment(since),
        until: moment(until),
        ..assignment(None, 0, at as u32, StateTable::DELIVERED)
    });
    let packages: Vec<_> = (0..dates.len()).map(|at| package(&format!("p{at}"), None)).collect();
    let ids = (0..dates.len() as u32).map(PackageId).collect();
    let directory = Directory::from_sorted(vec![user("u", None)], packages, vec![], vec![], vec![]).unwrap();
    let snapshot =
        Snapshot::new(directory, StateTable::new(), Provenance::default(), held.collect::<Vec<_>>());
    let term = Term { packages: ids, groups: vec![], at_least: 2 };
    let rule = Rule::new("r", "r", RuleOrigin::Document, vec![term]);
    let holding = sod_model::Holding::default();
    let matrix = snapshot.matrix(&holding);
    let held = HeldSet::of_user(&rule, UserId(0), &matrix, &snapshot.directory);
    span(&rule, &held, UserId(0), &snapshot, &holding)
}

#[test]
fn two_of_three_last_from_the_second_start_to_the_second_last_end() {
    let span = two_of(&[(Some(1), Some(10)), (Some(3), Some(30)), (Some(2), Some(20))]);
    assert_eq!(span, Span { since: Some(Timestamp(2)), until: Some(Timestamp(20)) });
    let four = [(Some(1), Some(10)), (Some(3), Some(30)), (Some(2), Some(20)), (Some(4), Some(40))];
    assert_eq!(two_of(&four), Span { since: Some(Timestamp(2)), until: Some(Timestamp(30)) });
    let span = two_of(&[(None, Some(10)), (Some(3), None), (None, Some(20))]);
    assert_eq!(span, Span { since: None, until: Some(Timestamp(20)) });
    assert_eq!(
        two_of(&[(Some(4), None), (None, None), (Some(3), None)]),
        Span { since: Some(Timestamp(3)), until: None }
    );
}
