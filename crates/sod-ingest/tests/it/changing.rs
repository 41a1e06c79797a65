//! A file that somebody writes to while it is read: neither half of it nor parts of two are taken for the whole.

use crate::twin_corpus::beta;
use crate::twin_ways::OnDisk;
use sod_ingest::{Input, LoadError, LoadOptions, load};
use sod_model::{Event, Observer};
use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// What is done to the file when the read part has that length.
type Act = fn(&mut &File, u64);

/// Does something to a file once half of it was read.
struct Writer {
    file: File,
    half: u64,
    read: AtomicU64,
    act: Act,
}

impl Observer for Writer {
    fn event(&self, event: Event) {
        if let Event::BytesRead(bytes) = event {
            let before = self.read.fetch_add(bytes, Ordering::Relaxed);
            if before < self.half && before + bytes >= self.half {
                (self.act)(&mut &self.file, self.half);
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    let acts: [(&str, Act); 4] = [
        ("nothing", |_, _| ()),
        ("shorter", |file, half| file.set_len(half + 50_000).unwrap()),
        ("longer", |file, _| file.write_all(b"\n").unwrap()),
        ("other", |file, _| file.set_modified(SystemTime::now() + Duration::from_secs(5)).unwrap()),
    ];
    // All lines are as long as that, so that a file may be cut between two of them.
    const LINE: usize = 500;
    let padded = |text: String| format!("{text:<width$}\n", width = LINE - 1);
    let rows = (0..1000).map(|n| padded(format!("{n:0400},package {}", n % 7)));
    let table: String = std::iter::once(padded(format!("{:<400},package", "user"))).chain(rows).collect();
    let lines: String = (0..1000).map(|n| padded(beta(n))).collect();
    for (name, content) in [("t.csv", table), ("t.jsonl", lines)] {
        for (what, act) in acts {
            for (threads, hash) in [(1, false), (1, true), (2, true)] {
                let disk = OnDisk::new(&[(name, content.as_bytes())]);
                let [Input::Path(place)] = &disk.inputs[..] else { panic!("one file") };
                let file = File::options().append(true).open(place).unwrap();
                let half = (content.len() / 2 / LINE * LINE) as u64;
                let observer = Writer { file, half, read: AtomicU64::new(0), act };
                let options = LoadOptions { threads, hash, segment_bytes: 4096, ..LoadOptions::default() };
                let told = match load(&disk.inputs, &options, &observer) {
                    Ok(loaded) => format!("{} rows", loaded.snapshot.assignments().len()),
                    Err(LoadError::Refused(refusals)) => refusals[0].message.to_string(),
                    Err(error) => error.to_string(),
                };
                let expected =
                    if what == "nothing" { "1000 rows" } else { "it was written to while sod read it" };
                assert!(told.contains(expected), "{name}, {what}, {threads} threads: {told}");
            }
        }
    }
}
