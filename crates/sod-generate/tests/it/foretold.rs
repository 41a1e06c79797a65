//! The truth itself, where it can be foretold.

use crate::exports::{export, options, tenant};
use crate::reading::{records, text};
use sod_generate::{Dirt, ExportShape, Tenant, TenantSpec, truth};

#[test]
fn a_name_that_two_packages_bear_decides_nothing() {
    let tenant = tenant();
    let dirt = [Dirt::NameOnlyPackage, Dirt::DuplicatePackageName];
    let truth = truth(&tenant, &options(ExportShape::GraphV1, &dirt)).unwrap();
    let laid = truth.dirt_rows[&Dirt::NameOnlyPackage];
    let rejected = truth.rejected_by_code().get("ambiguous-package-name").copied().unwrap_or(0);
    assert!(rejected > 0 && rejected < laid, "{rejected} of {laid}");
}

#[test]
fn a_second_copy_of_another_day_takes_no_holding_away() {
    let tenant = tenant();
    let clean = truth(&tenant, &options(ExportShape::GraphBeta, &[])).unwrap();
    let kinds = [Dirt::IdReused, Dirt::DuplicateRows, Dirt::SeveralLive, Dirt::PastEndDate, Dirt::MixedCase];
    let dirty = truth(&tenant, &options(ExportShape::GraphBeta, &kinds)).unwrap();
    assert!(dirty.rows_expected > clean.rows_expected && dirty.rejected.is_empty());
    assert_eq!(clean.holdings(&["delivered"]), dirty.holdings(&["delivered"]));
}

#[test]
fn a_tenant_without_assignments_is_an_export_without_assignments() {
    let tenant = Tenant::new(TenantSpec { users: 3, packages: 2, assignments: 0, seed: 1 }).unwrap();
    for shape in ExportShape::ALL {
        let (files, rows) = export(&tenant, &options(shape, &[]));
        assert_eq!(rows, 0, "{shape}");
        assert!(truth(&tenant, &options(shape, &[])).unwrap().refusals.contains("no-assignments"));
        if shape.is_json() {
            assert!(files.values().all(|file| records(&text(file)).is_ok()), "{shape}");
        }
    }
}
