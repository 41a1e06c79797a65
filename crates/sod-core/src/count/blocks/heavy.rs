//! Heavy partners: for each package, 512 counters at a time, tile by tile.

use super::super::share_out;
use super::layout::{Round, RoundTile, split_off};
use crate::blocks::BlockPlan;
use sod_kernel::{Kernel, LINE_BITS, Pages, touch};
use sod_model::Observer;
use std::ops::Range;

/// Packages that one thread counts together: their lists and counters, and the lines they share, fit the L2 cache.
const CODES_AT_ONCE: usize = 64;
/// Users of a bit column that are listed together: their lines take half of the L2 cache.
const USERS_AT_ONCE: usize = 8192;
/// Entries beyond a list that the vectorised listing may write.
const LIST_SPARE: usize = 64;

/// For each package the counters of its heavy partners: of the blocks up to its own, or of all.
pub(super) struct Counters {
    chunks: Vec<Chunk>,
    // Those of each chunk one after another.
    counts: Pages<u32>,
    touched: bool,
}

/// [`CODES_AT_ONCE`] codes, and where their counters are.
struct Chunk {
    codes: Range<usize>,
    /// Counters of one code.
    width: usize,
    from: usize,
}

/// A chunk that is being counted.
struct Counting<'a> {
    chunk: &'a Chunk,
    counts: &'a mut [u32],
}

/// Lists read off the bit columns, for one chunk.
struct Lists {
    places: Vec<u16>,
    lens: [usize; CODES_AT_ONCE],
}

impl Lists {
    const STRIDE: usize = USERS_AT_ONCE + LIST_SPARE;

    fn new() -> Self {
        Self { places: vec![0; CODES_AT_ONCE * Self::STRIDE], lens: [0; CODES_AT_ONCE] }
    }

    fn get(&self, at: usize) -> &[u16] {
        let len = self.lens.get(at).copied().unwrap_or(0);
        self.places.get(at * Self::STRIDE..at * Self::STRIDE + len).unwrap_or_default()
    }
}

impl Counters {
    /// All zero.
    pub(super) fn new(blocks: &BlockPlan) -> Self {
        let mut all = 0;
        let chunk = |from: usize| {
            let codes = from..(from + CODES_AT_ONCE).min(blocks.total);
            // Chunks do not straddle blocks: both sizes are powers of two.
            let width = (from / LINE_BITS * LINE_BITS + LINE_BITS).min(blocks.heavy);
            let from = all;
            all += codes.len() * width;
            Chunk { codes, width, from }
        };
        let chunks = if blocks.heavy == 0 {
            Vec::new()
        } else {
            (0..blocks.total).step_by(CODES_AT_ONCE).map(chunk).collect()
        };
        Self { chunks, counts: Pages::new(all), touched: false }
    }

    /// Adds what the tiles of the round say; `None` when cancelled.
    pub(super) fn add(
        &mut self,
        blocks: &BlockPlan,
        round: &Round,
        kernel: Kernel,
        observer: &dyn Observer,
    ) -> Option<()> {
        let scratch = || if blocks.dense > 0 { Some(Lists::new()) } else { None };
        let touched = std::mem::replace(&mut self.touched, true);
        let mut rest: &mut [u32] = &mut self.counts;
        let chunks = self.chunks.iter().map(|chunk| {
            let counts = split_off(&mut rest, chunk.codes.len() * chunk.width);
            Counting { chunk, counts }
        });
        let done = share_out(chunks.collect::<Vec<_>>().into_iter(), scratch, |lists, mut chunk| {
            if observer.is_cancelled() {
                return None;
            }
            if !touched {
                touch(chunk.counts);
            }
            for part in round.parts() {
                if let Some(lists) = lists {
                    chunk.add_columns(blocks, part, lists, kernel);
                }
                chunk.add_lists(blocks, part, kernel);
            }
            Some(())
        });
        done.map(|_| ())
    }

    /// The counters of a code, by place.
    pub(super) fn of(&self, code: usize) -> &[u32] {
        self.chunks.get(code / CODES_AT_ONCE).map_or(&[], |chunk| {
            let at = chunk.from + code % CODES_AT_ONCE * chunk.width;
            self.counts.get(at..at + chunk.width).unwrap_or_default()
        })
    }
}

/// Whether the users who do not hold a dense package are fewer, and are counted in place of those who do.
pub(super) fn is_complemented(blocks: &BlockPlan, code: usize) -> bool {
    let holders = blocks.holders.get(crate::blocks::place_of(code, blocks.heavy)).copied().unwrap_or(0);
    code < blocks.dense && u64::from(holders) * 2 > blocks.users as u64
}

impl Counting<'_> {
    /// Dense codes: their users are read off the columns some thousands at a time, for all blocks of partners.
    fn add_columns(&mut self, blocks: &BlockPlan, part: &RoundTile, lists: &mut Lists, kernel: Kernel) {
        let dense = self.chunk.codes.start..self.chunk.codes.end.min(blocks.dense);
        if dense.is_empty() {
            return;
        }
        for first in (0..part.users()).step_by(USERS_AT_ONCE) {
            let last = (first + USERS_AT_ONCE).min(part.users());
            for (at, code) in dense.clone().enumerate() {
                let column = part.column(code, first / 64, last.div_ceil(64));
                let target = lists.places.get_mut(at * Lists::STRIDE..(at + 1) * Lists::STRIDE);
                if let (Some(target), Some(len)) = (target, lists.lens.get_mut(at)) {
                    *len = kernel.places(column, is_complemented(blocks, code), first as u16, target);
                    // The complement goes on to the end of the last word, where there are no users.
                    while let Some(&last_place) = len.checked_sub(1).and_then(|at| target.get(at))
                        && usize::from(last_place) >= last
                    {
                        *len -= 1;
                    }
                }
            }
            for block in 0..self.chunk.width / LINE_BITS {
                for at in 0..dense.len() {
                    // The lines of so few users are near already.
                    self.add_list(at, block, part, (lists.get(at), &[]), kernel);
                }
            }
        }
    }

    /// Other codes: their users are listed.
    fn add_lists(&mut self, blocks: &BlockPlan, part: &RoundTile, kernel: Kernel) {
        let Range { start, end } = self.chunk.codes;
        for block in 0..self.chunk.width / LINE_BITS {
            for code in start.max(blocks.dense)..end {
                let list = part.list(code);
                if list.is_empty() {
                    continue;
                }
                let upcoming = if code + 1 < end { part.list(code + 1) } else { &[] };
                self.add_list(code - start, block, part, (list, upcoming), kernel);
            }
        }
    }

    fn add_list(
        &mut self,
        at: usize,
        block: usize,
        part: &RoundTile,
        (list, upcoming): (&[u16], &[u16]),
        kernel: Kernel,
    ) {
        let from = at * self.chunk.width + block * LINE_BITS;
        let counts = self.counts.get_mut(from..from + LINE_BITS).and_then(|counts| counts.try_into().ok());
        if let (Some(counts), Some(lines)) = (counts, part.lines(block)) {
            kernel.add_lines(lines, list, upcoming, counts);
        }
    }
}
