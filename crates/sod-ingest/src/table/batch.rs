//! Rows on their way from the splitter to recognition: what those who split large tables and streams have in common.

use super::cells::cells_of;
use super::groups::Groups;
use super::head::Head;
use super::split::Form;
use super::{RowsOf, TableError, has_line_end, is_blank};
use crate::columns::Layout;
use crate::split::Buffers;
use crate::table_kind::TableKind;
use sod_model::{Position, RefusalCode};
use std::ops::Range;

/// What is known of a table of assignments before its rows.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) source: u32,
    pub(super) separator: u8,
    pub(super) columns: usize,
    pub(super) layout: Layout,
    pub(super) groups: Groups,
}

impl Table {
    pub(super) fn new(source: u32, separator: u8, head: Head) -> Self {
        let groups = Groups::new(&head.layout, head.columns);
        Self { source, separator, columns: head.columns, layout: head.layout, groups }
    }

    pub(super) fn form(&self) -> Form {
        Form { separator: self.separator, columns: self.columns }
    }

    /// How the general reader takes the rows.
    pub(super) fn rows(&self) -> RowsOf<'_> {
        let Self { layout, columns, separator, .. } = self;
        RowsOf { layout, columns: *columns, kind: TableKind::Assignments, separator: *separator }
    }

    /// What is to be remembered of the last of these rows, the first of which begins at `first`; `base` is the place of the
    /// text in the source.
    pub(super) fn last_row(&self, text: &[u8], base: u64, first: usize, places: &[[u32; 2]]) -> LastRow {
        for own in places.chunks_exact(self.form().slots()).rev() {
            let [start, end] = own.first().copied().unwrap_or_default();
            let record = text.get(start as usize..end as usize).unwrap_or_default();
            let cells = cells_of(record, self.separator);
            if is_blank(cells.len(), cells.first().map(AsRef::as_ref), self.columns) {
                continue;
            }
            let broken = cells.iter().any(|cell| has_line_end(cell));
            let place = || LastRow::Broken(base + u64::from(start), line_ends(text, first..start as usize));
            return if broken { place() } else { LastRow::OneLine };
        }
        LastRow::None
    }
}

/// The last row of some text.
pub(super) enum LastRow {
    None,
    OneLine,
    /// With line ends within: where it begins, and how many lines after the first row.
    Broken(u64, u64),
}

impl LastRow {
    /// Puts down where the last row with line ends within is, if none follows it; `line` is that of the first row.
    pub(super) fn enter(self, line: u64, last: &mut Option<Position>) {
        match self {
            Self::None => {}
            Self::OneLine => *last = None,
            Self::Broken(byte, lines) => *last = Some(Position { byte, line: line + lines }),
        }
    }
}

/// Rows and the text they lie in.
#[derive(Debug, Default)]
pub(crate) struct TableBatch {
    pub(crate) text: Vec<u8>,
    /// Place of the first byte of `text` in the source.
    pub(super) offset: u64,
    /// Line of the first row.
    pub(super) line: u64,
    /// So many for each row as it has cells, and one; see `split_records`.
    pub(crate) places: Vec<[u32; 2]>,
}

/// Line ends in a part of a text.
pub(super) fn line_ends(text: &[u8], part: Range<usize>) -> u64 {
    memchr::memchr_iter(b'\n', text.get(part).unwrap_or_default()).count() as u64
}

/// Places in a text are 32 bits wide.
pub(super) const TEXT_MAX: usize = 1 << 31;

/// A row that does not end within [`TEXT_MAX`].
pub(super) fn too_long(byte: u64) -> TableError {
    let message = format!("byte {byte}: a row of gigabytes: a quote was not closed");
    TableError::Refused(RefusalCode::Malformed, message)
}

/// Buffers for one stretch of text.
pub(super) fn buffers(spare: &mut Vec<Buffers>) -> Buffers {
    let (mut text, mut places) = spare.pop().unwrap_or_default();
    text.clear();
    places.clear();
    (text, places)
}
