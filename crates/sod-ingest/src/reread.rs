//! Reads original records again, from where they lie.
//!
//! A snapshot keeps places, not texts: the export is not held in memory. Records are read back in one pass over each
//! file, in the order of their places; a plain file is read only where they are.

use crate::lone;
use crate::open::open;
use crate::options::Input;
use crate::sniff::{Content, sniff};
use crate::table::header_of;
use serde_json::{Map, Value};
use sod_model::{
    Assignment, Compression, Encoding, RecordLocation, Shape, Silent, Snapshot, Source, SourceId,
};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// A record as exported: every member, in its order and spelling. The cells of a table stand under their headers.
pub type OriginalRecord = Map<String, Value>;

/// What is done with a text: the dialect if it is of a table, its place, for which position, and the text.
type Visit<'v> = dyn FnMut(Option<&Table>, RecordLocation, usize, &str) -> Result<(), RereadError> + 'v;

/// Where the sources of a snapshot can be read again. Holds the copy of standard input, if one was kept; the copy is
/// removed when this is dropped.
#[derive(Debug, Default)]
pub struct Originals {
    pub(crate) sources: Vec<Origin>,
    pub(crate) no_header: bool,
}

/// Where one source can be read again.
#[derive(Debug)]
pub(crate) enum Origin {
    Input(Input),
    Copy(tempfile::TempPath),
    Gone,
}

/// A record could not be read again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RereadError {
    /// The file is gone, may not be read, or was standard input that was not kept.
    #[error("{path}: cannot be read again: {problem}")]
    Unreadable {
        /// Which file.
        path: Box<str>,
        /// Why.
        problem: Box<str>,
    },
    /// The file is not what it was when it was loaded.
    #[error(
        "{path}: changed while it was used: the record read at byte {offset} is no longer there; run again"
    )]
    Changed {
        /// Which file.
        path: Box<str>,
        /// Where.
        offset: u64,
    },
    /// Whoever was given the records asked to stop.
    #[error("stopped")]
    Cancelled,
}

impl Originals {
    /// The paths that were read, as the system knows them: [`Source::path`] is for people, and shows letters that are not UTF-8 by
    /// others. Standard input and bytes in memory have none.
    pub fn paths(&self) -> impl Iterator<Item = (SourceId, &Path)> {
        self.sources.iter().zip(0..).filter_map(|(origin, id)| match origin {
            Origin::Input(Input::Path(path)) => Some((SourceId(id), path.as_path())),
            Origin::Input(Input::Stdin | Input::Bytes { .. }) | Origin::Copy(_) | Origin::Gone => None,
        })
    }

    /// The original records of assignments, in the order asked for.
    ///
    /// # Errors
    /// When a file is gone or has changed since it was loaded, or standard input was not kept
    /// ([`LoadOptions::keep_originals`](crate::LoadOptions::keep_originals)).
    pub fn read(
        &self,
        snapshot: &Snapshot,
        assignments: &[Assignment],
    ) -> Result<Vec<OriginalRecord>, RereadError> {
        let mut places = Vec::with_capacity(assignments.len());
        for (at, assignment) in assignments.iter().enumerate() {
            places.push((assignment.location.ok_or_else(no_places)?, at));
        }
        let mut found = vec![Map::new(); assignments.len()];
        self.each(snapshot, places, &mut |table, location, at, text| {
            let record = match table {
                Some(table) => table.record(text),
                None => serde_json::from_str(&lone::readable(text)).ok(),
            };
            if let Some(slot) = found.get_mut(at) {
                *slot = record.ok_or_else(|| changed(snapshot, location))?;
            }
            Ok(())
        })?;
        check_ids(snapshot, assignments, &found)?;
        Ok(found)
    }

    /// Hands out the JSON text of the record of every assignment, by the position of the assignment in
    /// [`Snapshot::table`], in one pass over each source and in the order of the places. Assignments that stand in tables
    /// (CSV) have no such text and are left out.
    ///
    /// # Errors
    /// As [`read`](Self::read), but for records that changed: whoever parses them sees that first.
    pub fn each_json(
        &self,
        snapshot: &Snapshot,
        visit: &mut dyn FnMut(usize, &str) -> Result<(), RereadError>,
    ) -> Result<(), RereadError> {
        let mut places = Vec::with_capacity(snapshot.table().len());
        for (at, assignment) in snapshot.assignments().enumerate() {
            places.push((assignment.location.ok_or_else(no_places)?, at));
        }
        self.each(snapshot, places, &mut |table, _, at, text| match table {
            Some(_) => Ok(()),
            None => visit(at, &lone::readable(text)),
        })
    }

    /// Reads what lies at the places, source by source.
    fn each(
        &self,
        snapshot: &Snapshot,
        mut places: Vec<(RecordLocation, usize)>,
        visit: &mut Visit<'_>,
    ) -> Result<(), RereadError> {
        places.sort_unstable();
        for places in places.chunk_by(|a, b| a.0.source == b.0.source) {
            let id = places.first().map_or(SourceId(0), |(place, _)| place.source);
            let (Some(source), Some(origin)) =
                (snapshot.provenance.sources.get(id.index()), self.sources.get(id.index()))
            else {
                continue;
            };
            let table = self.table(source, origin)?;
            let mut problem = None;
            let read = each_text(source, origin, places, &mut |location, at, text| {
                visit(table.as_ref(), location, at, text).map_err(|error| {
                    problem = Some(error);
                    io::Error::other("stopped")
                })
            });
            match (problem, read) {
                (Some(problem), _) => return Err(problem),
                (None, Ok(())) => {}
                (None, Err(error)) => {
                    let path = source.path.clone();
                    return Err(RereadError::Unreadable { path, problem: error.to_string().into() });
                }
            }
        }
        Ok(())
    }

