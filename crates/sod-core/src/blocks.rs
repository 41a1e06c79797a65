//! The layout that counting by blocks asks for: user tiles, and what each package is called in them.
//!
//! Chosen by the plan from how many users of each tile hold each package. Packages fall into three classes, by popularity:
//!
//! - *dense*: held by so many that a bit column over the users is smaller and quicker to read than a list of them;
//! - *heavy*: partners that are counted 512 at once, because most lines have several of them (dense packages are heavy);
//! - *light*: partners that are counted one by one.
//!
//! Heavy packages are coded by popularity, in blocks of 512. Light ones come after them in the order of their ids: a row, which
//! ascends by id, then ascends by code as well, and nothing has to be sorted.

use crate::cost;
use rayon::prelude::*;
use sod_kernel::{Code, Codes, LINE_BITS, ROW_PADDING, TILE_MEMBERS};
use sod_model::AssignmentMatrix;
use std::sync::Arc;

/// Members of a tile come in multiples of this, the bits of a word.
const WORD: usize = 64;
/// Holdings of one tile at most: places in it are 32-bit numbers, with padding.
const TILE_HOLDINGS_MAX: u64 = 1 << 30;
/// A tile with fewer holdings is not worth a thread of its own.
const TILE_HOLDINGS_MIN: u64 = 40_000;
/// So many tiles where there is enough work for them: a multiple of any usual number of threads.
const TILES_AT_LEAST: usize = 4;

/// Fewer holdings than this are counted by one thread, before a second one is awake.
const HOLDINGS_FOR_THREADS: usize = 1 << 18;

/// How many users of each tile hold each package.
#[derive(Clone, Debug)]
pub(crate) struct Census {
    /// Users of a tile; the last may have fewer.
    pub(crate) tile_users: usize,
    /// By tile, then by package.
    pub(crate) by_tile: Vec<u32>,
    /// By package, over all tiles.
    pub(crate) holders: Vec<u64>,
}

impl Census {
    /// One pass over the rows, in parallel.
    pub(crate) fn take(matrix: &AssignmentMatrix) -> Self {
        let (starts, numbers) = matrix.row_arrays();
        let tile_users = tile_users(starts, matrix.packages());
        let packages = matrix.packages();
        let mut by_tile = vec![0u32; matrix.users().div_ceil(tile_users) * packages];
        let count = |(tile, counts): (usize, &mut [u32])| {
            let (from, to) = span(starts, tile, tile_users);
            for package in numbers.get(from..to).unwrap_or_default() {
                if let Some(count) = counts.get_mut(package.index()) {
                    *count += 1;
                }
            }
        };
        if numbers.len() < HOLDINGS_FOR_THREADS {
            by_tile.chunks_mut(packages.max(1)).enumerate().for_each(count);
        } else {
            by_tile.par_chunks_mut(packages.max(1)).with_max_len(1).enumerate().for_each(count);
        }
        let mut holders = vec![0u64; packages];
        for counts in by_tile.chunks(packages.max(1)) {
            for (sum, count) in holders.iter_mut().zip(counts) {
                *sum += u64::from(*count);
            }
        }
        Self { tile_users, by_tile, holders }
    }
}

/// The holdings of one tile.
fn span(starts: &[u64], tile: usize, tile_users: usize) -> (usize, usize) {
    let users = starts.len().saturating_sub(1);
    let start = |user: usize| starts.get(user.min(users)).map_or(0, |&start| start as usize);
    (start(tile * tile_users), start((tile + 1) * tile_users))
}

/// Users of a tile: at most as many as 16 bits can name, and fewer where rows are long, so that the lines of several blocks
/// stay in the cache together; tiles of equal size.
fn tile_users(starts: &[u64], packages: usize) -> usize {
    let users = starts.len().saturating_sub(1).max(1);
    let holdings = starts.last().copied().unwrap_or(0);
    // Rows of which each 512 packages hold some eight have that many heavy blocks, give or take.
    let blocks = (holdings / users as u64 / 16).clamp(1, 8).min(packages.div_ceil(LINE_BITS).max(1) as u64);
    let most = TILE_MEMBERS >> (blocks as usize).next_power_of_two().trailing_zeros();
    let wanted = (holdings / TILE_HOLDINGS_MIN).min(TILES_AT_LEAST as u64) as usize;
    let tiles = users.div_ceil(most).max(wanted).max(1);
    let tiles = if tiles > 2 { tiles.next_multiple_of(TILES_AT_LEAST) } else { tiles };
    let mut members = users.div_ceil(tiles).next_multiple_of(WORD).min(TILE_MEMBERS);
    let largest = |members: usize| {
        (0..users.div_ceil(members))
            .map(|tile| {
                let (from, to) = span(starts, tile, members);
                (to - from) as u64
            })
            .max()
    };
    while members > WORD && largest(members) > Some(TILE_HOLDINGS_MAX) {
        members = (members / 2).next_multiple_of(WORD);
    }
    members
}

