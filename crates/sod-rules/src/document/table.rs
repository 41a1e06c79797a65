//! Text to rows: a table with a header (CSV, with commas, semicolons or tabs), each cell with its place in the text.
//!
//! `csv-core` cuts the cells, so quoting is what every other reader of CSV takes it for; the places are ours. What it would
//! pass over in silence is a mistake here: a quote that does not end would swallow the rows behind it.

use super::node::{Entry, Node, Value};
use super::problem::{Problem, ProblemCode};
use super::reader::{closest, printable};
use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use std::ops::Range;

/// What a table may have.
pub(super) struct Columns {
    pub(super) known: &'static [Column],
    /// Whether others may be there, which are passed over.
    pub(super) others: bool,
}

/// A column that a table may have.
pub(super) struct Column {
    /// What it is called, in any case; blanks, `_` and `-` are alike.
    pub(super) name: &'static str,
    /// Whether a table without it says too little.
    pub(super) is_needed: bool,
}

/// Rows of a table: the cells that are not empty, under the names of their columns.
pub(super) struct Rows {
    /// In the order of the text.
    pub(super) rows: Vec<Node>,
    /// The names of the columns that are there.
    pub(super) present: Vec<&'static str>,
}

/// One cell: what it says, and where.
struct Cell {
    text: String,
    span: Range<usize>,
}

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The delimiter, if this is a table with at least so many of these columns. No TOML or JSON begins with a line of two.
pub(super) fn delimiter(text: &str, columns: &Columns, at_least: usize) -> Option<u8> {
    let header = text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty())?;
    let known = |delimiter: &u8| {
        let cells = records(header, 0, *delimiter, &mut Vec::new()).into_iter().next().unwrap_or_default();
        cells.iter().filter(|cell| column(columns, &cell.text).is_some()).count()
    };
    let best = DELIMITERS.into_iter().max_by_key(|delimiter| (known(delimiter), u8::MAX - delimiter))?;
    (known(&best) >= at_least).then_some(best)
}

/// The known columns of the first line, whatever separates them; none if it is no header of these.
pub(super) fn header(text: &str, columns: &Columns) -> Vec<&'static str> {
    let Some(delimiter) = delimiter(text, columns, 2) else { return Vec::new() };
    let body = text.trim_start_matches('\u{feff}');
    let first = body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let cells = records(first, 0, delimiter, &mut Vec::new()).into_iter().next().unwrap_or_default();
    cells.iter().filter_map(|cell| Some(column(columns, &cell.text)?.name)).collect()
}

/// Reads a table. What is wrong with the header is told once, and then no row is looked at: what they say is not known.
pub(super) fn read(text: &str, delimiter: u8, columns: &Columns, problems: &mut Vec<Problem>) -> Rows {
    let body = text.trim_start_matches('\u{feff}');
    let mut records = records(body, text.len() - body.len(), delimiter, problems).into_iter();
    let before = problems.len();
    let header = records.next().unwrap_or_default();
    let placed = placed(&header, columns, problems);
    let present = placed.iter().flatten().map(|column| column.name).collect();
    if problems.len() > before {
        return Rows { rows: Vec::new(), present };
    }
    let mut rows = Vec::new();
    for cells in records {
        if cells.len() != header.len() {
            let (found, expected) = (cells.len(), header.len());
            let message = format!("this row has {found} cells, and the header {expected}");
            let problem = Problem::new(ProblemCode::Syntax, span(&cells), message);
            problems.push(problem.help("put a cell that contains the separator in double quotes"));
            continue;
        }
        rows.push(row(cells, &header, &placed));
    }
    Rows { rows, present }
}

/// A row as a table of texts.
fn row(cells: Vec<Cell>, header: &[Cell], placed: &[Option<&Column>]) -> Node {
    let span = span(&cells);
    let mut entries = Vec::new();
    for ((cell, head), column) in cells.into_iter().zip(header).zip(placed) {
        if let Some(column) = column.filter(|_| !cell.text.trim().is_empty()) {
            let node = Node { span: cell.span, value: Value::Text(cell.text) };
            entries.push(Entry { key: column.name.to_owned(), key_span: head.span.clone(), node });
        }
    }
    Node { span, value: Value::Table(entries) }
}

