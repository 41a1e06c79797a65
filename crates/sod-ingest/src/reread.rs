//! Reads original records again, from where they lie.
//!
//! A snapshot keeps places, not texts: the export is not held in memory. Records are read back in one pass over each
//! file, in the order of their places; a plain file is read only where they are.

use crate::open::open;
use crate::options::Input;
use crate::sniff::{Content, sniff};
use crate::table::header_of;
use serde_json::{Map, Value};
use sod_model::{
    Assignment, Compression, Encoding, RecordLocation, Shape, Silent, Snapshot, Source, SourceId,
};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// A record as exported: every member, in its order and spelling. The cells of a table stand under their headers.
pub type OriginalRecord = Map<String, Value>;

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
}

impl Originals {
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
        let mut by_source: BTreeMap<SourceId, Vec<(RecordLocation, usize)>> = BTreeMap::new();
        for (at, assignment) in assignments.iter().enumerate() {
            let place = assignment.location.ok_or_else(|| RereadError::Unreadable {
                path: "".into(),
                problem: "the snapshot was loaded without the places of its records".into(),
            })?;
            by_source.entry(place.source).or_default().push((place, at));
        }
        let mut found = vec![Map::new(); assignments.len()];
        for (id, mut places) in by_source {
            places.sort_unstable();
            let (Some(source), Some(origin)) =
                (snapshot.provenance.sources.get(id.index()), self.sources.get(id.index()))
            else {
                continue;
            };
            let texts = texts(source, origin, &places).map_err(|error| RereadError::Unreadable {
                path: source.path.clone(),
                problem: error.to_string().into(),
            })?;
            let table = self.table(source, origin)?;
            for ((location, at), text) in places.into_iter().zip(texts) {
                let changed = || RereadError::Changed { path: source.path.clone(), offset: location.offset };
                let record = match &table {
                    Some(table) => table.record(&text),
                    None => serde_json::from_str(&text).ok(),
                };
                if let Some(slot) = found.get_mut(at) {
                    *slot = record.ok_or_else(changed)?;
                }
            }
        }
        check_ids(snapshot, assignments, &found)?;
        Ok(found)
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

/// The texts at the places, which ascend.
fn texts(source: &Source, origin: &Origin, places: &[(RecordLocation, usize)]) -> io::Result<Vec<String>> {
    let Some(input) = origin.input() else {
        return Err(io::Error::other("standard input was not kept"));
    };
    let copied = matches!(origin, Origin::Copy(_));
    let plain = source.compression == Compression::None && source.encoding == Encoding::Utf8;
    if let Input::Path(path) = &input
        && (plain || copied)
    {
        return seek_texts(&mut File::open(path)?, places);
    }
    let mut opened = open(&input, false, &Silent)?;
    let mut at = opened.start;
    let mut texts: Vec<String> = Vec::with_capacity(places.len());
    let mut last_offset = None;
    for (location, _) in places {
        if last_offset == Some(location.offset) {
            texts.extend(texts.last().cloned());
            continue;
        }
        let skip = location.offset.saturating_sub(at);
        io::copy(&mut opened.text.by_ref().take(skip), &mut io::sink())?;
        let mut bytes = vec![0; location.length as usize];
        opened.text.read_exact(&mut bytes)?;
        at = location.offset + u64::from(location.length);
        last_offset = Some(location.offset);
        texts.push(decoded(&bytes));
    }
    Ok(texts)
}

fn seek_texts(file: &mut File, places: &[(RecordLocation, usize)]) -> io::Result<Vec<String>> {
    let mut bytes = Vec::new();
    let read = |(location, _): &(RecordLocation, usize)| {
        bytes.resize(location.length as usize, 0);
        file.seek(SeekFrom::Start(location.offset))?;
        file.read_exact(&mut bytes)?;
        Ok(decoded(&bytes))
    };
    places.iter().map(read).collect()
}

fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
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
            let source = snapshot.provenance.sources.get(place.source.index());
            let path = source.map(|source| source.path.clone()).unwrap_or_default();
            return Err(RereadError::Changed { path, offset: place.offset });
        }
    }
    Ok(())
}
