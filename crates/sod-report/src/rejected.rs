//! `rejected.csv`: every record that could not be used, with its place and a stable code.
//!
//! Columns `file,line,byte,code,detail`; one line for each record, by file (in the byte order of their paths, so that the order of
//! the inputs does not matter) and position.
//! The codes are documented in [`sod_model::code_reference`]. Text cells are made harmless, see [`crate::formula`].

use crate::WriteError;
use crate::formula::defuse;
use sod_model::{Provenance, RejectedRecord};
use std::io::{self, Write};

/// The columns, in order.
pub const COLUMNS: [&str; 5] = ["file", "line", "byte", "code", "detail"];

/// Each rejected record with the path of its file, by file and position.
pub(crate) fn in_report_order(provenance: &Provenance) -> impl Iterator<Item = (&str, &RejectedRecord)> {
    let path_of = |record: &RejectedRecord| {
        provenance.sources.get(record.source.index()).map_or("", |source| &*source.path)
    };
    let mut records: Vec<(&str, &RejectedRecord)> =
        provenance.rejected.iter().map(|record| (path_of(record), record)).collect();
    records.sort_by_key(|(path, record)| (*path, record.source, record.position));
    records.into_iter()
}

/// Writes `rejected.csv`; only the header when nothing was rejected.
///
/// ```
/// let mut out = Vec::new();
/// sod_report::rejected::write_rejected(&sod_model::Provenance::default(), &mut out).unwrap();
/// assert_eq!(out, b"file,line,byte,code,detail\n");
/// ```
///
/// # Errors
/// When the writer fails.
pub fn write_rejected(provenance: &Provenance, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS).map_err(io::Error::from)?;
    for (path, record) in in_report_order(provenance) {
        let (line, byte) = (record.position.line.to_string(), record.position.byte.to_string());
        let cells = [&*defuse(path), &line, &byte, record.code.code(), &defuse(&record.detail)];
        table.write_record(cells).map_err(io::Error::from)?;
    }
    table.flush()?;
    Ok(())
}
