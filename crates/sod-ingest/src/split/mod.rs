//! Cuts a stream of JSON into records without holding it.
//!
//! Understands every way in which pages and objects are strung together: one page, pages after one another with or
//! without line ends, arrays of pages, bare arrays, bare objects, `$batch` answers. The inside of a record is only
//! balanced here (strings, braces); the decoder validates it, so that one broken record costs one record. The text
//! *between* records is validated strictly: there a mistake means that records may be missing, and the file is refused.
//!
//! Pseudo-code: `document = value*`; `value = '[' value,* ']' | page | record`; `page = '{' member,* '}'` where some
//! member is `"value": [record,*]` (or another wrapper's name); any other object is a record.
//!
//! Two departures make this fast. Records of a shape that is known ([`Shapes`]) are matched as whole runs, and their
//! values found on the way (`runs`). And a large file is cut at places where records are likely to begin, so that several
//! threads may split it: a splitter can start in the middle ([`Entry`]) and stop before a place ([`Exit`]), and who uses
//! that must compare the two (`segments`).

mod grammar;
mod runs;
mod skip;
#[cfg(test)]
mod tests;
mod window;

use crate::learn::Learned;
use crate::shapes::Shapes;
use crate::supply::{Stream, Supply};
use sod_model::{Position, RefusalCode};
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

/// Text is handed on in pieces of about this size: small enough to stay in the cache of one processor from splitting to
/// decoding.
const BATCH: usize = 1 << 19;
const READ: usize = 1 << 17;
/// So far from the beginning of a page its context still counts for the records before it.
const CONTEXT_REACH: u64 = 1 << 20;
const READ_FIRST: usize = 1 << 13;
const READ_BEYOND: usize = 1 << 13;
/// No Graph object comes near this.
const RECORD_MAX: usize = 64 << 20;
/// Arrays of arrays of pages, and no deeper.
const NESTING_MAX: u32 = 16;

/// What lies in a stretch of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Record,
    /// A list or an object beside the records of a page: it counts if there are records in it.
    Beside,
    /// Records of one shape: the run of that number.
    Run(u32),
}

/// One record in a batch, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) content: Content,
}

/// Records of one shape that follow one another.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) shape: Arc<Learned>,
    /// Their places in those of the batch: so many for each record as the shape has slots.
    pub(crate) places: Range<usize>,
    /// Each record has as many lines as the one that taught the shape.
    pub(crate) even: bool,
}

impl Run {
    pub(crate) fn records(&self) -> usize {
        self.places.len() / usize::from(self.shape.slot_count).max(1)
    }

    /// Line ends from the beginning of a record to that of the next.
    pub(crate) fn lines_to_next(&self, text: &[u8], [start, end]: [u32; 2]) -> u64 {
        if self.even {
            return u64::from(self.shape.lines_between);
        }
        let record = text.get(start as usize..end as usize).unwrap_or_default();
        memchr::memchr_iter(b'\n', record).count() as u64 + u64::from(self.shape.lines_in_separator)
    }

    /// Line ends from the beginning of the first record to the end of the last, if they need not be counted.
    pub(crate) fn lines(&self) -> Option<u64> {
        let all = self.records() as u64 * u64::from(self.shape.lines_between);
        self.even.then(|| all - u64::from(self.shape.lines_in_separator))
    }
}

/// Some records and the text they lie in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    pub(crate) text: Vec<u8>,
    /// Place of the first byte of `text` in the source.
    pub(crate) offset: u64,
    pub(crate) line: u64,
    pub(crate) spans: Vec<Span>,
    pub(crate) runs: Vec<Run>,
    /// Where the values of runs lie in `text`.
    pub(crate) places: Vec<[u32; 2]>,
    /// `@odata.context` of the page.
    pub(crate) context: Option<Arc<str>>,
    /// The context is that of the page in which the splitter was started; `context` is what counts if that has none.
    pub(crate) inherits: bool,
}

/// A page was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageEnd {
    pub(crate) context: Option<Arc<str>>,
    pub(crate) next_link: Option<Box<str>>,
    /// How many records the query has in all, as the service counts them.
    pub(crate) count: Option<u64>,
    /// The splitter was started in the middle of this page: what stands before that place is not in here.
    pub(crate) inherits: bool,
}

/// Why the text between the records is not JSON.
#[derive(Debug)]
pub(crate) enum SplitError {
    /// With what was found, what was expected, and where.
    Refused(RefusalCode, String, Position),
    Io(io::Error),
    /// The receiver wants no more.
    Stopped,
    /// The place to stop at was reached.
    Paused,
}

/// The text and the places of a batch.
pub(crate) type Buffers = (Vec<u8>, Vec<[u32; 2]>);

/// Receives what the splitter finds.
pub(crate) trait SplitSink {
    /// `last` tells that the source ends here. `false` stops.
    fn batch(&mut self, batch: Batch, last: bool) -> bool;
    fn page_end(&mut self, page: PageEnd);
    /// A record longer than the limit lies here; its text was not kept.
    fn too_large(&mut self, at: Position);
    /// Buffers of a batch that is not used any more.
    fn spare(&mut self) -> Buffers {
        Buffers::default()
    }
}

/// In what a record stands.
#[derive(Clone, Debug, Default)]
pub(crate) enum Place {
    /// At the top, like the lines of a file of JSON lines.
    #[default]
    Document,
    /// In a list at the top.
    List,
    /// In the records of a page at the top.
    Page(Members),
}

