//! What becomes of a count: the other end of [`count_pairs`](crate::count_pairs).
//!
//! A sink is forked for each slice of the work, filled by one thread, and absorbed again in the order of the slices. So a
//! sink needs no lock, and gives the same answer for any number of threads.

use rayon::slice::ParallelSliceMut;
use sod_model::{PairCount, report_order};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Takes pair counts. A pair comes once at most, and never with zero.
///
/// # Laws
/// A fork is empty: absorbing a fork that got no pair changes nothing. Absorbing is associative: forks may absorb one
/// another before the sink absorbs them. `later` got the pairs that come after those of `self`.
///
/// ```
/// use sod_core::PairSink;
/// use sod_model::PairCount;
///
/// /// How many pairs are held by exactly one person?
/// #[derive(Default)]
/// struct Singles(u64);
/// impl PairSink for Singles {
///     fn fork(&self) -> Self { Self(0) }
///     fn pair(&mut self, count: PairCount) { self.0 += u64::from(count.holders_both == 1); }
///     fn absorb(&mut self, later: Self) { self.0 += later.0; }
/// }
/// ```
pub trait PairSink: Send + Sized {
    /// An empty sink of the same settings, for another slice.
    #[must_use]
    fn fork(&self) -> Self;
    /// Takes one count.
    fn pair(&mut self, count: PairCount);
    /// Takes over what a fork got.
    fn absorb(&mut self, later: Self);
}

/// The pairs in three figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairTotals {
    /// Pairs that somebody holds both of.
    pub nonzero: u64,
    /// The sum of their holders; see
    /// [`pair_sum_from_rows`](sod_model::AssignmentMatrix::pair_sum_from_rows) for the other road to it.
    pub holders_sum: u64,
    /// The pair with the most holders; of several the smallest.
    pub largest: Option<PairCount>,
}

impl PairTotals {
    fn consider(&mut self, count: PairCount) {
        if self.largest.is_none_or(|largest| report_order(&count, &largest).is_lt()) {
            self.largest = Some(count);
        }
    }
}

impl PairSink for PairTotals {
    fn fork(&self) -> Self {
        Self::default()
    }

    fn pair(&mut self, count: PairCount) {
        self.nonzero += 1;
        self.holders_sum += u64::from(count.holders_both);
        self.consider(count);
    }

    fn absorb(&mut self, later: Self) {
        self.nonzero += later.nonzero;
        self.holders_sum += later.holders_sum;
        if let Some(count) = later.largest {
            self.consider(count);
        }
    }
}

/// All pairs, stored: 12 bytes each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairCounts {
    counts: Vec<PairCount>,
}

impl PairCounts {
    /// The counts in the order they came.
    #[must_use]
    pub fn counts(&self) -> &[PairCount] {
        &self.counts
    }

    /// The counts in [`report_order`].
    #[must_use]
    pub fn into_report_order(mut self) -> Vec<PairCount> {
        // Pairs are distinct, so no two are equal in this order and an unstable sort is as good as a stable one.
        self.counts.par_sort_unstable_by(report_order);
        self.counts
    }
}

impl PairSink for PairCounts {
    fn fork(&self) -> Self {
        Self::default()
    }

    fn pair(&mut self, count: PairCount) {
        self.counts.push(count);
    }

    fn absorb(&mut self, mut later: Self) {
        if self.counts.is_empty() {
            *self = later;
        } else {
            self.counts.append(&mut later.counts);
        }
    }
}

/// The first so many pairs in [`report_order`], in memory for that many (and as many again for each slice under way).
#[derive(Clone, Debug)]
pub struct TopPairs {
    limit: usize,
    // INVARIANT (best so far): at most `limit` of them; the heap's head is the last in report order.
    best: BinaryHeap<InReportOrder>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct InReportOrder(PairCount);

impl Ord for InReportOrder {
    fn cmp(&self, other: &Self) -> Ordering {
        report_order(&self.0, &other.0)
    }
}

impl PartialOrd for InReportOrder {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl TopPairs {
    /// Keeps the first `limit` pairs.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, best: BinaryHeap::new() }
    }

    /// What was kept, in [`report_order`].
    #[must_use]
    pub fn into_report_order(self) -> Vec<PairCount> {
        self.best.into_sorted_vec().into_iter().map(|InReportOrder(count)| count).collect()
    }
}

impl PairSink for TopPairs {
    fn fork(&self) -> Self {
        Self::new(self.limit)
    }

    fn pair(&mut self, count: PairCount) {
        let count = InReportOrder(count);
        if self.best.len() < self.limit {
            self.best.push(count);
        } else if let Some(mut last) = self.best.peek_mut()
            && count < *last
        {
            *last = count;
        }
    }

    fn absorb(&mut self, later: Self) {
        for InReportOrder(count) in later.best {
            self.pair(count);
        }
    }
}

/// Passes on the pairs that at least so many users hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtLeast<S> {
    /// The least number of holders.
    pub min: u32,
    /// Who gets those pairs.
    pub inner: S,
}

impl<S: PairSink> PairSink for AtLeast<S> {
    fn fork(&self) -> Self {
        Self { min: self.min, inner: self.inner.fork() }
    }

    fn pair(&mut self, count: PairCount) {
        if count.holders_both >= self.min {
            self.inner.pair(count);
        }
    }

    fn absorb(&mut self, later: Self) {
        self.inner.absorb(later.inner);
    }
}

/// Both sinks get every pair.
impl<A: PairSink, B: PairSink> PairSink for (A, B) {
    fn fork(&self) -> Self {
        (self.0.fork(), self.1.fork())
    }

    fn pair(&mut self, count: PairCount) {
        self.0.pair(count);
        self.1.pair(count);
    }

    fn absorb(&mut self, later: Self) {
        self.0.absorb(later.0);
        self.1.absorb(later.1);
    }
}
