//! `summary.json`.

use crate::fixture::{Tenant, plain, tenant, text};
use sod_report::PairStatistics;

fn summary(tenant: &Tenant) -> String {
    let mut out = Vec::new();
    sod_report::summary::write_summary(&tenant.view(), &mut out).unwrap();
    text(&out).to_owned()
}

#[test]
fn of_the_tenant() {
    let summary = summary(&tenant());
    insta::assert_snapshot!(summary);
    assert!(summary.ends_with("}\n") && !summary.ends_with("\n\n"));
}

#[test]
fn of_nothing() {
    insta::assert_snapshot!(summary(&plain(vec![], vec![], &[])));
}

#[test]
fn a_wrong_count_is_said() {
    let mut tenant = tenant();
    tenant.totals = PairStatistics { holders_sum: tenant.totals.holders_sum + 1, ..tenant.totals };
    assert!(summary(&tenant).contains("\"pair_sum_identity\": false"));
}
