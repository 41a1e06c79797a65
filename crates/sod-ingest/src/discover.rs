//! From the inputs of the call to the list of sources, in an order that depends on nothing but their paths.

use crate::error::Refusal;
use crate::options::Input;
use encoding_rs::WINDOWS_1252;
use ignore::{WalkBuilder, WalkState};
use rayon::prelude::*;
use sod_model::{Observer, RefusalCode};
use std::cmp::Ordering;
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// One thing to read.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) input: Input,
    /// As shown.
    pub(crate) path: Box<str>,
    /// Which input of the call led here.
    pub(crate) input_number: u32,
    /// Named by the caller, not met in a folder.
    pub(crate) explicit: bool,
    /// Size on disk, if it was asked.
    pub(crate) bytes: Option<u64>,
}

/// A disk, and still more a network, answers many questions in the time of one. So many threads ask, and wait, when files are
/// many; a single thread asks when the caller wants a single one.
pub(crate) fn askers(threads: usize) -> usize {
    const ASKERS: usize = 16;
    if threads == 1 { 1 } else { threads.max(ASKERS) }
}

/// Of more files than that none is asked how long it is before it is read: in a tree of tiny files that takes as long as to find them.
const MEASURED: usize = 1 << 12;

impl Found {
    fn on_disk(&self) -> Option<&Path> {
        if let Input::Path(path) = &self.input { Some(path) } else { None }
    }

    /// Files are the same if their paths are, which what is shown of them cannot tell; texts in memory never are.
    fn is_same_file(&self, other: &Self) -> bool {
        match (&self.input, &other.input) {
            (Input::Path(a), Input::Path(b)) => a.as_os_str() == b.as_os_str(),
            (Input::Stdin, Input::Stdin) => true,
            _ => false,
        }
    }

    /// Asks for the size, if it is not known. A file that cannot be asked will tell the reason when it is read.
    fn measure(&mut self) {
        self.bytes = self.length();
    }

    /// The size, known or asked now.
    pub(crate) fn length(&self) -> Option<u64> {
        match &self.input {
            Input::Path(path) if self.bytes.is_none() => Some(std::fs::metadata(path).ok()?.len()),
            _ => self.bytes,
        }
    }
}

/// How much there is to read in all; 0 if nobody asked each of them.
pub(crate) fn bytes_in_all(files: &[Found]) -> u64 {
    files.iter().map(|file| file.bytes).sum::<Option<u64>>().unwrap_or_default()
}

/// Lists every file behind the inputs. Hidden files and folders, and report folders of sod, are left out; links are
/// followed.
pub(crate) fn discover(
    inputs: &[Input],
    threads: usize,
    observer: &dyn Observer,
) -> Result<Vec<Found>, Vec<Refusal>> {
    let (mut found, mut refusals) = (Vec::new(), Vec::new());
    for (number, input) in inputs.iter().enumerate() {
        let number = number as u32;
        let one = |path: &str, bytes| Found {
            input: input.clone(),
            path: path.into(),
            input_number: number,
            explicit: true,
            bytes: Some(bytes),
        };
        match input {
            Input::Stdin => found.push(one("-", 0)),
            Input::Bytes { name, bytes } => found.push(one(name, bytes.len() as u64)),
            Input::Path(path) => match std::fs::metadata(path) {
                Ok(facts) if facts.is_dir() => match walk(path, number, threads, observer) {
                    Ok(files) => found.extend(files),
                    Err(refusal) => refusals.push(refusal),
                },
                Ok(facts) => found.push(one(&shown(path), facts.len())),
                Err(error) => refusals.push(unreadable(path, &error.to_string())),
            },
        }
    }
    // The same file named twice is one source; named by the caller counts more than met in a folder.
    found.par_sort_by(in_order);
    found.dedup_by(|later, first| first.is_same_file(later));
    if found.len() <= MEASURED {
        found.par_iter_mut().for_each(Found::measure);
    }
    if refusals.is_empty() { Ok(found) } else { Err(refusals) }
}

