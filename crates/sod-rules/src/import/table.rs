//! A foreign table: cells, lines, and which character separates them.

use super::collect::Collector;
use super::note::Place;
use super::word::LONGEST;
use super::{ImportCode, note::Lines};
use std::sync::Arc;

/// A row and its line.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

impl Row {
    pub(super) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map(String::as_str).unwrap_or_default()
    }
}

/// A table with its header.
pub(super) struct Table {
    pub(super) path: Arc<str>,
    pub(super) header: Row,
    pub(super) rows: Vec<Row>,
}

impl Table {
    pub(super) fn place(&self, row: &Row, column: &str) -> Place {
        Place { path: Arc::clone(&self.path), line: row.line, column: 0, within: column.into() }
    }

    /// What a column is called, for messages: its header, or else its number.
    pub(super) fn column(&self, at: usize) -> String {
        match self.header.cell(at) {
            "" => format!("column {}", at + 1),
            name => name.to_owned(),
        }
    }
}

/// Reads a table, separated by the character that the first line has most of.
pub(super) fn read(path: &Arc<str>, text: &str, notes: &mut Collector) -> Option<Table> {
    let (text, skipped) = without_separator_line(text);
    let separator = separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let lines = Lines::new(path, text);
    let mut rows = Vec::new();
    for record in reader.records() {
        // From text in memory nothing can fail but what is not UTF-8, and it is.
        let Ok(record) = record else { continue };
        // The second byte of the line end before it belongs to no record; to the reader the record begins there.
        let at = record.position().and_then(|position| usize::try_from(position.byte()).ok());
        let line = at.map_or(0, |at| lines.line_from(at)) + skipped;
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row { line, cells });
        }
    }
    if let Some((at, what)) = stray_quote(text, separator) {
        let place = lines.place(at, "");
        let place = Place { line: place.line + skipped, ..place };
        let why = "what is behind it may be rows, or part of a cell; mend the quotes";
        notes.problem(ImportCode::Unreadable, place, what, why);
        return None;
    }
    if rows.is_empty() {
        let place = Place { path: Arc::clone(path), ..Place::default() };
        notes.problem(ImportCode::Unreadable, place, "an empty file", "expected a table with a header line");
        return None;
    }
    let header = rows.remove(0);
    Some(Table { path: Arc::clone(path), header, rows })
}

/// `sep=;` is how Excel is told the separator; the character shows by itself.
fn without_separator_line(text: &str) -> (&str, usize) {
    let (first, rest) = text.split_at(text.find(['\r', '\n']).unwrap_or(text.len()));
    if rest.is_empty() || !first.to_lowercase().starts_with("sep=") {
        return (text, 0);
    }
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])).unwrap_or(rest);
    (rest, 1)
}

fn separator(text: &str) -> u8 {
    let first = text.split(['\r', '\n']).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut counts = [(b',', 0u32), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in first.bytes() {
        quoted ^= byte == b'"';
        if let Some(slot) = counts.iter_mut().find(|(separator, _)| !quoted && *separator == byte) {
            slot.1 += 1;
        }
    }
    // Of equals the first.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

/// Where quotes do not enclose a cell: one that is never closed, or one with text behind it. Rows would vanish in a cell.
fn stray_quote(text: &str, separator: u8) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    let ends = |byte: u8| byte == separator || byte == b'\n' || byte == b'\r';
    let (mut at, mut cell_begins) = (0, true);
    while let Some(&byte) = bytes.get(at) {
        if cell_begins && byte == b'"' {
            let opened = at;
            at += 1;
            loop {
                match (bytes.get(at), bytes.get(at + 1)) {
                    (Some(b'"'), Some(b'"')) => at += 2,
                    (Some(b'"'), _) => break,
                    (Some(_), _) => at += 1,
                    (None, _) => return Some((opened, "a quote that is never closed")),
                }
            }
            at += 1;
            while bytes.get(at) == Some(&b' ') {
                at += 1;
            }
            if bytes.get(at).is_some_and(|byte| !ends(*byte)) {
                return Some((at, "text behind a closing quote"));
            }
            cell_begins = false;
            continue;
        }
        cell_begins = ends(byte);
        at += 1;
    }
    None
}

/// A number of cells, for messages.
pub(super) fn counted(cells: usize) -> String {
    format!("{cells} cell{}", if cells == 1 { "" } else { "s" })
}

/// Rows of the header's width whose cells are not too long; the others are told.
pub(super) fn sound_rows<'t>(table: &'t Table, notes: &mut Collector) -> Vec<&'t Row> {
    let width = table.header.cells.len();
    let mut sound = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let beyond = row.cells.get(width..).unwrap_or_default();
        if row.cells.len() < width || beyond.iter().any(|cell| !cell.is_empty()) {
            let what = format!("a row of {}", counted(row.cells.len()));
            let why = format!("the header has {width}, so it is not known which is which");
            notes.lost(ImportCode::RowShape, table.place(row, ""), what, why);
        } else if let Some(at) = row.cells.iter().position(|cell| cell.len() > LONGEST) {
            let what = format!("a cell of {} bytes", row.cell(at).len());
            let why = format!("no text of a rule is longer than {LONGEST}");
            notes.lost(ImportCode::TooLong, table.place(row, &table.column(at)), what, why);
        } else {
            sound.push(row);
        }
    }
    sound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_quotes_are_found() {
        let check = |text: &str| stray_quote(text, b',').map(|(at, _)| at);
        assert_eq!(check("a,\"b"), Some(2));
        assert_eq!(check("a,\"b\"\"\n"), Some(2));
        assert_eq!(check("a,\"b\nc,\"d\"\n"), Some(8));
        for sound in ["a,\"b\"\"\"\n", "a,5\" disk,\"\"\n", "\"a\nb\",c", "\"a\" ,b\r\n\"c\"", "\"a\""] {
            assert_eq!(check(sound), None, "{sound}");
        }
    }

    #[test]
    fn rows_know_their_lines_whatever_ends_them() {
        let lines = |text: &str| {
            let table = read(&"f".into(), text, &mut Collector::default()).unwrap();
            table.rows.iter().map(|row| row.line).collect::<Vec<_>>()
        };
        let text = "\na;b\n\n1;\"x\ny\"\n2;z\n";
        for end in ["\n", "\r\n", "\r"] {
            assert_eq!(lines(&text.replace('\n', end)), [4, 6], "{end:?}");
            assert_eq!(lines(&format!("sep=;\n{text}").replace('\n', end)), [5, 7], "{end:?}");
        }
    }

    #[test]
    fn separators_show_in_the_header() {
        assert_eq!(separator("a;b;c,d\n1,2,3,4,5"), b';');
        assert_eq!(separator("\na\tb"), b'\t');
        assert_eq!(separator("\"a;b;c\",d"), b',');
        assert_eq!(separator("a"), b',');
    }
}