    fn table(&self, source: &Source, origin: &Origin) -> Result<Option<Table>, RereadError> {
        let unreadable = |error: io::Error| RereadError::Unreadable {
            path: source.path.clone(),
            problem: error.to_string().into(),
        };
        let Some(input) = origin.input() else { return Ok(None) };
        if !matches!(source.shape, Shape::Csv | Shape::OfficialCsv | Shape::PlainList) {
            return Ok(None);
        }
        let opened = open(&input, false, &Silent).map_err(unreadable)?;
        let (content, text) = sniff(opened.text).map_err(unreadable)?;
        // A table of one column, as which it was read.
        let content = match content {
            Content::Text | Content::Words { tabs: false } if source.shape != Shape::PlainList => {
                Content::Table(b',')
            }
            other => other,
        };
        Ok(match content {
            Content::Table(separator) => {
                let header = header_of(text, separator).map_err(unreadable)?;
                let number = |(at, _): (usize, &String)| format!("#{}", at + 1);
                let header =
                    if self.no_header { header.iter().enumerate().map(number).collect() } else { header };
                Some(Table { separator: Some(separator), header })
            }
            Content::Words { .. } => {
                Some(Table { separator: None, header: vec!["user".to_owned(), "package".to_owned()] })
            }
            _ => None,
        })
    }
}

impl Origin {
    fn input(&self) -> Option<Input> {
        match self {
            Self::Input(Input::Stdin) | Self::Gone => None,
            Self::Input(input) => Some(input.clone()),
            Self::Copy(path) => Some(Input::Path(path.to_path_buf())),
        }
    }
}

/// The dialect of a table.
struct Table {
    /// `None`: words between blanks.
    separator: Option<u8>,
    header: Vec<String>,
}

impl Table {
    fn record(&self, text: &str) -> Option<OriginalRecord> {
        let cells: Vec<String> = match self.separator {
            None => text.split_whitespace().map(str::to_owned).collect(),
            Some(separator) => {
                let mut reader = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .delimiter(separator)
                    .from_reader(text.as_bytes());
                reader.records().next()?.ok()?.iter().map(str::to_owned).collect()
            }
        };
        Some(self.header.iter().cloned().zip(cells.into_iter().map(Value::String)).collect())
    }
}

/// Hands out the texts at the places, which ascend.
fn each_text(
    source: &Source,
    origin: &Origin,
    places: &[(RecordLocation, usize)],
    visit: &mut dyn FnMut(RecordLocation, usize, &str) -> io::Result<()>,
) -> io::Result<()> {
    let Some(input) = origin.input() else {
        return Err(io::Error::other("standard input was not kept"));
    };
    let copied = matches!(origin, Origin::Copy(_));
    let plain = source.compression == Compression::None && source.encoding == Encoding::Utf8;
    let (mut text, start): (Box<dyn Skip>, u64) = match &input {
        Input::Path(path) if plain || copied => (Box::new(BufReader::new(File::open(path)?)), 0),
        _ => {
            let opened = open(&input, false, &Silent)?;
            (Box::new(Forward(opened.text)), opened.start)
        }
    };
    let (mut at, mut bytes, mut last) = (start, Vec::new(), None);
    for &(location, row) in places {
        // Several assignments may stand in one record.
        if last != Some((location.offset, location.length)) {
            text.go(at, location.offset)?;
            bytes.resize(location.length as usize, 0);
            text.read_exact(&mut bytes)?;
            at = location.offset + u64::from(location.length);
            last = Some((location.offset, location.length));
        }
        visit(location, row, &decoded(&bytes))?;
    }
    Ok(())
}

/// Text of which parts are passed over.
trait Skip: Read {
    fn go(&mut self, from: u64, to: u64) -> io::Result<()>;
}

impl Skip for BufReader<File> {
    fn go(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.seek_relative(to.wrapping_sub(from).cast_signed())
    }
}

/// A stream that only goes forward.
struct Forward<R>(R);

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Skip for Forward<R> {
    fn go(&mut self, from: u64, to: u64) -> io::Result<()> {
        io::copy(&mut self.0.by_ref().take(to.saturating_sub(from)), &mut io::sink()).map(drop)
    }
}

fn no_places() -> RereadError {
    RereadError::Unreadable {
        path: "".into(),
        problem: "the snapshot was loaded without the places of its records".into(),
    }
}

fn changed(snapshot: &Snapshot, location: RecordLocation) -> RereadError {
    let source = snapshot.provenance.sources.get(location.source.index());
    let path = source.map(|source| source.path.clone()).unwrap_or_default();
    RereadError::Changed { path, offset: location.offset }
}

fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// A record that no longer bears the id it was loaded with means that the file changed.
fn check_ids(
    snapshot: &Snapshot,
    assignments: &[Assignment],
    found: &[OriginalRecord],
) -> Result<(), RereadError> {
    for (assignment, record) in assignments.iter().zip(found) {
        let Some(id) = &assignment.id else { continue };
        let same = record.iter().any(|(_, value)| match value {
            Value::String(text) => sod_model::ExternalId::new(text) == *id,
            Value::Number(number) => sod_model::ExternalId::new(&number.to_string()) == *id,
            _ => false,
        });
        if !same {
            let Some(place) = assignment.location else { continue };
            return Err(changed(snapshot, place));
        }
    }
    Ok(())
}
