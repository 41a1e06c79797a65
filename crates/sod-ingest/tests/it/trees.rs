//! Folders of very many files, whose text is read before anybody asks for it: they say what one thread finds, which reads
//! each file itself.

use crate::shapes_folder::{gzip, zstd};
use crate::twin_corpus::{BETA_CONTEXT, beta, page, rows, v1};
use crate::twin_ways::{KEEP_ALL, OnDisk, Way, compare, hashed};
use sod_ingest::{LoadError, LoadOptions, fingerprints, load};
use sod_model::{Event, Observer, RefusalCode, Silent};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// By several threads, some of them with files that are large as soon as they have 1,024 bytes.
const WAYS: [Way; 4] = [
    Way { threads: 2, segment_bytes: 0, plain: false },
    Way { threads: 2, segment_bytes: 256, plain: false },
    Way { threads: 4, segment_bytes: 256, plain: false },
    Way { threads: 4, segment_bytes: 0, plain: true },
];

/// So much of a file is read before it is known what it is.
const HEAD: usize = 64 * 1024;

/// More files than are asked for their size.
const VERY_MANY: usize = 4200;

/// A row, and blanks after it up to that length.
fn padded(n: usize, length: usize) -> Vec<u8> {
    let mut text = v1(n).into_bytes();
    text.resize(length, b' ');
    text
}

fn tree(count: usize) -> OnDisk {
    let name = |at: usize, rest: &str| format!("{:02x}/{at:04x}{rest}", at % 37);
    let text = |at: usize, length: usize| {
        page(BETA_CONTEXT, &rows(length, |n| beta(n + 900 * at)), None).into_bytes()
    };
    let table = |at: usize, length: usize| -> Vec<u8> {
        let rows = (0..length).map(|n| format!("user{},pack{},delivered\n", (n + at) * 7 % 911, n % 53));
        format!("user,package,state\n{}", rows.collect::<String>()).into_bytes()
    };
    let files: Vec<(String, Vec<u8>)> = (0..count)
        .map(|at| match at {
            5 | 20..28 => (name(at, ".json"), padded(at, HEAD - 1)),
            6 => (name(at, ".json"), padded(at, HEAD)),
            7 => (name(at, ".json"), padded(at, HEAD + 1)),
            8 => (name(at, ".json"), text(at, 600)),
            9 => (name(at, ".csv"), table(at, 9000)),
            10 => (name(at, ".json.gz"), gzip(&text(at, 40))),
            11 => (name(at, ".json.zst"), zstd(&text(at, 700))),
            12 => (name(at, ".csv"), table(at, 30)),
            13 => (name(at, ".json"), [b"\xef\xbb\xbf".as_slice(), &text(at, 3)].concat()),
            14 => (name(at, ".json"), Vec::new()),
            15 => (
                name(at, ".json"),
                [v1(at), v1(at + 1).replacen(":", "", 1), v1(at + 2)].join("\n").into_bytes(),
            ),
            16 => (name(at, ".txt"), b"notes of nobody, about nothing. Nothing more.".to_vec()),
            17 => (name(at, ".json"), text(at, 1).iter().flat_map(|byte| [*byte, 0]).collect()),
            _ => (name(at, ".json"), v1(at).into_bytes()),
        })
        .collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), &**bytes)).collect();
    OnDisk::new(&files)
}

#[test]
fn who_reads_the_files_does_not_show() {
    for count in [300, VERY_MANY] {
        let disk = tree(count);
        let options = LoadOptions { allow_unjoined: true, ..hashed() };
        let told = compare(&disk.as_folder(), &options, &WAYS, &KEEP_ALL)
            .unwrap_or_else(|found| panic!("{count} files: {found}"));
        let refused: Vec<&String> = told.iter().filter(|line| line.starts_with("refused: ")).collect();
        assert_eq!(refused, Vec::<&String>::new());
        let assignments = told.iter().filter(|line| line.starts_with("assignment: ")).count();
        assert!(assignments > 10_000, "{count} files: {assignments} assignments");
        assert_eq!(told.iter().filter(|line| line.starts_with("source: ")).count(), count);
        assert_eq!(told.iter().filter(|line| line.starts_with("rejected: ")).count(), 1, "{count} files");
    }
}

/// What is told of the work.
#[derive(Default)]
struct Told {
    found: Mutex<Option<(u64, u64)>>,
    bytes: AtomicUsize,
    files: AtomicUsize,
}

