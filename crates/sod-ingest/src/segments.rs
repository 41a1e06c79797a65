//! Splits one large file by several threads, and proves that it was cut in the right places.
//!
//! ```text
//! segment 0 is split from the beginning; that shows the record shapes, and in what the records stand
//! for each further segment, by any thread:
//!     guess where its first record begins: at the first text that separates and opens records of a known shape
//!     split from there until a record begins in the next segment; hand on nothing yet
//!     wait until the segment before is proven, which tells where this one really begins
//!     if that is another place than the guess, or another kind of place: split again, from there
//!     the next segment begins where this one stopped: it is proven too
//!     decode
//! ```
//!
//! So every byte is split from a state that was reached from the beginning of the file, as if one thread had read it all;
//! guessing only lets the work begin earlier. Waiting is short, because segments are taken in order: the one before is
//! always in the hands of a thread that is not waiting for this one. What a splitter cannot know that starts in the middle
//! (the page's context and link, the number of the line) is filled in when the segment is proven.

use crate::json::SourceContext;
use crate::learn::Learned;
use crate::options::LoadOptions;
use crate::shapes::Shapes;
use crate::split::{
    Batch, Buffers, Entry, Exit, Members, PageEnd, Place, SplitError, SplitSink, split_until,
};
use sha2::{Digest, Sha256};
use sod_model::{Event, Observer, Position};
use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::Duration;

/// Small enough that the text of a segment, its places and its rows stay in the cache of one processor from splitting to
/// decoding; large enough that waiting does not show.
const SEGMENT: u64 = 1 << 18;
/// A file of fewer segments is read by one thread.
const SEGMENTS_MIN: u64 = 4;
/// How much of a segment is looked at for the beginning of a record.
const GUESSED_IN: usize = 1 << 16;
/// Text before a segment that is looked at too: what separates two records may stand there.
const BEFORE: usize = 64;

fn segment_bytes(options: &LoadOptions) -> u64 {
    if options.segment_bytes == 0 { SEGMENT } else { options.segment_bytes.max(256) }
}

/// Whether a file of that length is worth being split by several threads.
pub(crate) fn is_large(length: u64, options: &LoadOptions) -> bool {
    !options.plain_decoder && length / SEGMENTS_MIN >= segment_bytes(options)
}

/// A file in segments.
#[derive(Debug)]
pub(crate) struct Segmented {
    file: File,
    pub(crate) context: Arc<SourceContext>,
    segment: u64,
    length: u64,
    reported: u64,
    count: u64,
    next: AtomicU64,
    turn: Mutex<Turn>,
    turned: Condvar,
    lesson: OnceLock<Lesson>,
}

/// What the first segment shows.
#[derive(Debug)]
struct Lesson {
    shapes: Vec<(Arc<Learned>, bool)>,
    place: Place,
}

/// Up to where the file is proven.
#[derive(Debug)]
struct Turn {
    segment: u64,
    entry: Entry,
    hasher: Option<Sha256>,
    pages: Vec<PageEnd>,
    /// Nobody needs to go on, and the reason.
    stopped: bool,
    failed: Option<SplitError>,
}

/// What is known when all is read.
pub(crate) struct SegmentsEnd {
    pub(crate) pages: Vec<PageEnd>,
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) bytes: u64,
    pub(crate) failed: Option<SplitError>,
}

/// What one thread needs to split segments.
pub(crate) struct Splitting<'s> {
    pub(crate) shapes: &'s mut Shapes,
    /// Buffers to be used again.
    pub(crate) spare: &'s mut Vec<Buffers>,
    pub(crate) observer: &'s dyn Observer,
}

/// One segment, proven.
#[derive(Default)]
pub(crate) struct Proven {
    pub(crate) batches: Vec<Batch>,
    pub(crate) too_large: Vec<Position>,
}

impl Segmented {
    /// `None` if the file is too small to be worth it. `offset` is where the text begins (after a byte order mark);
    /// `reported` bytes of the file were told to the observer already.
    pub(crate) fn new(
        file: File,
        context: Arc<SourceContext>,
        offset: u64,
        reported: u64,
        options: &LoadOptions,
    ) -> Option<Self> {
        let facts = file.metadata().ok()?;
        let length = facts.len();
        if !facts.is_file() || !is_large(length, options) {
            return None;
        }
        let entry = Entry { offset, line: 1, ..Entry::default() };
        let hasher = options.hash.then(Sha256::new);
        let segment = segment_bytes(options);
        let turn = Turn { segment: 0, entry, hasher, pages: Vec::new(), stopped: false, failed: None };
        Some(Self {
            file,
            context,
            segment,
            length,
            reported,
            count: length.div_ceil(segment),
            next: AtomicU64::new(0),
            turn: Mutex::new(turn),
            turned: Condvar::new(),
            lesson: OnceLock::new(),
        })
    }

