//! `manifest.json`.

use crate::fixture::{tenant, text};
use sod_model::Timestamp;
use sod_report::OutputFile;
use sod_report::manifest::{ManifestInput, write_manifest};
use std::collections::BTreeMap;

#[test]
fn of_the_tenant() {
    let tenant = tenant();
    let view = tenant.view();
    let options = BTreeMap::from([("states".to_owned(), "delivered".to_owned())]);
    let outputs = [OutputFile { name: "pairs.csv".to_owned(), bytes: 12, sha256: [1; 32] }];
    let mut out = Vec::new();
    let input = ManifestInput {
        view: &view,
        version: "1.2.3",
        command_line: &["sod", "analyze", "a \"b\""].map(str::to_owned),
        options: &options,
        started: Timestamp(1_795_000_000),
        finished: Timestamp(1_795_000_061),
        outputs: &outputs,
    };
    write_manifest(&input, &mut out).unwrap();
    insta::assert_snapshot!(text(&out));
}