/// The column behind each cell of the header.
fn placed(header: &[Cell], columns: &Columns, problems: &mut Vec<Problem>) -> Vec<Option<&'static Column>> {
    let mut placed: Vec<Option<&'static Column>> = Vec::new();
    for (at, cell) in header.iter().enumerate() {
        let found = column(columns, &cell.text);
        match found {
            None if columns.others => {}
            None if cell.text.trim().is_empty() => {
                let message = format!("column {} has no name", at + 1);
                problems.push(Problem::new(ProblemCode::UnknownKey, cell.span.clone(), message));
            }
            None => {
                let message = format!("there is no column `{}`", printable(cell.text.trim()));
                let names = || columns.known.iter().map(|column| column.name);
                let help = match closest(&normal(&cell.text), names()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("the columns are {}", names().collect::<Vec<_>>().join(", ")),
                };
                problems.push(Problem::new(ProblemCode::UnknownKey, cell.span.clone(), message).help(help));
            }
            Some(column) => {
                let first = placed.iter().position(|one| one.is_some_and(|one| one.name == column.name));
                if let Some(first) = first.and_then(|first| header.get(first)) {
                    let message = format!("the column `{}` stands here twice", column.name);
                    let problem = Problem::new(ProblemCode::DuplicateKey, cell.span.clone(), message);
                    problems.push(problem.beside(first.span.clone(), "the first is here"));
                }
            }
        }
        placed.push(found);
    }
    for column in columns.known.iter().filter(|column| column.is_needed) {
        if !placed.iter().flatten().any(|one| one.name == column.name) {
            let message = format!("the table needs a column `{}`", column.name);
            problems.push(Problem::new(ProblemCode::MissingKey, span(header), message));
        }
    }
    placed
}

fn column(columns: &Columns, name: &str) -> Option<&'static Column> {
    let name = normal(name);
    columns.known.iter().find(|column| column.name == name)
}

fn normal(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn span(cells: &[Cell]) -> Range<usize> {
    let ends = cells.first().zip(cells.last());
    ends.map_or(0..0, |(first, last)| first.span.start..last.span.end)
}

/// All records that are not blank. `shift` is where the text begins in the document.
fn records(text: &str, shift: usize, delimiter: u8, problems: &mut Vec<Problem>) -> Vec<Vec<Cell>> {
    let mut reader: Reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut records = Vec::new();
    let mut cells: Vec<Cell> = Vec::new();
    let mut at = 0;
    loop {
        // Line breaks between records belong to none.
        if cells.is_empty() {
            at += text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        }
        let start = at;
        let mut bytes = Vec::new();
        let (is_end, is_last) = loop {
            let mut buffer = [0; 256];
            let input = text.as_bytes().get(at..).unwrap_or_default();
            let (result, read, written) = reader.read_field(input, &mut buffer);
            at += read;
            bytes.extend(buffer.iter().take(written));
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::Field { record_end } => break (false, record_end),
                ReadFieldResult::End => break (true, true),
            }
        };
        if is_end {
            return records;
        }
        let source = text.get(start..at).unwrap_or_default();
        let source = source.trim_end_matches(['\r', '\n']);
        let source = source.strip_suffix(delimiter as char).filter(|_| !is_last).unwrap_or(source);
        let span = shift + start..shift + start + source.len();
        if is_badly_quoted(source) {
            let message = "a quoted cell does not end, or goes on behind its end";
            let problem = Problem::new(ProblemCode::Syntax, first_line(source, &span), message);
            problems.push(problem.help("write a double quote inside of a quoted cell twice"));
        }
        cells.push(Cell { text: String::from_utf8_lossy(&bytes).into_owned(), span });
        if is_last {
            let cells = std::mem::take(&mut cells);
            if cells.iter().any(|cell| !cell.text.trim().is_empty()) {
                records.push(cells);
            }
        }
    }
}

/// A cell that begins with a quote ends with one, and has an even number of them.
fn is_badly_quoted(source: &str) -> bool {
    let quotes = source.bytes().filter(|byte| *byte == b'"').count();
    source.starts_with('"') && (quotes % 2 == 1 || !source.ends_with('"'))
}

fn first_line(source: &str, span: &Range<usize>) -> Range<usize> {
    span.start..span.start + source.lines().next().map_or(0, str::len)
}
