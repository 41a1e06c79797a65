//! Generate in every shape, with every dirt; read; compare with the truth that the generator knows.

use sod_engine::{ColumnMap, Holding, Input, LoadOptions, Silent, Snapshot, StateFilter};
use sod_generate::{
    Compression, Dirt, ExportOptions, ExportShape, Tenant, TenantSpec, Truth, truth, write_export,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn tenant() -> Tenant {
    Tenant::new(TenantSpec { users: 220, packages: 20, assignments: 1200, seed: 7 }).unwrap()
}

fn load_options(shape: ExportShape) -> LoadOptions {
    let map: Option<ColumnMap> =
        (shape == ExportShape::OfficialCsv).then(|| "package=@file".parse().unwrap());
    LoadOptions { map, ..LoadOptions::default() }
}

fn inputs(folder: &Path, shape: ExportShape) -> Vec<Input> {
    if shape != ExportShape::PlainList {
        return vec![Input::from(folder)];
    }
    // Two words a line could be anything, so such a list is only read when it is named.
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.metadata().unwrap().len() > 0).map(|path| Input::from(path.as_path())).collect()
}

fn check(tenant: &Tenant, options: &ExportOptions) {
    let case = format!("{} {:?} {:?}", options.shape.name(), options.dirt, options.compression);
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("export");
    let written = write_export(tenant, options, &folder, &mut |_| true).unwrap();
    let truth = truth(tenant, options).unwrap();
    assert_eq!(written.rows, truth.rows_expected, "{case}: the generator contradicts itself");
    let loaded = sod_engine::load(&inputs(&folder, options.shape), &load_options(options.shape), &Silent);
    if truth.refusals.is_empty() {
        let loaded = loaded.unwrap_or_else(|error| panic!("{case}: refused: {error}"));
        compare(&case, &loaded.snapshot, &truth);
    } else {
        let error = loaded.map(|_| ()).expect_err(&case);
        let found: BTreeSet<&str> = error.refusals().iter().map(|refusal| refusal.code.code()).collect();
        assert!(
            found.iter().all(|code| truth.refusals.contains(code)),
            "{case}: {found:?}, not {:?}",
            truth.refusals
        );
    }
}

fn compare(case: &str, snapshot: &Snapshot, truth: &Truth) {
    let rows = snapshot.provenance.rows();
    assert_eq!(rows.read, truth.rows_expected, "{case}: rows read");
    assert_eq!(rows.read, rows.accepted + rows.rejected + rows.repeated, "{case}: rows do not add up");
    assert_eq!(rows.accepted, snapshot.assignments().len() as u64, "{case}: accepted rows");

    let mut rejected: BTreeMap<&str, u64> = BTreeMap::new();
    for record in &snapshot.provenance.rejected {
        *rejected.entry(record.code.code()).or_default() += 1;
    }
    assert_eq!(rejected, truth.rejected_by_code(), "{case}: rejected rows");

    for states in [&["delivered"][..], &["delivering", "partiallyDelivered", "delivered"]] {
        let filter = StateFilter::parse(&states.join(",")).unwrap();
        let matrix = snapshot.matrix(&Holding { states: filter });
        let found: BTreeSet<(String, String)> = matrix
            .rows()
            .enumerate()
            .flat_map(|(user, row)| row.iter().map(move |package| (user, *package)))
            .map(|(user, package)| {
                let user = snapshot.directory.user(sod_engine::UserId(user as u32)).unwrap();
                (user.id.to_string(), snapshot.directory.package(package).unwrap().id.to_string())
            })
            .collect();
        let expected: BTreeSet<(String, String)> =
            truth.holdings(states).into_iter().map(|(u, p)| (u.to_owned(), p.to_owned())).collect();
        let missing: Vec<_> = expected.difference(&found).take(3).collect();
        let made_up: Vec<_> = found.difference(&expected).take(3).collect();
        assert!(missing.is_empty() && made_up.is_empty(), "{case}: missing {missing:?}, made up {made_up:?}");
    }

    let warnings: BTreeSet<&str> =
        snapshot.provenance.warnings.iter().map(|warning| warning.code.code()).collect();
    let missing: Vec<_> = truth.warnings.difference(&warnings).collect();
    assert!(missing.is_empty(), "{case}: no warning {missing:?} among {warnings:?}");
    let wrong: Vec<_> = warnings
        .iter()
        .filter(|code| !truth.warnings.contains(*code) && !truth.warnings_possible.contains(*code))
        .collect();
    assert!(wrong.is_empty(), "{case}: warned without reason {wrong:?}");

    let side = snapshot.provenance.side();
    if truth.packages_listed > 0 {
        assert!(
            snapshot.directory.packages().len() as u64 >= truth.packages_listed,
            "{case}: packages, {side:?}"
        );
        assert!(snapshot.directory.users().len() as u64 >= truth.users_listed, "{case}: users, {side:?}");
        assert!(snapshot.directory.groups().len() as u64 >= truth.groups_listed, "{case}: groups, {side:?}");
    }
}

#[test]
fn every_shape_reads_back_as_the_truth() {
    let tenant = tenant();
    for shape in ExportShape::ALL {
        check(&tenant, &ExportOptions::new(shape));
    }
}

#[test]
fn every_dirt_in_every_shape_is_understood_rejected_or_refused() {
    let tenant = tenant();
    for shape in ExportShape::ALL {
        for dirt in Dirt::ALL.into_iter().filter(|dirt| shape.supports(*dirt)) {
            check(&tenant, &ExportOptions { dirt: vec![dirt], ..ExportOptions::new(shape) });
        }
    }
}

#[test]
fn all_dirt_of_rows_at_once() {
    let tenant = tenant();
    for shape in ExportShape::ALL {
        let dirt: Vec<Dirt> =
            Dirt::ALL.into_iter().filter(|dirt| shape.supports(*dirt) && dirt.refusal().is_none()).collect();
        check(&tenant, &ExportOptions { dirt, ..ExportOptions::new(shape) });
    }
}

#[test]
fn compressed_exports_read_alike() {
    let tenant = tenant();
    for shape in [
        ExportShape::GraphBeta,
        ExportShape::PowershellUtf16,
        ExportShape::CsvSemicolon,
        ExportShape::EntraExporter,
    ] {
        for compression in [Compression::Gzip, Compression::Zstd] {
            check(&tenant, &ExportOptions { compression: Some(compression), ..ExportOptions::new(shape) });
        }
    }
}

/// What an export declares about its packages is the same in every shape that has it.
#[test]
fn declared_incompatibilities_survive_every_shape() {
    let tenant = tenant();
    let mut expected: Option<BTreeSet<String>> = None;
    for shape in ExportShape::ALL.into_iter().filter(|shape| shape.has_directory()) {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("export");
        write_export(&tenant, &ExportOptions::new(shape), &folder, &mut |_| true).unwrap();
        let loaded =
            sod_engine::load(&[Input::from(folder.as_path())], &load_options(shape), &Silent).unwrap();
        let rules = sod_engine::declared_rules(&loaded.snapshot.directory);
        let found: BTreeSet<String> = rules.rules().iter().map(|rule| rule.id.to_string()).collect();
        // The tutorial's files and EntraExporter's tree have no incompatibilities: there must be none, not some.
        if matches!(shape, ExportShape::Adx | ExportShape::EntraExporter) {
            assert!(found.is_empty(), "{}: {found:?}", shape.name());
            continue;
        }
        assert!(!found.is_empty(), "{}", shape.name());
        assert_eq!(expected.get_or_insert_with(|| found.clone()), &found, "{}", shape.name());
    }
}
