//! Every shape with every dirt: written, read back by common libraries, and compared with the truth.

use crate::reading::{files, first_text, member, records, text, unpack};
use serde_json::Value;
use sod_generate::{
    Compression, Dirt, ExportOptions, ExportShape, GenerateError, Tenant, TenantSpec, Truth, TruthRow, truth,
    write_export,
};
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) fn tenant() -> Tenant {
    Tenant::new(TenantSpec { users: 60, packages: 16, assignments: 420, seed: 11 }).unwrap()
}

/// A folder tree is a file an object: fewer of them.
fn small_tenant() -> Tenant {
    Tenant::new(TenantSpec { users: 10, packages: 10, assignments: 90, seed: 11 }).unwrap()
}

pub(crate) fn options(shape: ExportShape, dirt: &[Dirt]) -> ExportOptions {
    ExportOptions { dirt: dirt.to_vec(), page_size: 50, ..ExportOptions::new(shape) }
}

/// Writes into a fresh folder and reads all files.
pub(crate) fn export(tenant: &Tenant, options: &ExportOptions) -> (BTreeMap<String, Vec<u8>>, u64) {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("out");
    let written = write_export(tenant, options, &target, &mut |_| true).unwrap();
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1, "nothing beside the folder");
    let files = files(&target);
    assert_eq!(files.len() as u64, written.files);
    (files, written.rows)
}

fn is_assignments(name: &str) -> bool {
    name.starts_with("assignments") || name.contains("Assignments")
}

#[test]
fn every_shape_with_every_dirt_agrees_with_the_truth() {
    for shape in ExportShape::ALL {
        let tenant = if shape == ExportShape::EntraExporter { small_tenant() } else { tenant() };
        check(&tenant, &options(shape, &[]));
        for dirt in Dirt::ALL {
            if shape.supports(dirt) {
                check(&tenant, &options(shape, &[dirt]));
            } else {
                let error = truth(&tenant, &options(shape, &[dirt])).unwrap_err();
                assert!(matches!(error, GenerateError::UnsupportedDirt { .. }));
            }
        }
        let harmless = |dirt: &Dirt| shape.supports(*dirt) && dirt.refusal().is_none();
        check(&tenant, &options(shape, &Dirt::ALL.into_iter().filter(harmless).collect::<Vec<_>>()));
    }
}

fn check(tenant: &Tenant, options: &ExportOptions) {
    let what = format!("{} {:?}", options.shape, options.dirt);
    let (files, rows) = export(tenant, options);
    let truth = truth(tenant, options).unwrap();
    assert_eq!(truth.rows_expected, rows, "{what}");
    assert_eq!(truth.accepted.len() + truth.rejected.len(), rows as usize, "{what}");
    for dirt in options.dirt.iter().filter(|dirt| truth.dirt_rows.contains_key(dirt)) {
        assert!(truth.dirt_rows[dirt] > 1, "{what}: {dirt} is rare");
    }
    if options.has(Dirt::NullObjectId) {
        let differs = |row: &TruthRow| row.user != tenant.user(row.user_index).object_id.to_string();
        assert!(truth.accepted.iter().any(differs), "{what}");
    }
    if options.has(Dirt::EmptyFile) {
        assert_eq!(files.values().filter(|file| file.is_empty()).count(), 1, "{what}");
    }
    match (options.shape.is_json(), truth.refusals.is_empty()) {
        (true, true) => check_json(options, &truth, &files, &what),
        (true, false) => check_refused_json(options, &files, &what),
        (false, true) => check_table(options, &truth, &files, &what),
        (false, false) => {
            assert!(files.values().any(|file| text(file).contains("Microsoft.Graph.PowerShell.Models")));
        }
    }
}

/// Counts and identities: what can be read by field names alone is what the truth says.
fn check_json(options: &ExportOptions, truth: &Truth, files: &BTreeMap<String, Vec<u8>>, what: &str) {
    let mut rows = Vec::new();
    for (name, bytes) in files {
        let text = text(bytes);
        let mended =
            if options.has(Dirt::MalformedRecord) && is_assignments(name) { mend(&text) } else { text };
        let found = records(&mended).unwrap_or_else(|error| panic!("{what} {name}: {error}"));
        if is_assignments(name) {
            let is_row = |value: &Value| member(value, &["durationInDays"]).is_none();
            rows.extend(found.into_iter().filter(is_row));
        }
    }
    assert_eq!(rows.len() as u64, truth.rows_expected, "{what}");
    if options.has(Dirt::MalformedRecord) {
        // The mended records are good rows again; which ones they were is not seen any more.
        return;
    }
    let mut expected: Vec<_> = truth
        .accepted
        .iter()
        .filter(|row| row.dirt != Some(Dirt::NameOnlyPackage))
        .map(|row| {
            let state = if options.shape.has_state() { row.state.to_lowercase() } else { String::new() };
            (row.assignment_id.clone().unwrap(), row.user.to_lowercase(), row.package.clone(), state)
        })
        .collect();
    let mut found: Vec<_> = rows.iter().filter_map(|row| read_row(row, options.shape)).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "{what}");
}

