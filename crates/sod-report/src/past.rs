//! A report folder, read back: what `sod diff` and `sod ledger` know of a snapshot whose export is not at hand.
//!
//! A folder is a report when it has a `manifest.json` of this tool. Each file that is read must have the hash that the
//! manifest gives: a report that somebody edited is no evidence of anything. Refuses to fill gaps: what a report does not
//! hold is `None`.

mod error;
mod pairs;
mod written;

pub use error::PastError;

use crate::coverage::CoverageCode;
use crate::folder::MANIFEST;
use crate::judged::{JUDGED, WrittenJudged};
use crate::manifest::{Seal, TOOL_NAME};
use crate::output::{from_hex, hex};
use crate::pairs::PairFormat;
use crate::view::user_id_kind_name;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use sod_model::{ConflictStatus, Severity, Shape, Timestamp, UserIdKind};
use std::collections::BTreeMap;
use std::path::Path;
use written::{Manifest, Output, Summary};

/// What a report tells.
#[derive(Clone, Debug)]
pub struct PastReport {
    /// The moment by which rules and exceptions were in force or not.
    pub moment: Option<Timestamp>,
    /// The latest moment that its inputs show.
    pub data_moment: Option<Timestamp>,
    /// The key by whose pseudonyms users are named, by its id.
    pub pseudonyms: Option<String>,
    /// The states that count.
    pub states: String,
    /// Users that the inputs told of.
    pub users: u64,
    /// Packages that the inputs told of.
    pub packages: u64,
    /// Distinct holdings that count.
    pub assignments: u64,
    /// Packages whose lists of what they declare incompatible were not exported, while those of others were; it does not tell which.
    pub lists_lacking: bool,
    /// Rules that could not be judged.
    pub rules_not_evaluable: u64,
    /// The inputs.
    pub inputs: Vec<PastInput>,
    /// In the order of the report.
    pub conflicts: Vec<PastConflict>,
    /// In the order of the report.
    pub pairs: Vec<PastPair>,
    /// The rules and exceptions as resolved; `None` where the report does not have them.
    pub rules: Option<WrittenJudged>,
}

/// An input of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastInput {
    /// As reached from the input that named it.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: Option<[u8; 32]>,
    /// Assignment rows.
    pub rows: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// Records that are not assignments, by kind.
    pub records: BTreeMap<String, u64>,
    /// Nothing of it was used.
    pub is_refused: bool,
    /// A page of it points to one that is not there.
    pub dangling_next_link: bool,
    /// There was nothing in it.
    pub is_blank: bool,
}

/// A conflict of a report.
#[derive(Clone, Debug, Deserialize)]
pub struct PastConflict {
    /// The rule.
    pub rule_id: String,
    /// Its name.
    pub rule_name: String,
    severity: String,
    /// Who violates it.
    pub user_id: String,
    /// What kind of id that is; reports of earlier versions do not tell.
    pub user_id_kind: Option<String>,
    /// Display name.
    pub user_name: Option<String>,
    /// Principal name.
    pub user_principal_name: Option<String>,
    /// Packages held of what the rule names.
    pub held_packages: Vec<String>,
    /// The exception that covers it.
    pub exception_id: Option<String>,
    /// What is held of each term.
    #[serde(default)]
    pub terms: Vec<PastWitness>,
    /// The assignments that count.
    pub assignments: Vec<PastAssignment>,
}

impl PastConflict {
    /// How much the rule matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        Severity::find(&self.severity).unwrap_or(Severity::High)
    }

    /// Whether the user is known by the id of a directory object, which a list of all users would have.
    #[must_use]
    pub fn is_directory_object(&self) -> bool {
        self.user_id_kind.as_deref() == Some(user_id_kind_name(UserIdKind::Object))
    }

    /// Open or excepted.
    #[must_use]
    pub fn status(&self) -> ConflictStatus {
        ConflictStatus { exception: self.exception_id.as_deref().map(Into::into) }
    }
}

/// What of one term of a rule is held.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PastWitness {
    /// Groups.
    #[serde(default)]
    pub held_groups: Vec<String>,
}

/// An assignment behind a conflict of a report.
#[derive(Clone, Debug, Deserialize)]
pub struct PastAssignment {
    /// Its id.
    pub id: Option<String>,
    /// To what.
    pub package_id: Option<String>,
    /// In which state.
    pub state: String,
    until: Option<String>,
}

impl PastAssignment {
    /// Its end.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        self.until.as_deref().and_then(Timestamp::parse)
    }
}

/// A pair of a report.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PastPair {
    /// The package with the smaller id.
    pub package_a: String,
    /// The other.
    pub package_b: String,
    /// Name of the first.
    pub package_a_name: Option<String>,
    /// Name of the second.
    pub package_b_name: Option<String>,
    /// Holders of both.
    pub holders_both: u64,
}

