//! Light partners, and the handing out of complete rows.
//!
//! Codes are taken from the highest down: adding short rows leaves meaningless increments at and beyond the anchor's own place,
//! and no lower anchor ever looks there.

use super::super::{Output, Partners, push_row};
use super::heavy::{Counters, is_complemented};
use super::layout::Tiles;
use crate::PairSink;
use crate::blocks::{BlockPlan, place_of};
use sod_kernel::{Code, ROW_PADDING};
use sod_model::PackageId;

/// Counters that are looked at and cleared in the time of one increment with a note. A row in which fewer than one in so many
/// are expected to be met is handed out by what was noted.
const SCAN_OVER_NOTE: f64 = 10.0;

/// What one thread counts in.
struct Scratch<I> {
    counts: Vec<u32>,
    visits: Vec<u32>,
    noted: Vec<I>,
    ids: Vec<u32>,
    of_ids: Vec<u32>,
}

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
    let scratch = || Scratch {
        counts: vec![0u32; places],
        visits: Vec::new(),
        noted: Vec::<I>::new(),
        ids: Vec::new(),
        of_ids: Vec::new(),
    };
    out.gather(scratch, |scratch, slice, sink| {
        if let Some(used) = scratch.counts.get_mut(..blocks.total + ROW_PADDING) {
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
            let holders = u64::from(blocks.holders.get(place).copied().unwrap_or(0));
            let mut push = |from: Partners<'_>, counts: &mut [u32]| {
                push_row(plan, asked.as_deref(), PackageId(package), from, counts, holders, sink);
            };
            let Scratch { counts, visits, noted, ids, of_ids } = scratch;
            fill_heavy(blocks, counters, code, counts);
            let light = code.saturating_sub(blocks.heavy);
            if code >= blocks.heavy {
                visits.clear();
                tiles.collect_visits(code, visits);
            }
            if holders as f64 * blocks.light_partners * SCAN_OVER_NOTE < light as f64 {
                // The average may be far from this package: noting ends where handing out the whole row is as good.
                noted.resize(light / SCAN_OVER_NOTE as usize, I::default());
                let met = plan.kernel().note_rows(tiles.rows(), visits, I::new(code), counts, noted);
                if let Some(noted) = noted.get(..met) {
                    push(
                        Partners::Of(&blocks.partners, 0),
                        counts.get_mut(..blocks.heavy).unwrap_or_default(),
                    );
                    ids.clear();
                    of_ids.clear();
                    for at in noted.iter().map(|noted| noted.at()) {
                        if let (Some(count), Some(&id)) = (counts.get_mut(at), blocks.partners.get(at)) {
                            ids.push(id);
                            of_ids.push(std::mem::take(count));
                        }
                    }
                    push(Partners::Own(ids), of_ids);
                    continue;
                }
            } else if code >= blocks.heavy {
                plan.kernel().add_rows(tiles.rows(), visits, I::new(code), counts);
            }
            push(Partners::Of(&blocks.partners, 0), counts.get_mut(..place).unwrap_or_default());
            if let Some(light) = counts.get_mut(blocks.heavy..code) {
                light.fill(0);
            }
        }
        Some(done)
    })
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
