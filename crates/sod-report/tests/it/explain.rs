//! `sod explain --format json`.

use crate::fixture::{EVE, PAYMENT, VENDOR, tenant, text};
use sod_model::{PackageId, PackagePair, RuleId, UserId};
use sod_report::explain::{explain_pair, explain_rule, explain_user, write_explained};

fn json(explained: &impl serde::Serialize) -> String {
    let mut out = Vec::new();
    write_explained(explained, &mut out).unwrap();
    text(&out).to_owned()
}

#[test]
fn a_user() {
    insta::assert_snapshot!(json(&explain_user(&tenant().explain(), UserId(0)).unwrap()));
}

#[test]
fn a_pair() {
    let pair = PackagePair::new(PAYMENT, VENDOR).unwrap();
    insta::assert_snapshot!(json(&explain_pair(&tenant().explain(), pair, 1).unwrap()));
}

#[test]
fn a_rule() {
    insta::assert_snapshot!(json(&explain_rule(&tenant().explain(), RuleId(0), None, 1).unwrap()));
}

#[test]
fn a_rule_that_cannot_be_judged() {
    insta::assert_snapshot!(json(&explain_rule(&tenant().explain(), RuleId(2), None, 9).unwrap()));
}

#[test]
fn what_a_limit_leaves_out_is_counted() {
    let tenant = tenant();
    let pair = PackagePair::new(VENDOR, PAYMENT).unwrap();
    for limit in 0..4 {
        let pair = explain_pair(&tenant.explain(), pair, limit).unwrap();
        assert_eq!(
            (pair.users_total, pair.users.len(), pair.users_left_out as usize),
            (2, limit.min(2), 2 - limit.min(2))
        );
        let rule = explain_rule(&tenant.explain(), RuleId(1), None, limit).unwrap();
        assert_eq!(rule.violators.len() as u64 + rule.violators_left_out, rule.violators_total);
    }
}

#[test]
fn a_pair_that_nobody_holds_has_no_ratios() {
    let pair = PackagePair::new(VENDOR, PackageId(3)).unwrap();
    let pair = explain_pair(&tenant().explain(), pair, 5).unwrap();
    assert_eq!(
        (pair.holders_b, pair.holders_both, pair.share_a, pair.share_b, pair.lift),
        (0, 0, 0.0, 0.0, 0.0)
    );
}

#[test]
fn conflicts_of_a_user_come_worst_first() {
    let eve = explain_user(&tenant().explain(), EVE).unwrap();
    let rules: Vec<&str> = eve.conflicts.iter().map(|conflict| conflict.rule_id.as_str()).collect();
    assert_eq!(rules, ["b-high", "a-low"]);
}

#[test]
fn unknown_ids_are_nothing() {
    let tenant = tenant();
    assert_eq!(explain_user(&tenant.explain(), UserId(99)), None);
    assert_eq!(explain_rule(&tenant.explain(), RuleId(99), None, 1), None);
    assert_eq!(explain_pair(&tenant.explain(), PackagePair::new(VENDOR, PackageId(99)).unwrap(), 1), None);
}
