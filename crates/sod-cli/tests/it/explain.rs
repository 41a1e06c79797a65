//! `sod explain`: the assignments behind a finding.

use crate::tenant::{self, PAYMENT, RULE, VENDOR, object_id, subject_id};

#[test]
fn a_user_is_found_by_every_id_and_name() {
    let dir = tenant::dir();
    let by_object = dir.sod("explain export -q --user").arg(object_id("alice")).stdout();
    for name in [subject_id("alice"), "alice@contoso.example".into(), "ALICE@contoso.EXAMPLE".into()] {
        assert_eq!(dir.sod("explain export -q --user").arg(&name).stdout(), by_object, "{name}");
    }
    insta::assert_snapshot!(by_object);
}

#[test]
fn a_pair() {
    let dir = tenant::dir();
    let by_id = dir.sod(&format!("explain export -q --pair {VENDOR} {PAYMENT}")).stdout();
    let by_name = dir.sod("explain export -q --pair").arg("Payment run").arg("Vendor master editor").stdout();
    assert_eq!(by_name, by_id, "a pair has no order");
    insta::assert_snapshot!(by_id);
    let limited = dir.sod(&format!("explain export -q --limit 1 --pair {VENDOR} {PAYMENT}")).stdout();
    assert!(limited.contains("1 more user"), "{limited}");
}

#[test]
fn a_rule() {
    insta::assert_snapshot!(tenant::dir().sod("explain export -q --rule").arg(RULE).stdout());
}

#[test]
fn json_for_programs() {
    let dir = tenant::dir();
    let user = dir.sod("explain export -q --format json --user bob@contoso.example").json();
    assert!(user.to_string().contains(RULE), "{user}");
    let pair = dir.sod(&format!("explain export -q --format json --pair {VENDOR} {PAYMENT}")).json();
    assert_eq!(pair["users"].as_array().map(Vec::len), Some(2), "{pair:#}");
    let rule = dir.sod("explain export -q --format json --rule").arg(RULE).json();
    assert_eq!(rule["violators"].as_array().map(Vec::len), Some(2), "{rule:#}");
}

#[test]
fn errors() {
    let said = tenant::dir().transcript(&[
        "explain export",
        "explain export --user alice@contoso.example --rule R",
        "explain export --user alcie@contoso.example",
        "explain export --user 00000000-1111-4111-8111-111111111111",
        "explain export --pair 'Payment run'",
        "explain export --pair 'Payment run' 'Payment run'",
        "explain export --pair 'Payment run' Twin",
        "explain export --rule P2P-01",
    ]);
    insta::assert_snapshot!(said);
}
