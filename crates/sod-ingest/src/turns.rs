//! Threads take the segments of one file in turn, and prove them in turn.
//!
//! What is proven of the file up to a segment (`S`) is handed from each segment to the next: where its first record
//! begins, and what was gathered on the way. Waiting is short, because segments are taken in order: the one before is
//! always in the hands of a thread that is not waiting for this one.

use crate::options::LoadOptions;
use crate::supply::{FileFrom, Supply};
use sha2::{Digest, Sha256};
use sod_model::{Event, Observer};
use std::fs::{File, Metadata};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// Small enough that the text of a segment, its places and its rows stay in the cache of one processor from splitting to
/// decoding; large enough that waiting does not show.
const SEGMENT: u64 = 1 << 19;
/// Places in a segment are 32 bits wide.
const SEGMENT_MAX: u64 = 1 << 28;
/// A file of fewer segments is read by one thread.
const SEGMENTS_MIN: u64 = 4;

pub(crate) fn segment_bytes(options: &LoadOptions) -> u64 {
    if options.segment_bytes == 0 { SEGMENT } else { options.segment_bytes.clamp(256, SEGMENT_MAX) }
}

/// Whether a file of that length is worth being split by several threads.
pub(crate) fn is_large(length: u64, options: &LoadOptions) -> bool {
    !options.plain_decoder && length / SEGMENTS_MIN >= segment_bytes(options)
}

/// The segments of a file.
#[derive(Debug)]
pub(crate) struct Turns<S> {
    pub(crate) file: File,
    pub(crate) segment: u64,
    /// As it was in the beginning.
    facts: Metadata,
    length: u64,
    reported: u64,
    count: u64,
    next: AtomicU64,
    /// The segment whose turn it is, for whoever only wants to know: who has the turn may keep it long.
    at: AtomicU64,
    turn: Mutex<Turn<S>>,
    turned: Condvar,
}

/// Up to where the file is proven.
#[derive(Debug)]
pub(crate) struct Turn<S> {
    segment: u64,
    hasher: Option<Sha256>,
    /// Nobody needs to go on. This stays, whoever takes the reason: threads that come later must not wait.
    stopped: bool,
    /// Why the file could not be hashed.
    unread: Option<io::Error>,
    pub(crate) state: S,
}

/// What is known of a file when all of it is read.
pub(crate) struct FileEnd<S> {
    pub(crate) state: S,
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) bytes: u64,
    /// Whether it could be read, and stayed what it was meanwhile.
    pub(crate) whole: io::Result<()>,
}

impl<S: Default> Turns<S> {
    /// `None` if the file is too small to be worth it; `reported` bytes of it were told to the observer already.
    pub(crate) fn new(file: File, state: S, reported: u64, options: &LoadOptions) -> Option<Self> {
        let facts = file.metadata().ok()?;
        let length = facts.len();
        if !facts.is_file() || !is_large(length, options) {
            return None;
        }
        let segment = segment_bytes(options);
        Some(Self {
            file,
            segment,
            facts,
            length,
            reported,
            count: length.div_ceil(segment),
            next: AtomicU64::new(0),
            at: AtomicU64::new(0),
            turn: Mutex::new(Turn {
                segment: 0,
                hasher: options.hash.then(Sha256::new),
                stopped: false,
                unread: None,
                state,
            }),
            turned: Condvar::new(),
        })
    }

    /// Sets from where the first segment is read.
    pub(crate) fn begin(&mut self, state: S) {
        if let Ok(turn) = self.turn.get_mut() {
            turn.state = state;
        }
    }

    /// The next segment that nobody has taken, and where it ends; the last one ends where the file does.
    pub(crate) fn take(&self) -> Option<(u64, u64)> {
        let segment = self.next.fetch_add(1, Ordering::Relaxed);
        let stop = if segment + 1 == self.count { u64::MAX } else { (segment + 1) * self.segment };
        (segment < self.count).then_some((segment, stop))
    }

    pub(crate) fn is_turn(&self, segment: u64) -> bool {
        self.at.load(Ordering::Acquire) == segment
    }

