//! The pairs with the most holders, and no others in memory.

use super::PairSink;
use crate::CountRow;
use sod_model::{PairCount, report_order};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many pairs are kept beyond the limit before the least of them are let go: selecting costs little when it is rare.
const SPARE: usize = 4096;

/// The first so many pairs in [`report_order`], in memory for that many (and as many again for each slice under way).
///
/// Forks tell one another what a pair must have to be among the first; which of the others a fork then still keeps depends
/// on who was faster, and the answer does not.
#[derive(Clone, Debug)]
pub struct TopPairs {
    limit: usize,
    // INVARIANT (candidates): every pair taken that may be among the first `limit` is here.
    kept: Vec<PairCount>,
    // INVARIANT (floor): at least `limit` pairs with so many holders were taken by all forks together.
    floor: Arc<AtomicU32>,
}

impl TopPairs {
    /// Keeps the first `limit` pairs.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new(), floor: Arc::new(AtomicU32::new(1)) }
    }

    /// What was kept, in [`report_order`].
    #[must_use]
    pub fn into_report_order(mut self) -> Vec<PairCount> {
        self.let_go();
        self.kept.sort_unstable_by(report_order);
        self.kept
    }

    /// Lets go of all but the first `limit`.
    fn let_go(&mut self) {
        if self.kept.len() > self.limit {
            if let Some(last) = self.limit.checked_sub(1) {
                let (_, last, _) = self.kept.select_nth_unstable_by(last, report_order);
                self.floor.fetch_max(last.holders_both, Ordering::Relaxed);
            }
            self.kept.truncate(self.limit);
        }
    }

    fn keep(&mut self, count: PairCount) {
        self.kept.push(count);
        if self.kept.len() >= self.limit.saturating_mul(2).saturating_add(SPARE) {
            self.let_go();
        }
    }
}

impl PairSink for TopPairs {
    fn fork(&self) -> Self {
        Self { limit: self.limit, kept: Vec::new(), floor: Arc::clone(&self.floor) }
    }

    fn pair(&mut self, count: PairCount) {
        if count.holders_both >= self.floor.load(Ordering::Relaxed) {
            self.keep(count);
        }
    }

    fn row(&mut self, row: &CountRow<'_>) {
        row.at_least(self.floor.load(Ordering::Relaxed)).for_each(|count| self.pair(count));
    }

    fn absorb(&mut self, later: Self) {
        if self.kept.is_empty() {
            self.kept = later.kept;
        } else {
            for count in later.kept {
                self.pair(count);
            }
        }
    }
}
