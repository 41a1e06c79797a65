//! Increments along short rows: the counting of what is too rare for vertical counters.
//!
//! ```text
//! for each listed row, for each number c of it with c < anchor:  counts[c] += 1
//! ```
//!
//! This is Gustavson's row-wise scheme ("Two fast algorithms for sparse matrices", 1978) with the accumulator as a plain array
//! that fits the L1 cache. Departures:
//!
//! 1. Rows ascend and hold their anchor, so that where one ends need not be known: it is read in whole groups of
//!    [`ROW_PADDING`](crate::ROW_PADDING) until a group holds a number that is not below the anchor. Counters at and beyond the
//!    anchor so get increments that mean nothing; nobody may read them.
//! 2. Rows lie anywhere in memory. The caller looks up first where all of them begin, and they are asked for some way ahead of
//!    their turn.

use crate::Code;
use crate::hint::prefetch;
use crate::layout::ROW_PADDING;

/// How many rows ahead memory is asked for.
const AHEAD: usize = 40;
/// Numbers of 16 bits.
const TABLE: usize = 1 << 16;
/// Groups of half a cache line: most rows that begin in one line and end in the next reach so far.
const HALF_LINE: usize = 32 / (ROW_PADDING * size_of::<u16>());

/// Adds the rows that begin with these groups to `counts`, as far as they are below `anchor`.
#[inline(always)]
pub(crate) fn add_rows<I: Code>(rows: &[I], begins: &[u32], anchor: I, counts: &mut [u32]) {
    // A counter for every number of 16 bits: none can miss, and nothing is asked for each increment.
    if I::MAX == TABLE - 1
        && let Some(table) = counts.first_chunk_mut::<TABLE>()
    {
        return walk(rows, begins, anchor, |code| table[code.at() % TABLE] += 1);
    }
    walk(rows, begins, anchor, |code| {
        if let Some(count) = counts.get_mut(code.at()) {
            *count += 1;
        }
    });
}

/// As [`add_rows`], but below `anchor` only, and with a note of what was zero.
pub(crate) fn note_rows<I: Code>(
    rows: &[I],
    begins: &[u32],
    anchor: I,
    counts: &mut [u32],
    noted: &mut [I],
) -> usize {
    let Some(counts) = counts.get_mut(..anchor.at()) else {
        return 0;
    };
    let mut met = 0;
    walk(rows, begins, anchor, |code| {
        if let Some(count) = counts.get_mut(code.at()) {
            if *count == 0 {
                if let Some(slot) = noted.get_mut(met) {
                    *slot = code;
                }
                met += 1;
            }
            *count += 1;
        }
    });
    met
}

/// Calls `add` with the numbers of these rows, group by group.
#[inline(always)]
fn walk<I: Code>(rows: &[I], begins: &[u32], anchor: I, mut add: impl FnMut(I)) {
    let groups = rows.as_chunks::<ROW_PADDING>().0;
    for &ahead in begins.iter().take(AHEAD) {
        prefetch(groups, ahead as usize);
    }
    for (at, &from) in begins.iter().enumerate() {
        if let Some(&ahead) = begins.get(at + AHEAD) {
            prefetch(groups, ahead as usize);
            prefetch(groups, ahead as usize + HALF_LINE);
        }
        for group in groups.get(from as usize..).unwrap_or_default() {
            group.iter().for_each(|&code| add(code));
            if group[ROW_PADDING - 1] >= anchor {
                break;
            }
        }
    }
}
