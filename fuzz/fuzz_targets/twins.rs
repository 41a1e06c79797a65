//! The fast way to read says what the slow one says, whatever is read: learned shapes, segments of a few hundred bytes, one
//! thread or two. The first byte chooses the way, the second the name and what to keep, the rest is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sod_fuzz::check_twins;
use sod_ingest::{Input, LoadOptions};
use sod_model::StateTable;
use std::path::Path;
use tempfile::TempDir;

const NAMES: [&str; 4] = [
    "export.json",
    "table.csv",
    "packages/88203d16-0e31-41d4-87b2-dd402f1435e9/assignments-00000.json",
    "groups/a743348f-5667-41a4-89a3-5ad8a94da5d2/transitiveMembers-00000.json",
];
/// Of a file that is cut: the least that there is, ones that divide nothing, and the usual size, by which none is cut here.
const SEGMENTS: [u64; 4] = [256, 300, 517, 0];

/// Files in memory, where the system has such a folder: each input is written once.
fn folder() -> std::io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}

fuzz_target!(|bytes: &[u8]| {
    let [way, keep, rest @ ..] = bytes else { return };
    // What is compressed is never cut, and may unfold to pages of more than a batch: there the two ways know at different
    // moments what a page says of itself behind its records.
    if rest.starts_with(&[0x1f, 0x8b]) || rest.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return;
    }
    let on = |byte: &u8, bit: u8| byte & bit != 0;
    let options = LoadOptions {
        threads: if on(way, 4) { 2 } else { 1 },
        segment_bytes: SEGMENTS[usize::from(way % 4)],
        strict: on(way, 8),
        no_header: on(way, 16),
        map: on(way, 32).then(|| "user=#1,package=#2".parse().ok()).flatten(),
        assume_state: on(way, 64).then_some(StateTable::DELIVERED),
        allow_empty: on(way, 128),
        holdings_alone: on(keep, 4),
        forget_people: on(keep, 8),
        allow_unjoined: on(keep, 16),
        hash: on(keep, 32),
        ..LoadOptions::default()
    };
    // Only files on disk are cut into segments.
    let folder = folder().expect("a folder for the input");
    let path = folder.path().join(NAMES[usize::from(keep % 4)]);
    std::fs::create_dir_all(path.parent().expect("names have folders above them")).expect("folders");
    std::fs::write(&path, rest).expect("the input is written");
    check_twins(&Input::from(path.as_path()), rest, &options);
});
