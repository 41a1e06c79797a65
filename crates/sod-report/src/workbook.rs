//! `report.xlsx`: the report as a workbook, for people who filter and sort.
//!
//! Eight sheets, each with a frozen header, a filter, and columns as wide as their first rows need. The rows of the sheets
//! `Conflicts`, `Pairs` and `Rejected` are those of the CSV files, cell for cell, but that moments and numbers are real ones.
//! Nothing becomes a formula or a link: what outsiders wrote is text, and made harmless as in CSV, see [`crate::formula`].
//!
//! What a workbook cannot take is cut, and the sheet `Summary` says so: rows beyond [`SHEET_ROWS_MAX`], characters beyond
//! [`CELL_LENGTH_MAX`]. The rows go to unnamed files in a folder that the caller gives, so memory does not grow with them.
//! The bytes depend on the results alone: the library's creation date is replaced by the moment of the analysis.

mod judged;
mod rows;
mod sheet;
mod style;
mod summary;

use crate::{ReportView, WriteError};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use sheet::{Room, Sheet};
use sod_model::PairCount;
use std::any::Any;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use style::Styles;

/// Rows that a sheet takes below its header.
pub const SHEET_ROWS_MAX: u32 = 1_048_575;

/// UTF-16 units that a cell takes.
pub const CELL_LENGTH_MAX: usize = 32_767;

/// What the workbook is made of.
#[derive(Clone, Copy, Debug)]
pub struct WorkbookInput<'a> {
    /// The results.
    pub view: &'a ReportView<'a>,
    /// The pairs, in report order.
    pub pairs: &'a [PairCount],
    /// The name of the file beside the workbook that has every pair.
    pub pairs_file: &'a str,
    /// A folder for files without a name, as large as the sheets are before they are compressed.
    pub scratch: &'a Path,
    /// Rows of one sheet below its header: [`SHEET_ROWS_MAX`], or fewer.
    pub rows_max: u32,
}

/// The sheets, in order.
pub const SHEETS: [&str; 8] =
    ["Summary", "Rules", "Conflict groups", "Conflicts", "Pairs", "Exceptions", "Coverage", "Rejected"];

/// Writes `report.xlsx`. Slow with many rows: seconds for each million.
///
/// ```
/// # use sod_model::*;
/// # let (snapshot, holding) = (Snapshot::default(), Holding::default());
/// # let matrix = AssignmentMatrix::from_holdings(0, 0, []);
/// # let (rules, conflicts, exceptions) = (RuleSet::default(), ConflictSet::default(), ExceptionSet::default());
/// # let view = sod_report::ReportView {
/// #     snapshot: &snapshot, holding: &holding, matrix: &matrix, rules: &rules, origins: &Origins::default(),
/// #     conflicts: &conflicts, groups: &[],
/// #     combinations: &[], exceptions: &exceptions, exception_uses: &[], exception_findings: &[],
/// #     exceptions_ending: None, moment: None, totals: Default::default(), warnings: &[],
/// # };
/// use sod_report::workbook::{SHEET_ROWS_MAX, WorkbookInput, write_workbook};
/// let scratch = tempfile::tempdir().unwrap();
/// let input = WorkbookInput {
///     view: &view,
///     pairs: &[],
///     pairs_file: "pairs.csv",
///     scratch: scratch.path(),
///     rows_max: SHEET_ROWS_MAX,
/// };
/// let mut out = Vec::new();
/// write_workbook(&input, &mut out).unwrap();
/// assert!(out.starts_with(b"PK"));
/// ```
///
/// # Errors
/// When the writer fails, or nothing can be written to the folder for temporary files.
pub fn write_workbook(input: &WorkbookInput<'_>, out: &mut (dyn Write + Send)) -> Result<(), WriteError> {
    let mut door = Door { out, failed: None };
    // The library has no error for a temporary file that cannot be written to, as when the disk is full: it panics.
    let written = catch_unwind(AssertUnwindSafe(|| fill(input, &mut door)));
    match (written, door.failed) {
        // What the writer said, and not what the library makes of it.
        (Ok(_), Some(error)) => Err(error.into()),
        (Ok(written), None) => written,
        (Err(panic), _) if is_no_room(panic.as_ref()) => {
            let why = "no room for the sheets of the workbook, which are temporary files beside the report";
            Err(io::Error::new(io::ErrorKind::StorageFull, why).into())
        }
        (Err(panic), _) => resume_unwind(panic),
    }
}

