//! A small tenant for rules to speak of.

use sod_model::{
    CatalogId, Directory, EntraCatalog, ExternalId, Group, Package, PackageId, PackageIdKind, User, UserId,
    UserIdKind,
};

/// Packages p1 to p6: two are called "Twins", p6 has no name; catalogs c1 (p1, p2) and c2; groups g1 with members and
/// g2 without.
pub(crate) fn directory() -> Directory {
    let package = |id: &str, name: &str, catalog: Option<u32>| Package {
        id: ExternalId::new(id),
        id_kind: PackageIdKind::Object,
        display_name: (!name.is_empty()).then(|| name.into()),
        catalog: catalog.map(CatalogId),
        incompatible_packages: vec![],
        incompatible_groups: vec![],
    };
    let packages = vec![
        package("p1", "Vendor master editor", Some(0)),
        package("p2", "Payment run", Some(0)),
        package("p3", "Twins", Some(1)),
        package("p4", "Twins", None),
        package("p5", "Payment approval", None),
        package("p6", "", None),
    ];
    let group = |id: &str, name: &str, members: Option<Vec<UserId>>| Group {
        id: ExternalId::new(id),
        display_name: Some(name.into()),
        members_exported: members.as_ref().map_or(0, |members| members.len() as u32),
        nested_unknown: 0,
        members,
        probably_truncated: false,
    };
    let groups = vec![group("g1", "Auditors", Some(vec![UserId(1)])), group("g2", "Guests", None)];
    let catalog =
        |id: &str, name: &str| EntraCatalog { id: ExternalId::new(id), display_name: Some(name.into()) };
    let catalogs = vec![catalog("c1", "Finance"), catalog("c2", "HR")];
    let user = |id: &str, name: &str, alias: &str| User {
        id: ExternalId::new(id),
        id_kind: UserIdKind::Object,
        display_name: None,
        principal_name: Some(name.into()),
        email: None,
        subject_type: None,
        user_type: None,
        department: Some("Treasury".into()),
        aliases: vec![ExternalId::new(alias)],
    };
    let users = vec![
        user("u1", "Ann@contoso.example", "r1"),
        user("u2", "bob@contoso.example", "r2"),
        user("u3", "bob@contoso.example", "r3"),
    ];
    Directory::from_sorted(users, packages, groups, vec![], catalogs).unwrap()
}

/// Packages by their numbers, from 1.
pub(crate) fn packages(numbers: &[u32]) -> Vec<PackageId> {
    numbers.iter().map(|number| PackageId(number - 1)).collect()
}
