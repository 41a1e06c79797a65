//! A report folder is there in full, or as it was.

use crate::fixture::tenant;
use sha2::{Digest, Sha256};
use sod_model::Timestamp;
use sod_report::folder::ReportFolder;
use sod_report::manifest::{Build, ManifestInput, write_manifest};
use sod_report::{OutputFile, WriteError};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Writes a report of files `name: content`, with a true manifest.
fn report(target: &Path, files: &[(&str, &str)]) -> Result<Vec<OutputFile>, WriteError> {
    let mut folder = ReportFolder::create(target)?;
    for (name, content) in files {
        folder.write(name, |out| Ok(out.write_all(content.as_bytes())?))?;
    }
    let tenant = tenant();
    let (view, options) = (tenant.view(), BTreeMap::new());
    folder.commit(|outputs, out| {
        let (started, finished) = (Timestamp(0), Timestamp(1));
        let input = ManifestInput {
            view: &view,
            version: "0",
            build: &Build::default(),
            command_line: &[],
            options: &options,
            started,
            finished,
            outputs,
        };
        write_manifest(&input, out)
    })
}

/// Every name below `folder`, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

#[test]
fn a_new_folder_appears_whole_with_true_hashes() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("deep/er/report");
    let files = report(&target, &[("a.csv", "one"), ("b.json", "{}")]).unwrap();
    assert_eq!(names(&target), ["a.csv", "b.json", "manifest.json"]);
    assert_eq!(names(place.path()), ["deep"]);
    for file in files {
        let bytes = fs::read(target.join(&file.name)).unwrap();
        assert_eq!(
            (file.bytes, file.sha256),
            (bytes.len() as u64, Sha256::digest(&bytes).into()),
            "{}",
            file.name
        );
    }
}

#[test]
fn nothing_is_left_after_a_drop_or_a_failure() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("deep/report");
    let mut folder = ReportFolder::create(&target).unwrap();
    folder.write("a", |out| Ok(out.write_all(b"x")?)).unwrap();
    assert_eq!(names(place.path()).len(), 1);
    drop(folder);
    assert!(names(place.path()).is_empty());

    let mut folder = ReportFolder::create(&target).unwrap();
    let full = |_: &mut (dyn std::io::Write + Send)| {
        Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into())
    };
    let error = folder.write("a", full).unwrap_err();
    assert!(error.to_string().contains("report/a") && error.help().is_some(), "{error}");
    drop(folder);
    assert!(names(place.path()).is_empty());

    let folder = ReportFolder::create(&target).unwrap();
    assert!(folder.commit(|_, _| Err(std::io::Error::other("no manifest").into())).is_err());
    assert!(names(place.path()).is_empty());
}

#[test]
fn a_dropped_replacement_leaves_the_earlier_report() {
    let place = tempfile::tempdir().unwrap();
    report(place.path(), &[("a", "old")]).unwrap();
    let mut folder = ReportFolder::create(place.path()).unwrap();
    folder.write("a", |out| Ok(out.write_all(b"new")?)).unwrap();
    drop(folder);
    assert_eq!(names(place.path()), ["a", "manifest.json"]);
    assert_eq!(fs::read_to_string(place.path().join("a")).unwrap(), "old");
}

#[test]
fn an_empty_folder_and_an_earlier_report_are_replaced() {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join(".sod-left-by-a-killed-run")).unwrap();
    report(place.path(), &[("pairs.csv", "1"), ("summary.json", "1")]).unwrap();
    fs::write(place.path().join("notes.txt"), "the auditor's").unwrap();
    report(place.path(), &[("pairs.parquet", "2"), ("summary.json", "2")]).unwrap();
    let left = [".sod-left-by-a-killed-run", "manifest.json", "notes.txt", "pairs.parquet", "summary.json"];
    assert_eq!(names(place.path()), left);
    assert_eq!(fs::read_to_string(place.path().join("summary.json")).unwrap(), "2");
}

#[test]
fn a_foreign_folder_is_refused_and_untouched() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("thesis.doc"), "x").unwrap();
    for manifest in [None, Some("{}"), Some("not json"), Some("{\"tool\":{\"name\":\"npm\"},\"outputs\":[]}")]
    {
        if let Some(manifest) = manifest {
            fs::write(place.path().join("manifest.json"), manifest).unwrap();
        }
        let before = names(place.path());
        let error = ReportFolder::create(place.path()).unwrap_err();
        assert!(matches!(error, WriteError::ForeignFolder { .. }) && error.help().is_some(), "{error}");
        assert_eq!(names(place.path()), before);
    }
    let file = place.path().join("thesis.doc");
    assert!(matches!(ReportFolder::create(&file).unwrap_err(), WriteError::NotAFolder { .. }));
}

#[test]
fn an_earlier_manifest_cannot_name_files_elsewhere() {
    let place = tempfile::tempdir().unwrap();
    let (victim, target) = (place.path().join("victim"), place.path().join("report"));
    fs::write(&victim, "precious").unwrap();
    fs::create_dir(&target).unwrap();
    let manifest = "{\"tool\":{\"name\":\"sod\"},\"outputs\":[{\"name\":\"../victim\"},{\"name\":\"..\"}]}";
    fs::write(target.join("manifest.json"), manifest).unwrap();
    report(&target, &[]).unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
}

#[test]
fn names_are_plain_and_used_once() {
    let place = tempfile::tempdir().unwrap();
    let mut folder = ReportFolder::create(&place.path().join("r")).unwrap();
    folder.write("a.csv", |_| Ok(())).unwrap();
    for name in
        ["a.csv", "A.CSV", "manifest.json", "", ".", "..", "../a", "a/b", "/a", "a\\b", "c:a", ".hidden"]
    {
        assert!(matches!(folder.write(name, |_| Ok(())), Err(WriteError::FileName { .. })), "{name}");
    }
    assert_eq!(folder.files().len(), 1);
}

#[cfg(unix)]
#[test]
fn the_report_is_as_readable_as_other_new_folders() {
    use std::os::unix::fs::MetadataExt;
    let place = tempfile::tempdir().unwrap();
    let (target, other) = (place.path().join("report"), place.path().join("other"));
    report(&target, &[("a", "")]).unwrap();
    fs::create_dir(&other).unwrap();
    fs::write(other.join("a"), "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().mode();
    assert_eq!(mode(&target), mode(&other));
    assert_eq!(mode(&target.join("a")), mode(&other.join("a")));
}