impl Observer for Told {
    fn event(&self, event: Event) {
        match event {
            Event::FilesFound { files, bytes } => *self.found.lock().unwrap() = Some((files, bytes)),
            Event::BytesRead(bytes) => _ = self.bytes.fetch_add(bytes as usize, Ordering::Relaxed),
            Event::FileRead => _ = self.files.fetch_add(1, Ordering::Relaxed),
            _ => {}
        }
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}

#[test]
fn of_very_many_files_none_is_asked_how_long_it_is() {
    for (count, is_asked) in [(300, true), (VERY_MANY, false)] {
        let disk = tree(count);
        let told = Told::default();
        let options = LoadOptions { threads: 2, allow_unjoined: true, ..LoadOptions::default() };
        let loaded = load(&disk.as_folder(), &options, &told).unwrap();
        let on_disk: u64 = loaded.snapshot.provenance.sources.iter().map(|source| source.bytes).sum();
        let expected = (count as u64, if is_asked { on_disk } else { 0 });
        assert_eq!(*told.found.lock().unwrap(), Some(expected));
        assert_eq!((told.bytes.into_inner() as u64, told.files.into_inner()), (on_disk, count));
        let found = fingerprints(&disk.as_folder(), &Silent).unwrap();
        assert_eq!(found.iter().map(|file| file.bytes).sum::<u64>(), on_disk);
    }
}

/// Linux has a file that can be opened and not be read.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_named() {
    let disk = tree(400);
    let sod_ingest::Input::Path(folder) = &disk.as_folder()[0] else { panic!("a folder") };
    let bad = folder.join("02/0100-unreadable.json");
    std::os::unix::fs::symlink("/proc/self/mem", &bad).unwrap();
    for threads in [1, 2, 4] {
        let options = LoadOptions { threads, ..LoadOptions::default() };
        let Err(LoadError::Refused(refusals)) = load(&disk.as_folder(), &options, &Silent) else {
            panic!("{threads} threads: it was passed over");
        };
        assert_eq!(refusals.len(), 1, "{refusals:?}");
        assert_eq!(refusals[0].code, RefusalCode::Unreadable);
        assert_eq!(*refusals[0].path, *bad.to_string_lossy());
    }
}

/// Asks to stop, once, and takes it back.
struct Wavers {
    asked: AtomicUsize,
    at: usize,
}

impl Observer for Wavers {
    fn event(&self, _: Event) {}

    fn is_cancelled(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) == self.at
    }
}

#[test]
fn what_was_not_read_whole_is_no_answer() {
    let disk = tree(1000);
    // While folders are listed, and while files are fetched and read.
    for (threads, at) in
        [1, 2, 4].into_iter().flat_map(|threads| [700, 1300, 1700, 2000].map(|at| (threads, at)))
    {
        let options = LoadOptions { threads, allow_unjoined: true, ..LoadOptions::default() };
        let observer = Wavers { asked: AtomicUsize::new(0), at };
        let outcome = load(&disk.as_folder(), &options, &observer);
        assert!(matches!(outcome, Err(LoadError::Cancelled)), "{threads} threads, {at}: {outcome:?}");
        assert!(observer.asked.into_inner() > at, "{threads} threads, {at}: nobody asked");
    }
    for at in [700, 1300] {
        let outcome = fingerprints(&disk.as_folder(), &Wavers { asked: AtomicUsize::new(0), at });
        assert!(matches!(outcome, Err(LoadError::Cancelled)), "{at}: {outcome:?}");
    }
}

/// File systems of Linux take any bytes for a name.
#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_text_are_told_apart() {
    use std::os::unix::ffi::OsStrExt;
    let disk = OnDisk::new(&[("plain.json", v1(0).as_bytes())]);
    let sod_ingest::Input::Path(folder) = &disk.as_folder()[0] else { panic!("a folder") };
    for byte in 0xc0..=0xff {
        let name = [b"abt-", [byte].as_slice(), b".json"].concat();
        std::fs::write(folder.join(std::ffi::OsStr::from_bytes(&name)), v1(usize::from(byte))).unwrap();
    }
    for threads in [1, 2, 8] {
        let options = LoadOptions { threads, ..LoadOptions::default() };
        let loaded = load(&disk.as_folder(), &options, &Silent).unwrap();
        let provenance = &loaded.snapshot.provenance;
        let paths: Vec<&str> = provenance.sources.iter().map(|source| &*source.path).collect();
        assert_eq!((paths.len(), loaded.snapshot.assignments().len()), (65, 65), "{paths:?}");
        let shown = |at: usize, letter: &str| paths[at].ends_with(&format!("/abt-\u{fffd}{letter}.json"));
        assert!(shown(0, "À") && shown(36, "ä") && shown(63, "ÿ"), "{paths:?}");
    }
    assert_eq!(fingerprints(&disk.as_folder(), &Silent).unwrap().len(), 65);
}
