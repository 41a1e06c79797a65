//! Rows on their way from the splitter to recognition.

use super::cells::cells_of;
use super::groups::Groups;
use super::head::Head;
use super::split::Form;
use super::{RowsOf, has_line_end, is_blank};
use crate::columns::Layout;
use crate::table_kind::TableKind;

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

    /// What is to be remembered of the last of these rows; `lines_to` counts the lines before a place in the text.
    pub(super) fn last_row(
        &self,
        text: &[u8],
        base: u64,
        places: &[[u32; 2]],
        lines_to: impl Fn(usize) -> u64,
    ) -> LastRow {
        for own in places.chunks_exact(self.form().slots()).rev() {
            let [start, end] = own.first().copied().unwrap_or_default();
            let record = text.get(start as usize..end as usize).unwrap_or_default();
            let cells = cells_of(record, self.separator);
            if is_blank(cells.len(), cells.first().map(AsRef::as_ref), self.columns) {
                continue;
            }
            let broken = cells.iter().any(|cell| has_line_end(cell));
            let place = || LastRow::Broken(base + u64::from(start), lines_to(start as usize));
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
