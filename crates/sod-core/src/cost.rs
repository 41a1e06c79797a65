//! What each method would cost. The model is written out at [`CountPlan`](crate::CountPlan).
//!
//! Estimates in nanoseconds of one thread; they choose and slice, and nothing else may depend on them. The constants are
//! those that `benches/examples/calibrate.rs` measures, but for what it measures in a cache and a large tenant finds in memory:
//! `LIST` and `VISIT` are what these cost there.

mod pairwise;

pub(crate) use pairwise::{columns, making_columns_ns, rows};

use sod_kernel::LINE_BITS;

/// One line added to 512 vertical counters.
const LINE_NS: f64 = 1.5;
/// One list of lines begun and its counters turned into numbers.
const FLUSH_NS: f64 = 90.0;
/// One line of 512 bits made.
const TURN_NS: f64 = 3.0;
/// One user looked at by a bit column.
const COLUMN_USER_NS: f64 = 0.03;
/// One holding read and coded.
const CODE_NS: f64 = 1.2;
/// One user appended to a list.
const LIST_NS: f64 = 2.0;
/// One short row found and begun.
const VISIT_NS: f64 = 6.0;
/// One count of a row looked at and handed to the sink.
const EMIT_NS: f64 = 0.2;
/// One increment more, where what was met for the first time is noted, and its count handed out by the note.
const NOTE_NS: f64 = 1.0;
/// One call of the thread pool, tile by tile.
const ROUND_NS: f64 = 15_000.0;
/// Memory for lines and counters taken from the system, before anything is counted.
const SETUP_NS: f64 = 600_000.0;
/// Bytes of a triangle of counts that is still thought about, and the most that is ever taken.
pub(crate) const TRIANGLE_BYTES_MAX: u64 = 256 << 20;

/// One increment, by the bytes of the accumulator.
fn increment_ns(bytes: u64) -> f64 {
    match bytes {
        0..0x8000 => 0.45,
        0x8000..0x10_0000 => 0.7,
        0x10_0000..0x100_0000 => 1.4,
        0x100_0000..0x200_0000 => 3.0,
        _ => 6.0,
    }
}

