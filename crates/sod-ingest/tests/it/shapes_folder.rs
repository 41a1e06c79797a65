//! Folders and containers: the tutorial's flat files, EntraExporter's tree, compression, and everything in one call.

use crate::harness::{Export, bytes_input, check, file, folder, render_content};
use crate::shapes_graph::{BETA, V1, page};
use sod_ingest::{Input, LoadOptions, load};
use sod_model::Silent;
use std::io::Write as _;

fn tutorial(members: usize) -> Export {
    let members: Vec<String> = (0..members).map(|n| format!("\"obj-{n:03}\"")).collect();
    let membership = format!(
        r#"[{{"GroupId":"G1","Members":[{}],"SnapshotDate":"2026-01-15"}},{{"GroupId":"G2","Members":"obj-001","SnapshotDate":"2026-01-15"}},{{"GroupId":"G3","Members":null,"SnapshotDate":"2026-01-15"}}]"#,
        members.join(",")
    );
    folder(&[
        (
            "EntraAccessPackageAssignments.json",
            r#"[
 {"Id":"a1","ScheduleStartDateTime":"01/13/2024 08:00:00","AccessPackageId":"PAY","AccessPackageDisplayName":"Payments","TargetId":"rec-1","TargetDisplayName":"One","TargetEmail":"one@x.example","TargetObjectId":"obj-001","TargetPrincipalName":"one@x.example","TargetSubjectType":"user","SnapshotDate":"2026-01-15"},
 {"Id":"a2","ScheduleStartDateTime":"1705132800000","AccessPackageId":"VEN","AccessPackageDisplayName":"Vendors","TargetId":"rec-1","TargetDisplayName":"One","TargetEmail":"","TargetObjectId":"obj-001","TargetPrincipalName":"","TargetSubjectType":"user","SnapshotDate":"2026-01-15"},
 {"Id":"a3","ScheduleStartDateTime":"","AccessPackageId":"VEN","AccessPackageDisplayName":"Vendors","TargetId":"rec-9","TargetDisplayName":"Guest","TargetEmail":"guest@y.example","TargetObjectId":null,"TargetPrincipalName":null,"TargetSubjectType":"user","SnapshotDate":"2026-01-15"}]"#,
        ),
        (
            "EntraAccessPackages.json",
            r#"[{"Id":"PAY","DisplayName":"Payments","SnapshotDate":"2026-01-15"},{"DisplayName":"Nobody holds it","SnapshotDate":"2026-01-15","Id":"EMP"}]"#,
        ),
        (
            "EntraUsers.json",
            r#"[{"ObjectID":"obj-001","DisplayName":"One","UserPrincipalName":"one@x.example","EmployeeId":null,"UserType":"Member","CreatedDateTime":"2020-02-03","JobTitle":null,"Department":"Sales","AccountEnabled":true,"CustomExtension":null,"SnapshotDate":"2026-01-15"}]"#,
        ),
        (
            "EntraGroups.json",
            r#"[{"Id":"G1","DisplayName":"Hundred"},{"Id":"G2","DisplayName":"One"},{"Id":"G3","DisplayName":"None"}]"#,
        ),
        ("EntraGroupMemberships.json", &membership),
    ])
}

/// The reference, 5.1: no state column, and a group of exactly one page of members.
#[test]
fn tutorial_files() {
    check!("tutorial_files", tutorial(100));
    let warned = |members| {
        let warnings = tutorial(members).load().unwrap().provenance.warnings;
        warnings.iter().any(|warning| warning.code.code() == "group-probably-truncated")
    };
    assert_eq!([99, 100, 101].map(warned), [false, true, false]);
}

/// The reference, 5.5: one object a file, raw beta bodies.
#[test]
fn entra_exporter_tree() {
    const P: &str = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
    const Q: &str = "d5d99728-8c0b-4ede-83d2-cf9b0e8dabfb";
    let root = "IdentityGovernance/EntitlementManagement/AccessPackages";
    let row = |id: &str, package: &str, state: &str| {
        let text = format!(
            r#"{{"id":"{id}","catalogId":"FIN","accessPackageId":"{package}","assignmentPolicyId":"POL","targetId":"obj-alice","assignmentStatus":"Delivered","assignmentState":"{state}","isExtended":false,"expiredDateTime":null,"schedule":{{"startDateTime":"2024-01-01T00:00:00Z","recurrence":null,"expiration":{{"endDateTime":null,"duration":null,"type":"noExpiration"}}}}}}"#
        );
        (format!("{root}/{package}/Assignments/{id}/{id}.json"), text)
    };
    let mut export = folder(&[
        (
            &format!("{root}/{P}/{P}.json"),
            &format!(
                r#"{{"id":"{P}","catalogId":"FIN","displayName":"Payments","description":"x","isHidden":false,"isRoleScopesVisible":false,"createdBy":"x","createdDateTime":"2024-01-01T00:00:00Z"}}"#
            ),
        ),
        (
            &format!("{root}/{P}/AssignmentPolicies/POL/POL.json"),
            &format!(
                r#"{{"id":"POL","accessPackageId":"{P}","displayName":"Staff","canExtend":false,"durationInDays":365,"accessReviewSettings":null}}"#
            ),
        ),
        (
            &format!("{root}/{P}/ResourceScopes/RS/RS.json"),
            r#"{"id":"RS","createdBy":"x","accessPackageResourceRole":{"id":"r"},"accessPackageResourceScope":{"id":"s"}}"#,
        ),
        (
            "Groups/88203d16-0e31-41d4-87b2-dd402f1435e9/88203d16-0e31-41d4-87b2-dd402f1435e9.json",
            r#"{"id":"88203d16-0e31-41d4-87b2-dd402f1435e9","displayName":"Dynamic","groupTypes":["DynamicMembership"],"membershipRule":"x"}"#,
        ),
        (
            "Groups/88203d16-0e31-41d4-87b2-dd402f1435e9/Members/obj-alice/obj-alice.json",
            r#"{"id":"obj-alice","displayName":"Alice","userPrincipalName":"alice@x.example"}"#,
        ),
        (
            "IdentityGovernance/EntitlementManagement/Settings/Settings.json",
            r#"{"id":"entitlementManagement","durationUntilExternalUserDeletedAfterBlocked":"P30D","externalUserLifecycleAction":"BlockSignInAndDelete"}"#,
        ),
        (
            &format!("{root}/../ConnectedOrganizations/c/c.json").replace("AccessPackages/../", ""),
            r#"{"id":"c","displayName":"Contoso","state":"configured","identitySources":[]}"#,
        ),
        (
            "Organization/Organization.json",
            r#"{"id":"t","displayName":"Tenant","verifiedDomains":[{"name":"x.example"}]}"#,
        ),
    ]);
    for (path, text) in [row("a1", P, "Delivered"), row("a2", Q, "Delivered"), row("a3", Q, "Expired")] {
        export = export.and(&path, text);
    }
    check!("entra_exporter_tree", export);
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::stream::encode_all(bytes, 1).unwrap()
}