/// By path; of one path, what the caller named first.
pub(crate) fn in_order(a: &Found, b: &Found) -> Ordering {
    let by_path = a.path.cmp(&b.path).then_with(|| a.on_disk().cmp(&b.on_disk()));
    by_path.then(b.explicit.cmp(&a.explicit)).then(a.input_number.cmp(&b.input_number))
}

/// A path as text. Each byte that is not UTF-8 is shown as U+FFFD and the letter that it is in Windows-1252, from where such names
/// come: two files must not look like one. No separator and no digit comes in, which would mean something.
fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push(char::REPLACEMENT_CHARACTER);
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(&[*byte]).0);
        }
    }
    text
}

fn unreadable(path: &Path, problem: &str) -> Refusal {
    Refusal {
        path: shown(path).into(),
        code: RefusalCode::Unreadable,
        message: format!("cannot be read: {problem}").into(),
    }
}

fn walk(
    root: &Path,
    input_number: u32,
    threads: usize,
    observer: &dyn Observer,
) -> Result<Vec<Found>, Refusal> {
    let files = Mutex::new(Vec::new());
    let failed = Mutex::new(None);
    let walker = WalkBuilder::new(root)
        .standard_filters(false)
        .hidden(true)
        .follow_links(true)
        .threads(askers(threads))
        .build_parallel();
    walker.run(|| {
        let mut own = Gather { files: &files, own: Vec::new() };
        let failed = &failed;
        Box::new(move |entry| {
            if observer.is_cancelled() {
                return WalkState::Quit;
            }
            match entry {
                Ok(entry) => own.own.extend(file(entry, input_number)),
                Err(error) => {
                    if let Ok(mut failed) = failed.lock() {
                        failed.get_or_insert(error.to_string());
                    }
                    return WalkState::Quit;
                }
            }
            WalkState::Continue
        })
    });
    if let Some(problem) = failed.into_inner().unwrap_or_default() {
        return Err(unreadable(root, &problem));
    }
    let mut files = files.into_inner().unwrap_or_default();
    leave_out_reports(&mut files, root);
    Ok(files)
}

/// Leaves out folders that sod itself wrote: `sod analyze . --out report` must not make the next run read its own
/// tables. Asked of the files, not of the folders: an export may have a folder for each object.
fn leave_out_reports(files: &mut Vec<Found>, root: &Path) {
    let folder = |found: &Found| match &found.input {
        Input::Path(path) if found.path.ends_with("manifest.json") => path.parent().map(Path::to_owned),
        _ => None,
    };
    let reports: HashSet<PathBuf> =
        files.iter().filter_map(folder).filter(|folder| folder != root && is_report(folder)).collect();
    if reports.is_empty() {
        return;
    }
    files.retain(|found| match &found.input {
        Input::Path(path) => !path.ancestors().any(|folder| reports.contains(folder)),
        _ => true,
    });
}

/// Whether sod wrote this folder.
fn is_report(folder: &Path) -> bool {
    let mut head = Vec::new();
    let manifest = std::fs::File::open(folder.join("manifest.json"));
    let read = manifest.and_then(|manifest| manifest.take(256).read_to_end(&mut head));
    let head: String = String::from_utf8_lossy(&head).split_whitespace().collect();
    read.is_ok() && head.starts_with(r#"{"tool":{"name":"sod","#)
}

fn file(entry: ignore::DirEntry, input_number: u32) -> Option<Found> {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return None;
    }
    let path = entry.into_path();
    let shown = shown(&path).into();
    Some(Found { input: Input::Path(path), path: shown, input_number, explicit: false, bytes: None })
}

/// What one walking thread found; given up when the thread ends.
struct Gather<'g> {
    files: &'g Mutex<Vec<Found>>,
    own: Vec<Found>,
}

impl Drop for Gather<'_> {
    fn drop(&mut self) {
        if let Ok(mut files) = self.files.lock() {
            files.append(&mut self.own);
        }
    }
}