    /// Splits the next segment that nobody has taken; `None` if there is none, or no reason to go on.
    pub(crate) fn next(&self, own: &mut Splitting<'_>) -> Option<Proven> {
        let segment = self.next.fetch_add(1, Ordering::Relaxed);
        if segment >= self.count {
            return None;
        }
        let stop = if segment + 1 == self.count { u64::MAX } else { (segment + 1) * self.segment };
        let guess = if self.is_turn(segment) { None } else { self.guess(segment, own) };
        let guessed = guess.map(|entry| {
            let (offset, place) = (entry.offset, entry.place.clone());
            (offset, place, self.split(entry, stop, own))
        });
        let mut turn = self.wait_for(segment, own.observer)?;
        let entry = std::mem::take(&mut turn.entry);
        let right =
            guessed.filter(|(offset, place, _)| *offset == entry.offset && place.is_like(&entry.place));
        let outcome = if entry.offset >= stop {
            // A record reaches over all of this segment.
            turn.entry = entry;
            Ok(Vec::new())
        } else {
            let (mut found, exit) = match right {
                Some((_, _, (mut found, exit))) => {
                    let exit = match exit {
                        Ok(exit) => Ok(exit.map(|exit| found.settle(&entry, exit))),
                        Err(SplitError::Refused(code, text, mut at)) => {
                            at.line = at.line.wrapping_add(entry.line);
                            Err(SplitError::Refused(code, text, at))
                        }
                        Err(error) => Err(error),
                    };
                    found.settle_batches(&entry);
                    (found, exit)
                }
                None => {
                    let (mut text, mut places) = own.spare.pop().unwrap_or_default();
                    text.clear();
                    places.clear();
                    self.split(Entry { buffers: (text, places), ..entry }, stop, own)
                }
            };
            turn.pages.append(&mut found.pages);
            match exit {
                Ok(exit) => {
                    turn.entry = exit.map(Exit::entry).unwrap_or_default();
                    Ok(vec![found])
                }
                Err(error) => Err((error, found)),
            }
        };
        self.hash(&mut turn, segment);
        let length = self.length.min((segment + 1) * self.segment) - segment * self.segment;
        let reported = if segment == 0 { self.reported } else { 0 };
        own.observer.event(Event::BytesRead(length.saturating_sub(reported)));
        let found = match outcome {
            Ok(found) => {
                turn.segment += 1;
                found
            }
            Err((error, found)) => {
                (turn.stopped, turn.failed) = (true, Some(error));
                vec![found]
            }
        };
        if segment == 0 {
            let _ = self.lesson.set(Lesson { shapes: own.shapes.learned(), place: turn.entry.place.clone() });
        }
        drop(turn);
        self.turned.notify_all();
        let found = found.into_iter().next().unwrap_or_default();
        Some(Proven { batches: found.batches, too_large: found.too_large })
    }

    /// Waits until all segments are proven, and tells what is known of the whole.
    pub(crate) fn end(&self, observer: &dyn Observer) -> Option<SegmentsEnd> {
        let mut turn = self.wait_until(observer, |turn| turn.segment >= self.count || turn.stopped)?;
        Some(SegmentsEnd {
            pages: std::mem::take(&mut turn.pages),
            sha256: turn.hasher.take().map(|hasher| hasher.finalize().into()),
            bytes: self.length,
            failed: turn.failed.take(),
        })
    }

    fn is_turn(&self, segment: u64) -> bool {
        self.turn.lock().is_ok_and(|turn| turn.segment == segment)
    }