#[test]
fn compressed() {
    let text = page(&V1);
    let (first, second) = text.as_bytes().split_at(text.len() / 2);
    let expected = render_content(&file("x.json", &text).load().unwrap());
    let forms: [(&str, Vec<u8>); 6] = [
        ("gzip", gzip(text.as_bytes())),
        ("gzip of several members", [gzip(first), gzip(second)].concat()),
        ("zstd", zstd(text.as_bytes())),
        ("zstd of several frames", [zstd(first), zstd(second)].concat()),
        ("gzip of utf-8 with a mark", gzip(format!("\u{feff}{text}").as_bytes())),
        ("gzip of utf-16", gzip(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())),
    ];
    for (form, bytes) in &forms {
        let found = file("x.json.gz", bytes).load().unwrap_or_else(|error| panic!("{form}: {error}"));
        assert_eq!(render_content(&found), expected, "{form}");
    }
    check!("gzip", file("x.json.gz", &forms[0].1));
    // Whatever is cut off or damaged is refused: a part of an export is not an export.
    for (form, bytes) in &forms[..4] {
        for keep in [bytes.len() - 1, bytes.len() / 2, 12] {
            let refused = file("x", &bytes[..keep]).load();
            assert!(refused.is_err(), "{form} cut to {keep} bytes: {refused:?}");
        }
    }
    let garbage = [gzip(text.as_bytes()), b"garbage".to_vec()].concat();
    check!("gzip_with_garbage", file("x.json.gz", garbage));
}

/// Everything at once: files, a folder, bytes, compressed and not, JSON and tables, tied together by expanded rows.
#[test]
fn a_mix_in_one_call() {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = place.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    write(
        "tree/beta.json.zst",
        &zstd(format!("[{},{}]", BETA[0].replace("a1", "b1"), BETA[1].replace("a2", "b2")).as_bytes()),
    );
    write("tree/.hidden/secret.json", b"{\"broken");
    write("tree/readme.md", b"# Export of last week\nIt was a good week.\n");
    write("tree/users.csv", b"ObjectId,DisplayName\nobj-alice,Alice Doe\n");
    let tie = r#"{"id":"x1","accessPackageId":"HR","targetId":"t-alice","target":{"objectId":"obj-alice"},"assignmentState":"Delivered"}"#;
    let inputs = [
        bytes_input("memory.json", page(&V1).as_bytes()),
        Input::from(place.path().join("tree").as_path()),
        bytes_input("list.csv", b"user,package\nobj-alice,ERP\n"),
        bytes_input("tie.json", tie.as_bytes()),
    ];
    let loaded = load(&inputs, &LoadOptions::default(), &Silent).unwrap();
    let text = crate::harness::render(&loaded.snapshot).replace(&place.path().display().to_string(), "PLACE");
    insta::with_settings!({ prepend_module_to_snapshot => true }, { insta::assert_snapshot!("a_mix_in_one_call", text) });
}

#[test]
fn one_file_by_two_ways_is_one_source() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("p.json");
    std::fs::write(&path, page(&V1)).unwrap();
    let inputs = [Input::from(place.path()), Input::from(path.as_path()), Input::from(path.as_path())];
    let loaded = load(&inputs, &LoadOptions::default(), &Silent).unwrap();
    assert_eq!((loaded.snapshot.provenance.sources.len(), loaded.snapshot.assignments().len()), (1, 2));
}

#[test]
fn load_bytes_is_a_file_of_that_name() {
    let snapshot = sod_ingest::load_bytes(
        "R7.csv",
        b"user\nE1\n",
        &LoadOptions { map: Some("user=user,package=@file".parse().unwrap()), ..LoadOptions::default() },
    )
    .unwrap();
    assert_eq!(snapshot.directory.packages()[0].id.to_string(), "R7");
}
