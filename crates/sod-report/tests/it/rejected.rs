//! `rejected.csv`: sorted by place, harmless.

use crate::fixture::{tenant, text};

#[test]
fn by_place_and_defused() {
    let mut out = Vec::new();
    sod_report::rejected::write_rejected(&tenant().snapshot.provenance, &mut out).unwrap();
    insta::assert_snapshot!(text(&out));
}
