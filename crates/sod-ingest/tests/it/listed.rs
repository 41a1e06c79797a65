//! Which packages a record of their own describes, and which are only spoken of.

use crate::harness::folder;

const ROWS: &str = r#"{"value":[
 {"id":"a1","state":"delivered","accessPackage":{"id":"PAY","displayName":"Payments"},"target":{"id":"r1","objectId":"o1"}},
 {"id":"a2","state":"delivered","accessPackage":{"id":"OLD","displayName":"Deleted"},"target":{"id":"r1","objectId":"o1"}}]}"#;

#[track_caller]
fn check(files: &[(&str, &str)], listed: u64, packages: usize) {
    let mut all = vec![("assignments.json", ROWS)];
    all.extend(files);
    let snapshot = folder(&all).load().unwrap();
    assert_eq!(
        (snapshot.provenance.packages_listed, snapshot.directory.packages().len()),
        (listed, packages),
        "{files:?}"
    );
}

#[test]
fn what_assignments_say_of_a_package_is_no_record_of_it() {
    check(&[], 0, 2);
}

#[test]
fn records_alone_or_within_a_catalog_or_in_a_table_describe_their_packages() {
    let page = r#"{"value":[{"id":"PAY","displayName":"Payments","isHidden":false,"incompatibleAccessPackages":[{"id":"VEN"}]}]}"#;
    check(&[("packages.json", page)], 1, 3);
    // Read twice, it is still one package.
    check(&[("packages.json", page), ("packages-again.json", page)], 1, 3);
    let catalogs = r#"{"value":[{"id":"C","displayName":"Finance","catalogType":"userManaged","accessPackages":[{"id":"PAY","displayName":"Payments"},{"id":"NEW","displayName":"New"}]}]}"#;
    check(&[("catalogs.json", catalogs)], 2, 3);
    check(&[("packages.csv", "accessPackageId,accessPackageName\nPAY,Payments\nOLD,Deleted\n")], 2, 2);
    // Nothing but an id and a name: what refers to it says that it is a package.
    check(&[("accessPackages.json", r#"[{"Id":"OLD","DisplayName":"Deleted"}]"#)], 1, 2);
}
