//! A large table of assignments in segments, read by several threads.
//!
//! ```text
//! the beginning of the file tells columns and what they mean
//! for each segment, by any thread:
//!     guess that its first record begins behind its first line end; split from there up to the next segment
//!     wait until the segment before is proven, which tells where this one really begins
//!     if that is another place (a line end within quotes): split again, from there
//!     the next segment begins where this one stopped: it is proven too
//!     decode
//! ```

use super::batch::{LastRow, TEXT_MAX, Table, TableBatch, buffers, line_ends, too_long};
use super::head::read_head;
use super::split::split_records;
use super::tail::{Seen, TAIL, Watched};
use super::{TableEnd, TableError, TableSource};
use crate::split::Buffers;
use crate::supply::Supply;
use crate::turns::{FileEnd, Turns};
use sod_model::{Observer, Position};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader};

/// Text behind a segment that is read with it, so that its last record is whole.
const BEYOND: u64 = 1 << 12;
/// A guess that leads further than this many segments is wrong: quotes are taken for their opposite.
const GUESS_MAX: u64 = 2;

/// A table in segments.
#[derive(Debug)]
pub(crate) struct TableSegments {
    turns: Turns<Proof>,
    pub(crate) table: Table,
    /// From where on quotes count.
    quotes_from: u64,
}

/// What is handed from segment to segment.
#[derive(Debug, Default)]
struct Proof {
    /// Where the next record begins.
    offset: u64,
    line: u64,
    /// The last row, if it has line ends within.
    last: Option<Position>,
    failed: Option<TableError>,
}

/// A segment that was split, from wherever that began.
struct Split {
    buffers: Buffers,
    /// Place of the first byte of the text, and of the first record.
    base: u64,
    from: u64,
    /// Where the next record begins, and how many lines before that.
    exit: u64,
    lines: u64,
    last: LastRow,
}

/// What one thread needs to split segments.
pub(crate) struct Own<'o> {
    /// Buffers to be used again.
    pub(crate) spare: &'o mut Vec<Buffers>,
    pub(crate) observer: &'o dyn Observer,
}

impl TableSegments {
    /// `None` if it is too small to be worth it, no table of assignments, or odd; `reported` bytes of the file were told
    /// to the observer already.
    pub(crate) fn new(file: File, separator: u8, source: &TableSource<'_>, reported: u64) -> Option<Self> {
        let mut turns = Turns::new(file, Proof::default(), reported, source.options)?;
        let head = read_head(turns.from(source.offset), separator, source)?;
        turns.begin(Proof { offset: source.offset + head.rows_at, line: head.line, ..Proof::default() });
        let quotes_from = source.offset + head.skipped;
        Some(Self { turns, table: Table::new(source.source, separator, head), quotes_from })
    }

    /// Splits the next segment that nobody has taken; `None` if there is none, or no reason to go on.
    pub(crate) fn next(&self, own: &mut Own<'_>) -> Option<TableBatch> {
        let (segment, stop) = self.turns.take()?;
        let guessed = if self.turns.is_turn(segment) { None } else { self.guess(segment, stop, own) };
        let mut turn = self.turns.wait_for(segment, own.observer)?;
        let proof = &mut turn.state;
        let mut batch = TableBatch::default();
        // Otherwise a record reaches over all of this segment.
        if proof.offset < stop {
            let split = match guessed {
                Some(split) if split.from == proof.offset => Ok(split),
                other => {
                    own.spare.extend(other.map(|split| split.buffers));
                    self.split(proof.offset, stop, own)
                }
            };
            match split {
                Ok(split) => {
                    split.last.enter(proof.line, &mut proof.last);
                    let (text, places) = split.buffers;
                    batch = TableBatch { text, offset: split.base, line: proof.line, places };
                    (proof.offset, proof.line) = (split.exit, proof.line + split.lines);
                }
                Err(error) => proof.failed = Some(error),
            }
        }
        let failed = proof.failed.is_some();
        self.turns.prove(turn, failed, own.observer);
        Some(batch)
    }

    /// Waits until all segments are proven: how the table was read, its hash and its length.
    pub(crate) fn end(&self, observer: &dyn Observer) -> Option<FileEnd<Result<TableEnd, TableError>>> {
        let FileEnd { state, sha256, bytes, whole } = self.turns.end(observer)?;
        let outcome = match state.failed.or(whole.err().map(TableError::Io)) {
            Some(error) => Err(error),
            None => self.refuse_if_cut(state.last, bytes).map(|()| super::end(&self.table.layout)),
        };
        Some(FileEnd { state: outcome, sha256, bytes, whole: Ok(()) })
    }

    /// Quotes are counted only if the last row has line ends within: that takes all of the text.
    fn refuse_if_cut(&self, broken: Option<Position>, length: u64) -> Result<(), TableError> {
        let from = if broken.is_some() { 0 } else { length.saturating_sub(TAIL as u64) };
        let seen = RefCell::<Seen>::default();
        let text = Watched { inner: self.turns.from(from.max(self.quotes_from)), seen: &seen };
        io::copy(&mut BufReader::new(text), &mut io::sink()).map_err(TableError::Io)?;
        seen.into_inner().refuse_if_cut(broken, self.table.separator)
    }