/// Whether a panic is the one that [`write_workbook`] catches and returns as an error: no room for the library's temporary
/// files. A program that owns its panic hook may leave it unsaid.
///
/// ```
/// assert!(!sod_report::workbook::is_no_room(&"index out of bounds"));
/// ```
#[must_use]
pub fn is_no_room(panic: &(dyn Any + Send)) -> bool {
    told(panic).is_some_and(|told| told.contains(NO_TEMPORARY_FILE))
}

/// How the library says it.
const NO_TEMPORARY_FILE: &str = "Couldn't write to xml file";

fn told(panic: &(dyn Any + Send)) -> Option<&str> {
    panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied())
}

/// Keeps the first error of the writer, and takes everything after it: the container is closed on the way out, and would
/// complain on stderr if it could not be.
struct Door<'o> {
    out: &'o mut (dyn Write + Send),
    failed: Option<io::Error>,
}

impl Door<'_> {
    fn pass<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            kind.into()
        })
    }
}

impl Write for Door<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed.is_some() {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.pass(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed.is_some() {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.pass(flushed)
    }
}

fn fill(input: &WorkbookInput<'_>, out: &mut Door<'_>) -> Result<(), WriteError> {
    let mut book = Workbook::new();
    book.set_tempdir(input.scratch).map_err(failure)?;
    book.set_properties(&properties(input.view));
    // Twice as fast as the usual level, and hardly larger.
    book.set_zip_compression_level(2);
    let styles = Styles::new();
    let mut rooms: Vec<(&'static str, Room)> = Vec::new();
    for name in SHEETS {
        let sheet = book.add_worksheet_with_constant_memory().map_err(failure)?;
        sheet.set_name(name).map_err(failure)?;
    }
    // The summary tells what the other sheets left out, so it is filled last.
    for (at, name) in SHEETS.into_iter().enumerate().skip(1).chain([(0, SHEETS[0])]) {
        let worksheet = book.worksheet_from_index(at).map_err(failure)?;
        let mut sheet = Sheet::new(worksheet, &styles, input.rows_max, out);
        match name {
            "Rules" => judged::rules(input.view, &mut sheet)?,
            "Conflict groups" => judged::groups(input.view, &mut sheet)?,
            "Exceptions" => judged::exceptions(input.view, &mut sheet)?,
            "Conflicts" => rows::conflicts(input.view, &mut sheet)?,
            "Pairs" => rows::pairs(input.view, input.pairs, &mut sheet)?,
            "Coverage" => rows::coverage(input.view, &mut sheet)?,
            "Rejected" => rows::rejected(input.view, &mut sheet)?,
            _ => summary::summary(input, &rooms, &mut sheet)?,
        }
        rooms.push((name, sheet.finish()?));
    }
    book.save_to_writer(out).map_err(failure)
}

/// A fixed date in place of the clock's: when the data shows a moment, that one.
fn properties(view: &ReportView<'_>) -> DocProperties {
    let moment = view.moment.or(view.snapshot.provenance.data_moment);
    let moment = moment.and_then(|moment| ExcelDateTime::from_timestamp(moment.0).ok());
    let fixed = || ExcelDateTime::from_timestamp(946_684_800).unwrap_or_default();
    DocProperties::new()
        .set_title("Separation of duties: report of sod")
        .set_author("sod")
        .set_creation_datetime(&moment.unwrap_or_else(fixed))
}

fn failure(error: XlsxError) -> WriteError {
    match error {
        XlsxError::IoError(error) => WriteError::from(error),
        XlsxError::TempFileError(_, error) => WriteError::from(error),
        // A limit of the format that is not minded here: a defect of ours, told and not hidden.
        other => WriteError::from(io::Error::other(format!("the workbook cannot be made: {other}"))),
    }
}