/// Every constant of the model by name: what `benches/examples/calibrate.rs` measures.
#[doc(hidden)]
#[must_use]
pub fn cost_constants() -> [(&'static str, f64); 16] {
    [
        ("LINE", LINE_NS),
        ("FLUSH", FLUSH_NS),
        ("TURN", TURN_NS),
        ("COLUMN_USER", COLUMN_USER_NS),
        ("CODE", CODE_NS),
        ("LIST", LIST_NS),
        ("VISIT", VISIT_NS),
        ("EMIT", EMIT_NS),
        ("NOTE", NOTE_NS),
        ("INCREMENT up to 32 KiB", increment_ns(0)),
        ("INCREMENT up to 1 MiB", increment_ns(0x8000)),
        ("INCREMENT up to 16 MiB", increment_ns(0x10_0000)),
        ("INCREMENT up to 32 MiB", increment_ns(0x100_0000)),
        ("INCREMENT beyond", increment_ns(0x200_0000)),
        ("ROUND", ROUND_NS),
        ("SETUP", SETUP_NS),
    ]
}

/// The expected cost of one method that goes anchor by anchor.
#[derive(Clone, Debug)]
pub(crate) struct Estimate {
    /// By anchor.
    pub(crate) work_ns: Vec<u64>,
    /// Intersections or increments, all told.
    pub(crate) steps: u64,
}

impl Estimate {
    pub(crate) fn total_ns(&self) -> u64 {
        self.work_ns.iter().fold(0, |sum, work| sum.saturating_add(*work))
    }
}

/// Bytes of a triangle over so many packages.
pub(crate) fn triangle_bytes(packages: usize) -> u64 {
    let packages = packages as u64;
    packages.saturating_mul(packages.saturating_sub(1)) / 2 * size_of::<u32>() as u64
}

/// The cost of incrementing a triangle of counts.
pub(crate) fn triangle(packages: usize, holdings: u64, increments: u64) -> u64 {
    let bytes = triangle_bytes(packages);
    // Each count is cleared, added up over the threads and handed out.
    let cells = bytes as f64 / 4.0;
    (increments as f64 * increment_ns(bytes) + holdings as f64 * CODE_NS + cells * 2.0 * EMIT_NS) as u64
}

/// The classes of packages, and what counting by blocks costs with them.
#[derive(Clone, Debug)]
pub(crate) struct BlockCost {
    /// The most popular packages that are dense.
    pub(crate) dense: usize,
    /// Codes of heavy packages, a multiple of 512.
    pub(crate) heavy: usize,
    pub(crate) total_ns: u64,
    /// Increments of light partners, of one light holding on the average.
    pub(crate) light_partners: f64,
    increment_ns: f64,
}

impl BlockCost {
    /// The cost of the row of one code, when everything heavy has been counted.
    pub(crate) fn row_ns(&self, code: usize, holders: u64) -> u64 {
        let light = if code < self.heavy { 0.0 } else { VISIT_NS + self.light_partners * self.increment_ns };
        let met = holders as f64 * self.light_partners * NOTE_NS;
        let scanned = code.saturating_sub(self.heavy) as f64 * EMIT_NS;
        (holders as f64 * light + code.min(self.heavy) as f64 * EMIT_NS + scanned.min(met)) as u64
    }
}

/// A package is dense when a bit column of its holders takes less time than a list.
fn is_dense(holders: u64, users: usize) -> bool {
    holders as f64 * LIST_NS > users as f64 * COLUMN_USER_NS
}

/// Tries every number of heavy blocks, given the holders of each package, the most popular first, and the sum of all counts.
pub(crate) fn blocks(users: usize, tiles: usize, by_rank: &[u64], pair_sum: u64) -> BlockCost {
    let holdings: u64 = by_rank.iter().sum();
    let dense_at_most = by_rank.iter().take_while(|&&holders| is_dense(holders, users)).count();
    let increment_ns = increment_ns((by_rank.len() * 4) as u64);
    let mut best = BlockCost { dense: 0, heavy: 0, total_ns: u64::MAX, light_partners: 0.0, increment_ns };
    // What is heavy or dense so far, and what has been counted vertically.
    let (mut heavy_holdings, mut dense_holdings) = (0u64, 0u64);
    let mut vertical_ns = 0.0;
    for block in 0..=by_rank.len().div_ceil(LINE_BITS) {
        let heavy = block * LINE_BITS;
        let lists = by_rank.get(heavy.min(by_rank.len())..).map_or(0, <[u64]>::len) as f64;
        let light_holdings = (holdings - heavy_holdings) as f64;
        // As if any holding could be that of a light package: of all that meet in the rows, so many are light both.
        let light_partners = pair_sum as f64 / (holdings.max(1) as f64).powi(2) * light_holdings;
        let dense = dense_at_most.min(heavy);
        let layout_ns = holdings as f64 * CODE_NS
            + (holdings - dense_holdings) as f64 * LIST_NS
            + users as f64 * TURN_NS * block as f64
            + dense as f64 * users as f64 * COLUMN_USER_NS;
        // What more blocks would save is judged as if users held packages independently of one another: one user with everything
        // has most of the pairs, and no block takes these from the rows.
        let saved_partners = light_holdings / users.max(1) as f64 / 2.0;
        let light_ns = light_holdings * (VISIT_NS + saved_partners * increment_ns);
        // Rows are handed out from end to end, or where they are nearly empty by what was met.
        let light_emit_ns = (lists * lists / 2.0 * EMIT_NS).min(light_holdings * light_partners * NOTE_NS);
        let heavy_emit_ns = by_rank.len() as f64 * (heavy as f64).min(by_rank.len() as f64) * EMIT_NS;
        let before_ns = vertical_ns + SETUP_NS + tiles as f64 * ROUND_NS;
        let total_ns = (before_ns + layout_ns + light_ns + light_emit_ns + heavy_emit_ns) as u64;
        if total_ns < best.total_ns {
            best = BlockCost { dense, heavy, total_ns, light_partners, increment_ns };
        }
        // With more blocks this only grows.
        if (before_ns + heavy_emit_ns) as u64 > best.total_ns {
            break;
        }
        // The next block as heavy partners of every package that is not more popular.
        vertical_ns += light_holdings * LINE_NS + lists * tiles as f64 * FLUSH_NS;
        let own = by_rank.get(heavy..).unwrap_or_default();
        heavy_holdings += own.iter().take(LINE_BITS).sum::<u64>();
        dense_holdings += own.iter().take(LINE_BITS).take(dense_at_most.saturating_sub(heavy)).sum::<u64>();
    }
    best
}
