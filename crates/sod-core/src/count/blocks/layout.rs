//! The tiles of one matrix: what is kept of them, and what lasts for one round.

use super::super::share_out;
use crate::blocks::BlockPlan;
use sod_kernel::{Code, Codes, Kernel, LINE_BITS, LayoutScratch, LineTile, Pages, ROW_PADDING, TileTarget};
use sod_model::{AssignmentMatrix, Observer};
use std::ops::Range;

/// The lists and the short rows of all tiles.
pub(super) struct Tiles<I: Code> {
    dense: usize,
    tile_users: usize,
    tiles: Vec<Tile>,
    // Those of each tile one after another, tile by tile.
    lists: Pages<u16>,
    rows: Pages<I>,
    row_begins: Pages<u32>,
}

struct Tile {
    users: Range<usize>,
    lists: Range<usize>,
    rows: Range<usize>,
    // By code from `dense` up: where the list of that code ends; it begins where the one before ends.
    list_ends: Vec<u32>,
}

/// What of the tiles one thread writes.
struct Target<'a, I> {
    at: usize,
    tile: &'a mut Tile,
    part: &'a mut RoundTile,
    lists: &'a mut [u16],
    rows: &'a mut [I],
    row_begins: &'a mut [u32],
}

impl<I: Code> Tiles<I> {
    /// Room for everything; nothing laid out yet.
    pub(super) fn new(matrix: &AssignmentMatrix, blocks: &BlockPlan) -> Self {
        let has_rows = blocks.heavy < blocks.total;
        let (mut lists, mut rows) = (0, 0);
        let tile = |from: usize| {
            let users = from..(from + blocks.tile_users).min(matrix.users());
            let (mut listed, mut light) = (0, 0);
            for (code, holders) in
                (blocks.dense..).zip(blocks.tile_holders(from / blocks.tile_users, blocks.dense))
            {
                listed += holders as usize;
                light += if code >= blocks.heavy { holders as usize } else { 0 };
            }
            // Every row is filled up to a multiple of the padding, and the last one written beyond.
            let padded = if has_rows {
                (light + (users.len() + 1) * ROW_PADDING).next_multiple_of(ROW_PADDING)
            } else {
                0
            };
            let (lists_from, rows_from) = (lists, rows);
            (lists, rows) = (lists + listed, rows + padded);
            Tile { users, lists: lists_from..lists, rows: rows_from..rows, list_ends: Vec::new() }
        };
        let tiles = (0..matrix.users()).step_by(blocks.tile_users).map(tile).collect();
        Self {
            dense: blocks.dense,
            tile_users: blocks.tile_users,
            tiles,
            lists: Pages::new(lists),
            rows: Pages::new(rows),
            row_begins: Pages::new(if has_rows { matrix.users() } else { 0 }),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tiles.len()
    }

    /// The users of a tile who hold the package of a code that is not dense, by place in the tile, ascending.
    pub(super) fn list(&self, tile: usize, code: usize) -> &[u16] {
        let (Some(tile), Some(at)) = (self.tiles.get(tile), code.checked_sub(self.dense)) else {
            return &[];
        };
        let end = |at: Option<usize>| at.and_then(|at| tile.list_ends.get(at)).map_or(0, |&end| end as usize);
        let lists = self.lists.get(tile.lists.clone()).unwrap_or_default();
        lists.get(end(at.checked_sub(1))..end(Some(at))).unwrap_or_default()
    }

    /// All short rows.
    pub(super) fn rows(&self) -> &[I] {
        &self.rows
    }

    /// Adds to `begins` where the short rows of the holders of a code begin.
    pub(super) fn collect_begins(&self, code: usize, begins: &mut Vec<u32>) {
        for tile in 0..self.tiles.len() {
            let own = self.row_begins.get(tile * self.tile_users..).unwrap_or_default();
            // A user of a list always has a row; one without would be asked for in vain.
            let begin = |&member: &u16| own.get(usize::from(member)).copied().unwrap_or(u32::MAX);
            begins.extend(self.list(tile, code).iter().map(begin));
        }
    }

    /// What the tiles from `first` up are to write, with the parts of a round.
    fn targets<'a>(&'a mut self, first: usize, parts: &'a mut [RoundTile]) -> Vec<Target<'a, I>> {
        let start =
            |range: fn(&Tile) -> &Range<usize>| self.tiles.get(first).map_or(0, |tile| range(tile).start);
        let (lists_from, rows_from) = (start(|tile| &tile.lists), start(|tile| &tile.rows));
        let mut lists = self.lists.get_mut(lists_from..).unwrap_or_default();
        let mut rows = self.rows.get_mut(rows_from..).unwrap_or_default();
        let mut row_begins = self.row_begins.get_mut(first * self.tile_users..).unwrap_or_default();
        let tiles = self.tiles.get_mut(first..).unwrap_or_default();
        let targets = tiles.iter_mut().zip(parts).zip(first..).map(|((tile, part), at)| Target {
            at,
            lists: split_off(&mut lists, tile.lists.len()),
            rows: split_off(&mut rows, tile.rows.len()),
            row_begins: split_off(&mut row_begins, tile.users.len()),
            tile,
            part,
        });
        targets.collect()
    }
}

/// The first `len` items, or as many as there are; the rest stays.
fn split_off<'a, T>(rest: &mut &'a mut [T], len: usize) -> &'a mut [T] {
    let all = std::mem::take(rest);
    let (first, others) = all.split_at_mut(len.min(all.len()));
    *rest = others;
    first
}

