//! The files of the folder against the manifest: each is there, with its size and hash, and no other.

use super::VerifyError;
use crate::error::Error;
use sod_model::{Event, Observer, Phase};
use sod_report::folder::MANIFEST;
use sod_report::manifest::RecordedManifest;
use sod_report::verification::{DifferenceCode, Verification};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

/// The bytes of a file of the report; `None` if it is not there.
pub(super) fn read_report_file(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, VerifyError> {
    let path = folder.join(name);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            match fs::metadata(folder) {
                Ok(facts) if facts.is_dir() => Ok(None),
                Ok(_) => Err(VerifyError::no_folder(folder, &"it is a file, and a report is a folder")),
                Err(error) => Err(VerifyError::no_folder(folder, &error)),
            }
        }
        Err(error) => Err(VerifyError::unreadable(&path, &error)),
    }
}

/// Compares names, sizes and hashes.
pub(super) fn check_files(
    folder: &Path,
    manifest: &RecordedManifest,
    manifest_bytes: u64,
    found: &mut Verification,
    observer: &dyn Observer,
) -> Result<(), VerifyError> {
    observer.event(Event::Began(Phase::Fingerprint));
    let mut present = names(folder)?;
    present.remove(MANIFEST);
    (found.checked.outputs, found.checked.output_bytes) = (1, manifest_bytes);
    for output in &manifest.outputs {
        if observer.is_cancelled() {
            return Err(Error::Cancelled.into());
        }
        // A name that is a path is none that sod wrote, and must not lead out of the folder.
        if !present.remove(&output.name) {
            let message = "it is not there, although the manifest lists it";
            found.differs(DifferenceCode::OutputMissing, &output.name, None, message);
            continue;
        }
        let path = folder.join(&output.name);
        if fs::metadata(&path).is_ok_and(|facts| !facts.is_file()) {
            found.differs(
                DifferenceCode::OutputChanged,
                &output.name,
                None,
                "it is a folder, or no file at all",
            );
            continue;
        }
        let (bytes, sha256) = File::open(&path)
            .and_then(sod_report::sha256_of)
            .map_err(|error| VerifyError::unreadable(&path, &error))?;
        (found.checked.outputs, found.checked.output_bytes) =
            (found.checked.outputs + 1, found.checked.output_bytes + bytes);
        if bytes != output.bytes {
            let message = format!("it has {bytes} bytes, and the manifest says {}", output.bytes);
            found.differs(DifferenceCode::OutputChanged, &output.name, None, message);
        } else if sha256 != output.sha256 {
            let message = "its SHA-256 is not the one that the manifest says";
            found.differs(DifferenceCode::OutputChanged, &output.name, None, message);
        }
    }
    for name in present {
        let message = "it is no part of the report: the manifest does not list it";
        found.differs(DifferenceCode::OutputExtra, name, None, message);
    }
    Ok(())
}

/// What systems leave in any folder that somebody looks into.
const LEFT_BY_SYSTEMS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// What lies in the folder, but for what systems leave there.
fn names(folder: &Path) -> Result<BTreeSet<String>, VerifyError> {
    let unreadable = |error: std::io::Error| VerifyError::unreadable(folder, &error);
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_file = entry.file_type().map_err(unreadable)?.is_file();
        if !(is_file && LEFT_BY_SYSTEMS.contains(&&*name)) {
            names.insert(name);
        }
    }
    Ok(names)
}
