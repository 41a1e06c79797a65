//! `manifest.json`: what makes a report repeatable.
//!
//! Which program, which command, which inputs with their hashes, which totals must come out again, and the hash of
//! every other file of the report. It is the only file that holds times, and the caller brings them: nothing here
//! looks at a clock. A hash that was not computed while reading is null, never made up. The last field seals the text
//! itself, see [`Seal`].

mod holdings;
mod read;
mod seal;

pub use read::{ManifestError, RecordedInput, RecordedManifest, read_manifest};
pub use seal::Seal;

use crate::json::{List, write_pretty};
use crate::output::{OutputFile, hex};
use crate::source::{source_lines, state_entries};
use crate::view::RowTotals;
use crate::{ReportView, WriteError};
use holdings::holdings_hashes;
use seal::write_sealed;
use serde::{Deserialize, Serialize};
use sod_model::{JudgedFile, Timestamp};
use std::collections::BTreeMap;
use std::io::Write;

/// The name by which a report of this tool is known again.
pub const TOOL_NAME: &str = "sod";

/// How the program was built, as far as its builder says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// The target triple.
    pub target: Option<String>,
    /// `release` or `debug`.
    pub profile: Option<String>,
    /// Features that were switched on.
    pub features: Vec<String>,
    /// The commit of the sources.
    pub commit: Option<String>,
}

/// What the manifest needs beside the results.
#[derive(Clone, Copy, Debug)]
pub struct ManifestInput<'a> {
    /// The results.
    pub view: &'a ReportView<'a>,
    /// Version of the program.
    pub version: &'a str,
    /// How it was built.
    pub build: &'a Build,
    /// The command and its arguments, as given.
    pub command_line: &'a [String],
    /// Options as they took effect, defaults included.
    pub options: &'a BTreeMap<String, String>,
    /// When the run began.
    pub started: Timestamp,
    /// When its results were complete.
    pub finished: Timestamp,
    /// The other files of the report.
    pub outputs: &'a [OutputFile],
}

#[derive(Serialize)]
struct Manifest<'a, I, J, O> {
    tool: Tool<'a>,
    command_line: &'a [String],
    options: &'a BTreeMap<String, String>,
    started: String,
    finished: String,
    data_moment: Option<String>,
    inputs: I,
    /// Rules and exceptions files.
    judged: J,
    control_totals: &'a ControlTotals<'a>,
    outputs: O,
    manifest_sha256: &'a str,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
    build: &'a Build,
}

/// A file of rules or exceptions.
#[derive(Serialize)]
struct JudgedLine<'a> {
    kind: &'static str,
    path: &'a str,
    bytes: u64,
    sha256: String,
    id: Option<&'a str>,
    version: Option<&'a str>,
    /// Rules or exceptions in it, used or not.
    entries: u64,
}

/// Sums that a second run, or another program, must find again.
#[derive(Serialize)]
struct ControlTotals<'a> {
    users: u64,
    users_holding: u64,
    packages: u64,
    holdings: u64,
    /// Hash of a text: `id` TAB `count` LF for each package, see `holdings.rs`.
    holdings_by_package_sha256: String,
    /// The same by user.
    holdings_by_user_sha256: String,
    rows: RowTotals,
    rows_add_up: bool,
    states: crate::json::Entries<&'a str>,
    states_counted: String,
    pairs_nonzero: u64,
    pair_holders_sum: u64,
    row_pair_sum: u64,
    pair_sum_identity: bool,
    rules: u64,
    rules_not_evaluable: u64,
    conflicts: u64,
    conflicts_open: u64,
    exceptions: u64,
}

#[derive(Serialize)]
struct OutputLine<'a> {
    name: &'a str,
    bytes: u64,
    sha256: String,
}

/// Writes `manifest.json`.
///
/// # Errors
/// When the writer fails.
pub fn write_manifest(input: &ManifestInput<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let ManifestInput { view, outputs, .. } = *input;
    let totals = control_totals(view);
    write_sealed(out, |manifest_sha256, out| {
        let manifest = Manifest {
            tool: Tool { name: TOOL_NAME, version: input.version, build: input.build },
            command_line: input.command_line,
            options: input.options,
            started: input.started.to_string(),
            finished: input.finished.to_string(),
            data_moment: view.snapshot.provenance.data_moment.map(|moment| moment.to_string()),
            inputs: source_lines(view.snapshot, view.holding),
            judged: List(|| view.origins.files.iter().map(JudgedLine::from)),
            control_totals: &totals,
            outputs: List(|| outputs.iter().map(OutputLine::from)),
            manifest_sha256,
        };
        write_pretty(&manifest, out)
    })
}

impl<'a> From<&'a JudgedFile> for JudgedLine<'a> {
    fn from(file: &'a JudgedFile) -> Self {
        Self {
            kind: file.kind.name(),
            path: &file.path,
            bytes: file.bytes,
            sha256: hex(&file.sha256),
            id: file.set_id.as_deref(),
            version: file.set_version.as_deref(),
            entries: file.entries.len() as u64,
        }
    }
}

impl<'a> From<&'a OutputFile> for OutputLine<'a> {
    fn from(file: &'a OutputFile) -> Self {
        Self { name: &file.name, bytes: file.bytes, sha256: hex(&file.sha256) }
    }
}

fn control_totals<'a>(view: &ReportView<'a>) -> ControlTotals<'a> {
    let rows = view.rows();
    let (by_package, by_user) = holdings_hashes(view);
    ControlTotals {
        users: view.matrix.users() as u64,
        users_holding: view.users_holding(),
        packages: view.matrix.packages() as u64,
        holdings: view.matrix.holdings(),
        holdings_by_package_sha256: by_package,
        holdings_by_user_sha256: by_user,
        rows,
        rows_add_up: rows.add_up(),
        states: state_entries(view.snapshot, &view.snapshot.state_totals()),
        states_counted: view.holding.states.to_string(),
        pairs_nonzero: view.totals.nonzero,
        pair_holders_sum: view.totals.holders_sum,
        row_pair_sum: view.totals.row_sum,
        pair_sum_identity: view.totals.identity_holds(),
        rules: view.rules.rules().len() as u64,
        rules_not_evaluable: view.rules_not_evaluable(),
        conflicts: view.conflicts.conflicts().len() as u64,
        conflicts_open: view.conflicts.open() as u64,
        exceptions: view.exceptions.exceptions().len() as u64,
    }
}
