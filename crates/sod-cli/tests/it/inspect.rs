//! `sod inspect`: what was recognised.

use crate::tenant;
use crate::util::Dir;
use serde_json::json;

#[test]
fn the_page() {
    insta::assert_snapshot!(tenant::dir().sod("inspect export").stdout());
}

#[test]
fn the_document() {
    let document = tenant::dir().sod("inspect export --format json").json();
    assert_eq!(document["totals"]["rows"]["read"], 11);
    assert_eq!(document["totals"]["rows"]["accepted"], 9);
    let sources = document["sources"].as_array().unwrap();
    let shapes: Vec<_> = sources.iter().map(|source| (&source["path"], &source["shape"])).collect();
    let (assignments, packages) = (json!("export/assignments.json"), json!("export/packages.json"));
    assert_eq!(shapes, [(&assignments, &json!("graph-beta")), (&packages, &json!("directory-objects"))]);
    assert_eq!(document["identity"]["users_by_id_kind"]["object"], 4);
    assert_eq!(document["directory"]["packages"], 4);
}

#[test]
fn what_was_rejected_has_a_place_and_a_code() {
    let dir = Dir::new();
    dir.write("rows.csv", "user,package\nann,Pay\n,Pay\nben,Pay\n");
    let page = dir.sod("inspect rows.csv").stdout();
    assert!(page.contains("no-user") && page.contains("line 3"), "{page}");
    let document = dir.sod("inspect rows.csv --format json").json();
    assert_eq!(document["rejected"], json!({ "no-user": 1 }));
    assert_eq!(document["totals"]["rows"]["rejected"], 1);
}

#[test]
fn states_are_checked() {
    let ran = tenant::dir().sod("inspect export --states delivred").exits(2);
    assert!(ran.stderr.contains("did you mean `delivered`?"), "{}", ran.stderr);
}