/// The lines and columns of the tiles that are counted together.
pub(super) struct Round {
    parts: Vec<RoundTile>,
}

/// What lasts for one tile and one round.
pub(super) struct RoundTile {
    lines: Vec<LineTile>,
    columns: Pages<u64>,
    words: usize,
    users: usize,
}

impl RoundTile {
    /// The lines of one block of 512 heavy codes.
    pub(super) fn lines(&self, block: usize) -> Option<&LineTile> {
        self.lines.get(block)
    }

    /// The words `from..to` of the bit column of a dense code.
    pub(super) fn column(&self, code: usize, from: usize, to: usize) -> &[u64] {
        let to = to.min(self.users.div_ceil(64));
        self.columns.get(code * self.words + from.min(to)..code * self.words + to).unwrap_or_default()
    }

    /// Users of the tile.
    pub(super) fn users(&self) -> usize {
        self.users
    }
}

impl Round {
    /// Room for `len` tiles.
    pub(super) fn new(blocks: &BlockPlan, len: usize) -> Self {
        let words = blocks.tile_users.div_ceil(64);
        let part = || RoundTile {
            lines: (0..blocks.heavy / LINE_BITS).map(|_| LineTile::new(blocks.tile_users)).collect(),
            columns: Pages::new(blocks.dense * words),
            words,
            users: 0,
        };
        Self { parts: (0..len).map(|_| part()).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The tiles of the round.
    pub(super) fn parts(&self) -> &[RoundTile] {
        &self.parts
    }

    /// Lays out the tiles from `first` up, as many as there are and as the round has room for, and gives their number; `None`
    /// when cancelled.
    pub(super) fn lay_out<I: Code>(
        &mut self,
        matrix: &AssignmentMatrix,
        blocks: &BlockPlan,
        codes: &Codes<I>,
        tiles: &mut Tiles<I>,
        first: usize,
        (kernel, observer): (Kernel, &dyn Observer),
    ) -> Option<usize> {
        let targets = tiles.targets(first, &mut self.parts);
        let laid_out = targets.len();
        share_out(targets.into_iter(), LayoutScratch::new, |scratch, target| {
            if observer.is_cancelled() {
                return None;
            }
            lay_out_tile(matrix, blocks, codes, target, kernel, scratch);
            Some(())
        })?;
        Some(laid_out)
    }
}

fn lay_out_tile<I: Code>(
    matrix: &AssignmentMatrix,
    blocks: &BlockPlan,
    codes: &Codes<I>,
    target: Target<'_, I>,
    kernel: Kernel,
    scratch: &mut LayoutScratch<I>,
) {
    let Target { at, tile, part, lists, rows, row_begins } = target;
    let (starts, numbers) = matrix.row_arrays();
    let starts = starts.get(tile.users.start..=tile.users.end).unwrap_or_default();
    let holdings = match (starts.first(), starts.last()) {
        (Some(&first), Some(&last)) => numbers.get(first as usize..last as usize).unwrap_or_default(),
        _ => &[],
    };
    let mut listed = 0;
    let begins = blocks.tile_holders(at, blocks.dense).map(|holders| {
        listed += holders;
        listed - holders
    });
    tile.list_ends = begins.collect();
    part.users = tile.users.len();
    let mut target = TileTarget {
        lines: &mut part.lines,
        columns: &mut part.columns,
        words: part.words,
        lists,
        cursors: &mut tile.list_ends,
        rows,
        begins: row_begins,
        first_group: (tile.rows.start / ROW_PADDING) as u32,
    };
    let laid_out = kernel.lay_out(codes, starts, holdings, |package| package.index(), &mut target, scratch);
    debug_assert!(laid_out, "a tile has room for itself");
}
