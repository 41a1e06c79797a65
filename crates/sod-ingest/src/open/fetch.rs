//! Reads small files before anybody asks for them.
//!
//! Until the first byte of a file arrives, a file system has looked up its name, its place and its text, one after the
//! other; of a tree that was not read lately each of them lies on the disk. Threads that do nothing but ask keep many of
//! these questions under way, while others decode what has arrived. What they hand over is never more than a few runs.

use super::{HEAD, SMALL};
use crate::discover::Found;
use crate::options::Input;
use crossbeam_channel::{Receiver, Sender, bounded};
use sod_model::Observer;
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Scope;

/// So many files are handed over together: to wake another thread costs more than to read one of them.
const FILES: usize = 64;
/// Less of them if their text is longer than that, or one of them was not fetched.
const BYTES: usize = 1 << 18;
/// So many runs wait at most.
const RUNS: usize = 8;
/// Of fewer files it is not worth to start the threads.
const MANY: usize = 256;

/// Files that follow one another, with the text of those that are small.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) files: Range<usize>,
    text: Vec<u8>,
    /// Where the text of each file is; one that was not read, or not to its end, has none.
    places: Vec<Option<Range<usize>>>,
}

impl Run {
    /// All of the file, if it was fetched.
    pub(crate) fn text(&self, file: usize) -> Option<&[u8]> {
        self.text.get(self.places.get(file.checked_sub(self.files.start)?)?.clone()?)
    }

    fn new(first: usize) -> Self {
        Self { files: first..first, ..Self::default() }
    }

    /// Whether the file was fetched.
    fn add(&mut self, file: &Found) -> bool {
        let start = self.text.len();
        let read = match &file.input {
            // A file that the caller named may be a pipe, and what is taken from that is gone.
            Input::Path(path) if !file.explicit => self.read(path),
            _ => false,
        };
        if !read {
            self.text.truncate(start);
        }
        self.places.push(read.then_some(start..self.text.len()));
        self.files.end += 1;
        read
    }

    /// Whether the file was read to its end. Why not, finds out whoever needs it.
    fn read(&mut self, path: &Path) -> bool {
        self.text.reserve(SMALL);
        let opened = File::open(path);
        let count = opened.and_then(|file| file.take(HEAD as u64).read_to_end(&mut self.text));
        count.is_ok_and(|count| count < HEAD)
    }
}

/// Where workers get their files from.
#[derive(Clone)]
pub(crate) enum FileQueue<'f> {
    /// As they are.
    Files { next: &'f AtomicUsize, count: usize },
    /// Read by other threads.
    Fetched(Receiver<Run>),
}

impl<'f> FileQueue<'f> {
    /// Starts threads that fetch the files, if there are many.
    pub(crate) fn start<'s>(
        scope: &'s Scope<'s, 'f>,
        files: &'f [Found],
        next: &'f AtomicUsize,
        threads: usize,
        observer: &'f dyn Observer,
    ) -> Self {
        if threads < 2 || files.len() < MANY {
            return Self::Files { next, count: files.len() };
        }
        let (fetched, runs) = bounded(RUNS);
        for _ in 0..threads {
            let fetched = fetched.clone();
            scope.spawn(move || fetch(files, next, &fetched, observer));
        }
        Self::Fetched(runs)
    }

    /// The files to read next; `None` if there are no more.
    pub(crate) fn next(&self) -> Option<Run> {
        match self {
            Self::Files { next, count } => {
                let number = next.fetch_add(1, Ordering::Relaxed);
                (number < *count).then_some(Run { files: number..number + 1, ..Run::default() })
            }
            Self::Fetched(runs) => runs.recv().ok(),
        }
    }
}

fn fetch(files: &[Found], next: &AtomicUsize, fetched: &Sender<Run>, observer: &dyn Observer) {
    loop {
        let first = next.fetch_add(FILES, Ordering::Relaxed);
        let Some(taken) = files.get(first..files.len().min(first.saturating_add(FILES))) else { return };
        let mut run = Run::new(first);
        for file in taken {
            // Whoever stops the work does not wait for a slow disk.
            if observer.is_cancelled() {
                return;
            }
            // What follows a large file should not wait until its worker has read that.
            if !run.add(file) || run.text.len() >= BYTES {
                let rest = Run::new(run.files.end);
                if fetched.send(std::mem::replace(&mut run, rest)).is_err() {
                    return;
                }
            }
        }
        if !run.files.is_empty() && fetched.send(run).is_err() {
            return;
        }
    }
}
