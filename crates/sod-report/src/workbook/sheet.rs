//! One sheet: a header, rows from top to bottom, and what had to be cut.

use super::style::Styles;
use super::{CELL_LENGTH_MAX, failure};
use crate::WriteError;
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet};
use sod_model::{Severity, Timestamp};
use std::borrow::Cow;
use std::io::Write;
use unicode_width::UnicodeWidthStr as _;

/// One cell.
pub(super) enum Value<'a> {
    Empty,
    /// Text, as it may be written to CSV.
    Text(Cow<'a, str>),
    Strong(&'static str),
    Severity(Severity),
    Count(u64),
    Share(f64),
    Ratio(f64),
    Moment(Timestamp),
}

impl<'a> Value<'a> {
    /// Text that somebody else wrote, made harmless.
    pub(super) fn foreign(text: &'a str) -> Self {
        Self::Text(crate::formula::defuse(text))
    }

    /// The same, where it is known.
    pub(super) fn known(text: Option<&'a str>) -> Self {
        text.map_or(Value::Empty, Value::foreign)
    }

    /// Text that is made here out of what somebody else wrote.
    pub(super) fn made(text: String) -> Value<'static> {
        Value::Text(Cow::Owned(match crate::formula::defuse(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(harmless) => harmless,
        }))
    }

    pub(super) fn moment(moment: Option<Timestamp>) -> Self {
        moment.map_or(Value::Empty, Value::Moment)
    }
}

/// What a sheet holds, and what it does not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Room {
    pub(super) rows: u64,
    pub(super) rows_left_out: u64,
    pub(super) cells_cut: u64,
}

/// Rows whose cells decide how wide the columns are.
const ROWS_MEASURED: u64 = 500;
/// Rows between two looks at whether the work should go on.
const ROWS_AT_ONCE: u64 = 1 << 12;
/// Integers beyond are not exact in a cell.
const COUNT_MAX: u64 = 1 << 53;

/// What a cell with a format of its column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Count,
    Share,
    Ratio,
    Moment,
}

struct Column {
    width: usize,
    kind: Option<Kind>,
}

/// A sheet being written, row after row.
pub(super) struct Sheet<'w> {
    sheet: &'w mut Worksheet,
    styles: &'w Styles,
    out: &'w mut (dyn Write + Send),
    rows_max: u64,
    columns: Vec<Column>,
    room: Room,
}

impl<'w> Sheet<'w> {
    pub(super) fn new(
        sheet: &'w mut Worksheet,
        styles: &'w Styles,
        rows_max: u32,
        out: &'w mut (dyn Write + Send),
    ) -> Self {
        let rows_max = u64::from(rows_max.min(super::SHEET_ROWS_MAX));
        Self { sheet, styles, out, rows_max, columns: Vec::new(), room: Room::default() }
    }

    /// The first row, which stays in sight.
    pub(super) fn header(&mut self, columns: &[&str]) -> Result<(), WriteError> {
        for (at, title) in columns.iter().enumerate() {
            self.sheet
                .write_string_with_format(0, at as u16, *title, &self.styles.header)
                .map_err(failure)?;
            // The button of the filter takes room, too.
            self.columns.push(Column { width: title.width() + 3, kind: None });
        }
        self.sheet.set_freeze_panes(1, 0).map_err(failure)?;
        Ok(())
    }

    /// Whether another row would be left out: whoever makes rows at a cost need not make it.
    pub(super) fn is_full(&self) -> bool {
        self.room.rows >= self.rows_max
    }

    /// Counts rows that are not made because the sheet is full.
    pub(super) fn leave_out(&mut self, rows: u64) {
        self.room.rows_left_out += rows;
    }