/// Id, user, package and state of a row that has them all.
fn read_row(row: &Value, shape: ExportShape) -> Option<(String, String, String, String)> {
    let user: &[&[&str]] = if shape == ExportShape::Adx {
        &[&["targetObjectId"], &["targetId"], &["targetEmail"]]
    } else {
        &[&["target", "objectId"], &["target", "id"], &["targetId"], &["target", "email"]]
    };
    let state = first_text(row, &[&["state"], &["assignmentState"]]);
    Some((
        first_text(row, &[&["id"]])?,
        first_text(row, user)?,
        first_text(row, &[&["accessPackageId"], &["accessPackage", "id"]])?,
        if shape.has_state() { state? } else { String::new() },
    ))
}

/// Takes away the trailing commas inside records, outside strings.
fn mend(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut is_escaped) = (false, false);
    for letter in text.chars() {
        if !in_string && letter == '}' {
            let kept = out.trim_end().len();
            if out[..kept].ends_with(',') {
                out.truncate(kept - 1);
            }
        }
        in_string ^= letter == '"' && !is_escaped;
        is_escaped = in_string && letter == '\\' && !is_escaped;
        out.push(letter);
    }
    out
}

fn check_refused_json(options: &ExportOptions, files: &BTreeMap<String, Vec<u8>>, what: &str) {
    let texts: Vec<String> = files.values().map(|file| text(file)).collect();
    if options.has(Dirt::TruncatedFile) {
        let broken = |text: &&String| records(text).is_err_and(|error| error.is_eof());
        assert_eq!(texts.iter().filter(broken).count(), 1, "{what}");
    }
    if options.has(Dirt::ErrorBody) {
        assert_eq!(texts.iter().filter(|text| text.contains("TooManyRequests")).count(), 1, "{what}");
        assert!(texts.iter().all(|text| records(text).is_ok()), "{what}");
    }
    if options.has(Dirt::HtmlPage) {
        assert_eq!(texts.iter().filter(|text| text.starts_with("<!DOCTYPE html>")).count(), 1, "{what}");
    }
    if options.has(Dirt::Unexpanded) {
        for (name, bytes) in files.iter().filter(|(name, _)| is_assignments(name)) {
            let found = records(&text(bytes)).unwrap();
            assert!(found.iter().all(|row| read_row(row, options.shape).is_none()), "{what} {name}");
        }
    }
}

fn check_table(options: &ExportOptions, truth: &Truth, files: &BTreeMap<String, Vec<u8>>, what: &str) {
    let separator = match options.shape {
        ExportShape::CsvSemicolon => b';',
        ExportShape::CsvTab => b'\t',
        ExportShape::PlainList => b' ',
        _ => b',',
    };
    let mut seen = BTreeMap::new();
    for bytes in files.values() {
        let text = text(bytes);
        let mut table = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .has_headers(options.shape != ExportShape::PlainList)
            .from_reader(text.as_bytes());
        for record in table.records() {
            let record = record.unwrap();
            *seen.entry(record.len()).or_insert(0_u64) += 1;
        }
    }
    let malformed = truth.rejected_by_code().get("malformed-row").copied().unwrap_or(0);
    assert_eq!(seen.values().sum::<u64>(), truth.rows_expected, "{what}");
    assert_eq!(seen.len(), 1 + usize::from(malformed > 0), "{what}: {seen:?}");
    assert_eq!(malformed > 0, options.has(Dirt::MalformedRecord), "{what}");
}

