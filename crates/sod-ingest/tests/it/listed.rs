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

/// Of which packages it is not known what they declare incompatible.
#[track_caller]
fn check_lacking(files: &[(&str, &str)], lacking: &[&str]) {
    let mut all = vec![("assignments.json", ROWS)];
    all.extend(files);
    let snapshot = folder(&all).load().unwrap();
    let lists = snapshot.provenance.lists_lacking.iter();
    let found: Vec<String> =
        lists.map(|id| snapshot.directory.package(*id).unwrap().id.to_string()).collect();
    assert_eq!(found, lacking, "{files:?}");
}

#[test]
fn a_list_that_was_exported_and_is_empty_is_not_one_that_is_missing() {
    let page = r#"{"value":[{"id":"PAY","displayName":"Payments","isHidden":false},{"id":"OLD","displayName":"Deleted","isHidden":false}]}"#;
    let list = |of: &str, list: &str, entries: &str| {
        format!(
            r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/accessPackages('{of}')/{list}","value":[{entries}]}}"#
        )
    };
    let pay = list("PAY", "incompatibleAccessPackages", r#"{"id":"VEN","displayName":"Vendors"}"#);
    let old = list("OLD", "incompatibleAccessPackages", "");
    let packages = ("packages.json", page);
    // Nobody exported any, and the rules say so.
    check_lacking(&[packages], &[]);
    check_lacking(&[packages, ("a.json", &pay), ("b.json", &old)], &[]);
    check_lacking(&[packages, ("a.json", &pay)], &["OLD"]);
    check_lacking(&[packages, ("b.json", &old)], &["PAY"]);
    let groups = list("PAY", "incompatibleGroups", "");
    check_lacking(&[packages, ("a.json", &pay), ("b.json", &old), ("c.json", &groups)], &["OLD"]);
    // The other way round, of all packages, it is as good.
    let with = ["PAY", "OLD"].map(|id| list(id, "accessPackagesIncompatibleWith", ""));
    check_lacking(&[packages, ("a.json", &pay), ("b.json", &with[0]), ("c.json", &with[1])], &[]);
    // Within the packages; null is what PowerShell says of a list that was not asked for.
    let within = |old: &str| {
        format!(
            r#"{{"value":[{{"id":"PAY","displayName":"Payments","isHidden":false,"incompatibleAccessPackages":[]}},{{"id":"OLD","displayName":"Deleted","isHidden":false{old}}}]}}"#
        )
    };
    check_lacking(&[("packages.json", &within(r#","incompatibleAccessPackages":[{"id":"PAY"}]"#))], &[]);
    check_lacking(&[("packages.json", &within(r#","incompatibleAccessPackages":null"#))], &["OLD"]);
    check_lacking(&[("packages.json", &within(""))], &["OLD"]);
}

#[test]
fn the_path_tells_whose_list_it_is_where_the_page_does_not() {
    let (a, b) = ("10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002");
    let packages = format!(
        r#"{{"value":[{{"id":"{a}","displayName":"A","isHidden":false}},{{"id":"{b}","displayName":"B","isHidden":false}}]}}"#
    );
    let path = |id: &str| format!("packages/{id}/incompatibleGroups-00000.json");
    let empty = r##"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#groups","value":[]}"##;
    check_lacking(&[("packages.json", &packages), (&path(a), empty), (&path(b), empty)], &[]);
    check_lacking(&[("packages.json", &packages), (&path(a), empty)], &[b]);
}
