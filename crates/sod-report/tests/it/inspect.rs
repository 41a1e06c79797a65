//! `sod inspect --format json`.

use crate::fixture::{tenant, text};

#[test]
fn of_the_tenant() {
    let tenant = tenant();
    let mut out = Vec::new();
    let warnings = &tenant.snapshot.provenance.warnings;
    sod_report::inspect::write_inspect(&tenant.snapshot, &tenant.holding, warnings, &mut out).unwrap();
    insta::assert_snapshot!(text(&out));
}

#[test]
fn of_nothing() {
    let mut out = Vec::new();
    sod_report::inspect::write_inspect(&Default::default(), &Default::default(), &[], &mut out).unwrap();
    insta::assert_snapshot!(text(&out));
}
