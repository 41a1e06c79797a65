//! `rejected.csv`: every record that could not be used, with its place and a stable code.
//!
//! Columns `file,line,byte,code,detail`; one line for each record, by file (in the order of the inputs) and position.
//! The codes are documented in [`sod_model::code_reference`]. Text cells are made harmless, see [`crate::formula`].

use crate::WriteError;
use crate::formula::defuse;
use sod_model::{Provenance, RejectedRecord};
use std::io::{self, Write};

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
    table.write_record(["file", "line", "byte", "code", "detail"]).map_err(io::Error::from)?;
    let mut records: Vec<&RejectedRecord> = provenance.rejected.iter().collect();
    // They should arrive in this order; a stable sort makes the bytes independent of that promise.
    records.sort_by_key(|record| (record.source, record.position));
    for record in records {
        let path = provenance.sources.get(record.source.index()).map_or("", |source| &source.path);
        let (line, byte) = (record.position.line.to_string(), record.position.byte.to_string());
        let cells = [&*defuse(path), &line, &byte, record.code.code(), &defuse(&record.detail)];
        table.write_record(cells).map_err(io::Error::from)?;
    }
    table.flush()?;
    Ok(())
}
