//! A manifest read again: what a report says of itself.

use super::{Build, TOOL_NAME};
use crate::output::{OutputFile, from_hex};
use serde::Deserialize;
use sod_model::Timestamp;
use std::collections::BTreeMap;

/// What it takes to work a report out again, and to tell whether its files are those that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedManifest {
    /// Version of the program.
    pub version: String,
    /// How the program was built.
    pub build: Build,
    /// The command and its arguments.
    pub command_line: Vec<String>,
    /// Options as they took effect.
    pub options: BTreeMap<String, String>,
    /// When the run began.
    pub started: Timestamp,
    /// When its results were complete.
    pub finished: Timestamp,
    /// The inputs, in their order.
    pub inputs: Vec<RecordedInput>,
    /// The other files of the report.
    pub outputs: Vec<OutputFile>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedInput {
    /// The path as reached from the input that named it; `-` for standard input.
    pub path: Box<str>,
    /// Which input of the call led to it, from 0.
    pub input: u32,
    /// The call named it; otherwise it was met in a folder.
    pub named: bool,
    /// Size on disk.
    pub bytes: u64,
    /// SHA-256 of the bytes on disk.
    pub sha256: [u8; 32],
}

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is no JSON.
    #[error("it is not JSON: {0}")]
    Syntax(String),
    /// It is no manifest of sod.
    #[error("it is not a manifest of sod")]
    Foreign,
    /// It is one, and lacks what `verify` needs, or has something else in its place.
    #[error("it cannot be read as a manifest: {0}")]
    Form(String),
}

/// As much as it takes to know a manifest of ours, of any version.
#[derive(Deserialize)]
struct Known {
    tool: KnownTool,
}

#[derive(Deserialize)]
struct KnownTool {
    name: String,
}

#[derive(Deserialize)]
struct Written {
    tool: WrittenTool,
    command_line: Vec<String>,
    options: BTreeMap<String, String>,
    started: String,
    finished: String,
    inputs: Vec<WrittenInput>,
    outputs: Vec<WrittenOutput>,
}

#[derive(Deserialize)]
struct WrittenTool {
    version: String,
    build: Build,
}

#[derive(Deserialize)]
struct WrittenInput {
    path: Box<str>,
    input: u32,
    named: bool,
    bytes: u64,
    sha256: Option<String>,
}

#[derive(Deserialize)]
struct WrittenOutput {
    name: String,
    bytes: u64,
    sha256: String,
}

/// Reads the text of a `manifest.json`. The seal is not looked at: that is [`Seal::of`](super::Seal::of).
///
/// # Errors
/// [`ManifestError::Syntax`] and [`ManifestError::Foreign`] for any other file, [`ManifestError::Form`] for a manifest that
/// lacks something, such as one of an earlier version.
pub fn read_manifest(text: &[u8]) -> Result<RecordedManifest, ManifestError> {
    let form = |error: &dyn std::fmt::Display| ManifestError::Form(error.to_string());
    match serde_json::from_slice::<Known>(text) {
        Ok(known) if known.tool.name == TOOL_NAME => {}
        Err(error) if !error.is_data() => return Err(ManifestError::Syntax(error.to_string())),
        _ => return Err(ManifestError::Foreign),
    }
    let Written { tool, command_line, options, started, finished, inputs, outputs } =
        serde_json::from_slice(text).map_err(|error| form(&error))?;
    let moment = |text: &str| {
        Timestamp::parse(text).ok_or_else(|| form(&format!("`{text}` where a moment was expected")))
    };
    let hash = |text: &str| from_hex(text).ok_or_else(|| form(&format!("`{text}` is no SHA-256")));
    let input = |input: WrittenInput| {
        let text = input.sha256.ok_or_else(|| form(&format!("`{}` has no SHA-256", input.path)))?;
        let WrittenInput { path, input, named, bytes, .. } = input;
        Ok(RecordedInput { path, input, named, bytes, sha256: hash(&text)? })
    };
    let output = |output: WrittenOutput| {
        Ok(OutputFile { name: output.name, bytes: output.bytes, sha256: hash(&output.sha256)? })
    };
    Ok(RecordedManifest {
        version: tool.version,
        build: tool.build,
        command_line,
        options,
        started: moment(&started)?,
        finished: moment(&finished)?,
        inputs: inputs.into_iter().map(input).collect::<Result<_, ManifestError>>()?,
        outputs: outputs.into_iter().map(output).collect::<Result<_, ManifestError>>()?,
    })
}
