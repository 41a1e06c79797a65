//! Reads tables: CSV with a header in any of its dialects, and plain lists of words.

use crate::columns::{Layout, ValueOf};
use crate::decoded::{DecodedPart, Rejected, SideRecord};
use crate::options::LoadOptions;
use crate::table_kind::{Row, TableKind, read_row, table_kind};
use hashbrown::HashSet;
use sod_model::{ExternalId, Position, RecordLocation, RefusalCode, RejectCode, Shape, SourceId};
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};

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
    let has_newline = text.fill_buf().map_err(TableError::Io)?.contains(&b'\n');
    let terminator = if has_newline { csv::Terminator::Any(b'\n') } else { csv::Terminator::CRLF };
    let quotes = Cell::new(0);
    let text = CountQuotes { inner: text, quotes: &quotes };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .terminator(terminator)
        .buffer_capacity(1 << 18)
        .from_reader(text);
    let offset = source.offset + skipped;
    let mut record = csv::ByteRecord::new();
    let mut header: Vec<String> = Vec::new();
    if !source.options.no_header {
        if !reader.read_byte_record(&mut record).map_err(csv_error)? {
            return Ok(TableEnd { shape: Shape::Empty, delivered_by_construction: false });
        }
        header = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
    }
    let mut layout = Layout::of_header(&header);
    let mut columns = header.len();
    let mut kind = None;
    let mut part = DecodedPart::default();
    let (mut seen, mut repeats) = (HashSet::<Option<ExternalId>>::default(), 0);
    let mut last = (Position { byte: 0, line: 0 }, false);
    loop {
        if !reader.read_byte_record(&mut record).map_err(csv_error)? {
            break;
        }
        if record.len() == 1 && record.get(0).is_some_and(|cell| cell.trim_ascii().is_empty()) && columns > 1
        {
            continue;
        }
        if columns == 0 {
            columns = record.len();
            header = (1..=columns).map(|number| format!("#{number}")).collect();
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
        last = (position, record.iter().any(has_line_end));
        let outcome = if record.len() == columns {
            let cells = record.iter().map(|cell| decode(cell, &mut part.not_utf8)).collect();
            read_row(&Row { cells, location, separator: separator as char }, &layout, kind, &mut part)
        } else {
            let detail = format!("{} cells, but the header has {columns}", record.len());
            Err((RejectCode::MalformedRow, detail))
        };
        if outcome.is_ok() && matches!(kind, TableKind::Users | TableKind::Packages) {
            repeats += u64::from(!seen.insert(listed_id(&part)));
        }
        reject(outcome, position, &mut part);
        hand_on(&mut part, PART, sink)?;
    }
    if repeats > 0 {
        let what = if kind == Some(TableKind::Users) { ("users", "package") } else { ("packages", "user") };
        return Err(TableError::HalfKnown(format!(
            "looks like a list of {}, but {repeats} rows repeat one: probably assignments with a {} column that sod \
             does not know, among: {}; say which it is: --map user=COLUMN,package=COLUMN[,state=COLUMN]",
            what.0,
            what.1,
            header.join(", ")
        )));
    }
    if last.1 && quotes.get() % 2 == 1 {
        let message =
            format!("{}: a cell is opened with a quote and never closed; what follows is no table", last.0);
        return Err(TableError::Refused(RefusalCode::Truncated, message));
    }
    if kind.is_none() {
        decide(&mut layout, &header, source)?;
    }
    hand_on(&mut part, 0, sink)?;
    Ok(end(&layout))
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

fn decide(layout: &mut Layout, header: &[String], source: &TableSource<'_>) -> Result<TableKind, TableError> {
    if let Some(map) = &source.options.map {
        layout.apply(map, header, source.stem).map_err(|column| {
            let message =
                format!("--map names the column {column}, but the columns are: {}", header.join(", "));
            TableError::Refused(RefusalCode::UnknownColumns, message)
        })?;
    }
    match table_kind(layout) {
        TableKind::AssignmentsWithoutPackage => Err(TableError::Refused(
            RefusalCode::NoPackageAnywhere,
            "a table of users without a package column (the official CSV recipe makes one file a package); say which \
             package: --map package=@file if the file is named for it, or --map package==ID"
                .to_owned(),
        )),
        TableKind::Unknown => {
            let message = format!(
                "no known user and package columns among: {}; say which they are: \
                 --map user=COLUMN,package=COLUMN[,state=COLUMN]",
                header.join(", ")
            );
            Err(if layout.names_user() || layout.names_package() {
                TableError::HalfKnown(message)
            } else {
                TableError::Refused(RefusalCode::UnknownColumns, message)
            })
        }
        kind => Ok(kind),
    }
}

/// Counts quotes on their way: an odd number means that a cell stays open to the end of the file, and that the rows
/// within it are lost.
struct CountQuotes<'q, R> {
    inner: R,
    quotes: &'q Cell<u64>,
}