impl Place {
    /// Whether two places are of one kind, so that what follows is read in one way.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Document, Self::Document) | (Self::List, Self::List) => true,
            (Self::Page(a), Self::Page(b)) => a.has_id == b.has_id,
            _ => false,
        }
    }
}

/// Where a splitter begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) offset: u64,
    pub(crate) line: u64,
    pub(crate) place: Place,
    pub(crate) context: Option<Arc<str>>,
    /// The context is not known yet, nor are the members of the page: they are filled in afterwards.
    pub(crate) inherits: bool,
    /// Text that was read already (and room for places), and where in it the first record begins.
    pub(crate) buffers: Buffers,
    pub(crate) at: usize,
}

/// Where a splitter stopped.
#[derive(Clone, Debug)]
pub(crate) struct Exit {
    pub(crate) offset: u64,
    pub(crate) line: u64,
    pub(crate) place: Place,
    pub(crate) context: Option<Arc<str>>,
    /// The page, and so its context, is still the one in which the splitter was started.
    pub(crate) inherits: bool,
}

impl Exit {
    /// Where the next splitter begins.
    pub(crate) fn entry(self) -> Entry {
        let Self { offset, line, place, context, .. } = self;
        Entry { offset, line, place, context, ..Entry::default() }
    }
}

/// Splits one source. `offset` is where the text begins (after a byte order mark).
pub(crate) fn split(
    source: impl Read,
    offset: u64,
    shapes: &mut Shapes,
    sink: &mut dyn SplitSink,
) -> Result<(), SplitError> {
    let mut buffers = sink.spare();
    buffers.0.clear();
    buffers.1.clear();
    let entry = Entry { offset, line: 1, buffers, ..Entry::default() };
    split_until(Stream(source), entry, u64::MAX, shapes, sink).map(|_| ())
}

/// Splits from somewhere on, until a record begins at `stop` or later; `None` at the end of the source.
pub(crate) fn split_until(
    source: impl Supply,
    entry: Entry,
    stop: u64,
    shapes: &mut Shapes,
    sink: &mut dyn SplitSink,
) -> Result<Option<Exit>, SplitError> {
    let Entry { offset, line, place, context, inherits, buffers: (text, places), at } = entry;
    let before = memchr::memchr_iter(b'\n', text.get(..at).unwrap_or_default()).count() as u64;
    let mut splitter = Splitter {
        source,
        ended: false,
        read_size: if text.is_empty() { READ_FIRST } else { READ },
        keep: at,
        at,
        text,
        // Lines before the first record are not counted.
        line: line.wrapping_sub(before),
        offset: offset.wrapping_sub(at as u64),
        spans: Vec::new(),
        runs: Vec::new(),
        places,
        context,
        context_ended: false,
        unnamed: None,
        inherits,
        dropped: None,
        stop,
        exit: None,
        previous: None,
        shapes,
        sink,
    };
    match splitter.resume(place) {
        Ok(()) => splitter.flush(true).map(|()| None),
        Err(SplitError::Paused) => {
            splitter.flush(true)?;
            // All before the place to stop at is handed on: what is counted is where it is.
            let (offset, line) = (splitter.offset, splitter.line);
            Ok(splitter.exit.map(|exit| Exit { offset, line, ..exit }))
        }
        Err(error) => Err(error),
    }
}

struct Splitter<'s, S> {
    source: S,
    ended: bool,
    text: Vec<u8>,
    /// How much to read next: small files stay cheap, large ones are read in large pieces.
    read_size: usize,
    at: usize,
    /// First byte that is still needed; positions that must survive a refill are relative to it.
    keep: usize,
    offset: u64,
    line: u64,
    spans: Vec<Span>,
    runs: Vec<Run>,
    places: Vec<[u32; 2]>,
    context: Option<Arc<str>>,
    /// The page of the context was read to its end.
    context_ended: bool,
    /// Where the page at hand begins, if it has named no context yet.
    unnamed: Option<u64>,
    /// Still in the page in which it was started, whose context is not known.
    inherits: bool,
    /// Where the value at hand began, once it grew too long to be kept.
    dropped: Option<Position>,
    stop: u64,
    exit: Option<Exit>,
    /// The record before the one at hand, if it is in the text and of no known shape.
    previous: Option<Range<usize>>,
    shapes: &'s mut Shapes,
    sink: &'s mut dyn SplitSink,
}

/// What is known of an object whose members are being read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    is_page: bool,
    has_id: bool,
    /// Lists and objects so far, relative to what is kept.
    containers: Vec<(usize, usize)>,
    error: Option<(String, Position)>,
    pub(crate) next_link: Option<Box<str>>,
    pub(crate) count: Option<u64>,
    /// The context was read: what follows is of a known kind.
    named: bool,
    /// Where the object begins.
    began: u64,
    /// The splitter was started among these, without knowing those before.
    pub(crate) inherits: bool,
}

impl Members {
    /// Those of a page of which nothing else is known.
    pub(crate) fn of_page() -> Self {
        Self { is_page: true, inherits: true, named: true, ..Self::default() }
    }

    /// Adds what came before, if this is still the page in which a splitter was started.
    pub(crate) fn settle(&mut self, before: &Self) {
        if self.inherits {
            self.inherits = false;
            self.next_link = self.next_link.take().or_else(|| before.next_link.clone());
            self.count = self.count.or(before.count);
        }
    }
}

type Step<T> = Result<T, SplitError>;