/// What every package is called, and what that means.
#[derive(Clone, Debug)]
pub(crate) struct BlockPlan {
    pub(crate) users: usize,
    pub(crate) tile_users: usize,
    /// Codes below are dense.
    pub(crate) dense: usize,
    /// Codes below are heavy; a multiple of 512.
    pub(crate) heavy: usize,
    /// Codes below are in use, but for those between the heavy packages and `heavy`.
    pub(crate) total: usize,
    /// Package ids by code; `u32::MAX` where no package has the code.
    pub(crate) packages: Vec<u32>,
    /// Codes by package id.
    pub(crate) codes: Vec<u32>,
    /// Package ids by place in a row of counts: see [`place_of`].
    pub(crate) partners: Arc<[u32]>,
    /// Holders by place in a row of counts.
    pub(crate) holders: Vec<u32>,
    /// By tile, then by package id.
    pub(crate) by_tile: Vec<u32>,
    /// Light partners that a light package meets in the row of one of its users, on the average.
    pub(crate) light_partners: f64,
    /// Estimated nanoseconds of handing out the row of each code, and of counting its light partners.
    pub(crate) row_ns: Vec<u64>,
}

/// Where a code's count stands in a row: heavy codes go round the eight words of a line, so that the popular packages of a block
/// do not all wait for one word.
pub(crate) fn place_of(code: usize, heavy: usize) -> usize {
    let within = code % LINE_BITS;
    if code < heavy { code - within + within % 8 * 64 + within / 8 } else { code }
}

impl BlockPlan {
    /// Chooses the classes by estimated cost.
    pub(crate) fn choose(matrix: &AssignmentMatrix, census: Census) -> (Self, cost::BlockCost) {
        let Census { tile_users, by_tile, holders } = census;
        let mut ranked: Vec<u32> = (0..holders.len() as u32).collect();
        let holders_of = |package: u32| holders.get(package as usize).copied().unwrap_or(0);
        ranked.retain(|&package| holders_of(package) > 0);
        // Ties by id: the plan must not depend on how a sort treats equals.
        ranked.par_sort_unstable_by_key(|&package| (std::cmp::Reverse(holders_of(package)), package));
        let by_rank: Vec<u64> = ranked.iter().map(|&package| holders_of(package)).collect();
        let users = matrix.users();
        let cost = cost::blocks(users, users.div_ceil(tile_users), &by_rank, matrix.pair_sum_from_rows());
        let heavy_packages = cost.heavy.min(ranked.len());
        let (dense, heavy) = (cost.dense, cost.heavy);
        if let Some(light) = ranked.get_mut(heavy_packages..) {
            light.sort_unstable();
        }
        let mut packages = ranked;
        let light = packages.split_off(heavy_packages);
        packages.resize(heavy, u32::MAX);
        packages.extend(light);
        let total = packages.len();
        let mut codes = vec![0u32; holders.len()];
        let mut partners = vec![u32::MAX; total];
        let mut placed = vec![0u32; total];
        for (code, &package) in packages.iter().enumerate().filter(|(_, package)| **package != u32::MAX) {
            let place = place_of(code, heavy);
            if let (Some(slot), Some(partner), Some(count)) =
                (codes.get_mut(package as usize), partners.get_mut(place), placed.get_mut(place))
            {
                // No package has more holders than there are user ids.
                (*slot, *partner, *count) = (code as u32, package, holders_of(package) as u32);
            }
        }
        let row_ns = (0..total)
            .map(|code| cost.row_ns(code, packages.get(code).map_or(0, |&package| holders_of(package))))
            .collect();
        let plan = Self {
            users,
            tile_users,
            dense,
            heavy,
            total,
            packages,
            codes,
            partners: partners.into(),
            holders: placed,
            by_tile,
            light_partners: cost.light_partners,
            row_ns,
        };
        (plan, cost)
    }

    /// Whether 16-bit codes suffice.
    pub(crate) fn is_narrow(&self) -> bool {
        self.total + ROW_PADDING <= u16::MAX as usize
    }

    /// The codes as the layout takes them.
    pub(crate) fn kernel_codes<I: Code>(&self) -> Option<Codes<I>> {
        let codes = self.codes.iter().map(|&code| I::new(code as usize)).collect();
        Codes::new(codes, self.dense, self.heavy, self.total)
    }

    /// How many users of a tile hold the package of each code from `from` up.
    pub(crate) fn tile_holders(&self, tile: usize, from: usize) -> impl Iterator<Item = u32> {
        let packages = self.codes.len();
        let counts = self.by_tile.get(tile * packages..(tile + 1) * packages).unwrap_or_default();
        let codes = self.packages.get(from..).unwrap_or_default();
        codes.iter().map(|&package| counts.get(package as usize).copied().unwrap_or(0))
    }
}
