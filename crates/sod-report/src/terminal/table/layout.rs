//! How wide each column gets, and where the ids go.

use super::super::style::Terminal;
use super::super::text::width;
use super::{Kind, Table};

/// Blanks between columns.
pub(super) const GAP: usize = 2;

/// Where cells stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Each cell in its column, of this width.
    Wide(Vec<usize>),
    /// As above, but what may move (width 0) on lines of their own below the row.
    Stacked(Vec<usize>),
    /// One line for each cell, the titles in a column of this width.
    Records(usize),
}

/// How hard to squeeze before another layout is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Squeeze {
    /// There is another layout to try, and an id takes more room than its neighbours are worth.
    Little,
    /// There is another layout to try.
    Some,
    /// There is none.
    Much,
}

/// A GUID has 36 letters; what is much longer had better stand on a line of its own.
const LONG_ID: usize = 48;

/// The least that a column is squeezed to.
fn least(kind: Kind, natural: usize, squeeze: Squeeze) -> usize {
    let enough = match (kind, squeeze) {
        (Kind::Number | Kind::Word | Kind::Id, _) => natural,
        (Kind::Prose, _) => 24,
        (Kind::Name | Kind::Aside, Squeeze::Little) => 60,
        (Kind::Name | Kind::Aside, Squeeze::Some) => 24,
        (Kind::Name | Kind::Aside, Squeeze::Much) => 16,
        (Kind::Path | Kind::Place, Squeeze::Little | Squeeze::Some) => 36,
        (Kind::Path | Kind::Place, Squeeze::Much) => 20,
    };
    natural.min(enough)
}

impl Layout {
    /// The first layout that fits.
    pub(super) fn choose(table: &Table, terminal: &Terminal, indent: usize) -> Self {
        let room = terminal.columns().saturating_sub(indent);
        let records =
            || Self::Records(table.columns.iter().map(|column| width(column.title)).max().unwrap_or(0));
        if table.as_records {
            return records();
        }
        let natural = natural_widths(table, room);
        let mut columns = table.columns.iter().zip(&natural);
        let long_id = columns.any(|(column, &width)| column.kind == Kind::Id && width > LONG_ID);
        let squeeze = if long_id { Squeeze::Little } else { Squeeze::Some };
        if let Some(widths) = fit(table, &natural, room, squeeze) {
            return Self::Wide(widths);
        }
        let staying = table.columns.iter().zip(natural);
        let staying: Vec<usize> =
            staying.map(|(column, natural)| if column.kind.moves() { 0 } else { natural }).collect();
        let something_stays = staying.iter().any(|&width| width > 0);
        match fit(table, &staying, room, Squeeze::Much) {
            Some(widths) if something_stays => Self::Stacked(widths),
            _ => records(),
        }
    }
}

/// What each column would like. One column more than the room says as much as a mile.
fn natural_widths(table: &Table, room: usize) -> Vec<usize> {
    let of_column = |(at, column): (usize, &super::Column)| {
        let cells = table.rows.iter().filter_map(|row| row.get(at)).map(super::Cell::width);
        cells.chain([width(column.title)]).max().unwrap_or(0).min(room + 1)
    };
    table.columns.iter().enumerate().map(of_column).collect()
}

/// Takes from the widest column that may be cut until the row fits; `None` when it never does.
fn fit(table: &Table, natural: &[usize], room: usize, squeeze: Squeeze) -> Option<Vec<usize>> {
    let shown = natural.iter().filter(|&&width| width > 0).count();
    let room = room.checked_sub(GAP * shown.saturating_sub(1))?;
    let columns = table.columns.iter().zip(natural);
    let leasts: Vec<usize> = columns.map(|(column, &natural)| least(column.kind, natural, squeeze)).collect();
    if leasts.iter().sum::<usize>() > room {
        return None;
    }
    let mut widths = natural.to_vec();
    for _ in room..widths.iter().sum() {
        let cuttable = widths.iter_mut().zip(&leasts).filter(|(width, least)| **width > **least);
        if let Some((width, _)) = cuttable.max_by_key(|(width, _)| **width) {
            *width -= 1;
        }
    }
    Some(widths)
}