    /// Splits from the first line end on; `None` if that leads nowhere.
    fn guess(&self, segment: u64, stop: u64, own: &mut Own<'_>) -> Option<Split> {
        let base = (segment * self.turns.segment).checked_sub(1)?;
        let mut buffers = buffers(own.spare);
        let ended = self.fill(&mut buffers.0, base, self.first(base, stop)).ok()?;
        let at = memchr::memchr(b'\n', &buffers.0).map(|end| end + 1);
        let Some(at) = at.filter(|at| base + (*at as u64) < stop) else {
            own.spare.push(buffers);
            return None;
        };
        let limit = GUESS_MAX * self.turns.segment + BEYOND;
        self.split_from(buffers, ended, base, at, stop, limit as usize).ok()
    }

    /// Splits from a record on.
    fn split(&self, from: u64, stop: u64, own: &mut Own<'_>) -> Result<Split, TableError> {
        let mut buffers = buffers(own.spare);
        let ended = self.fill(&mut buffers.0, from, self.first(from, stop)).map_err(TableError::Io)?;
        self.split_from(buffers, ended, from, 0, stop, TEXT_MAX)
    }

    /// How much to read first of a segment that is split from `base` on.
    fn first(&self, base: u64, stop: u64) -> u64 {
        (stop - base).min(self.turns.segment + 1) + BEYOND
    }

    /// Adds text; tells whether the file ended.
    fn fill(&self, text: &mut Vec<u8>, base: u64, count: u64) -> io::Result<bool> {
        let count = count as usize;
        Ok(self.turns.from(base + text.len() as u64).append(text, count)? < count)
    }

    fn split_from(
        &self,
        mut buffers: Buffers,
        mut ended: bool,
        base: u64,
        first: usize,
        stop: u64,
        limit: usize,
    ) -> Result<Split, TableError> {
        let (text, places) = &mut buffers;
        let form = self.table.form();
        places.reserve((text.len() / 128 + 1) * form.slots());
        let stop = usize::try_from(stop - base).unwrap_or(usize::MAX);
        let mut at = first;
        loop {
            at = split_records(text, at, stop, ended, form, places);
            if ended || at >= stop {
                break;
            }
            // The record at hand is longer than the text: twice as much, so that it is not looked at too often.
            let more = text.len().max(BEYOND as usize);
            if text.len() + more > limit {
                return Err(too_long(base + at as u64));
            }
            ended = self.fill(text, base, more as u64).map_err(TableError::Io)?;
        }
        let (lines, last) = (line_ends(text, first..at), self.table.last_row(text, base, first, places));
        Ok(Split { base, from: base + first as u64, exit: base + at as u64, lines, last, buffers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LoadOptions;
    use sod_model::Silent;
    use std::io::Write;

    const HEAD: &[u8] = b"user,package\n";

    /// A table of many segments in a file that may be read or not.
    fn table(is_readable: bool, options: &LoadOptions) -> TableSegments {
        let place = tempfile::NamedTempFile::new().unwrap();
        place.as_file().write_all(HEAD).unwrap();
        place.as_file().write_all(&b"ann,Pay\n".repeat(1000)).unwrap();
        let file = File::options().read(is_readable).write(true).open(&place).unwrap();
        let source = TableSource { source: 0, offset: 0, stem: "t", options };
        // It is whole only if something follows it.
        let head = read_head([HEAD, b"ann"].concat().as_slice(), b',', &source).unwrap();
        let begin = Proof { offset: head.rows_at, line: head.line, ..Proof::default() };
        let mut turns = Turns::new(file, Proof::default(), 0, options).unwrap();
        turns.begin(begin);
        TableSegments { turns, table: Table::new(0, b',', head), quotes_from: 0 }
    }

    fn rows(table: &TableSegments) -> (usize, bool) {
        let mut own = Own { spare: &mut Vec::new(), observer: &Silent };
        let rows = std::iter::from_fn(|| table.next(&mut own)).map(|batch| batch.places.len() / 3).sum();
        let end = table.end(&Silent).unwrap();
        assert!(end.whole.is_ok(), "told once");
        (rows, matches!(end.state, Err(TableError::Io(_))))
    }

    /// A disk that fails is not taken for the end of the table.
    #[test]
    fn what_cannot_be_read_is_no_end() {
        for hash in [false, true] {
            let options = LoadOptions { segment_bytes: 256, hash, ..LoadOptions::default() };
            assert_eq!(rows(&table(true, &options)), (1000, false));
            assert_eq!(rows(&table(false, &options)), (0, true));
        }
    }

    /// Neither is it in the middle of a record.
    #[test]
    fn what_cannot_be_read_on_is_no_end() {
        let options = LoadOptions { segment_bytes: 256, ..LoadOptions::default() };
        let begun = || (b"ann,Pay\nbob,Pa".to_vec(), Vec::new());
        let split = |is_readable: bool, stop| {
            table(is_readable, &options).split_from(begun(), false, 0, 0, stop, TEXT_MAX)
        };
        assert!(matches!(split(false, 12), Err(TableError::Io(_))));
        assert_eq!(split(false, 8).map(|split| split.exit).ok(), Some(8), "needs no more");
        assert!(split(true, 12).is_ok());
    }
}
