//! The beginning of a table: lines before the header, the header, and what it means.

use super::{TableError, TableSource};
use crate::columns::{Layout, is_called, repeated_column};
use crate::options::{ColumnMap, ColumnRef};
use crate::quote;
use crate::table_kind::{TableKind, table_kind};
use sod_model::{RefusalCode, StateTable};
use std::io::{self, BufRead, BufReader, Read};

/// How much of a table must hold its header, and shows how lines end.
pub(super) const HEAD: u64 = 64 * 1024;

/// Of a table of assignments whose lines end with `\n`: what is known before the first row.
pub(super) struct Head {
    /// Bytes before the first quote that counts.
    pub(super) skipped: u64,
    /// Where the first row begins, from the beginning of the text, and in which line.
    pub(super) rows_at: u64,
    pub(super) line: u64,
    pub(super) columns: usize,
    pub(super) layout: Layout,
}

/// Reads the beginning of a table of assignments; `None` for tables of other things, and where anything is odd.
pub(super) fn read_head(text: impl Read, separator: u8, source: &TableSource<'_>) -> Option<Head> {
    let mut head = Vec::new();
    text.take(HEAD).read_to_end(&mut head).ok()?;
    let mut rest = head.as_slice();
    let (skipped, lines) = skip_type_line(&mut rest).ok()?;
    if !rest.contains(&b'\n')
        || ends_rows_by_cr(rest)
        || (source.options.no_header && rest.starts_with(b"\xef\xbb\xbf"))
    {
        return None;
    }
    let mut reader = reader_of(rest, separator, csv::Terminator::Any(b'\n'));
    let mut record = csv::ByteRecord::new();
    // A record that goes on behind the head is not whole.
    let is_whole = |reader: &csv::Reader<&[u8]>| reader.position().byte() < rest.len() as u64;
    let read = reader.read_byte_record(&mut record).ok()? && is_whole(&reader);
    let columns = record.len();
    let (header, rows_at, line) = if source.options.no_header {
        (numbers(columns), 0, 1)
    } else {
        (names(&record), reader.position().byte(), reader.position().line())
    };
    // Without a header the layout is empty: columns are known by number alone.
    let mut layout = Layout::of_header(if source.options.no_header { &[] } else { &header });
    let kind = decide(&mut layout, &header, source).ok()?;
    (read && kind == TableKind::Assignments).then_some(Head {
        skipped,
        rows_at: skipped + rows_at,
        line: lines + line,
        columns,
        layout,
    })
}

/// The one way in which tables are cut into cells. What `split` finds must be what this reader would have found.
pub(super) fn reader_of<R: Read>(text: R, separator: u8, terminator: csv::Terminator) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .terminator(terminator)
        .buffer_capacity(1 << 18)
        .from_reader(text)
}

/// Whether rows end by a CR alone, as old Macs wrote them: an LF here and there, in a quoted cell or at the end of the file,
/// does not make it a table of one row.
pub(super) fn ends_rows_by_cr(text: &[u8]) -> bool {
    let lines = memchr::memchr_iter(b'\n', text).count();
    let alone = memchr::memchr_iter(b'\r', text).filter(|at| text.get(at + 1) != Some(&b'\n')).count();
    alone > lines
}

/// The names of columns.
pub(super) fn names(header: &csv::ByteRecord) -> Vec<String> {
    header.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
}

/// The names of columns that have none.
pub(super) fn numbers(columns: usize) -> Vec<String> {
    (1..=columns).map(|number| format!("#{number}")).collect()
}

/// What the rows are about, and where in them it stands.
pub(super) fn decide(
    layout: &mut Layout,
    header: &[String],
    source: &TableSource<'_>,
) -> Result<TableKind, TableError> {
    if let Some(map) = &source.options.map {
        layout.apply(map, header, source.stem).map_err(|column| {
            let message =
                format!("--map names the column {column}, but the columns are: {}", quote::columns(header));
            TableError::Refused(RefusalCode::UnknownColumns, message)
        })?;
        // A table that the map fits is meant by it: in a folder too, none of these is passed over.
        if let Some(name) = map.columns().find_map(|column| met_again(column, header)) {
            return Err(TableError::HalfKnown(format!(
                "two columns are called {name}; say in --map which counts, by number, such as #2 (the columns are: {})",
                quote::columns(header)
            )));
        }
        if let Some(number) = data_for_header(map, header).filter(|_| !source.options.no_header) {
            return Err(TableError::HalfKnown(format!(
                "the first row holds data and no names of columns: an id, an address or a state in #{number}. If the \
                 table has no header, add --no-header: without it that row would be lost. If it has one, name the \
                 columns in --map by it and not by number"
            )));
        }
    }
    // Taking the first of them could be the wrong one, and would not show.
    if source.options.map.is_none()
        && !source.options.no_header
        && let Some(name) = repeated_column(header)
    {
        let message = format!(
            "two columns are called {name}; say which counts, by number: --map user=#1,package=#2 (the columns are: {})",
            quote::columns(header)
        );
        return Err(unless_about_something_else(layout, message));
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
                quote::columns(header)
            );
            Err(unless_about_something_else(layout, message))
        }
        kind => Ok(kind),
    }
}

/// A folder is passed over where a table speaks of neither users nor packages.
fn unless_about_something_else(layout: &Layout, message: String) -> TableError {
    if layout.names_user() || layout.names_package() {
        TableError::HalfKnown(message)
    } else {
        TableError::Refused(RefusalCode::UnknownColumns, message)
    }
}

/// The name by which a column is asked for, if several bear it.
fn met_again<'h>(column: &ColumnRef, header: &'h [String]) -> Option<&'h str> {
    let ColumnRef::Name(name) = column else { return None };
    let mut known = header.iter().filter(|known| is_called(known, name));
    known.next()?;
    known.next().map(String::as_str)
}

/// The column, of those that are named by number, whose name must be data: an id, an address or a state.
fn data_for_header(map: &ColumnMap, header: &[String]) -> Option<usize> {
    let names_somebody = |cell: &str| quote::is_guid(cell) || is_address(cell);
    let is_state = |cell: &str| StateTable::find_known(cell).is_some();
    let data = |column: &Option<ColumnRef>, is_data: &dyn Fn(&str) -> bool| match column {
        Some(ColumnRef::Number(number)) => {
            let cell = header.get(number.checked_sub(1)?)?;
            is_data(cell.trim()).then_some(*number)
        }
        _ => None,
    };
    let mut ids = [&map.user, &map.package, &map.id].into_iter();
    ids.find_map(|column| data(column, &names_somebody)).or_else(|| data(&map.state, &is_state))
}

/// An address of mail, as `@odata.bind` and `Account@Tenant` are none.
fn is_address(cell: &str) -> bool {
    let Some((name, host)) = cell.split_once('@') else { return false };
    let is_host = host.split('.').count() > 1 && host.split('.').all(|label| !label.is_empty());
    !name.is_empty() && is_host && !host.starts_with("odata.") && !cell.contains(char::is_whitespace)
}

/// The cells of the first record.
pub(crate) fn header_of(text: impl Read, separator: u8) -> io::Result<Vec<String>> {
    let mut text = BufReader::new(text);
    skip_type_line(&mut text)?;
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text);
    let mut record = csv::ByteRecord::new();
    reader.read_byte_record(&mut record)?;
    Ok(names(&record))
}

/// PowerShell 5's `Export-Csv` puts a `#TYPE` line before the header.
pub(super) fn skip_type_line(text: &mut impl BufRead) -> io::Result<(u64, u64)> {
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
