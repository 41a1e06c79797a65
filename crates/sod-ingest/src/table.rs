//! Reads tables: CSV with a header in any of its dialects, and plain lists of words.
//!
//! There are two ways. Any table can be read by the `csv` crate and each row by itself (`read_table`): this is what a
//! table says. A table of assignments is cut by a splitter of our own (`split`), and what was met before is recognised
//! (`rows`); whatever is odd goes through the first way, row by row. Several threads read a large one on disk
//! (`segments`), one thread any other (`stream`).

mod batch;
mod cells;
mod groups;
mod head;
mod rows;
mod segments;
mod specials;
mod split;
mod stream;
mod tail;
mod words;

use crate::columns::Layout;
use crate::decoded::{DecodedPart, Rejected, SideRecord};
use crate::options::LoadOptions;
use crate::quote;
use crate::table_kind::{Row, TableKind, read_row};
pub(crate) use batch::{Table, TableBatch};
use hashbrown::HashSet;
pub(crate) use head::header_of;
use head::{decide, ends_rows_by_cr, names, numbers, reader_of, skip_type_line};
pub(crate) use rows::{Recognised, decode_rows};
pub(crate) use segments::{Own, TableSegments};
use sod_model::{ExternalId, Position, RecordLocation, RefusalCode, RejectCode, Shape, SourceId};
use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read};
pub(crate) use stream::TableStream;
use tail::Watched;
pub(crate) use words::read_words;

/// Rows are handed on in parts of this many.
const PART: usize = 16 * 1024;

/// Where a table stands.
pub(crate) struct TableSource<'s> {
    pub(crate) source: u32,
    pub(crate) offset: u64,
    pub(crate) stem: &'s str,
    pub(crate) options: &'s LoadOptions,
}

/// How a table was read to its end.
pub(crate) struct TableEnd {
    pub(crate) shape: Shape,
    pub(crate) delivered_by_construction: bool,
}

/// Why a table is not read.
#[derive(Debug)]
pub(crate) enum TableError {
    Refused(RefusalCode, String),
    /// Users without packages, or packages without users: columns that sod does not know may be the other side.
    HalfKnown(String),
    Io(io::Error),
    Stopped,
}

/// Receives decoded parts; `false` stops.
pub(crate) type PartSink<'s> = dyn FnMut(DecodedPart) -> bool + 's;

/// Reads a table with separators.
pub(crate) fn read_table(
    text: impl Read,
    separator: u8,
    source: &TableSource<'_>,
    sink: &mut PartSink<'_>,
) -> Result<TableEnd, TableError> {
    let mut text = BufReader::with_capacity(1 << 18, text);
    let (skipped, lines) = skip_type_line(&mut text).map_err(TableError::Io)?;
    // The reader takes a CRLF for CR and a blank: rows would begin a byte and a line too early. So `\n` ends a row where
    // there is one, and the `\r` before it is trimmed like any blank.
    let begin = text.fill_buf().map_err(TableError::Io)?;
    let terminator = if ends_rows_by_cr(begin) { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let seen = RefCell::default();
    let text = Watched { inner: text, seen: &seen };
    let mut reader = reader_of(text, separator, terminator);
    let offset = source.offset + skipped;
    let mut record = csv::ByteRecord::new();
    let mut header: Vec<String> = Vec::new();
    if !source.options.no_header {
        if !reader.read_byte_record(&mut record).map_err(csv_error)? {
            return Ok(TableEnd { shape: Shape::Empty, delivered_by_construction: false });
        }
        header = names(&record);
    }
    let mut layout = Layout::of_header(&header);
    let mut columns = header.len();
    let mut kind = None;
    let mut part = DecodedPart::default();
    let (mut listed, mut repeats) = (HashSet::<Option<ExternalId>>::default(), 0);
    let mut broken = None;
    loop {
        if !reader.read_byte_record(&mut record).map_err(csv_error)? {
            break;
        }
        if is_blank(record.len(), record.get(0), columns) {
            continue;
        }
        if columns == 0 {
            columns = record.len();
            header = numbers(columns);
        }
        let kind = match kind {
            Some(kind) => kind,
            None => *kind.insert(decide(&mut layout, &header, source)?),
        };
        let place = record.position();
        let position = Position {
            byte: offset + place.map_or(0, csv::Position::byte),
            line: lines + place.map_or(0, csv::Position::line),
        };
        let location = RecordLocation {
            source: SourceId(source.source),
            offset: position.byte,
            length: u32::try_from(offset + reader.position().byte() - position.byte).unwrap_or(u32::MAX),
            line: u32::try_from(position.line).unwrap_or(u32::MAX),
        };
        broken = record.iter().any(has_line_end).then_some(position);
        let rows = RowsOf { layout: &layout, columns, kind, separator };
        let accepted = rows.read(record.iter(), location, position, &mut part);
        if accepted && matches!(kind, TableKind::Users | TableKind::Packages) {
            repeats += u64::from(!listed.insert(listed_id(&part)));
        }
        hand_on(&mut part, PART, sink)?;
    }
    if repeats > 0 {
        let what = if kind == Some(TableKind::Users) { ("users", "package") } else { ("packages", "user") };
        return Err(TableError::HalfKnown(format!(
            "looks like a list of {}, but {repeats} rows repeat one: probably assignments with a {} column that sod \
             does not know, among: {}; say which it is: --map user=COLUMN,package=COLUMN[,state=COLUMN]",
            what.0,
            what.1,
            quote::columns(&header)
        )));
    }
    seen.borrow().refuse_if_cut(broken, separator)?;
    if kind.is_none() {
        decide(&mut layout, &header, source)?;
    }
    hand_on(&mut part, 0, sink)?;
    Ok(end(&layout))
}

/// A line without content is no row, unless there is but one column.
fn is_blank(cells: usize, first: Option<&[u8]>, columns: usize) -> bool {
    cells == 1 && first.is_some_and(|cell| cell.trim_ascii().is_empty()) && columns > 1
}

/// How rows of a table read.
struct RowsOf<'t> {
    layout: &'t Layout,
    columns: usize,
    kind: TableKind,
    separator: u8,
}