/// Whether a folder is a report of this tool.
///
/// ```
/// assert!(!sod_report::past::is_report(std::path::Path::new("nowhere")));
/// ```
#[must_use]
pub fn is_report(folder: &Path) -> bool {
    let text = std::fs::read(folder.join(MANIFEST)).ok();
    let manifest = text.and_then(|text| serde_json::from_slice::<Manifest>(&text).ok());
    manifest.is_some_and(|manifest| manifest.tool.name == TOOL_NAME)
}

/// Reads a report folder.
///
/// # Errors
/// When a file is missing, is not what the manifest says, or cannot be understood; when the conflicts are not as many as the
/// summary says.
pub fn read_report(folder: &Path) -> Result<PastReport, PastError> {
    let path = folder.join(MANIFEST);
    let bytes = std::fs::read(&path).map_err(|error| PastError::unreadable(&path, &error))?;
    let manifest: Manifest = parse(&path, &bytes)?;
    // What it says of inputs and options is compared, too.
    if Seal::of(&bytes) == Seal::Broken {
        return Err(PastError::Unsealed { path });
    }
    let files = Files { folder, outputs: &manifest.outputs };
    let (summary_path, bytes) = files.read("summary.json")?;
    let summary: Summary = parse(&summary_path, &bytes)?;
    let (path, bytes) = files.read("conflicts.jsonl")?;
    let conflicts: Vec<PastConflict> = lines(&path, &bytes)?;
    let told = summary.conflicts_open + summary.conflicts_excepted;
    if conflicts.len() as u64 != told {
        let why = format!("it has {} conflicts, and summary.json tells of {told}", conflicts.len());
        return Err(PastError::Contradiction { path, why });
    }
    let pairs = files.pairs()?;
    if pairs.len() as u64 != summary.pairs_nonzero {
        let why =
            format!("it has {} pairs, and summary.json tells of {}", pairs.len(), summary.pairs_nonzero);
        return Err(PastError::Contradiction { path: folder.join("pairs"), why });
    }
    let rules = match files.find(JUDGED) {
        Some(_) => {
            let (path, bytes) = files.read(JUDGED)?;
            Some(parse(&path, &bytes)?)
        }
        None => None,
    };
    let totals = manifest.control_totals;
    let inputs = manifest.inputs.into_iter().map(|input| PastInput {
        path: input.path,
        sha256: input.sha256.as_deref().and_then(from_hex),
        rows: input.rows.read,
        rejected: input.rows.rejected,
        records: input.records,
        is_refused: input.refused.is_some(),
        dangling_next_link: input.dangling_next_link,
        is_blank: input.shape == Shape::Blank.name(),
    });
    Ok(PastReport {
        moment: summary.moment.as_deref().and_then(Timestamp::parse),
        data_moment: manifest.data_moment.as_deref().and_then(Timestamp::parse),
        pseudonyms: manifest.options.get("pseudonyms").cloned(),
        states: totals.states_counted,
        users: totals.users,
        packages: totals.packages,
        assignments: totals.holdings,
        lists_lacking: (summary.coverage.iter())
            .any(|one| one.code == CoverageCode::DeclarationsNotExported.code()),
        rules_not_evaluable: totals.rules_not_evaluable,
        inputs: inputs.collect(),
        conflicts,
        pairs,
        rules,
    })
}

/// The files of a folder, as the manifest has them.
struct Files<'f> {
    folder: &'f Path,
    outputs: &'f [Output],
}

impl Files<'_> {
    fn find(&self, name: &str) -> Option<&Output> {
        self.outputs.iter().find(|output| output.name == name)
    }

    fn read(&self, name: &str) -> Result<(std::path::PathBuf, Vec<u8>), PastError> {
        let path = self.folder.join(name);
        let Some(output) = self.find(name) else { return Err(PastError::Missing { path }) };
        let bytes = std::fs::read(&path).map_err(|error| PastError::unreadable(&path, &error))?;
        let found = hex(&Sha256::digest(&bytes).into());
        if found != output.sha256 {
            return Err(PastError::Edited { path, found, expected: output.sha256.clone() });
        }
        Ok((path, bytes))
    }

    fn pairs(&self) -> Result<Vec<PastPair>, PastError> {
        let named = |format: &PairFormat| self.find(&format!("pairs.{}", format.name())).is_some();
        let Some(format) = PairFormat::ALL.into_iter().find(named) else {
            return Err(PastError::Missing { path: self.folder.join("pairs.csv") });
        };
        let (path, bytes) = self.read(&format!("pairs.{}", format.name()))?;
        pairs::parse(format, &path, &bytes)
    }
}

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, PastError> {
    serde_json::from_slice(bytes).map_err(|error| PastError::malformed(path, error.line(), &error))
}

/// One value a line.
fn lines<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<Vec<T>, PastError> {
    let lines = bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_slice(line).map_err(|error| PastError::malformed(path, at + 1, &error))
        })
        .collect()
}
