//! Two packages, and how many people hold both.

use crate::PackageId;
use std::cmp::Ordering;

/// An unordered pair of different packages.
///
/// ```
/// use sod_model::{PackageId, PackagePair};
/// let pair = PackagePair::new(PackageId(7), PackageId(3)).unwrap();
/// assert_eq!((pair.low(), pair.high()), (PackageId(3), PackageId(7)));
/// assert_eq!(PackagePair::new(PackageId(3), PackageId(3)), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackagePair {
    // INVARIANT (ordered pair): low < high.
    low: PackageId,
    high: PackageId,
}

impl PackagePair {
    /// The pair of two different packages, in either order; `None` when they are the same.
    #[must_use]
    pub const fn new(a: PackageId, b: PackageId) -> Option<Self> {
        if a.0 < b.0 {
            Some(Self { low: a, high: b })
        } else if b.0 < a.0 {
            Some(Self { low: b, high: a })
        } else {
            None
        }
    }

    /// The package with the smaller id.
    #[must_use]
    pub const fn low(self) -> PackageId {
        self.low
    }

    /// The package with the greater id.
    #[must_use]
    pub const fn high(self) -> PackageId {
        self.high
    }
}

/// A pair and the number of distinct users who hold both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PairCount {
    /// The two packages.
    pub pair: PackagePair,
    /// Distinct users who hold both.
    pub holders_both: u32,
}

/// The order of the table: `holders_both` descending, then `package_a`, then `package_b`.
///
/// ```
/// use sod_model::{PackageId, PackagePair, PairCount};
/// let count = |a, b, holders_both| PairCount { pair: PackagePair::new(PackageId(a), PackageId(b)).unwrap(), holders_both };
/// let mut pairs = [count(1, 2, 5), count(0, 2, 5), count(0, 1, 9)];
/// pairs.sort_unstable_by(sod_model::report_order);
/// assert_eq!(pairs.map(|count| count.holders_both), [9, 5, 5]);
/// assert_eq!(pairs[1].pair.low(), PackageId(0));
/// ```
#[must_use]
pub fn report_order(one: &PairCount, other: &PairCount) -> Ordering {
    other.holders_both.cmp(&one.holders_both).then(one.pair.cmp(&other.pair))
}
