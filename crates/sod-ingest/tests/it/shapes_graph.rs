//! Microsoft Graph as it answers: v1.0, beta and both, in every way of stringing pages together.

use crate::harness::{Export, check, file, folder};

/// Two expanded v1.0 rows: Alice holds Payments, and held Vendors.
pub(crate) const V1: [&str; 2] = [
    r#"{"id":"a1","state":"delivered","status":"Delivered","expiredDateTime":null,
 "schedule":{"startDateTime":"2024-03-01T08:00:00Z","expiration":{"type":"afterDateTime","endDateTime":"2027-01-01T00:00:00Z"}},
 "target":{"id":"rec-alice","objectId":"obj-alice","displayName":"Alice","email":"alice@x.example","principalName":"alice@x.example","subjectType":"user"},
 "accessPackage":{"id":"PAY","displayName":"Payments","catalog":{"id":"FIN","displayName":"Finance"}},
 "assignmentPolicy":{"id":"POL","displayName":"Staff"}}"#,
    r#"{"id":"a2","state":"expired","status":"ExpiredNotificationTriggered","expiredDateTime":"2024-05-06T07:08:09.1Z","schedule":null,
 "target":{"id":"rec-alice","objectId":"obj-alice","displayName":"Alice"},"accessPackage":{"id":"VEN","displayName":"Vendors"}}"#,
];

/// Two beta rows without names.
pub(crate) const BETA: [&str; 2] = [
    r#"{"id":"a1","catalogId":"FIN","accessPackageId":"PAY","assignmentPolicyId":"POL","targetId":"t-alice","assignmentStatus":"Delivered","assignmentState":"Delivered","isExtended":false,"expiredDateTime":null}"#,
    r#"{"id":"a2","catalogId":"FIN","accessPackageId":"VEN","assignmentPolicyId":"POL","targetId":"t-alice","assignmentStatus":"NearExpiry1DayNotificationTriggered","assignmentState":"Delivered","isExtended":true,"expiredDateTime":"null"}"#,
];

pub(crate) fn page(rows: &[&str]) -> String {
    format!(
        r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/assignments(target(),accessPackage())","value":[{}]}}"#,
        rows.join(",")
    )
}

fn next(rows: &[&str], token: u32) -> String {
    format!(
        r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/assignments(target(),accessPackage())","value":[{}],"@odata.nextLink":"https://graph.microsoft.com/v1.0/identityGovernance/entitlementManagement/assignments?$expand=target&$skiptoken={token}"}}"#,
        rows.join(",")
    )
}

#[test]
fn v1_page() {
    check!("v1_page", file("page.json", page(&V1)));
}

#[test]
fn beta_page() {
    let text = format!(
        r#"{{"@odata.context":"https://graph.microsoft.com/beta/$metadata#accessPackageAssignments","value":[{}]}}"#,
        BETA.join(",\n")
    );
    check!("beta_page", file("page.json", text));
}