impl RowsOf<'_> {
    /// Reads one row into `part`, or notes there why not; tells which.
    fn read<'c>(
        &self,
        cells: impl ExactSizeIterator<Item = &'c [u8]>,
        location: RecordLocation,
        position: Position,
        part: &mut DecodedPart,
    ) -> bool {
        let (found, columns) = (cells.len(), self.columns);
        let outcome = if found == columns {
            let cells = cells.map(|cell| decode(cell, &mut part.not_utf8)).collect();
            let row = Row { cells, location, separator: self.separator as char };
            read_row(&row, self.layout, self.kind, part)
        } else {
            Err((RejectCode::MalformedRow, format!("{found} cells, but the header has {columns}")))
        };
        let accepted = outcome.is_ok();
        reject(outcome, position, part);
        accepted
    }
}

/// The user or the package that the last row listed.
fn listed_id(part: &DecodedPart) -> Option<ExternalId> {
    match part.side.last()? {
        SideRecord::Subject { ids, .. } => {
            [&ids.object, &ids.record, &ids.target, &ids.name, &ids.plain].into_iter().find_map(Clone::clone)
        }
        SideRecord::Package(facts) => facts.id.clone(),
        _ => None,
    }
}

fn end(layout: &Layout) -> TableEnd {
    TableEnd {
        shape: if layout.official { Shape::OfficialCsv } else { Shape::Csv },
        delivered_by_construction: layout.state.is_none(),
    }
}

fn has_line_end(cell: &[u8]) -> bool {
    memchr::memchr2(b'\n', b'\r', cell.trim_ascii_end()).is_some()
}

fn decode<'c>(cell: &'c [u8], not_utf8: &mut u64) -> Cow<'c, str> {
    match std::str::from_utf8(cell) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            *not_utf8 += 1;
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0
        }
    }
}

fn reject(outcome: Result<(), (RejectCode, String)>, position: Position, part: &mut DecodedPart) {
    if let Err((code, detail)) = outcome {
        part.rejected.push(Rejected { position, code, detail: detail.into() });
    }
}

fn hand_on(part: &mut DecodedPart, at_least: usize, sink: &mut PartSink<'_>) -> Result<(), TableError> {
    if part.assignments.len() + part.rejected.len() + part.side.len() < at_least {
        return Ok(());
    }
    if sink(std::mem::take(part)) { Ok(()) } else { Err(TableError::Stopped) }
}

fn csv_error(error: csv::Error) -> TableError {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => TableError::Io(error),
        _ => TableError::Refused(RefusalCode::Malformed, text),
    }
}
