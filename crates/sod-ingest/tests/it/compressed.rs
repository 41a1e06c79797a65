//! Compressed and UTF-16 exports that are large enough for a thread of their own: they say what one thread would find.

use crate::shapes_folder::{gzip, zstd};
use crate::twin_corpus::{BETA_CONTEXT, beta, page, rows, v1};
use crate::twin_ways::{KEEP_ALL, OnDisk, Way, compare, hashed};
use sod_ingest::{Input, LoadError, LoadOptions, load};
use sod_model::{Event, Observer, Silent};
use std::sync::atomic::{AtomicU64, Ordering};

/// Ways in which another thread decompresses: the least that counts as large is small.
const WAYS: [Way; 4] = [
    Way { threads: 1, segment_bytes: 256, plain: false },
    Way { threads: 2, segment_bytes: 256, plain: false },
    Way { threads: 4, segment_bytes: 256, plain: false },
    Way { threads: 2, segment_bytes: 0, plain: false },
];

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

/// A text in every packing; parts are cut anywhere.
fn forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = text.as_bytes();
    let parts = [&bytes[..7], &bytes[7..bytes.len() / 3], &bytes[bytes.len() / 3..]];
    vec![
        ("gzip", gzip(bytes)),
        ("gzip of several members", parts.map(gzip).concat()),
        ("zstd", zstd(bytes)),
        ("zstd of several frames", parts.map(zstd).concat()),
        ("utf-16", utf16(text)),
        ("gzip of utf-16", gzip(&utf16(text))),
        ("zstd of utf-8 with a mark", zstd(format!("\u{feff}{text}").as_bytes())),
    ]
}

fn exports() -> Vec<(&'static str, String)> {
    let broken = rows(1500, v1).into_iter().enumerate();
    let broken = broken.map(|(n, row)| if n % 501 == 500 { row.replacen("\"id\"", "\"id", 1) } else { row });
    let table =
        (0..4000).map(|n| format!("user{},pack{},delivered,\"a \"\"{n}\"\"\"\n", n * 7 % 911, n % 53));
    vec![
        ("page", page(BETA_CONTEXT, &rows(2500, beta), None)),
        ("lines, some broken", broken.collect::<Vec<_>>().join("\n")),
        ("table", format!("user,package,state,note\n{}", table.collect::<String>())),
        ("table about something else", format!("height,width\n{}", "17,4\n33,2\n".repeat(40_000))),
    ]
}

#[test]
fn every_packing_says_the_same() {
    for (export, text) in exports() {
        for (form, bytes) in forms(&text) {
            let other = format!("[{}]", rows(20, v1).join(","));
            let disk = OnDisk::new(&[("export", &bytes), ("few.json", other.as_bytes())]);
            for inputs in [disk.inputs.clone(), disk.as_folder()] {
                compare(&inputs, &hashed(), &WAYS, &KEEP_ALL)
                    .unwrap_or_else(|found| panic!("{export}, {form}: {found}"));
            }
        }
    }
}

/// Whatever is cut off or damaged is refused, with the words that one thread would use.
#[test]
fn a_part_is_never_taken_for_the_whole() {
    for (export, text) in &exports()[..3] {
        for (form, bytes) in &forms(text)[..4] {
            let mut damaged = bytes.clone();
            damaged[bytes.len() / 2] ^= 0x55;
            let garbage = [bytes.as_slice(), b"garbage"].concat();
            let cut =
                [1, 9, bytes.len() / 4, bytes.len() / 2].map(|less| bytes[..bytes.len() - less].to_vec());
            for (at, bytes) in cut.into_iter().chain([damaged, garbage]).enumerate() {
                let disk = OnDisk::new(&[("export", &bytes)]);
                let told = compare(&disk.inputs, &hashed(), &WAYS, &KEEP_ALL)
                    .unwrap_or_else(|found| panic!("{export}, {form}, {at}: {found}"));
                // A frame of zstd need not have a checksum, and ours have none: a changed letter does not show.
                let shows = at != 4 || form.starts_with("gzip");
                assert!(!shows || told[0].starts_with("refused: "), "{export}, {form}, {at}: {}", told[0]);
            }
        }
    }
}

/// Reads some bytes, and then does what it was made for.
struct After(AtomicU64, fn() -> bool);

impl Observer for After {
    fn event(&self, event: Event) {
        if let Event::BytesRead(bytes) = event
            && self.0.fetch_add(bytes, Ordering::Relaxed) > 200_000
        {
            (self.1)();
        }
    }

    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 200_000 && (self.1)()
    }
}

fn large() -> (OnDisk, LoadOptions) {
    // Ids that do not compress: several pieces are read before the end.
    let scattered = |n: usize| beta(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16);
    let disk =
        OnDisk::new(&[("export.zst", &zstd(page(BETA_CONTEXT, &rows(60_000, scattered), None).as_bytes()))]);
    (disk, LoadOptions { threads: 2, segment_bytes: 256, ..LoadOptions::default() })
}

#[test]
fn whoever_stops_is_not_kept_waiting() {
    let (disk, options) = large();
    assert!(load(&disk.inputs, &options, &Silent).is_ok());
    let outcome = load(&disk.inputs, &options, &After(AtomicU64::new(0), || true));
    assert!(matches!(outcome, Err(LoadError::Cancelled)), "{outcome:?}");
}

#[test]
fn a_panic_ends_the_run() {
    let (disk, options) = large();
    let inputs: Vec<Input> = disk.inputs.clone();
    let outcome = std::thread::spawn(move || {
        let _disk = disk;
        load(&inputs, &options, &After(AtomicU64::new(0), || panic!("as a test"))).is_ok()
    });
    assert!(outcome.join().is_err());
}
