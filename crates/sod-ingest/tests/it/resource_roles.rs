//! What packages give, however it was exported.

use crate::harness::{Export, file};
use sod_model::{ExternalId, Snapshot, WarningCode};

/// Who gives what: `PAY: role of resource, ...`, or `?` where it is not known.
fn given(snapshot: &Snapshot) -> String {
    let roles = snapshot.directory.resource_roles();
    let name = |text: &Option<Box<str>>| text.clone().unwrap_or_else(|| "?".into());
    let packages = snapshot.directory.packages().iter().map(|package| {
        let id = snapshot.directory.find_package(&package.id).unwrap();
        let given = match roles.of_package(id) {
            None => "?".to_owned(),
            Some(ids) => {
                let roles = ids.iter().map(|id| roles.role(*id).unwrap());
                roles
                    .map(|role| format!("{} of {}", name(&role.role_name), name(&role.resource_name)))
                    .collect::<Vec<_>>()
                    .join(", ")
            }
        };
        format!("{}: {given}", package.id)
    });
    packages.collect::<Vec<_>>().join("\n")
}

const ROW: &str =
    r#"{"value":[{"id":"a1","state":"delivered","target":{"objectId":"u1"},"accessPackage":{"id":"PAY"}}]}"#;

fn tenant(name: &str, text: &str) -> Export {
    file("rows.json", ROW).and(name, text)
}

#[track_caller]
fn check(export: Export, expect: &str) -> Snapshot {
    let snapshot = export.load().unwrap();
    assert_eq!(given(&snapshot), expect);
    snapshot
}

fn v1(id: &str, role: &str, group: &str) -> String {
    format!(
        r#"{{"id":"{id}","role":{{"displayName":"{role}","originSystem":"AadGroup","originId":"{role}_{group}",
        "resource":{{"displayName":"{group}","originId":"{group}","originSystem":"AadGroup"}}}},
        "scope":{{"displayName":"Root","originId":"{group}","originSystem":"AadGroup","isRootScope":true}}}}"#
    )
}