    fn wait_for(&self, segment: u64, observer: &dyn Observer) -> Option<std::sync::MutexGuard<'_, Turn>> {
        let turn = self.wait_until(observer, |turn| turn.segment >= segment || turn.stopped)?;
        (turn.segment == segment && !turn.stopped).then_some(turn)
    }

    /// `None` if the run was cancelled, or a thread that had the turn is gone.
    fn wait_until(
        &self,
        observer: &dyn Observer,
        is_time: impl Fn(&Turn) -> bool,
    ) -> Option<std::sync::MutexGuard<'_, Turn>> {
        const LOOK_UP: Duration = Duration::from_millis(50);
        let mut turn = self.turn.lock().ok()?;
        while !is_time(&turn) {
            if observer.is_cancelled() {
                return None;
            }
            turn = self.turned.wait_timeout(turn, LOOK_UP).ok()?.0;
        }
        Some(turn)
    }

    /// Where the first record of a segment begins, most likely.
    fn guess(&self, segment: u64, own: &mut Splitting<'_>) -> Option<Entry> {
        let lesson = self.lesson.get()?;
        own.shapes.adopt(&lesson.shapes);
        let from = segment * self.segment;
        let base = from.checked_sub(BEFORE as u64)?;
        let (mut text, mut places) = own.spare.pop().unwrap_or_default();
        text.clear();
        places.clear();
        text.reserve(self.segment as usize + (1 << 16));
        let mut reader = FileFrom { file: &self.file, at: base }.take((BEFORE + GUESSED_IN) as u64);
        let read = reader.read_to_end(&mut text).is_ok();
        let in_list = !matches!(lesson.place, Place::Document);
        let openings = lesson.shapes.iter().filter(|(_, list)| *list == in_list).filter_map(|(shape, _)| {
            let separator = shape.separator.len();
            let first = BEFORE.checked_sub(separator)?;
            let found = memchr::memmem::find(text.get(first..)?, &shape.opening)?;
            Some(first + found + separator)
        });
        let Some(at) = openings.min().filter(|_| read) else {
            own.spare.push((text, places));
            return None;
        };
        let place = match &lesson.place {
            Place::Page(_) => Place::Page(Members::of_page()),
            other => other.clone(),
        };
        Some(Entry {
            offset: base + at as u64,
            line: 0,
            place,
            context: None,
            inherits: true,
            buffers: (text, places),
            at,
        })
    }

    fn split(
        &self,
        entry: Entry,
        stop: u64,
        own: &mut Splitting<'_>,
    ) -> (Found, Result<Option<Exit>, SplitError>) {
        let ahead = entry.buffers.0.len().saturating_sub(entry.at) as u64;
        let source = FileFrom { file: &self.file, at: entry.offset + ahead };
        let mut found = Found::default();
        let mut sink = Collect { found: &mut found, spare: own.spare };
        let exit = split_until(source, entry, stop, own.shapes, &mut sink);
        (found, exit)
    }

    /// Hashes the bytes of a segment, in their order.
    fn hash(&self, turn: &mut Turn, segment: u64) {
        let Some(hasher) = &mut turn.hasher else { return };
        let from = FileFrom { file: &self.file, at: segment * self.segment };
        let mut rest = from.take(self.segment);
        let mut piece = vec![0; 1 << 16];
        while let Ok(count @ 1..) = rest.read(&mut piece) {
            hasher.update(piece.get(..count).unwrap_or_default());
        }
    }
}

/// What a splitter found before it is known whether it was right.
#[derive(Default)]
struct Found {
    batches: Vec<Batch>,
    pages: Vec<PageEnd>,
    too_large: Vec<Position>,
}

impl Found {
    /// Fills in what was not known at the start.
    fn settle_batches(&mut self, entry: &Entry) {
        for batch in &mut self.batches {
            batch.line = batch.line.wrapping_add(entry.line);
            if batch.inherits {
                batch.context.clone_from(&entry.context);
            }
        }
        for position in &mut self.too_large {
            position.line = position.line.wrapping_add(entry.line);
        }
        if let (Some(page), Place::Page(members)) =
            (self.pages.iter_mut().find(|page| page.inherits), &entry.place)
        {
            page.next_link = page.next_link.take().or_else(|| members.next_link.clone());
            page.context = page.context.take().or_else(|| entry.context.clone());
            page.inherits = false;
        }
    }

    fn settle(&self, entry: &Entry, mut exit: Exit) -> Exit {
        exit.line = exit.line.wrapping_add(entry.line);
        if exit.inherits {
            exit.context.clone_from(&entry.context);
        }
        if let (Place::Page(own), Place::Page(members)) = (&mut exit.place, &entry.place) {
            own.settle(members);
        }
        exit
    }
}

struct Collect<'c> {
    found: &'c mut Found,
    spare: &'c mut Vec<Buffers>,
}

impl SplitSink for Collect<'_> {
    fn batch(&mut self, batch: Batch, _last: bool) -> bool {
        self.found.batches.push(batch);
        true
    }

    fn page_end(&mut self, page: PageEnd) {
        self.found.pages.push(page);
    }

    fn too_large(&mut self, at: Position) {
        self.found.too_large.push(at);
    }

    fn spare(&mut self) -> Buffers {
        self.spare.pop().unwrap_or_default()
    }
}

/// A file from somewhere on, without moving the place where others read.
struct FileFrom<'f> {
    file: &'f File,
    at: u64,
}

impl Read for FileFrom<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read_at(self.file, buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}
