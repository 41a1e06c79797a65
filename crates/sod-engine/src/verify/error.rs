//! Why a report could not be verified at all.

use crate::error::Error;
use sod_ingest::LoadError;
use sod_report::folder::MANIFEST;
use std::fmt::Display;
use std::path::Path;

/// A report that could not be verified. That it is wrong is no such error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The folder is not there, or is no report that can be verified.
    #[error("{path}: {why}")]
    Report {
        /// The folder, or the file in it.
        path: String,
        /// What was found, and what was expected.
        why: String,
        /// What to do about it.
        help: Option<&'static str>,
    },
    /// The inputs cannot be used.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Something else went wrong: rules that cannot be read, or the observer asked to stop.
    #[error(transparent)]
    Engine(#[from] Error),
}

const NAME_A_REPORT: &str =
    "expected a report folder, such as `sod analyze INPUT --out DIR` writes, and then its inputs";

impl VerifyError {
    /// What the user can do about it, for a help line of its own; `None` when the message says all there is to say.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Report { help, .. } => help.map(str::to_owned),
            Self::Engine(error) => error.help(),
            Self::Load(_) => None,
        }
    }

    fn report(path: &Path, why: impl Into<String>, help: Option<&'static str>) -> Self {
        Self::Report { path: path.display().to_string(), why: why.into(), help }
    }

    pub(super) fn unreadable(path: &Path, why: &dyn Display) -> Self {
        Self::report(path, format!("cannot be read: {why}"), None)
    }

    pub(super) fn no_folder(folder: &Path, why: &dyn Display) -> Self {
        Self::report(folder, format!("cannot be read: {why}"), Some(NAME_A_REPORT))
    }

    pub(super) fn no_manifest(folder: &Path) -> Self {
        let why = format!("is no report of sod: it has no {MANIFEST}");
        Self::report(folder, why, Some(NAME_A_REPORT))
    }

    pub(super) fn foreign(folder: &Path) -> Self {
        Self::report(&folder.join(MANIFEST), "is no manifest of sod", Some(NAME_A_REPORT))
    }

    pub(super) fn no_seal(folder: &Path, text: &[u8]) -> Self {
        let version = serde_version(text).map(|version| format!(", which was {version}")).unwrap_or_default();
        let why = format!(
            "has no `manifest_sha256`: the report was written by an earlier version of sod{version}, or the line was taken out"
        );
        Self::report(
            &folder.join(MANIFEST),
            why,
            Some("write the report again with this version: `sod analyze INPUT --out DIR`"),
        )
    }

    pub(super) fn other_key(folder: &Path, recorded: Option<&str>, given: Option<&str>) -> Self {
        let why = match (recorded, given) {
            (Some(recorded), Some(given)) => {
                format!(
                    "names users by pseudonyms of the key {recorded}, and the key that was given is {given}"
                )
            }
            (Some(recorded), None) => format!("names users by pseudonyms of the key {recorded}"),
            (None, _) => "names users as the inputs do, and a key for pseudonyms was given".to_owned(),
        };
        let help = recorded.map(|_| "give the key of the report with --pseudonymise KEYFILE");
        Self::report(&folder.join(MANIFEST), why, help.or(Some("leave --pseudonymise out")))
    }

    pub(super) fn unreadable_manifest(folder: &Path, why: &dyn Display) -> Self {
        Self::report(&folder.join(MANIFEST), why.to_string(), None)
    }
}

/// The version in the text of a manifest of any version, if it can be found.
fn serde_version(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text.get(..1024.min(text.len()))?).into_owned();
    let (_, rest) = text.split_once("\"version\":")?;
    let version = rest.split('"').nth(1)?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
    version.chars().all(plain).then(|| version.to_owned())
}