    /// Waits until all before the segment is proven; `None` if there is no reason to go on.
    pub(crate) fn wait_for(&self, segment: u64, observer: &dyn Observer) -> Option<MutexGuard<'_, Turn<S>>> {
        let turn = self.wait_until(observer, |turn| turn.segment >= segment || turn.stopped)?;
        (turn.segment == segment && !turn.stopped).then_some(turn)
    }

    /// The segment whose turn it is was proven, or nothing behind it can be.
    pub(crate) fn prove(&self, mut turn: MutexGuard<'_, Turn<S>>, failed: bool, observer: &dyn Observer) {
        let segment = turn.segment;
        let length = self.length.min((segment + 1) * self.segment) - segment * self.segment;
        turn.unread = self.hash(&mut turn, segment, length).err();
        let reported = if segment == 0 { self.reported } else { 0 };
        observer.event(Event::BytesRead(length.saturating_sub(reported)));
        if failed || turn.unread.is_some() {
            turn.stopped = true;
        } else {
            turn.segment += 1;
            self.at.store(turn.segment, Ordering::Release);
        }
        drop(turn);
        self.turned.notify_all();
    }

    /// Waits until all segments are proven, and tells what is known of the whole.
    pub(crate) fn end(&self, observer: &dyn Observer) -> Option<FileEnd<S>> {
        let mut turn = self.wait_until(observer, |turn| turn.segment >= self.count || turn.stopped)?;
        Some(FileEnd {
            state: std::mem::take(&mut turn.state),
            sha256: turn.hasher.take().map(|hasher| hasher.finalize().into()),
            bytes: self.length,
            whole: turn.unread.take().map_or_else(|| self.is_as_it_was(), Err),
        })
    }

    /// Nobody wrote to the file while it was read: else parts of two files would be taken for one, or half for the whole.
    fn is_as_it_was(&self) -> io::Result<()> {
        let now = self.file.metadata()?;
        // A system that does not tell times tells none at both times.
        if now.len() == self.length && now.modified().ok() == self.facts.modified().ok() {
            return Ok(());
        }
        Err(io::Error::other(format!(
            "it was written to while sod read it ({} bytes in the beginning, {} in the end): run again when its writer is done",
            self.length,
            now.len()
        )))
    }

    /// `None` if the run was cancelled, or a thread that had the turn is gone.
    fn wait_until(
        &self,
        observer: &dyn Observer,
        is_time: impl Fn(&Turn<S>) -> bool,
    ) -> Option<MutexGuard<'_, Turn<S>>> {
        const LOOK_UP: Duration = Duration::from_millis(50);
        /// Some tens of microseconds: threads that keep in step wait for less, and to be put to sleep and woken takes longer.
        const PATIENCE: usize = 1 << 11;
        for _ in 0..PATIENCE {
            if let Ok(turn) = self.turn.try_lock()
                && is_time(&turn)
            {
                return Some(turn);
            }
            std::hint::spin_loop();
        }
        let mut turn = self.turn.lock().ok()?;
        while !is_time(&turn) {
            if observer.is_cancelled() {
                return None;
            }
            turn = self.turned.wait_timeout(turn, LOOK_UP).ok()?.0;
        }
        Some(turn)
    }

    /// Hashes the `length` bytes of a segment, in their order.
    fn hash(&self, turn: &mut Turn<S>, segment: u64, length: u64) -> io::Result<()> {
        const PIECE: usize = 1 << 16;
        let Some(hasher) = &mut turn.hasher else { return Ok(()) };
        let (mut source, mut left) = (self.from(segment * self.segment), length as usize);
        let mut piece = Vec::with_capacity(PIECE.min(left));
        while left > 0 {
            piece.clear();
            let count = source.append(&mut piece, PIECE.min(left))?;
            if count == 0 {
                break;
            }
            hasher.update(&piece);
            left -= count;
        }
        Ok(())
    }

    /// The file from somewhere on.
    pub(crate) fn from(&self, at: u64) -> FileFrom<'_> {
        FileFrom::new(&self.file, at)
    }
}