fn beta(id: &str, role: &str, group: &str) -> String {
    v1(id, role, group)
        .replace(r#""role":"#, r#""accessPackageResourceRole":"#)
        .replace(r#""scope":"#, r#""accessPackageResourceScope":"#)
        .replace(r#""resource":"#, r#""accessPackageResource":"#)
}

#[test]
fn expanded_in_a_package_in_both_versions() {
    let page = format!(
        r#"{{"value":[{{"id":"PAY","displayName":"Payments","resourceRoleScopes":[{},{}]}},
        {{"id":"VEN","displayName":"Vendors","resourceRoleScopes":[]}}]}}"#,
        v1("x_1", "Member", "payers"),
        v1("x_2", "Owner", "payers")
    );
    let expect = "PAY: Member of payers, Owner of payers\nVEN: ";
    let snapshot = check(tenant("packages.json", &page), expect);
    let role = &snapshot.directory.resource_roles().roles()[0];
    assert_eq!(role.id, ExternalId::new("aadgroup|member_payers|payers"));
    assert_eq!(role.origin_system.as_deref(), Some("AadGroup"));

    // One package in one answer, as the documented call gives it.
    let context = "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/accessPackages(resourceRoleScopes(role(),scope()))/$entity";
    let entry = v1("x_1", "Member", "payers");
    let one = format!(
        r#"{{"@odata.context":"{context}","id":"PAY","displayName":"Payments","resourceRoleScopes":[{entry}]}}"#
    );
    check(tenant("PAY.json", &one), "PAY: Member of payers");

    // Beta spells it in another way, and the ids of the entries differ: the same roles.
    let page = format!(
        r#"{{"value":[{{"id":"BOT","isRoleScopesVisible":true,"accessPackageResourceRoleScopes":[{}]}}]}}"#,
        beta("y_9", "member", "PAYERS")
    );
    let both = tenant(
        "v1.json",
        &format!(r#"{{"value":[{{"id":"PAY","resourceRoleScopes":[{}]}}]}}"#, v1("x_1", "Member", "payers")),
    );
    check(both.and("beta.json", page), "BOT: Member of PAYERS\nPAY: Member of PAYERS");
}

#[test]
fn a_list_of_its_own() {
    let context = "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/entitlementManagement/accessPackages('PAY')/resourceRoleScopes(role(),scope())";
    let page = format!(r#"{{"@odata.context":"{context}","value":[{}]}}"#, v1("x_1", "Member", "payers"));
    check(tenant("roles.json", &page), "PAY: Member of payers");
    // By the path.
    let id = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
    let entry = v1("x_1", "Member", "payers");
    let export = file("rows.json", ROW.replace("PAY", id))
        .and(&format!("AccessPackages/{id}/resourceRoleScopes.json"), format!(r#"[{entry}]"#));
    let export = Export { in_folder: true, ..export };
    check(export, &format!("{id}: Member of payers"));
    // Nobody says whose it is: refused, and not passed over.
    let export = tenant("roles.json", &format!(r#"{{"value":[{entry}]}}"#));
    assert!(export.outcome().contains("not-an-export"), "{}", export.outcome());
}

#[test]
fn an_entry_without_its_role_is_what_one_of_the_same_id_is() {
    let bare = r#"{"value":[{"id":"BOT","resourceRoleScopes":[{"id":"X_1"},{"id":"z_7"}]}]}"#;
    let full =
        format!(r#"{{"value":[{{"id":"PAY","resourceRoleScopes":[{}]}}]}}"#, v1("x_1", "Member", "payers"));
    let export = tenant("bare.json", bare).and("full.json", full);
    let snapshot = check(export, "BOT: Member of payers, ? of ?\nPAY: Member of payers");
    assert!(
        snapshot.provenance.warnings.iter().all(|warning| warning.code != WarningCode::ResourceRolesUnclear)
    );
}

#[test]
fn what_cannot_be_told_apart_is_not_known_and_said() {
    for list in [
        r#"[{"createdDateTime":"2024-01-01T00:00:00Z"}]"#,
        r#"["@{id=x; role=}"]"#,
        r#""@{id=x; role=}""#,
        r#"[{"id":"x_1"},{"role":{"displayName":"Member"}}]"#,
    ] {
        let page = format!(r#"{{"value":[{{"id":"PAY","displayName":"P","resourceRoleScopes":{list}}}]}}"#);
        let snapshot = check(tenant("packages.json", &page), "PAY: ?");
        let warning = |code| snapshot.provenance.warnings.iter().any(|warning| warning.code == code);
        assert!(warning(WarningCode::ResourceRolesUnclear), "{list}");
    }
    // Not expanded.
    for list in ["null", "[null]"] {
        let page = format!(
            r#"{{"value":[{{"id":"PAY","displayName":"P","isHidden":false,"resourceRoleScopes":{list}}}]}}"#
        );
        check(tenant("packages.json", &page), if list == "null" { "PAY: ?" } else { "PAY: " });
    }
}

#[test]
fn sites_and_applications_are_told_apart_by_resource() {
    let entry = |id: &str, system: &str, role: &str, place: &str| {
        format!(
            r#"{{"id":"{id}","role":{{"displayName":"R","originSystem":"{system}","originId":"{role}"}},"scope":{{"displayName":"{place}","originSystem":"{system}","originId":"{place}","isRootScope":false}}}}"#
        )
    };
    let roles = [
        entry("1", "SharePointOnline", "4", "https://x.example/a"),
        entry("2", "SharePointOnline", "4", "https://x.example/b"),
        entry("3", "AadApplication", "4", "https://x.example/b"),
    ];
    let page = format!(r#"{{"value":[{{"id":"PAY","resourceRoleScopes":[{}]}}]}}"#, roles.join(","));
    let expect = "PAY: R of https://x.example/b, R of https://x.example/a, R of https://x.example/b";
    check(tenant("packages.json", &page), expect);
}
