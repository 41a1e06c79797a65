//! Light partners, and the handing out of complete rows.
//!
//! Codes are taken from the highest down: adding short rows leaves meaningless increments at and beyond the anchor's own place,
//! and no lower anchor ever looks there.

use super::super::{Output, push_row};
use super::heavy::{Counters, is_complemented};
use super::layout::Tiles;
use crate::PairSink;
use crate::blocks::{BlockPlan, place_of};
use sod_kernel::{Code, ROW_PADDING};
use sod_model::PackageId;

/// Counts the light partners of every package, and hands every row to the sink; `None` when cancelled.
pub(super) fn hand_out<I: Code, S: PairSink>(
    blocks: &BlockPlan,
    tiles: &Tiles<I>,
    counters: &Counters,
    out: &mut Output<'_, S>,
) -> Option<()> {
    let (plan, observer) = (out.plan, out.observer);
    let asked = plan.asked_for();
    // Where codes are narrow there is a counter for each that there can be, and the kernel need not look; what is never counted
    // takes no memory.
    let places = if size_of::<I>() == size_of::<u16>() { I::MAX + 1 } else { blocks.total + ROW_PADDING };
    out.gather(
        || (vec![0u32; places], Vec::new()),
        |(counts, visits), slice, sink| {
            if let Some(used) = counts.get_mut(..blocks.total + ROW_PADDING) {
                used.fill(0);
            }
            let mut done = 0;
            for code in slice.rev() {
                let Some(&package) = blocks.packages.get(code).filter(|id| **id != u32::MAX) else {
                    continue;
                };
                if observer.is_cancelled() {
                    return None;
                }
                done += 1;
                let place = place_of(code, blocks.heavy);
                fill_heavy(blocks, counters, code, counts);
                if code >= blocks.heavy {
                    visits.clear();
                    tiles.collect_visits(code, visits);
                    plan.kernel().add_rows(tiles.rows(), visits, I::new(code), counts);
                }
                let holders = blocks.holders.get(place).copied().unwrap_or(0);
                let row = counts.get_mut(..place).unwrap_or_default();
                let anchor = PackageId(package);
                push_row(plan, asked.as_deref(), anchor, &blocks.partners, row, u64::from(holders), sink);
                if let Some(light) = counts.get_mut(blocks.heavy..code) {
                    light.fill(0);
                }
            }
            Some(done)
        },
    )
}

/// The counts of the heavy partners. Where the users without the package were counted, the others are what is missing to all
/// holders of each partner.
fn fill_heavy(blocks: &BlockPlan, counters: &Counters, code: usize, counts: &mut [u32]) {
    let heavy = counters.of(code);
    let Some(counts) = counts.get_mut(..heavy.len()) else {
        return;
    };
    if is_complemented(blocks, code) {
        for ((count, holders), without) in counts.iter_mut().zip(&blocks.holders).zip(heavy) {
            *count = holders - without;
        }
    } else {
        counts.copy_from_slice(heavy);
    }
}
