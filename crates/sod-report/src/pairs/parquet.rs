//! The co-holding table as Parquet: zstd, dictionary-encoded ids and names, row groups of bounded size.
//!
//! Ids are required strings, names optional strings, counts 64-bit integers, ratios 64-bit floats: types that every
//! reader has. Text is written as it is; Parquet has no formulas to defuse.

use super::PairContext;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;
use sod_model::{PackageId, PairCount};
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of one group: a few megabytes of encoded pages are held until a column of the group is complete.
const GROUP_ROWS: usize = 1 << 20;
/// Rows that are turned into column values at a time.
const BATCH_ROWS: usize = 1 << 12;

const SCHEMA: &str = "message pairs {
    required binary package_a (STRING);
    required binary package_b (STRING);
    optional binary package_a_name (STRING);
    optional binary package_b_name (STRING);
    required int64 holders_a;
    required int64 holders_b;
    required int64 holders_both;
    required double share_a;
    required double share_b;
    required double lift;
}";

type Out<'a> = &'a mut (dyn Write + Send);

/// Writes all pairs as one file.
pub(super) fn write(context: &PairContext, pairs: &[PairCount], out: Out<'_>) -> io::Result<()> {
    write_file(context, pairs, GROUP_ROWS, out).map_err(into_io)
}

fn write_file(
    context: &PairContext,
    pairs: &[PairCount],
    group_rows: usize,
    out: Out<'_>,
) -> Result<(), ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("sod version ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    let columns = Columns::new(context);
    for rows in pairs.chunks(group_rows.max(1)) {
        let mut group = file.next_row_group()?;
        columns.write_group(context, rows, &mut group)?;
        group.close()?;
    }
    file.close()?;
    Ok(())
}

/// Ids and names as shared byte arrays: a row costs a reference, not a copy.
struct Columns {
    ids: Vec<ByteArray>,
    names: Vec<Option<ByteArray>>,
}

impl Columns {
    fn new(context: &PairContext) -> Self {
        let packages = || (0..context.packages() as u32).map(PackageId);
        let bytes = |text: &str| ByteArray::from(text.as_bytes().to_vec());
        Self {
            ids: packages().map(|package| bytes(context.id(package))).collect(),
            names: packages().map(|package| context.name(package).map(bytes)).collect(),
        }
    }

    /// Writes one group, column after column, in the order of the schema.
    fn write_group(
        &self,
        context: &PairContext,
        rows: &[PairCount],
        group: &mut SerializedRowGroupWriter<'_, Out<'_>>,
    ) -> Result<(), ParquetError> {
        let id = |package: PackageId| self.ids.get(package.index()).cloned().unwrap_or_default();
        let name = |package: PackageId| self.names.get(package.index()).cloned().flatten();
        let shares = |count: &PairCount| context.row(count).shares;
        required::<ByteArrayType>(group, rows, |count| id(count.pair.low()))?;
        required::<ByteArrayType>(group, rows, |count| id(count.pair.high()))?;
        optional::<ByteArrayType>(group, rows, |count| name(count.pair.low()))?;
        optional::<ByteArrayType>(group, rows, |count| name(count.pair.high()))?;
        required::<Int64Type>(group, rows, |count| context.holders(count.pair.low()) as i64)?;
        required::<Int64Type>(group, rows, |count| context.holders(count.pair.high()) as i64)?;
        required::<Int64Type>(group, rows, |count| i64::from(count.holders_both))?;
        required::<DoubleType>(group, rows, |count| shares(count).share_a)?;
        required::<DoubleType>(group, rows, |count| shares(count).share_b)?;
        required::<DoubleType>(group, rows, |count| shares(count).lift)
    }
}

fn required<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Out<'_>>,
    rows: &[PairCount],
    value: impl Fn(&PairCount) -> T::T,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else { return Err(no_such_column()) };
    for batch in rows.chunks(BATCH_ROWS) {
        let values: Vec<T::T> = batch.iter().map(&value).collect();
        column.typed::<T>().write_batch(&values, None, None)?;
    }
    column.close()
}

fn optional<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Out<'_>>,
    rows: &[PairCount],
    value: impl Fn(&PairCount) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else { return Err(no_such_column()) };
    for batch in rows.chunks(BATCH_ROWS) {
        let cells: Vec<Option<T::T>> = batch.iter().map(&value).collect();
        let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
        let values: Vec<T::T> = cells.into_iter().flatten().collect();
        column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    }
    column.close()
}

fn no_such_column() -> ParquetError {
    ParquetError::General("the schema has fewer columns than are written".to_owned())
}

/// The system's error inside, if there is one: a closed pipe must stay a closed pipe.
fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => {
            inner.downcast::<io::Error>().map_or_else(io::Error::other, |inner| *inner)
        }
        other => io::Error::other(other),
    }
}
