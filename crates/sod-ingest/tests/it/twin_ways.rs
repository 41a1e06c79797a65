//! Loads one export in every way, and compares what each says with what the slow twin says, field by field.
//!
//! The slow twin is `plain_decoder` with one thread. It is asked once for each choice of what to keep, because that is the
//! caller's choice and may show; how many threads there are, how large segments are and whether shapes are learned may not.

use sod_ingest::{Input, LoadError, LoadOptions, load};
use sod_model::{Holding, Silent, Snapshot, StateFilter};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// Segment sizes: none for a small file, the least there is, one that divides nothing, and larger ones.
pub(crate) const SEGMENTS: [u64; 5] = [0, 256, 300, 1000, 4096];
pub(crate) const THREADS: [usize; 3] = [1, 2, 4];
/// A load that takes longer hangs: the inputs are small.
const PATIENCE: Duration = Duration::from_secs(8);

/// One way to read: threads, bytes of a segment, the general decoder alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) threads: usize,
    pub(crate) segment_bytes: u64,
    pub(crate) plain: bool,
}

/// Every way but the slow one.
pub(crate) fn all_ways() -> Vec<Way> {
    let learned = THREADS
        .into_iter()
        .flat_map(|threads| SEGMENTS.map(|segment_bytes| Way { threads, segment_bytes, plain: false }));
    let plain = [2, 4].map(|threads| Way { threads, segment_bytes: 0, plain: true });
    learned.chain(plain).collect()
}

/// Four ways that differ in all that matters; `turn` chooses which.
pub(crate) fn few_ways(turn: usize) -> Vec<Way> {
    let segmented = (0..3).map(|at| Way {
        threads: THREADS[(turn + at) % 3],
        segment_bytes: SEGMENTS[1 + (turn + at) % 4],
        plain: false,
    });
    [Way { threads: 1, segment_bytes: 0, plain: false }].into_iter().chain(segmented).collect()
}

/// All that is said of an export, a line for each thing, all fields of it on the line.
pub(crate) fn told(inputs: &[Input], options: &LoadOptions) -> Vec<String> {
    let (sender, receiver) = mpsc::channel();
    let (inputs, own) = (inputs.to_vec(), options.clone());
    std::thread::spawn(move || {
        let outcome = load(&inputs, &own, &Silent).map(|loaded| loaded.snapshot);
        let _ = sender.send(tell(&outcome));
    });
    match receiver.recv_timeout(PATIENCE) {
        Ok(told) => told,
        Err(mpsc::RecvTimeoutError::Timeout) => vec![format!("LOADING DID NOT END ({options:?})")],
        Err(mpsc::RecvTimeoutError::Disconnected) => vec![format!("LOADING PANICKED ({options:?})")],
    }
}

fn tell(outcome: &Result<Snapshot, LoadError>) -> Vec<String> {
    let snapshot = match outcome {
        Ok(snapshot) => snapshot,
        Err(LoadError::Refused(refusals)) => {
            return refusals.iter().map(|refusal| format!("refused: {refusal:?}")).collect();
        }
        Err(other) => return vec![format!("not loaded: {other:?}")],
    };
    let mut lines = Vec::new();
    let provenance = &snapshot.provenance;
    lines.extend(provenance.sources.iter().map(|source| format!("source: {source:?}")));
    lines.push(format!("data moment: {:?}", provenance.data_moment));
    lines.extend(provenance.warnings.iter().map(|warning| format!("warning: {warning:?}")));
    lines.extend(provenance.rejected.iter().map(|record| format!("rejected: {record:?}")));
    lines.push(format!("states: {:?}", snapshot.states.iter().collect::<Vec<_>>()));
    let directory = &snapshot.directory;
    lines.extend(directory.users().iter().map(|user| format!("user: {user:?}")));
    lines.extend(directory.packages().iter().map(|package| format!("package: {package:?}")));
    lines.extend(directory.policies().iter().map(|policy| format!("policy: {policy:?}")));
    lines.extend(directory.catalogs().iter().map(|catalog| format!("catalog: {catalog:?}")));
    lines.extend(directory.groups().iter().map(|group| format!("group: {group:?}")));
    lines.extend(snapshot.assignments().map(|row| format!("assignment: {row:?}")));
    for (name, holding) in
        [("held", Holding::default()), ("of any state", Holding { states: StateFilter::all() })]
    {
        let matrix = snapshot.matrix(&holding);
        lines.push(format!("matrix {name}: {} holdings", matrix.holdings()));
        for (user, row) in matrix.rows().enumerate() {
            lines.push(format!("matrix {name}, user {user}: {row:?}"));
        }
    }
    lines
}

