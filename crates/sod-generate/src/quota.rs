//! How many rows each user has: exact in total, uneven between people, and computable for any user alone.
//!
//! Users stand in blocks of 64. A block gets its exact share of the total, `A * end / U - A * start / U` in whole
//! numbers, so the shares of all blocks add up to `A`. Within the block the share is divided by random weights (many
//! light users, few heavy ones), again by rounding running sums, so nothing is lost either.

use crate::random::{Rng, Stream};
use crate::spec::TenantSpec;
use crate::user::user_core;

/// Users in a block.
pub(crate) const BLOCK: u32 = 64;

/// The rows of the users of one block; `counts[j]` belongs to user `block * BLOCK + j`.
pub(crate) fn block_counts(spec: &TenantSpec, departments: u32, block: u32) -> Vec<u32> {
    let start = u64::from(block) * u64::from(BLOCK);
    let end = (start + u64::from(BLOCK)).min(u64::from(spec.users));
    let share = rows_before(spec, end) - rows_before(spec, start);
    let weights: Vec<u64> = (start..end).map(|user| weight(spec.seed, user as u32, departments)).collect();
    let sum: u64 = weights.iter().sum::<u64>().max(1);
    let (mut before, mut running) = (0, 0);
    let mut counts = Vec::with_capacity(weights.len());
    let mut left = 0;
    for weight in weights {
        running += weight;
        let until = (u128::from(share) * u128::from(running) / u128::from(sum)) as u64;
        let count = (until - before).min(u64::from(spec.packages));
        left += until - before - count;
        before = until;
        counts.push(count as u32);
    }
    spread(&mut counts, left, spec.packages);
    counts
}

/// The rows of all users before `user`, were they spread evenly.
fn rows_before(spec: &TenantSpec, user: u64) -> u64 {
    (u128::from(spec.assignments) * u128::from(user) / u128::from(spec.users.max(1))) as u64
}

/// How much a user holds in relation to others: seven in ten have few packages, one in twenty has many.
fn weight(seed: u64, user: u32, departments: u32) -> u64 {
    let mut rng = Rng::at(seed, Stream::RowWeight, u64::from(user));
    let weight = match rng.below(100) {
        0..70 => 60 + rng.below(80),
        70..95 => 140 + rng.below(160),
        _ => 300 + rng.below(500),
    };
    if user_core(seed, user, departments).is_guest { weight / 3 } else { weight }
}

/// Gives what the cap of the heavy users left over to those who have room, in order: nobody has two rows of one
/// package while another could have a first one.
fn spread(counts: &mut [u32], mut left: u64, cap: u32) {
    for count in counts {
        let room = u64::from(cap - *count).min(left);
        *count += room as u32;
        left -= room;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(spec: &TenantSpec) -> u64 {
        (0..spec.users.div_ceil(BLOCK)).flat_map(|block| block_counts(spec, 3, block)).map(u64::from).sum()
    }

    #[test]
    fn totals_are_exact() {
        for (users, packages, assignments) in
            [(1, 1, 1), (64, 10, 640), (65, 10, 649), (1000, 50, 7777), (5000, 4, 1)]
        {
            let spec = TenantSpec { users, packages, assignments, seed: 9 };
            assert_eq!(total(&spec), assignments, "{spec:?}");
        }
    }

    #[test]
    fn people_differ() {
        let spec = TenantSpec { users: 64, packages: 500, assignments: 640, seed: 9 };
        let counts = block_counts(&spec, 3, 0);
        assert!(counts.iter().max() > counts.iter().min().map(|least| least * 4).as_ref());
    }
}
