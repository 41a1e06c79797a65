//! Tables that fit the terminal: names are cut, prose is wrapped, ids are never cut.
//!
//! Three layouts, the first that fits is taken: *wide* (each cell in its column), *stacked* (ids and what else may
//! move go to lines of their own under the name, with their titles when there are several) and *records* (one
//! `title  value` line for each cell). Only an id that is longer than
//! the terminal makes a line longer than the terminal. Made here rather than with a table crate because none of them
//! knows a cell that may move but not break.
//!
//! Cells are made harmless on the way in, so no name can leave its cell.

mod layout;
mod render;

use super::style::{Role, Terminal};
use super::text::{harmless, width};

/// What a column holds, which decides how it is fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Aligned to the right, never cut.
    Number,
    /// A short word of ours, never cut.
    Word,
    /// A name from outside: cut at the end.
    Name,
    /// A path: cut at the front.
    Path,
    /// Sentences: wrapped.
    Prose,
    /// An identifier: never cut, moved below when there is no room beside.
    Id,
    /// A further name: cut at the end, moved below when there is no room beside.
    Aside,
    /// Where something was read: cut at the front, moved below when there is no room beside.
    Place,
}

impl Kind {
    /// Whether a cell may stand on a line of its own under its row.
    fn moves(self) -> bool {
        matches!(self, Self::Id | Self::Aside | Self::Place)
    }
}

/// A column and its title.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    title: &'static str,
    kind: Kind,
}

/// One cell of a table.
///
/// ```
/// use sod_report::terminal::{Cell, Role};
/// let cell = Cell::new("two\nlines").role(Role::Warning);
/// assert_eq!(cell.text(), "two\\nlines");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cell {
    // INVARIANT (harmless cells): the text went through `harmless`.
    text: String,
    role: Role,
}

/// A table under construction.
///
/// ```
/// use sod_report::terminal::{Cell, Kind, Table, Terminal};
/// let mut table = Table::new(&[("Users", Kind::Number), ("Package", Kind::Name), ("Id", Kind::Id)]);
/// table.row([Cell::number(1204), Cell::new("Vendor master editor"), Cell::id("2506aef1")]);
/// let terminal = Terminal { width: 60, color: false, unicode: true };
/// assert_eq!(table.render(&terminal, 0), "\
/// Users  Package               Id
/// 1,204  Vendor master editor  2506aef1
/// ");
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    // Positions in `rows` before which a new group begins.
    groups: Vec<usize>,
    as_records: bool,
}

impl Cell {
    /// Plain text, without the blanks around it.
    #[must_use]
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { text: harmless(text.as_ref().trim()), role: Role::Text }
    }

    /// An empty cell.
    #[must_use]
    pub fn blank() -> Self {
        Self::default()
    }

    /// A number, its digits in groups.
    #[must_use]
    pub fn number(number: u64) -> Self {
        Self { text: super::number::grouped(number), role: Role::Text }
    }

    /// An identifier.
    #[must_use]
    pub fn id(id: impl AsRef<str>) -> Self {
        Self::new(id).role(Role::Muted)
    }

    /// The same text in another role.
    #[must_use]
    pub fn role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// What will be shown, before it is cut.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, or these words of ours when there is none.
    #[must_use]
    pub fn or(self, otherwise: &str) -> Self {
        if self.text.is_empty() { Self::new(otherwise).role(Role::Muted) } else { self }
    }

    fn width(&self) -> usize {
        width(&self.text)
    }
}

impl Table {
    /// A table with these columns. When every title is empty there is no title line.
    #[must_use]
    pub fn new(columns: &[(&'static str, Kind)]) -> Self {
        let columns = columns.iter().map(|&(title, kind)| Column { title, kind }).collect();
        Self { columns, rows: Vec::new(), groups: Vec::new(), as_records: false }
    }

    /// Lays the cells out one below the other, each with its title, however wide the terminal is.
    #[must_use]
    pub fn as_records(self) -> Self {
        Self { as_records: true, ..self }
    }

    /// Adds a row; missing cells are blank and surplus ones are left out.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> &mut Self {
        let mut row: Vec<Cell> = cells.into_iter().take(self.columns.len()).collect();
        row.resize_with(self.columns.len(), Cell::blank);
        self.rows.push(row);
        self
    }

    /// The next row begins a new group: where a row takes several lines, a blank line goes before it.
    pub fn group(&mut self) -> &mut Self {
        self.groups.push(self.rows.len());
        self
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as lines, each with a line break at its end, `indent` columns from the left edge.
    #[must_use]
    pub fn render(&self, terminal: &Terminal, indent: usize) -> String {
        let table = self.without_blank_columns();
        let layout = layout::Layout::choose(&table, terminal, indent);
        render::Renderer::new(&table, &layout, terminal, indent).run()
    }

    /// A column in which no row has anything is no help to anybody.
    fn without_blank_columns(&self) -> Self {
        let used =
            |at: usize| self.rows.iter().filter_map(|row| row.get(at)).any(|cell| !cell.text.is_empty());
        let kept: Vec<bool> = (0..self.columns.len()).map(used).collect();
        let keep = |at: usize| kept.get(at).copied().unwrap_or(false);
        let columns = self.columns.iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, column)| *column);
        let rows = self.rows.iter().map(|row| {
            row.iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, cell)| cell.clone()).collect()
        });
        Self { columns: columns.collect(), rows: rows.collect(), groups: self.groups.clone(), ..*self }
    }

    fn has_titles(&self) -> bool {
        self.columns.iter().any(|column| !column.title.is_empty())
    }
}
