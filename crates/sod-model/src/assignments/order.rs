//! The order of the rows of a snapshot: by user, package and id; copies of one assignment stand together, the one that is
//! held most first.
//!
//! Users are dense numbers, so their rows are brought together by counting; the few rows of each user are then sorted by
//! package. Only rows of one user and one package are ever compared in full.

use super::AssignmentTable;
use crate::{StateId, StateTable};
use rayon::prelude::*;
use std::cmp::{Ordering, Reverse};

/// Rows that one thread sorts at a time.
const BLOCK: usize = 1 << 15;

impl AssignmentTable {
    /// The positions of the rows in the order of snapshots, without the rows of users beyond `users`. Of rows that agree in
    /// everything, the one with the lesser `tie` comes first.
    #[must_use]
    pub fn order(&self, users: usize, tie: impl Fn(usize) -> u32 + Sync) -> Vec<u32> {
        let mut next = vec![0u32; users + 1];
        for user in &self.users {
            if let Some(count) = next.get_mut(user.index() + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for count in &mut next {
            total += *count;
            *count = total;
        }
        let starts = next.clone();
        let mut order = vec![0u32; total as usize];
        for (at, user) in self.users.iter().enumerate() {
            if user.index() < users
                && let Some(slot) = next.get_mut(user.index())
            {
                if let Some(place) = order.get_mut(*slot as usize) {
                    *place = at as u32;
                }
                *slot += 1;
            }
        }
        drop(next);
        blocks(&mut order, &starts).into_par_iter().for_each(|(mut block, starts)| {
            let mut keys = Vec::new();
            for pair in starts.windows(2) {
                let length = pair.iter().rev().copied().reduce(|to, from| to - from).unwrap_or(0);
                let (rows, rest) = block.split_at_mut((length as usize).min(block.len()));
                self.sort_rows(rows, &mut keys, &tie);
                block = rest;
            }
        });
        order
    }

    /// Sorts the rows of one user.
    fn sort_rows(&self, rows: &mut [u32], keys: &mut Vec<u64>, tie: &impl Fn(usize) -> u32) {
        keys.clear();
        let package = |at: u32| self.packages.get(at as usize).map_or(u32::MAX, |package| package.0);
        keys.extend(rows.iter().map(|&at| u64::from(package(at)) << 32 | u64::from(at)));
        keys.sort_unstable();
        for (row, key) in rows.iter_mut().zip(keys.iter()) {
            *row = *key as u32;
        }
        for same_package in rows.chunk_by_mut(|a, b| package(*a) == package(*b)) {
            if same_package.len() > 1 {
                same_package.sort_unstable_by(|a, b| {
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

/// Cuts the rows between users into blocks of about equal size, each with the starts of its users and the end.
fn blocks<'o, 's>(mut order: &'o mut [u32], starts: &'s [u32]) -> Vec<(&'o mut [u32], &'s [u32])> {
    let mut blocks = Vec::new();
    let mut first = 0;
    let start = |user: usize| starts.get(user).copied().unwrap_or(0) as usize;
    for user in 1..starts.len() {
        let length = start(user) - start(first);
        if length >= BLOCK || user + 1 == starts.len() {
            let (block, rest) = order.split_at_mut(length.min(order.len()));
            blocks.push((block, starts.get(first..=user).unwrap_or_default()));
            (order, first) = (rest, user);
        }
    }
    blocks
}
