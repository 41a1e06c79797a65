//! The tiles of one matrix: what is kept of them, and what lasts for one round.

use super::super::share_out;
use crate::blocks::BlockPlan;
use sod_kernel::{Code, Codes, Kernel, LINE_BITS, LayoutScratch, LineTile, Pages, ROW_PADDING, TileTarget};
use sod_model::{AssignmentMatrix, Observer};
use std::ops::Range;

/// What stays of all tiles: the short rows, and who has which.
pub(super) struct Tiles<I: Code> {
    dense: usize,
    heavy: usize,
    tiles: Vec<Tile>,
    // Those of each tile one after another, tile by tile.
    rows: Pages<I>,
    visits: Pages<u32>,
}

struct Tile {
    users: Range<usize>,
    /// Entries of all lists of the tile.
    listed: usize,
    rows: Range<usize>,
    // Where the rows of the holders of each light code begin, code by code.
    visits: Range<usize>,
    // By code from `dense` up: where the list of that code ends; it begins where the one before ends.
    list_ends: Vec<u32>,
}

/// The place among `list_ends` where lists begin that belong to `code`, and where they end.
fn list_of(list_ends: &[u32], dense: usize, code: usize) -> Range<usize> {
    let Some(at) = code.checked_sub(dense) else {
        return 0..0;
    };
    let end = |at: Option<usize>| at.and_then(|at| list_ends.get(at)).map_or(0, |&end| end as usize);
    end(at.checked_sub(1))..end(Some(at))
}

/// What of the tiles one thread writes.
struct Target<'a, I> {
    at: usize,
    tile: &'a mut Tile,
    part: &'a mut RoundTile,
    rows: &'a mut [I],
    visits: &'a mut [u32],
}

impl<I: Code> Tiles<I> {
    /// Room for everything; nothing laid out yet.
    pub(super) fn new(matrix: &AssignmentMatrix, blocks: &BlockPlan) -> Self {
        let (mut rows, mut visits) = (0, 0);
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
            let padded = if blocks.heavy < blocks.total {
                (light + (users.len() + 1) * ROW_PADDING).next_multiple_of(ROW_PADDING)
            } else {
                0
            };
            let (rows_from, visits_from) = (rows, visits);
            (rows, visits) = (rows + padded, visits + light);
            Tile { users, listed, rows: rows_from..rows, visits: visits_from..visits, list_ends: Vec::new() }
        };
        let tiles = (0..matrix.users()).step_by(blocks.tile_users).map(tile).collect();
        let (rows, visits) = (Pages::new(rows), Pages::new(visits));
        Self { dense: blocks.dense, heavy: blocks.heavy, tiles, rows, visits }
    }

    pub(super) fn len(&self) -> usize {
        self.tiles.len()
    }

    /// All short rows.
    pub(super) fn rows(&self) -> &[I] {
        &self.rows
    }

    /// Adds to `visits` where the short rows of the holders of a light code begin.
    pub(super) fn collect_visits(&self, code: usize, visits: &mut Vec<u32>) {
        for tile in &self.tiles {
            // What comes before are the lists of heavy codes, which are not kept.
            let heavy = list_of(&tile.list_ends, self.dense, self.heavy).start;
            let list = list_of(&tile.list_ends, self.dense, code);
            let from = tile.visits.start + list.start.saturating_sub(heavy);
            visits.extend_from_slice(self.visits.get(from..from + list.len()).unwrap_or_default());
        }
    }

    /// What the tiles from `first` up are to write, with the parts of a round.
    fn targets<'a>(&'a mut self, first: usize, parts: &'a mut [RoundTile]) -> Vec<Target<'a, I>> {
        let start =
            |range: fn(&Tile) -> &Range<usize>| self.tiles.get(first).map_or(0, |tile| range(tile).start);
        let (rows_from, visits_from) = (start(|tile| &tile.rows), start(|tile| &tile.visits));
        let mut rows = self.rows.get_mut(rows_from..).unwrap_or_default();
        let mut visits = self.visits.get_mut(visits_from..).unwrap_or_default();
        let tiles = self.tiles.get_mut(first..).unwrap_or_default();
        let targets = tiles.iter_mut().zip(parts).zip(first..).map(|((tile, part), at)| Target {
            at,
            rows: split_off(&mut rows, tile.rows.len()),
            visits: split_off(&mut visits, tile.visits.len()),
            tile,
            part,
        });
        targets.collect()
    }
}

