//! What packages declare, as rules of a document.

use sod_model::{
    Directory, ExternalId, Group, GroupId, Package, PackageId, PackageIdKind, Provenance, Snapshot,
    StateTable,
};
use sod_rules::{ImportCode, ResolveOptions, import_declared, parse_rules, resolve_rules};

/// Packages a to d: each of a and b declares the other, c declares b, d declares the group; of c's x nothing else is known.
fn snapshot(declared: bool) -> Snapshot {
    let package = |id: &str, name: &str, packages: &[u32], groups: &[u32]| Package {
        id: ExternalId::new(id),
        id_kind: PackageIdKind::Object,
        display_name: (!name.is_empty()).then(|| name.into()),
        catalog: None,
        incompatible_packages: packages.iter().filter(|_| declared).map(|at| PackageId(*at)).collect(),
        incompatible_groups: groups.iter().filter(|_| declared).map(|at| GroupId(*at)).collect(),
    };
    let packages = vec![
        package("a", "Vendor \u{1b}[31m editor ", &[1], &[]),
        package("b", "Payment run", &[0], &[]),
        package("c:1", "", &[1, 4], &[]),
        package("d", "Payment run", &[], &[0]),
        package("x", "Gone", &[], &[]),
    ];
    let group = Group {
        id: ExternalId::new("g"),
        display_name: Some("Auditors".into()),
        members: None,
        members_exported: 0,
        nested_unknown: 0,
        probably_truncated: false,
    };
    let directory = Directory::from_sorted(vec![], packages, vec![group], vec![], vec![]).unwrap();
    Snapshot::new(directory, StateTable::new(), Provenance::default(), vec![])
}

#[test]
fn declared_incompatibilities_become_rules_by_id() {
    let snapshot = snapshot(true);
    let imported = import_declared("export", &snapshot).unwrap();
    let toml = imported.to_toml("Imported.");
    insta::assert_snapshot!(toml);
    // By id, so that two packages of one name do not matter; and as the declarations themselves mean it.
    let document = parse_rules("declared.toml", &toml).unwrap();
    let resolved = resolve_rules(&[document], &snapshot.directory, &ResolveOptions::default()).unwrap();
    let declared = sod_rules::declared_rules(&snapshot.directory);
    assert_eq!(resolved.rules.rules().len(), declared.rules().len());
    for (rule, declared) in resolved.rules.rules().iter().zip(declared.rules()) {
        assert_eq!(*rule.id, format!("import-{}", declared.id));
        // A group without members stays in the rule where it is declared, and is unknown where a document names it.
        let packages = |rule: &sod_model::Rule| {
            rule.terms.iter().map(|term| term.packages.clone()).collect::<Vec<Vec<PackageId>>>()
        };
        assert_eq!((packages(rule), rule.is_judged()), (packages(declared), declared.is_judged()));
    }
}

#[test]
fn nothing_declared_is_said() {
    let error = import_declared("export", &snapshot(false)).unwrap_err();
    assert_eq!(error.problems[0].code, ImportCode::Nothing);
}
