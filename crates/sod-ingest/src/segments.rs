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
//! guessing only lets the work begin earlier (`turns` has the waiting). What a splitter cannot know that starts in the middle
//! (the page's context and link, the number of the line) is filled in when the segment is proven.

use crate::json::SourceContext;
use crate::learn::Learned;
use crate::options::LoadOptions;
use crate::shapes::Shapes;
use crate::split::{
    Batch, Buffers, Entry, Exit, Members, PageEnd, Place, SplitError, SplitSink, split_until,
};
use crate::supply::Supply;
use crate::turns::{FileEnd, Turns};
use sod_model::{Observer, Position};
use std::fs::File;
use std::sync::{Arc, OnceLock};

/// How much of a segment is looked at for the beginning of a record.
const GUESSED_IN: usize = 1 << 16;
/// Text before a segment that is looked at too: what separates two records may stand there.
const BEFORE: usize = 64;

/// A file in segments.
#[derive(Debug)]
pub(crate) struct Segmented {
    turns: Turns<Proof>,
    pub(crate) context: Arc<SourceContext>,
    lesson: OnceLock<Lesson>,
}

/// What the first segment shows.
#[derive(Debug)]
struct Lesson {
    shapes: Vec<(Arc<Learned>, bool)>,
    place: Place,
}

/// What is handed from segment to segment.
#[derive(Debug, Default)]
pub(crate) struct Proof {
    entry: Entry,
    pub(crate) pages: Vec<PageEnd>,
    /// The reason to stop.
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
        let entry = Entry { offset, line: 1, ..Entry::default() };
        let turns = Turns::new(file, Proof { entry, ..Proof::default() }, reported, options)?;
        Some(Self { turns, context, lesson: OnceLock::new() })
    }

    /// Splits the next segment that nobody has taken; `None` if there is none, or no reason to go on.
    pub(crate) fn next(&self, own: &mut Splitting<'_>) -> Option<Proven> {
        let (segment, stop) = self.turns.take()?;
        let guess = if self.turns.is_turn(segment) { None } else { self.guess(segment, own) };
        let guessed = guess.map(|entry| {
            let (offset, place) = (entry.offset, entry.place.clone());
            (offset, place, self.split(entry, stop, own))
        });
        let mut turn = self.turns.wait_for(segment, own.observer)?;
        let proof = &mut turn.state;
        let entry = std::mem::take(&mut proof.entry);
        let right =
            guessed.filter(|(offset, place, _)| *offset == entry.offset && place.is_like(&entry.place));
        let outcome = if entry.offset >= stop {
            // A record reaches over all of this segment.
            proof.entry = entry;
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
            proof.pages.append(&mut found.pages);
            match exit {
                Ok(exit) => {
                    proof.entry = exit.map(Exit::entry).unwrap_or_default();
                    Ok(vec![found])
                }
                Err(error) => Err((error, found)),
            }
        };
        let (found, failed) = match outcome {
            Ok(found) => (found, None),
            Err((error, found)) => (vec![found], Some(error)),
        };
        let has_failed = failed.is_some();
        proof.failed = failed;
        if segment == 0 {
            let _ =
                self.lesson.set(Lesson { shapes: own.shapes.learned(), place: proof.entry.place.clone() });
        }
        self.turns.prove(turn, has_failed, own.observer);
        let found = found.into_iter().next().unwrap_or_default();
        Some(Proven { batches: found.batches, too_large: found.too_large })
    }

    /// Waits until all segments are proven, and tells what is known of the whole.
    pub(crate) fn end(&self, observer: &dyn Observer) -> Option<FileEnd<Proof>> {
        self.turns.end(observer)
    }

    /// Where the first record of a segment begins, most likely.
    fn guess(&self, segment: u64, own: &mut Splitting<'_>) -> Option<Entry> {
        let lesson = self.lesson.get()?;
        own.shapes.adopt(&lesson.shapes);
        let from = segment * self.turns.segment;
        let base = from.checked_sub(BEFORE as u64)?;
        let (mut text, mut places) = own.spare.pop().unwrap_or_default();
        text.clear();
        places.clear();
        text.reserve(self.turns.segment as usize + (1 << 16));
        let read = self.turns.from(base).append(&mut text, BEFORE + GUESSED_IN).is_ok();
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
        let source = self.turns.from(entry.offset + ahead);
        let mut found = Found::default();
        let mut sink = Collect { found: &mut found, spare: own.spare };
        let exit = split_until(source, entry, stop, own.shapes, &mut sink);
        (found, exit)
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
                batch.context = entry.context.clone().or(batch.context.take());
            }
        }
        for position in &mut self.too_large {
            position.line = position.line.wrapping_add(entry.line);
        }
        if let (Some(page), Place::Page(members)) =
            (self.pages.iter_mut().find(|page| page.inherits), &entry.place)
        {
            page.next_link = page.next_link.take().or_else(|| members.next_link.clone());
            page.count = page.count.or(members.count);
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
