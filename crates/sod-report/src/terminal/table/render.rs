//! A table and its layout, to lines.

use super::super::style::{Role, Terminal};
use super::super::text::{cut, cut_front, width, wrap};
use super::layout::{GAP, Layout};
use super::{Cell, Column, Kind, Table};

/// Holds what every line needs.
pub(super) struct Renderer<'a> {
    table: &'a Table,
    layout: &'a Layout,
    terminal: &'a Terminal,
    indent: usize,
    out: String,
}

/// A piece of a line: the blanks that lead up to it, and its text as it will be seen.
struct Piece {
    start: usize,
    text: String,
    role: Role,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(table: &'a Table, layout: &'a Layout, terminal: &'a Terminal, indent: usize) -> Self {
        Self { table, layout, terminal, indent, out: String::new() }
    }

    pub(super) fn run(mut self) -> String {
        let widths = match self.layout {
            Layout::Wide(widths) | Layout::Stacked(widths) => widths.as_slice(),
            Layout::Records(_) => &[],
        };
        if self.table.has_titles() && !widths.is_empty() {
            self.titles(widths);
        }
        for (at, row) in self.table.rows.iter().enumerate() {
            let spaced = !matches!(self.layout, Layout::Wide(_));
            if at > 0 && spaced && self.table.groups.contains(&at) {
                self.out.push('\n');
            }
            match self.layout {
                Layout::Wide(_) => self.row(row, widths),
                Layout::Stacked(_) => self.stacked(row, widths),
                Layout::Records(label) => self.record(row, *label),
            }
        }
        self.out
    }

    fn titles(&mut self, widths: &[usize]) {
        let titles = self.table.columns.iter().map(|column| Cell::new(column.title).role(Role::Muted));
        let titles: Vec<Cell> = titles.collect();
        self.row(&titles, widths);
    }

    /// One row; more than one line when prose wraps.
    fn row(&mut self, row: &[Cell], widths: &[usize]) {
        let mut lines: Vec<Vec<Piece>> = Vec::new();
        let mut start = self.indent;
        for ((cell, column), &room) in row.iter().zip(&self.table.columns).zip(widths) {
            if room == 0 {
                continue;
            }
            for (at, text) in self.fitted(cell, column, room).into_iter().enumerate() {
                let before = if column.kind == Kind::Number { room.saturating_sub(width(&text)) } else { 0 };
                if lines.len() <= at {
                    lines.push(Vec::new());
                }
                if let Some(line) = lines.get_mut(at) {
                    line.push(Piece { start: start + before, text, role: cell.role });
                }
            }
            start += room + GAP;
        }
        for line in lines {
            self.line(&line);
        }
    }

    /// The lines that a cell takes in its column.
    fn fitted(&self, cell: &Cell, column: &Column, room: usize) -> Vec<String> {
        match column.kind {
            _ if cell.text.is_empty() => Vec::new(),
            Kind::Number | Kind::Word | Kind::Id => vec![cell.text.clone()],
            Kind::Name | Kind::Aside => vec![cut(&cell.text, room, self.terminal)],
            Kind::Path | Kind::Place => vec![cut_front(&cell.text, room, self.terminal)],
            Kind::Prose => wrap(&cell.text, room),
        }
    }

    /// What of a row may move, each on a line of its own: what leads the row goes above it, the rest below, under the
    /// first name and a little further in than the row, or further to the left where it must be to fit.
    fn moved(&mut self, cells: &[Cell], columns: &[Column], first: usize, label: usize) {
        for (cell, column) in cells.iter().zip(columns) {
            if !column.kind.moves() || cell.text.is_empty() {
                continue;
            }
            let room = self.terminal.columns().saturating_sub(first + label);
            let text = self.fitted(cell, column, room).concat();
            let taken = label + width(&text);
            let fits = |start: &usize| start + taken <= self.terminal.columns();
            let start = [first, self.indent + GAP].into_iter().find(fits).unwrap_or(self.indent);
            let title = Piece {
                start,
                text: if label > 0 { column.title.to_owned() } else { String::new() },
                role: Role::Muted,
            };
            let beside = Piece { start: start + label, text, role: cell.role };
            if fits(&start) {
                self.line(&[title, beside]);
            } else {
                self.line(&[title]);
                self.line(&[Piece { start, ..beside }]);
            }
        }
    }

    fn stacked(&mut self, row: &[Cell], widths: &[usize]) {
        let columns = &self.table.columns;
        let leading = columns.iter().take_while(|column| column.kind.moves()).count();
        let (above, below) = row.split_at(leading.min(row.len()));
        let (columns_above, columns_below) = columns.split_at(leading);
        let named = |column: &Column| matches!(column.kind, Kind::Name | Kind::Path | Kind::Prose);
        let before = columns.iter().position(named).unwrap_or(0);
        let before: usize = widths.iter().take(before).filter(|room| **room > 0).map(|room| room + GAP).sum();
        self.moved(above, columns_above, self.indent, 0);
        self.row(row, widths);
        self.moved(below, columns_below, self.indent + before.max(GAP), label_width(columns_below));
    }

    /// Each cell on a line of its own, its title before it.
    fn record(&mut self, row: &[Cell], label: usize) {
        let label = if label > 0 { label + GAP } else { 0 };
        let room = self.terminal.columns().saturating_sub(self.indent + label);
        for (cell, column) in row.iter().zip(&self.table.columns) {
            let mut title =
                vec![Piece { start: self.indent, text: column.title.to_owned(), role: Role::Muted }];
            if column.kind == Kind::Id && cell.width() > room {
                self.line(&title);
                self.line(&[Piece { start: self.indent, text: cell.text.clone(), role: cell.role }]);
                continue;
            }
            for text in self.fitted(cell, column, room) {
                let mut line = std::mem::take(&mut title);
                line.push(Piece { start: self.indent + label, text, role: cell.role });
                self.line(&line);
            }
        }
    }

    /// Writes pieces that do not overlap, left to right, and nothing after the last.
    fn line(&mut self, pieces: &[Piece]) {
        let mut at = 0;
        for piece in pieces.iter().filter(|piece| !piece.text.is_empty()) {
            self.out.extend(std::iter::repeat_n(' ', piece.start.saturating_sub(at)));
            self.out.push_str(&self.terminal.paint(piece.role, &piece.text));
            at = piece.start + width(&piece.text);
        }
        if at > 0 {
            self.out.push('\n');
        }
    }
}

/// Room for the titles of what moves; 0 when only one column does, which needs none.
fn label_width(columns: &[Column]) -> usize {
    let titles = columns.iter().filter(|column| column.kind.moves()).map(|column| width(column.title));
    let titled = titles.clone().filter(|title| *title > 0).count();
    if titled < 2 { 0 } else { titles.max().unwrap_or(0) + GAP }
}
