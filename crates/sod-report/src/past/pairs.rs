//! The co-holding table, read back from every format in which it is written.

use super::{PastError, PastPair, lines, parse as document};
use crate::formula::restore;
use crate::pairs::PairFormat;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::{Field, RowAccessor};
use std::path::Path;

/// The table in one of its formats.
pub(super) fn parse(format: PairFormat, path: &Path, bytes: &[u8]) -> Result<Vec<PastPair>, PastError> {
    match format {
        PairFormat::Json => document(path, bytes),
        PairFormat::Jsonl => lines(path, bytes),
        PairFormat::Csv => csv(path, bytes),
        PairFormat::Parquet => parquet(path),
    }
}

fn csv(path: &Path, bytes: &[u8]) -> Result<Vec<PastPair>, PastError> {
    let mut pairs: Vec<PastPair> = Vec::new();
    for (at, row) in csv::Reader::from_reader(bytes).deserialize::<PastPair>().enumerate() {
        let row = row.map_err(|error| PastError::malformed(path, at + 2, &error))?;
        let text = |text: String| restore(&text).to_owned();
        pairs.push(PastPair {
            package_a: text(row.package_a),
            package_b: text(row.package_b),
            package_a_name: row.package_a_name.map(text),
            package_b_name: row.package_b_name.map(text),
            holders_both: row.holders_both,
        });
    }
    Ok(pairs)
}

/// This format begins at its end, so the file is opened once more.
fn parquet(path: &Path) -> Result<Vec<PastPair>, PastError> {
    let malformed = |row: usize, why: ::parquet::errors::ParquetError| PastError::malformed(path, row, &why);
    let file = std::fs::File::open(path).map_err(|error| PastError::unreadable(path, &error))?;
    let file = SerializedFileReader::new(file).map_err(|error| malformed(1, error))?;
    let rows = file.get_row_iter(None).map_err(|error| malformed(1, error))?;
    let mut pairs = Vec::new();
    for (at, row) in rows.enumerate() {
        let row = row.map_err(|error| malformed(at + 1, error))?;
        let text = |column| row.get_string(column).cloned().map_err(|error| malformed(at + 1, error));
        let name = |column| match row.get_column_iter().nth(column) {
            Some((_, Field::Str(name))) => Some(name.clone()),
            _ => None,
        };
        let both = row.get_long(6).map_err(|error| malformed(at + 1, error))?;
        pairs.push(PastPair {
            package_a: text(0)?,
            package_b: text(1)?,
            package_a_name: name(2),
            package_b_name: name(3),
            holders_both: both.unsigned_abs(),
        });
    }
    Ok(pairs)
}