/// The first `len` items, or as many as there are; the rest stays.
pub(super) fn split_off<'a, T>(rest: &mut &'a mut [T], len: usize) -> &'a mut [T] {
    let all = std::mem::take(rest);
    let (first, others) = all.split_at_mut(len.min(all.len()));
    *rest = others;
    first
}

/// The tiles that are counted together.
pub(super) struct Round {
    parts: Vec<RoundTile>,
    used: usize,
}

/// What lasts for one tile and one round.
pub(super) struct RoundTile {
    dense: usize,
    lines: Vec<LineTile>,
    columns: Pages<u64>,
    words: usize,
    users: usize,
    lists: Pages<u16>,
    list_ends: Vec<u32>,
    row_begins: Vec<u32>,
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

    /// The users of a tile who hold the package of a code that is not dense, by place in the tile, ascending.
    pub(super) fn list(&self, code: usize) -> &[u16] {
        self.lists.get(list_of(&self.list_ends, self.dense, code)).unwrap_or_default()
    }

    /// Users of the tile.
    pub(super) fn users(&self) -> usize {
        self.users
    }
}

impl Round {
    /// Room for `len` tiles, or for all.
    pub(super) fn new<I: Code>(blocks: &BlockPlan, tiles: &Tiles<I>, len: usize) -> Self {
        let words = blocks.tile_users.div_ceil(64);
        let listed = tiles.tiles.iter().map(|tile| tile.listed).max().unwrap_or(0);
        let has_rows = blocks.heavy < blocks.total;
        let part = || RoundTile {
            dense: blocks.dense,
            lines: (0..blocks.heavy / LINE_BITS).map(|_| LineTile::new(blocks.tile_users)).collect(),
            columns: Pages::new(blocks.dense * words),
            words,
            users: 0,
            lists: Pages::new(listed),
            list_ends: Vec::new(),
            row_begins: vec![0; if has_rows { blocks.tile_users } else { 0 }],
        };
        Self { parts: (0..len.min(tiles.len())).map(|_| part()).collect(), used: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The tiles of the round.
    pub(super) fn parts(&self) -> &[RoundTile] {
        self.parts.get(..self.used).unwrap_or_default()
    }

    /// Lays out the tiles from `first` up, as many as there are and as the round has room for; `None` when cancelled.
    pub(super) fn lay_out<I: Code>(
        &mut self,
        matrix: &AssignmentMatrix,
        blocks: &BlockPlan,
        codes: &Codes<I>,
        tiles: &mut Tiles<I>,
        first: usize,
        (kernel, observer): (Kernel, &dyn Observer),
    ) -> Option<()> {
        let targets = tiles.targets(first, &mut self.parts);
        self.used = targets.len();
        share_out(targets.into_iter(), LayoutScratch::new, |scratch, target| {
            if observer.is_cancelled() {
                return None;
            }
            lay_out_tile(matrix, blocks, codes, target, kernel, scratch);
            Some(())
        })?;
        Some(())
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
    let Target { at, tile, part, rows, visits } = target;
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
        lists: &mut part.lists,
        cursors: &mut tile.list_ends,
        rows,
        begins: &mut part.row_begins,
        first_group: (tile.rows.start / ROW_PADDING) as u32,
    };
    let laid_out = kernel.lay_out(codes, starts, holdings, |package| package.index(), &mut target, scratch);
    debug_assert!(laid_out, "a tile has room for itself");
    part.list_ends.clone_from(&tile.list_ends);
    // Looked up here, where the table of one tile is in the cache, and not for every package anew.
    let light = list_of(&tile.list_ends, blocks.dense, blocks.heavy).start;
    let members = part.lists.get(light..light + visits.len()).unwrap_or_default();
    for (visit, &member) in visits.iter_mut().zip(members) {
        // A user of a light list always has a row; one without would be asked for in vain.
        *visit = part.row_begins.get(usize::from(member)).copied().unwrap_or(u32::MAX);
    }
}
