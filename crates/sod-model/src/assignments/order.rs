//! The order of the rows of a snapshot: by user, package and id; copies of one assignment stand together, the one that is
//! held most first.
//!
//! Users are dense numbers, so their rows are brought together by counting; the few rows of each user are then sorted by
//! package. Only rows of one user and one package are ever compared in full. Every thread does this for a range of users:
//! it reads all rows, and writes where no other thread does.

use super::AssignmentTable;
use crate::{StateId, StateTable};
use rayon::prelude::*;
use std::cmp::{Ordering, Reverse};
use std::sync::atomic;

/// Rows that one thread looks at, at least.
const BLOCK: usize = 1 << 15;
/// Ranges of users for each thread: each reads all rows, and holds two words for each of its own.
const PARTS: usize = 4;

/// An order of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOrder {
    /// Positions of rows, in the order of snapshots.
    pub rows: Vec<u32>,
    /// Whether some user has several rows of one package.
    pub repeats: bool,
}

impl AssignmentTable {
    /// The positions of the rows in the order of snapshots, without the rows of users beyond `users`. Of rows that agree in
    /// everything, the one with the lesser `tie` comes first.
    #[must_use]
    pub fn order(&self, users: usize, tie: impl Fn(usize) -> u32 + Sync) -> RowOrder {
        let threads = rayon::current_num_threads();
        let span = users.div_ceil(threads).max(1);
        let mut counts = vec![0u32; users];
        counts.par_chunks_mut(span).enumerate().for_each(|(part, counts)| {
            for user in &self.users {
                if let Some(count) = counts.get_mut(user.index().wrapping_sub(part * span)) {
                    *count += 1;
                }
            }
        });
        let total = |counts: &[u32]| counts.iter().map(|count| *count as usize).sum();
        let span = users.div_ceil(threads * PARTS).max(1);
        let totals: Vec<usize> = counts.chunks(span).map(total).collect();
        let mut order = vec![0u32; totals.iter().sum()];
        let mut rest = order.as_mut_slice();
        let mut parts = Vec::with_capacity(totals.len());
        for total in totals {
            // The totals are those of `order`, so nothing is cut short.
            let (part, after) = rest.split_at_mut(total.min(rest.len()));
            parts.push(part);
            rest = after;
        }
        let repeats = atomic::AtomicBool::new(false);
        let parts = parts.into_par_iter().zip(counts.par_chunks_mut(span)).enumerate();
        parts.for_each(|(part, (rows, counts))| {
            if self.order_part(part * span, rows, counts, &tie) {
                repeats.store(true, atomic::Ordering::Relaxed);
            }
        });
        RowOrder { rows: order, repeats: repeats.into_inner() }
    }

    /// Enters and sorts the rows of the users from `first` on, whose rows are counted; tells whether a pair repeats.
    fn order_part(
        &self,
        first: usize,
        rows: &mut [u32],
        counts: &mut [u32],
        tie: &impl Fn(usize) -> u32,
    ) -> bool {
        let mut total = 0;
        for count in counts.iter_mut() {
            total += std::mem::replace(count, total);
        }
        // From here on they are the places of the next rows, and in the end those where the next user begins.
        let next = counts;
        // Package and position in one number: what is compared stands together, and is not fetched from all over the table.
        let mut keys = vec![0u64; rows.len()];
        for (at, (user, package)) in self.users.iter().zip(&self.packages).enumerate() {
            if let Some(place) = next.get_mut(user.index().wrapping_sub(first)) {
                if let Some(key) = keys.get_mut(*place as usize) {
                    *key = u64::from(package.0) << 32 | at as u64;
                }
                *place += 1;
            }
        }
        let (mut rest, mut start, mut repeats) = (keys.as_mut_slice(), 0, false);
        for &mut end in next {
            let length = ((end - start) as usize).min(rest.len());
            let (own, after) = rest.split_at_mut(length);
            own.sort_unstable();
            repeats |= own.windows(2).any(|two| matches!(two, [a, b] if a >> 32 == b >> 32));
            (rest, start) = (after, end);
        }
        rows.iter_mut().zip(&keys).for_each(|(row, key)| *row = *key as u32);
        if repeats {
            self.sort_copies(rows, tie);
        }
        repeats
    }

    /// Sorts rows of one user and one package, which stand together.
    fn sort_copies(&self, rows: &mut [u32], tie: &impl Fn(usize) -> u32) {
        let holding = |at: u32| (self.users.get(at as usize), self.packages.get(at as usize));
        for copies in rows.chunk_by_mut(|a, b| holding(*a) == holding(*b)) {
            if copies.len() > 1 {
                copies.sort_unstable_by(|a, b| {
                    let (a, b) = (*a as usize, *b as usize);
                    self.compare_copies(a, b).then_with(|| tie(a).cmp(&tie(b)))
                });
            }
        }
    }

    /// Whether the rows are in the order of snapshots.
    #[must_use]
    pub(crate) fn is_ordered(&self) -> bool {
        (1..self.len()).into_par_iter().with_min_len(BLOCK).all(|at| {
            let key = |at: usize| (self.users.get(at), self.packages.get(at));
            key(at - 1).cmp(&key(at)).then_with(|| self.compare_copies(at - 1, at)).is_le()
        })
    }

    fn compare_copies(&self, a: usize, b: usize) -> Ordering {
        let held_most = |at: usize| {
            let state = self.states.get(at).copied().unwrap_or(StateId(u16::MAX));
            Reverse((StateTable::liveness(state), state))
        };
        let rest = |at: usize| {
            (
                held_most(at),
                self.until.get(at),
                self.since.get(at),
                self.policies.get(at),
                self.places.get(at),
            )
        };
        self.identifiers.get(a).cmp(&self.identifiers.get(b)).then_with(|| rest(a).cmp(&rest(b)))
    }
}