/// The first difference, in words.
pub(crate) fn difference(slow: &[String], fast: &[String]) -> Option<String> {
    if slow == fast {
        return None;
    }
    let kind = |line: &String| line.split([':', ',']).next().unwrap_or_default().to_owned();
    let at = slow.iter().zip(fast).position(|(slow, fast)| slow != fast);
    let at = at.unwrap_or(slow.len().min(fast.len()));
    let nothing = "(nothing more)".to_owned();
    let (a, b) = (slow.get(at).unwrap_or(&nothing), fast.get(at).unwrap_or(&nothing));
    let differing = slow.iter().zip(fast).filter(|(slow, fast)| slow != fast).count();
    Some(format!(
        "{} of {} (slow) and {} (fast) lines differ; the first, a {}:\n  slow: {a}\n  fast: {b}",
        differing.max(slow.len().abs_diff(fast.len())),
        slow.len(),
        fast.len(),
        kind(a)
    ))
}

/// Says where some way of reading differs from the slow one. `keep` are the choices of (`holdings_alone`, `forget_people`).
pub(crate) fn compare(
    inputs: &[Input],
    base: &LoadOptions,
    ways: &[Way],
    keep: &[(bool, bool)],
) -> Result<Vec<String>, String> {
    let mut first = None;
    for &(holdings_alone, forget_people) in keep {
        let base = LoadOptions { holdings_alone, forget_people, ..base.clone() };
        let slow_options = LoadOptions { plain_decoder: true, threads: 1, segment_bytes: 0, ..base.clone() };
        let slow = told(inputs, &slow_options);
        for way in ways {
            let options = LoadOptions {
                plain_decoder: way.plain,
                threads: way.threads,
                segment_bytes: way.segment_bytes,
                ..base.clone()
            };
            if let Some(difference) = difference(&slow, &told(inputs, &options)) {
                return Err(format!(
                    "{way:?} holdings_alone={holdings_alone} forget_people={forget_people}: {difference}"
                ));
            }
        }
        first.get_or_insert(slow);
    }
    Ok(first.unwrap_or_default())
}

pub(crate) const KEEP_ALL: [(bool, bool); 1] = [(false, false)];
pub(crate) const KEEP_EVERY: [(bool, bool); 4] = [(false, false), (true, false), (false, true), (true, true)];

/// Files in a folder of their own, named one by one.
pub(crate) struct OnDisk {
    place: tempfile::TempDir,
    pub(crate) inputs: Vec<Input>,
}

impl OnDisk {
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        let place = if Path::new("/dev/shm").is_dir() {
            tempfile::tempdir_in("/dev/shm").unwrap()
        } else {
            tempfile::tempdir().unwrap()
        };
        let mut inputs = Vec::new();
        for (name, bytes) in files {
            let path = place.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, bytes).unwrap();
            inputs.push(Input::from(path.as_path()));
        }
        Self { place, inputs }
    }

    /// The same files, met in their folder.
    pub(crate) fn as_folder(&self) -> Vec<Input> {
        vec![Input::from(self.place.path())]
    }
}

/// Hashes on: what was read is compared to the last byte.
pub(crate) fn hashed() -> LoadOptions {
    LoadOptions { hash: true, ..LoadOptions::default() }
}

/// One file, in all ways and with every choice of what to keep.
pub(crate) fn check_all(case: &str, bytes: &[u8]) -> Vec<String> {
    let disk = OnDisk::new(&[("export.json", bytes)]);
    compare(&disk.inputs, &hashed(), &all_ways(), &KEEP_EVERY)
        .unwrap_or_else(|found| panic!("{case}: {found}"))
}

/// One file, in a few ways.
pub(crate) fn check_few(case: &str, turn: usize, bytes: &[u8]) -> Result<Vec<String>, String> {
    let disk = OnDisk::new(&[("export.json", bytes)]);
    compare(&disk.inputs, &hashed(), &few_ways(turn), &KEEP_ALL).map_err(|found| format!("{case}: {found}"))
}
