//! What becomes of a count: the other end of [`count_pairs`](crate::count_pairs).
//!
//! A sink is forked for each slice of the work, filled by one thread, and absorbed again in the order of the slices. So a
//! sink needs no lock, and gives the same answer for any number of threads.

mod bytes;
mod radix;
mod stored;
mod top;

pub use stored::PairCounts;
pub use top::TopPairs;

use crate::CountRow;
use sod_model::{PairCount, report_order};

/// Takes pair counts. A pair comes once at most, and never with zero.
///
/// Counts come in rows: one package and many partners. To take each pair by itself is enough; a sink for which that is too
/// slow, or which needs few of the pairs, takes whole [`row`](Self::row)s.
///
/// # Laws
/// A fork is empty: absorbing a fork that got no pair changes nothing. Absorbing is associative: forks may absorb one
/// another before the sink absorbs them. `later` got the pairs that come after those of `self`. Taking a row is the same as
/// taking its pairs, in order.
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
    /// Takes one row of counts.
    fn row(&mut self, row: &CountRow<'_>) {
        row.for_each(|count| self.pair(count));
    }
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

    fn row(&mut self, row: &CountRow<'_>) {
        let (nonzero, holders_sum, greatest) = row.summary();
        self.nonzero += nonzero;
        self.holders_sum += holders_sum;
        if nonzero > 0 && self.largest.is_none_or(|largest| greatest >= largest.holders_both) {
            row.at_least(greatest).for_each(|count| self.consider(count));
        }
    }

    fn absorb(&mut self, later: Self) {
        self.nonzero += later.nonzero;
        self.holders_sum += later.holders_sum;
        if let Some(count) = later.largest {
            self.consider(count);
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

    fn row(&mut self, row: &CountRow<'_>) {
        self.inner.row(&row.at_least(self.min));
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

    fn row(&mut self, row: &CountRow<'_>) {
        self.0.row(row);
        self.1.row(row);
    }

    fn absorb(&mut self, later: Self) {
        self.0.absorb(later.0);
        self.1.absorb(later.1);
    }
}