impl<R: Read> Read for CountQuotes<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let found = memchr::memchr_iter(b'"', buffer.get(..count).unwrap_or_default()).count();
        self.quotes.set(self.quotes.get() + found as u64);
        Ok(count)
    }
}

fn has_line_end(cell: &[u8]) -> bool {
    memchr::memchr2(b'\n', b'\r', cell.trim_ascii_end()).is_some()
}

/// The cells of the first record.
pub(crate) fn header_of(text: impl Read, separator: u8) -> io::Result<Vec<String>> {
    let mut text = BufReader::new(text);
    skip_type_line(&mut text)?;
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text);
    let mut record = csv::ByteRecord::new();
    reader.read_byte_record(&mut record)?;
    Ok(record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect())
}

/// PowerShell 5's `Export-Csv` puts a `#TYPE` line before the header.
fn skip_type_line(text: &mut impl BufRead) -> io::Result<(u64, u64)> {
    let head = text.fill_buf()?;
    // `sep=;` is how Excel is told the separator.
    if !head.starts_with(b"#TYPE") && !head.starts_with(b"sep=") {
        return Ok((0, 0));
    }
    let mut length = 0;
    loop {
        let (at_hand, end) = {
            let text = text.fill_buf()?;
            (text.len(), text.iter().position(|byte| matches!(byte, b'\n' | b'\r')))
        };
        let taken = end.map_or(at_hand, |end| end + 1);
        text.consume(taken);
        length += taken as u64;
        if end.is_some() || taken == 0 {
            // The second half of a CRLF begins a blank line, which the reader skips.
            return Ok((length, u64::from(text.fill_buf()?.first() != Some(&b'\n'))));
        }
    }
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

/// Reads lines of `user package` between blanks; a third word is ignored. A first line of known headers is one.
pub(crate) fn read_words(
    text: impl Read,
    source: &TableSource<'_>,
    sink: &mut PartSink<'_>,
) -> Result<TableEnd, TableError> {
    let mut text = BufReader::with_capacity(1 << 18, text);
    let mut layout = Layout {
        user_plain: Some(ValueOf::Cell(0)),
        package_id: Some(ValueOf::Cell(1)),
        ..Layout::default()
    };
    if let Some(map) = &source.options.map {
        let columns = ["#1", "#2", "#3"].map(str::to_owned);
        layout.apply(map, &columns, source.stem).map_err(|column| {
            let message =
                format!("--map names the column {column}, but words have no header: say #1, #2 or #3");
            TableError::Refused(RefusalCode::UnknownColumns, message)
        })?;
    }
    let mut part = DecodedPart::default();
    let mut line = Vec::new();
    let mut at = Position { byte: source.offset, line: 1 };
    loop {
        line.clear();
        let length = text.read_until(b'\n', &mut line).map_err(TableError::Io)?;
        if length == 0 {
            break;
        }
        let location = RecordLocation {
            source: SourceId(source.source),
            offset: at.byte,
            length: u32::try_from(length).unwrap_or(u32::MAX),
            line: u32::try_from(at.line).unwrap_or(u32::MAX),
        };
        let decoded = decode(&line, &mut part.not_utf8);
        let cells: Vec<Cow<'_, str>> =
            decoded.split_whitespace().map(|word| Cow::Owned(word.to_owned())).collect();
        let is_header = at.line == 1 && {
            let words: Vec<String> = cells.iter().map(|cell| cell.to_string()).collect();
            let found = Layout::of_header(&words);
            let known = found.names_user() && found.names_package();
            if known && source.options.map.is_none() {
                layout = found;
            }
            known
        };
        let outcome = match cells.len() {
            0 => Ok(()),
            _ if is_header => Ok(()),
            2 | 3 => {
                read_row(&Row { cells, location, separator: ' ' }, &layout, TableKind::Assignments, &mut part)
            }
            words => Err((RejectCode::MalformedRow, format!("{words} words, expected 'user package'"))),
        };
        reject(outcome, at, &mut part);
        at = Position { byte: at.byte + length as u64, line: at.line + 1 };
        hand_on(&mut part, PART, sink)?;
    }
    hand_on(&mut part, 0, sink)?;
    Ok(TableEnd { shape: Shape::PlainList, delivered_by_construction: layout.state.is_none() })
}
