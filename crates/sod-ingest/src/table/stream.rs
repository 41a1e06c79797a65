//! A table of assignments as it comes, read by one thread: compressed, from a pipe, or too small for several.

use super::batch::{TEXT_MAX, Table, TableBatch, buffers, line_ends, too_long};
use super::head::{HEAD, read_head};
use super::split::split_records;
use super::tail::Seen;
use super::{TableEnd, TableError, TableSource};
use crate::split::Buffers;
use crate::supply::{Stream, Supply};
use crate::turns::segment_bytes;
use sod_model::Position;
use std::io::{self, Chain, Cursor, Read};

/// A table that is read from its beginning to its end.
pub(crate) struct TableStream<R> {
    text: R,
    pub(crate) table: Table,
    /// How much text is looked at together.
    stretch: usize,
    /// What was read and not given out, and where it begins.
    rest: Vec<u8>,
    offset: u64,
    line: u64,
    ended: bool,
    /// All that was read and whose quotes count.
    seen: Seen,
    /// The last row, if it has line ends within.
    last: Option<Position>,
}

/// A text from its beginning, some of which was read already.
pub(crate) type Again<R> = Chain<Cursor<Vec<u8>>, R>;

impl<R: Read> TableStream<R> {
    /// Begins to read; gives the text back if it is no table of assignments, if it is odd, and if the caller trusts nothing but
    /// the general reader.
    pub(crate) fn new(
        mut text: R,
        separator: u8,
        source: &TableSource<'_>,
    ) -> io::Result<Result<Self, Again<R>>> {
        let mut begin = Vec::new();
        if source.options.plain_decoder {
            return Ok(Err(Cursor::new(begin).chain(text)));
        }
        text.by_ref().take(HEAD).read_to_end(&mut begin)?;
        let Some(head) = read_head(begin.as_slice(), separator, source) else {
            return Ok(Err(Cursor::new(begin).chain(text)));
        };
        let (offset, line) = (source.offset + head.rows_at, head.line);
        let mut seen = Seen::default();
        seen.note(begin.get(head.skipped as usize..).unwrap_or_default());
        let rest = begin.split_off((head.rows_at as usize).min(begin.len()));
        let table = Table::new(source.source, separator, head);
        let stretch = segment_bytes(source.options) as usize;
        Ok(Ok(Self { text, table, stretch, rest, offset, line, ended: false, seen, last: None }))
    }

    /// The next rows, as many as there are in a stretch of text; `None` if there are no more.
    pub(crate) fn next(&mut self, spare: &mut Vec<Buffers>) -> Result<Option<TableBatch>, TableError> {
        let (mut text, mut places) = buffers(spare);
        text.append(&mut self.rest);
        let (form, mut at, mut wanted) = (self.table.form(), 0, self.stretch);
        loop {
            self.fill(&mut text, wanted)?;
            at = split_records(&text, at, wanted, self.ended, form, &mut places);
            if !places.is_empty() || (self.ended && text.len() <= wanted) {
                break;
            }
            if wanted >= TEXT_MAX {
                return Err(too_long(self.offset + at as u64));
            }
            // The record at hand is longer: twice as much, so that it is not looked at too often.
            wanted *= 2;
        }
        if places.is_empty() {
            spare.push((text, places));
            return Ok(None);
        }
        self.rest.extend_from_slice(text.get(at..).unwrap_or_default());
        text.truncate(at);
        let (offset, line) = (self.offset, self.line);
        self.table.last_row(&text, offset, 0, &places).enter(line, &mut self.last);
        (self.offset, self.line) = (offset + at as u64, line + line_ends(&text, 0..at));
        Ok(Some(TableBatch { text, offset, line, places }))
    }

    /// Reads on until the text has so many bytes, or ends.
    fn fill(&mut self, text: &mut Vec<u8>, wanted: usize) -> Result<(), TableError> {
        let (from, more) = (text.len(), wanted.saturating_sub(text.len()));
        if !self.ended && more > 0 {
            let found = Stream(&mut self.text).append(text, more).map_err(TableError::Io)?;
            self.ended = found < more;
            self.seen.note(text.get(from..).unwrap_or_default());
        }
        Ok(())
    }

    /// How the table was read, when there are no more rows.
    pub(crate) fn end(self) -> Result<TableEnd, TableError> {
        self.seen.refuse_if_cut(self.last, self.table.separator)?;
        Ok(super::end(&self.table.layout))
    }
}
