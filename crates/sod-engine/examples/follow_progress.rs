//! Follows long work, and stops it: an [`Observer`] that reports progress and gives up when a time is over.
//!
//! ```sh
//! cargo run -p sod-engine --example follow_progress -- export/ 2.5
//! ```
//!
//! The second word is the time in seconds (60 without it; 0 stops at once). Without a folder it reads the sample tenant
//! that comes with the sources.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it finds")]

use sod_engine::{AnalyzeOptions, Error, Event, Input, LoadError, LoadOptions, Observer, Phase};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The sample tenant of the sources.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/sample-tenant");

/// Shared by all threads that work, so it counts in atomics and locks nothing.
struct Follower {
    deadline: Instant,
    bytes_in_all: AtomicU64,
    bytes_read: AtomicU64,
    packages_counted: AtomicU64,
}

impl Observer for Follower {
    fn event(&self, event: Event) {
        match event {
            Event::Began(Phase::Count) => {
                eprintln!("read {} bytes", self.bytes_read.load(Ordering::Relaxed));
            }
            Event::Began(phase) => eprintln!("{phase:?}"),
            Event::FilesFound { files, bytes } => {
                self.bytes_in_all.store(bytes, Ordering::Relaxed);
                eprintln!("{files} files, {bytes} bytes");
            }
            Event::BytesRead(bytes) => self.told(self.bytes_read.fetch_add(bytes, Ordering::Relaxed), bytes),
            Event::Counted { done, .. } => {
                self.packages_counted.fetch_add(done, Ordering::Relaxed);
            }
            // More kinds of events may come.
            _ => {}
        }
    }

    /// Asked often, from every thread. Once it says yes the work ends with an error, and nothing is left behind.
    fn is_cancelled(&self) -> bool {
        Instant::now() >= self.deadline
    }
}

impl Follower {
    /// Tells every tenth part of the reading.
    fn told(&self, before: u64, more: u64) {
        let in_all = self.bytes_in_all.load(Ordering::Relaxed).max(1);
        let (before, after) = (before * 10 / in_all, (before + more) * 10 / in_all);
        if after > before {
            eprintln!("{} %", after * 10);
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().unwrap_or_else(|| SAMPLE.to_owned());
    let seconds: f64 = words.next().map_or(Ok(60.0), |word| word.parse())?;
    let follower = Follower {
        deadline: Instant::now() + Duration::try_from_secs_f64(seconds)?,
        bytes_in_all: AtomicU64::new(0),
        bytes_read: AtomicU64::new(0),
        packages_counted: AtomicU64::new(0),
    };

    let loaded = match sod_engine::load(&[Input::from(folder.as_str())], &LoadOptions::default(), &follower) {
        Err(LoadError::Cancelled) => return out_of_time("reading"),
        loaded => loaded?,
    };
    match sod_engine::analyze(&loaded.snapshot, &AnalyzeOptions::default(), &follower) {
        Err(Error::Cancelled) => out_of_time("counting"),
        analysis => {
            let counted = follower.packages_counted.load(Ordering::Relaxed);
            println!("{counted} packages counted, {} pairs held", analysis?.pairs.len());
            Ok(())
        }
    }
}

/// There is no half of an answer.
fn out_of_time(stage: &str) -> Result<(), Box<dyn std::error::Error>> {
    println!("stopped while {stage}: no result");
    Ok(())
}
