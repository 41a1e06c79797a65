//! What is at the place of a new report: nothing, an empty folder, an earlier report, or something to keep away from.

use super::{MANIFEST, TEMPORARY_PREFIX};
use crate::WriteError;
use crate::manifest::TOOL_NAME;
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{BufReader, ErrorKind};
use std::path::Path;

/// An existing folder that a report may be written to.
#[derive(Debug)]
pub(super) struct Earlier {
    /// The files of the report that is there; none when the folder is empty.
    pub(super) files: Vec<String>,
}

/// As much of a manifest as it takes to know our own.
#[derive(Deserialize)]
struct EarlierManifest {
    tool: EarlierTool,
    #[serde(default)]
    outputs: Vec<EarlierOutput>,
}

#[derive(Deserialize)]
struct EarlierTool {
    name: String,
}

#[derive(Deserialize)]
struct EarlierOutput {
    name: String,
}

impl Earlier {
    /// Looks at `target`; `None` when nothing is there.
    pub(super) fn look(target: &Path) -> Result<Option<Self>, WriteError> {
        match fs::metadata(target) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(WriteError::at("read", target)(error)),
            Ok(found) if !found.is_dir() => return Err(WriteError::NotAFolder { path: target.to_owned() }),
            Ok(_) => {}
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(target).map_err(WriteError::at("read", target))? {
            let entry = entry.map_err(WriteError::at("read", target))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // What a killed run left is no reason to refuse; another run may be using it, so it stays.
            if !name.starts_with(TEMPORARY_PREFIX) {
                names.push(name);
            }
        }
        names.sort_unstable();
        let Some(first) = names.first() else { return Ok(Some(Self { files: Vec::new() })) };
        let found = first.clone();
        match read_manifest(&target.join(MANIFEST)) {
            Some(files) => Ok(Some(Self { files })),
            None => Err(WriteError::ForeignFolder { path: target.to_owned(), found }),
        }
    }
}

/// The outputs of a manifest that this tool wrote; `None` for every other file, and for none.
fn read_manifest(path: &Path) -> Option<Vec<String>> {
    let file = BufReader::new(File::open(path).ok()?);
    let manifest: EarlierManifest = serde_json::from_reader(file).ok()?;
    let ours = manifest.tool.name == TOOL_NAME;
    ours.then(|| manifest.outputs.into_iter().map(|output| output.name).collect())
}