    /// The next row.
    pub(super) fn row<'v>(&mut self, cells: impl IntoIterator<Item = Value<'v>>) -> Result<(), WriteError> {
        if self.is_full() {
            self.leave_out(1);
            return Ok(());
        }
        if self.room.rows.is_multiple_of(ROWS_AT_ONCE) {
            // Nothing is written to the output before all rows are made; an empty write is refused when the run was stopped.
            let _ = self.out.write(&[])?;
        }
        self.room.rows += 1;
        let row = self.room.rows as u32;
        for (at, value) in cells.into_iter().enumerate() {
            self.cell(row, at as u16, value)?;
        }
        Ok(())
    }

    fn cell(&mut self, row: u32, at: u16, value: Value<'_>) -> Result<(), WriteError> {
        let styles = self.styles;
        let width = match value {
            Value::Empty => return Ok(()),
            Value::Text(text) => {
                let text = self.fitting(text);
                self.text(row, at, &text)?;
                if u64::from(row) <= ROWS_MEASURED { text.width() } else { 0 }
            }
            Value::Strong(word) => {
                self.sheet.write_string_with_format(row, at, word, &styles.strong).map_err(failure)?;
                word.width()
            }
            Value::Severity(severity) => {
                let format = styles.severity(severity);
                self.sheet.write_string_with_format(row, at, severity.name(), format).map_err(failure)?;
                8
            }
            Value::Count(count) if count > COUNT_MAX => {
                self.text(row, at, &count.to_string())?;
                20
            }
            Value::Count(count) => {
                self.number(row, at, count as f64, Kind::Count)?;
                9
            }
            Value::Share(share) => {
                self.number(row, at, share, Kind::Share)?;
                7
            }
            Value::Ratio(ratio) => {
                self.number(row, at, ratio, Kind::Ratio)?;
                7
            }
            Value::Moment(moment) => {
                match ExcelDateTime::from_timestamp(moment.0) {
                    Ok(date) => self.number(row, at, date.to_excel(), Kind::Moment)?,
                    // Before 1900 a workbook knows no dates.
                    Err(_) => self.text(row, at, &moment.to_string())?,
                }
                20
            }
        };
        if let Some(column) = self.columns.get_mut(usize::from(at)) {
            column.width = column.width.max(width);
        }
        Ok(())
    }

    fn text(&mut self, row: u32, at: u16, text: &str) -> Result<(), WriteError> {
        let written = match self.own_format(at, Kind::Text)? {
            None => self.sheet.write_string(row, at, text),
            Some(format) => self.sheet.write_string_with_format(row, at, text, format),
        };
        written.map(drop).map_err(failure)
    }

    fn number(&mut self, row: u32, at: u16, number: f64, kind: Kind) -> Result<(), WriteError> {
        let written = match self.own_format(at, kind)? {
            None => self.sheet.write_number(row, at, number),
            Some(format) => self.sheet.write_number_with_format(row, at, number, format),
        };
        written.map(drop).map_err(failure)
    }

    /// The format of a cell where it is not that of its column, which the first of its cells decides: looking one up for each
    /// cell took the most of the time.
    fn own_format(&mut self, at: u16, kind: Kind) -> Result<Option<&'w Format>, WriteError> {
        let format = self.styles.of(kind);
        let Some(column) = self.columns.get_mut(usize::from(at)) else { return Ok(Some(format)) };
        if column.kind.is_none() {
            column.kind = Some(kind);
            self.sheet.set_column_format(at, format).map_err(failure)?;
        }
        Ok((column.kind != Some(kind)).then_some(format))
    }

    /// The text as far as a cell takes it, with a note of what is missing.
    fn fitting<'t>(&mut self, text: Cow<'t, str>) -> Cow<'t, str> {
        // A character has as many UTF-16 units as it has bytes, or fewer.
        let units = if text.len() <= CELL_LENGTH_MAX { text.len() } else { text.encode_utf16().count() };
        if units <= CELL_LENGTH_MAX {
            return text;
        }
        self.room.cells_cut += 1;
        let note = format!(" … (cut: {units} characters in all)");
        let mut room = CELL_LENGTH_MAX - note.len();
        let fits = |(_, letter): &(usize, char)| {
            let Some(left) = room.checked_sub(letter.len_utf16()) else { return false };
            room = left;
            true
        };
        let end =
            text.char_indices().take_while(fits).last().map_or(0, |(at, letter)| at + letter.len_utf8());
        Cow::Owned(format!("{}{note}", text.get(..end).unwrap_or_default()))
    }

    /// Sets the filter and the widths, and tells what had to be cut.
    pub(super) fn finish(self) -> Result<Room, WriteError> {
        const WIDTH_MAX: usize = 60;
        for (at, column) in self.columns.iter().enumerate() {
            let width = (column.width + 1).clamp(8, WIDTH_MAX) as f64;
            self.sheet.set_column_width(at as u16, width).map_err(failure)?;
        }
        if let Some(last) = self.columns.len().checked_sub(1) {
            self.sheet.autofilter(0, 0, self.room.rows as u32, last as u16).map_err(failure)?;
        }
        Ok(self.room)
    }
}