/// However the same rows are strung together, they are the same rows.
#[test]
fn every_way_of_stringing_pages_together() {
    let [a, b] = V1;
    let flat = |text: &str| text.replace('\n', " ");
    let expected = file("page.json", page(&V1)).load().unwrap();
    let expected = crate::harness::render_content(&expected);
    let ways: Vec<(&str, Export)> = vec![
        ("many files", file("p1.json", next(&[a], 1)).and("p2.json", page(&[b]))),
        ("array of pages", file("x.json", format!("[{},{}]", next(&[a], 1), page(&[b])))),
        ("concatenated", file("x.json", format!("{}{}", next(&[a], 1), page(&[b])))),
        (
            "concatenated with line ends",
            file("x.json", format!("{}\r\n\r\n{}\r\n", next(&[a], 1), page(&[b]))),
        ),
        ("lines of pages", file("x.jsonl", format!("{}\n{}\n", flat(&next(&[a], 1)), flat(&page(&[b]))))),
        ("lines of objects", file("x.jsonl", format!("{}\n{}", flat(a), flat(b)))),
        ("bare array", file("x.json", format!("[{a},{b}]"))),
        ("bare objects, a file each", file("a.json", a).and("b.json", b)),
        (
            "batch",
            file(
                "x.json",
                format!(
                    r#"{{"responses":[{{"id":"1","status":200,"headers":{{}},"body":{}}},{{"id":"2","status":200,"body":{}}}]}}"#,
                    next(&[a], 1),
                    page(&[b])
                ),
            ),
        ),
        (
            "batch of objects",
            file(
                "x.json",
                format!(
                    r#"{{"responses":[{{"id":"1","status":200,"body":{a}}},{{"id":"2","status":200,"body":{b}}}]}}"#
                ),
            ),
        ),
        (
            "array of batches",
            file(
                "x.json",
                format!(
                    r#"[{{"responses":[{{"id":"1","status":200,"body":{}}}]}},{{"responses":[{{"id":"1","status":200,"body":{}}}]}}]"#,
                    next(&[a], 1),
                    page(&[b])
                ),
            ),
        ),
        (
            "wrapper of a script",
            file(
                "x.json",
                format!(
                    r#"{{"tool_version":"1.2","generated_at":"2026-01-01T00:00:00Z","assignments":[{a},{b}]}}"#
                ),
            ),
        ),
        ("array of arrays", file("x.json", format!("[[{a}],[{b}]]"))),
        ("page of one, unrolled", file("x.json", format!(r#"{{"value":{a}}}{{"value":{b}}}"#))),
        (
            "value before context",
            file(
                "x.json",
                format!(
                    r#"{{"value":[{a},{b}],"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#assignments"}}"#
                ),
            ),
        ),
        ("a folder", folder(&[("deep/er/p1.json", &next(&[a], 1)), ("deep/p2.json", &page(&[b]))])),
    ];
    for (way, export) in ways {
        let found = export.load().unwrap_or_else(|error| panic!("{way}: {error}"));
        crate::harness::check_accounting(&found);
        assert_eq!(crate::harness::render_content(&found), expected, "{way}");
        assert!(found.provenance.warnings.iter().all(|w| w.code.code() != "dangling-next-link"), "{way}");
    }
}

#[test]
fn one_bare_object() {
    check!("one_bare_object", file("a1.json", V1[0]));
}

/// One file with the names of both versions: each row is read by its own fields.
#[test]
fn names_of_both_versions_in_one_file() {
    let mixed = r#"{"id":"a3","accessPackageId":"PAY","accessPackage":null,"state":"Delivered","target":{"id":"t-bob","objectId":"obj-bob","type":"User"},"assignmentPolicyId":"POL"}"#;
    let odd = r#"{"id":"a4","ACCESSPACKAGE":{"Id":"VEN"},"assignmentstate":"delivered","Target":{"OBJECTID":"obj-bob","id":"t-bob2"},"targetid":"t-bob"}"#;
    let tie = r#"{"id":"a5","accessPackageId":"VEN","targetId":"t-alice","target":{"objectId":"obj-alice"},"assignmentState":"Expired"}"#;
    check!(
        "names_of_both_versions_in_one_file",
        file("mixed.json", page(&[V1[0], BETA[1], mixed, odd, tie]))
    );
}

/// The reference: an un-expanded v1.0 list has neither user nor package, and is unusable.
#[test]
fn not_expanded() {
    let row = r#"{"id":"a1","state":"delivered","status":"Delivered","expiredDateTime":"2019-04-25T23:45:40.42Z","schedule":{"startDateTime":null}}"#;
    check!("not_expanded", file("page.json", page(&[row, row])));
    check!("not_expanded_in_folder", folder(&[("page.json", &page(&[row, row])), ("good.json", &page(&V1))]));
}

#[test]
fn next_link_that_nobody_followed() {
    check!("next_link_that_nobody_followed", file("p1.json", next(&V1, 1)));
    check!("next_link_that_nobody_followed_strict", file("p1.json", next(&V1, 1)).with(|o| o.strict = true));
}

/// An export a package: the ends of the others do not end the one that was cut.
#[test]
fn next_link_of_one_package_among_many() {
    let id = |n: u32| format!("00000000-0000-0000-0000-{n:012}");
    let export = |n: u32, link: &str| {
        let row = format!(
            r#"{{"id":"a{n}","accessPackageId":"{}","targetId":"u{n}","assignmentState":"Delivered"}}"#,
            id(n)
        );
        format!(
            r#"{{"@odata.context":"https://graph.microsoft.com/beta/$metadata#accessPackageAssignments","value":[{row}]{link}}}"#
        )
    };
    let link = format!(
        r#","@odata.nextLink":"https://graph.microsoft.com/beta/identityGovernance/entitlementManagement/accessPackageAssignments?$filter=accessPackage%2Fid+eq+%27{}%27&$skiptoken=x""#,
        id(2)
    );
    let (one, two, three) = (export(1, ""), export(2, &link), export(3, ""));
    let cut = folder(&[("1.json", &one), ("2.json", &two), ("3.json", &three)]).load().unwrap();
    let dangling: Vec<bool> = cut.provenance.sources.iter().map(|source| source.dangling_next_link).collect();
    assert_eq!(dangling, [false, true, false]);
    // The rest of it, under whatever name, ends it.
    let rest = export(2, "").replace("\"a2\"", "\"a22\"");
    let whole =
        folder(&[("1.json", &one), ("2.json", &two), ("3.json", &three), ("0.json", &rest)]).load().unwrap();
    assert!(whole.provenance.sources.iter().all(|source| !source.dangling_next_link));
}

/// Packages, users, policies and groups, nested by `$expand`.
#[test]
fn everything_nested() {
    let package = r#"{"id":"PAY","displayName":"Payments","isHidden":false,"catalog":{"id":"FIN","displayName":"Finance"},
  "incompatibleAccessPackages":[{"id":"VEN","displayName":"Vendors"}],"accessPackagesIncompatibleWith":[{"id":"HR","displayName":"Human Resources"}],
  "incompatibleGroups":[{"id":"G1","displayName":"Auditors","members":[{"id":"obj-alice"},{"id":"obj-zoe"}]}],
  "assignmentPolicies":[{"id":"POL","displayName":"Staff","automaticRequestSettings":{"requestAccessForAllowedTargets":true}}]}"#;
    let row = format!(
        r#"{{"id":"a1","state":"delivered","target":{{"id":"rec-alice","objectId":"obj-alice"}},"assignmentPolicy":{{"id":"POL"}},"accessPackage":{package}}}"#
    );
    check!("everything_nested", file("page.json", page(&[&row])));
    let catalog = r#"{"id":"FIN","displayName":"Finance","catalogType":"userManaged","state":"published","accessPackages":[{"id":"PAY","displayName":"Payments"}]}"#;
    check!(
        "catalog_with_packages",
        file("page.json", page(&V1)).and("catalogs.json", format!(r#"{{"value":[{catalog}]}}"#))
    );
}

/// The same as files of their own.
#[test]
fn everything_in_files_of_its_own() {
    const P: &str = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
    let row = format!(
        r#"{{"id":"a1","accessPackageId":"{P}","targetId":"obj-alice","assignmentState":"Delivered"}}"#
    );
    let list = |context: &str, rows: &str| {
        format!(
            r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#{context}","value":[{rows}]}}"#
        )
    };
    let export = folder(&[
        ("assignments.json", &row),
        (
            "packages.json",
            &list(
                "identityGovernance/entitlementManagement/accessPackages",
                &format!(
                    r#"{{"id":"{P}","displayName":"Payments","description":"x","createdDateTime":"2024-01-01T00:00:00Z","isHidden":false}}"#
                ),
            ),
        ),
        (
            "catalogs.json",
            &list(
                "identityGovernance/entitlementManagement/catalogs",
                r#"{"id":"FIN","displayName":"Finance","catalogType":"userManaged","state":"published","isExternallyVisible":false}"#,
            ),
        ),
        (
            "policies.json",
            &list(
                "identityGovernance/entitlementManagement/assignmentPolicies",
                &format!(
                    r#"{{"id":"POL","displayName":"Staff","allowedTargetScope":"allMemberUsers","accessPackage":{{"id":"{P}"}},"automaticRequestSettings":{{"requestAccessForAllowedTargets":false}}}}"#
                ),
            ),
        ),
        (
            "users.json",
            &list(
                "users",
                r#"{"id":"obj-alice","displayName":"Alice","userPrincipalName":"alice@x.example","mail":"a@x.example","department":"Finance","userType":"Member"}"#,
            ),
        ),
        ("groups.json", &list("groups", r#"{"id":"G1","displayName":"Auditors","securityEnabled":true}"#)),
        (
            "by-context.json",
            &list(
                &format!(
                    "identityGovernance/entitlementManagement/accessPackages('{P}')/incompatibleAccessPackages(id,displayName)"
                ),
                r#"{"id":"VEN","displayName":"Vendors"}"#,
            ),
        ),
        (
            &format!("{P}/accessPackagesIncompatibleWith.json"),
            r#"{"value":[{"id":"HR","displayName":"Human Resources"}]}"#,
        ),
        (&format!("{P}/incompatibleGroups.json"), r#"[{"id":"G1","displayName":"Auditors"}]"#),
        (
            "groups/11111111-1111-1111-1111-111111111111/members.json",
            &list(
                "directoryObjects",
                r##"{"@odata.type":"#microsoft.graph.user","id":"obj-alice","displayName":"Alice"},{"@odata.type":"#microsoft.graph.group","id":"G1","displayName":"Auditors"}"##,
            ),
        ),
    ]);
    check!("everything_in_files_of_its_own", export);
}

/// A list of incompatible packages that says neither in itself nor by its path whose it is.
#[test]
fn a_list_without_an_owner() {
    let list = r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#Collection(x)/incompatibleAccessPackages","value":[{"id":"VEN","displayName":"Vendors"}]}"#;
    check!("a_list_without_an_owner", file("page.json", page(&V1)).and("list.json", list));
}

/// Requests are not assignments, even with state `delivered` and a package and a target.
#[test]
fn requests_are_not_assignments() {
    let request = r#"{"id":"r1","requestType":"adminAdd","state":"delivered","status":"Delivered","accessPackage":{"id":"PAY"},"assignment":{"id":"a9","target":{"objectId":"o"}},"requestor":{"objectId":"obj-bob"}}"#;
    check!(
        "requests_are_not_assignments",
        file("page.json", page(&V1)).and("requests.json", format!(r#"{{"value":[{request}]}}"#))
    );
    check!("requests_alone", file("requests.json", format!(r#"{{"value":[{request}]}}"#)));
}