#[test]
fn the_same_options_are_the_same_bytes_and_packing_changes_nothing_else() {
    for shape in ExportShape::ALL {
        let tenant = if shape == ExportShape::EntraExporter { small_tenant() } else { tenant() };
        let plain = export(&tenant, &options(shape, &[])).0;
        assert_eq!(plain, export(&tenant, &options(shape, &[])).0, "{shape}");
        let other = Tenant::new(TenantSpec { seed: 12, ..*tenant.spec() }).unwrap();
        assert_ne!(plain, export(&other, &options(shape, &[])).0, "{shape}");
        for compression in [Compression::Gzip, Compression::Zstd] {
            let packed =
                export(&tenant, &ExportOptions { compression: Some(compression), ..options(shape, &[]) }).0;
            let ending = format!(".{}", compression.extension());
            let unpacked: BTreeMap<_, _> = packed
                .iter()
                .map(|(name, bytes)| (name.strip_suffix(&ending).unwrap().to_owned(), unpack(name, bytes)))
                .collect();
            assert_eq!(plain, unpacked, "{shape} {compression:?}");
        }
    }
}

#[test]
fn pages_link_to_the_next_and_the_last_does_not_unless_asked() {
    let tenant = tenant();
    let links = |dirt: &[Dirt]| {
        let (files, _) = export(&tenant, &options(ExportShape::GraphBeta, dirt));
        let pages = files.iter().filter(|(name, _)| is_assignments(name));
        pages.map(|(_, bytes)| text(bytes).contains("@odata.nextLink")).collect::<Vec<_>>()
    };
    assert_eq!(links(&[]), [true, true, true, true, true, true, true, true, false]);
    assert_eq!(links(&[Dirt::DanglingNextLink]), [true; 9]);
}

#[test]
fn the_group_of_100_is_the_only_one_and_can_be_filled_by_strangers() {
    let tenant = tenant();
    for (shape, file, members) in [
        (ExportShape::GraphV1, "groups.json", "members"),
        (ExportShape::Adx, "EntraGroupMemberships.json", "Members"),
    ] {
        let (files, _) = export(&tenant, &options(shape, &[Dirt::GroupOf100]));
        let groups = records(&text(&files[file])).unwrap();
        let count = |group: &&Value| group[members].as_array().is_some_and(|list| list.len() == 100);
        assert_eq!(groups.iter().filter(count).count(), 1, "{shape}");
    }
}

#[test]
fn the_directory_is_complete() {
    let tenant = tenant();
    let (files, _) = export(&tenant, &options(ExportShape::Powershell, &[]));
    let truth = truth(&tenant, &options(ExportShape::Powershell, &[])).unwrap();
    let count = |name: &str| records(&text(&files[name])).unwrap().len() as u64;
    assert_eq!(count("packages.json"), truth.packages_listed);
    assert_eq!(count("users.json"), truth.users_listed);
    assert_eq!(count("groups.json"), truth.groups_listed);
    assert!(count("policies.json") > truth.packages_listed);
    let packages = text(&files["packages.json"]);
    assert!(packages.contains("\"IncompatibleAccessPackages\":  [\r\n"), "{packages}");
    assert!(packages.contains(r#""\/Date("#) && text(&files["assignments.json"]).contains(r#")\/""#));
}

#[test]
fn a_stop_or_a_full_folder_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("out");
    let options = ExportOptions::new(ExportShape::Jsonl);
    let stopped = write_export(&tenant(), &options, &target, &mut |_| false);
    assert!(matches!(stopped, Err(GenerateError::Stopped)));
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);

    std::fs::create_dir(&target).unwrap();
    write_export(&tenant(), &options, &target, &mut |_| true).unwrap();
    let before = files(&target);
    let again = write_export(&tenant(), &options, &target, &mut |_| true);
    assert!(matches!(again, Err(GenerateError::FolderNotEmpty(_))));
    assert_eq!(files(&target), before);
    let onto_file = write_export(&tenant(), &options, &target.join("users.jsonl"), &mut |_| true);
    assert!(matches!(onto_file, Err(GenerateError::NotAFolder(_))), "{onto_file:?}");
    assert_eq!(listing(home.path()), ["out"]);
}

fn listing(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn names_are_read_back_and_wrong_ones_are_told_the_right_ones() {
    for shape in ExportShape::ALL {
        assert_eq!(shape.name().parse(), Ok(shape));
    }
    for dirt in Dirt::ALL {
        assert_eq!(dirt.name().to_uppercase().parse(), Ok(dirt));
    }
    assert!("graf".parse::<ExportShape>().unwrap_err().to_string().contains("graph-v1"));
    assert!("mud".parse::<Dirt>().unwrap_err().to_string().contains("null-object-id"));
}
