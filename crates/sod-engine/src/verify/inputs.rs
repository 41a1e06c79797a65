//! The inputs against the manifest: known again by their content, wherever they lie.

use super::VerifyError;
use sod_ingest::{Fingerprint, Input, RecordedName, fingerprints, list_named};
use sod_model::{Observer, Snapshot};
use sod_report::manifest::{RecordedInput, RecordedManifest};
use sod_report::past::is_report;
use sod_report::verification::{DifferenceCode, Verification};
use std::collections::BTreeMap;
use std::path::Path;

/// Compares content, and tells how each file that is there now was called; `None` if they are not the inputs of the report.
/// Where `names_count`, the name of a file is data as well.
pub(super) fn check_inputs(
    manifest: &RecordedManifest,
    inputs: &[Input],
    names_count: bool,
    found: &mut Verification,
    observer: &dyn Observer,
) -> Result<Option<BTreeMap<Box<str>, RecordedName>>, VerifyError> {
    let present = fingerprints(inputs, observer)?;
    found.notes.extend(inputs.iter().filter_map(|input| what_is_given(input, &present)));
    let before = found.differences.len();
    let Matched { kept, moved, renamed, changed, missing, extra } =
        Matched::new(&manifest.inputs, &present, names_count);
    for (recorded, present) in renamed {
        let why = if names_count {
            "the report takes the names of files (`--map ...=@file`) for a part of the data"
        } else {
            "such a list does not say whose it is: its name does"
        };
        let message = format!("its content was in `{}`, and {why}", recorded.path);
        found.differs(DifferenceCode::InputChanged, &*present.path, None, message);
    }
    for (recorded, present) in changed {
        let message = changed_from(recorded, present.bytes);
        found.differs(DifferenceCode::InputChanged, &*present.path, None, message);
    }
    for recorded in missing {
        let message = format!("it was not given, nor any file with its content ({} bytes)", recorded.bytes);
        found.differs(DifferenceCode::InputMissing, &*recorded.path, None, message);
    }
    for present in extra {
        let message = match present.sha256 {
            Some(_) => "the report was not made of it",
            None => "the report was not made of it, as far as that can be told of what can be read only once",
        };
        found.differs(DifferenceCode::InputExtra, &*present.path, None, message);
    }
    (found.checked.inputs, found.checked.input_bytes) =
        (present.len() as u64, present.iter().map(|present| present.bytes).sum());
    if let Some((recorded, present)) = moved.first() {
        let others = match moved.len() - 1 {
            0 => String::new(),
            others => format!(" (and {others} more)"),
        };
        found.notes.push(format!(
            "An input lies elsewhere now, with the same content: `{}` was `{}`{others}.",
            present.path, recorded.path
        ));
    }
    if found.differences.len() > before {
        return Ok(None);
    }
    let name = |(recorded, present): (&RecordedInput, &Fingerprint)| {
        let RecordedInput { path, input, named, .. } = recorded.clone();
        (present.path.clone(), RecordedName { path, input, named })
    };
    Ok(Some(kept.into_iter().chain(moved).map(name).collect()))
}

/// What an input is, if it cannot be one of a report.
fn what_is_given(input: &Input, present: &[Fingerprint]) -> Option<String> {
    let Input::Path(path) = input else { return None };
    let shown = path.display();
    if is_report(path) {
        return Some(format!(
            "`{shown}` is a report of sod, and no export: give the inputs that the report was made of."
        ));
    }
    let is_empty = path.is_dir() && !present.iter().any(|one| Path::new(&*one.path).starts_with(path));
    is_empty.then(|| format!("`{shown}` has no file in it that could be an input."))
}

fn changed_from(recorded: &RecordedInput, bytes: u64) -> String {
    if recorded.bytes == bytes {
        "its SHA-256 is not the one that the manifest says".to_owned()
    } else {
        format!("it has {bytes} bytes, and the manifest says {}", recorded.bytes)
    }
}

fn name_of(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\']).next()
}

type Pair<'m> = (&'m RecordedInput, &'m Fingerprint);

/// What the manifest lists beside what is there.
#[derive(Default)]
struct Matched<'m> {
    /// Same path, same content.
    kept: Vec<Pair<'m>>,
    /// Same content.
    moved: Vec<Pair<'m>>,
    /// Same content under a name that says something else, where names are data.
    renamed: Vec<Pair<'m>>,
    /// Same path.
    changed: Vec<Pair<'m>>,
    missing: Vec<&'m RecordedInput>,
    extra: Vec<&'m Fingerprint>,
}

impl<'m> Matched<'m> {
    fn new(recorded: &'m [RecordedInput], present: &'m [Fingerprint], names_count: bool) -> Self {
        let mut matched = Self::default();
        let mut by_path: BTreeMap<&str, &Fingerprint> = present.iter().map(|one| (&*one.path, one)).collect();
        let mut rest = Vec::new();
        for recorded in recorded {
            match by_path.get(&*recorded.path) {
                // What can be read only once is compared when it has been read.
                Some(one) if one.sha256.is_none_or(|sha256| sha256 == recorded.sha256) => {
                    matched.kept.push((recorded, one));
                    by_path.remove(&*recorded.path);
                }
                _ => rest.push(recorded),
            }
        }
        // What the name of a file says goes with its content.
        let said = |path: &'m str| (names_count.then(|| name_of(path)), list_named(path));
        let mut by_content: BTreeMap<_, Vec<&Fingerprint>> = BTreeMap::new();
        // The first by path is taken first.
        for (sha256, one) in by_path.values().rev().filter_map(|one| Some((one.sha256?, *one))) {
            by_content.entry((sha256, said(&one.path))).or_default().push(one);
        }
        let mut unmatched = Vec::new();
        for recorded in rest {
            match by_content.get_mut(&(recorded.sha256, said(&recorded.path))).and_then(Vec::pop) {
                Some(one) => {
                    matched.moved.push((recorded, one));
                    by_path.remove(&*one.path);
                }
                None => unmatched.push(recorded),
            }
        }
        let mut by_content: BTreeMap<[u8; 32], Vec<&Fingerprint>> = BTreeMap::new();
        for (sha256, one) in by_path.values().rev().filter_map(|one| Some((one.sha256?, *one))) {
            by_content.entry(sha256).or_default().push(one);
        }
        unmatched.retain(|recorded| {
            let Some(one) = by_content.get_mut(&recorded.sha256).and_then(Vec::pop) else { return true };
            matched.renamed.push((recorded, one));
            by_path.remove(&*one.path);
            false
        });
        for recorded in unmatched {
            match by_path.remove(&*recorded.path) {
                Some(one) => matched.changed.push((recorded, one)),
                None => matched.missing.push(recorded),
            }
        }
        matched.extra = by_path.into_values().collect();
        matched
    }
}

/// Compares what was read with the manifest once more: standard input for the first time, and files that have changed
/// meanwhile. Whether they are the inputs of the report.
pub(super) fn check_loaded(
    manifest: &RecordedManifest,
    snapshot: &Snapshot,
    found: &mut Verification,
) -> bool {
    let before = found.differences.len();
    let recorded: BTreeMap<&str, &RecordedInput> =
        manifest.inputs.iter().map(|recorded| (&*recorded.path, recorded)).collect();
    for source in &snapshot.provenance.sources {
        let Some(recorded) = recorded.get(&*source.path) else { continue };
        if source.sha256 != Some(recorded.sha256) {
            let message = changed_from(recorded, source.bytes);
            found.differs(DifferenceCode::InputChanged, &*source.path, None, message);
        }
    }
    found.differences.len() == before
}
