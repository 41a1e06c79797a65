//! Counting by blocks: vertical counters for popular partners, short rows for the others.
//!
//! ```text
//! for each round of as many tiles as there are threads:
//!     lay out each tile: bit lines and bit columns of its heavy packages, lists of users, short rows     (layout)
//!     for each package a, for each block of 512 heavy partners: add the lines of a's users               (heavy)
//! for each package a: add the short rows of its users, and hand out the row of a                         (light)
//! ```
//!
//! Lines, bit columns and lists are used up by their own round and written over by the next: they never leave the cache. What
//! stays is, of light packages, the short rows, at 2 bytes a holding (4, where there are more than 65,531 codes), and where the
//! row of each of a package's users begins, at 4 bytes a holding; and the counters of heavy partners, at 2 KiB a package and
//! block.

mod heavy;
mod layout;
mod light;

use super::Output;
use crate::PairSink;
use crate::blocks::BlockPlan;
use sod_kernel::{Code, Codes};
use sod_model::AssignmentMatrix;

/// Counts everything; `None` when cancelled.
pub(super) fn count<S: PairSink>(matrix: &AssignmentMatrix, out: &mut Output<'_, S>) -> Option<()> {
    let plan = out.plan;
    // The method is blocks, so there is a layout.
    let blocks = plan.blocks()?;
    if blocks.total == 0 {
        return Some(());
    }
    if blocks.is_narrow() {
        count_with(matrix, blocks, &blocks.kernel_codes::<u16>()?, out)
    } else {
        count_with(matrix, blocks, &blocks.kernel_codes::<u32>()?, out)
    }
}

fn count_with<I: Code, S: PairSink>(
    matrix: &AssignmentMatrix,
    blocks: &BlockPlan,
    codes: &Codes<I>,
    out: &mut Output<'_, S>,
) -> Option<()> {
    let kernel = out.plan.kernel();
    let mut counters = heavy::Counters::new(blocks);
    let mut tiles = layout::Tiles::new(matrix, blocks);
    let mut round = layout::Round::new(blocks, &tiles, rayon::current_num_threads());
    for first in (0..tiles.len()).step_by(round.len().max(1)) {
        round.lay_out(matrix, blocks, codes, &mut tiles, first, (kernel, out.observer))?;
        counters.add(blocks, &round, kernel, out.observer)?;
    }
    drop(round);
    light::hand_out(blocks, &tiles, &counters, out)
}
