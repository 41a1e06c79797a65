//! How many hold both: each user's packages, each with each.

use super::{Held, go_on};
use sod_model::{Observer, PackageId, PackagePair, PairCount, report_order};
use sod_report::PairStatistics;
use std::collections::BTreeMap;

/// Every pair that somebody holds both of, in report order; `None` if the observer asked to stop.
pub(super) fn count_pairs(held: &Held, observer: &dyn Observer) -> Option<Vec<PairCount>> {
    // By the lower package: the counts of the higher ones.
    let mut counts: BTreeMap<PackageId, BTreeMap<PackageId, u32>> = BTreeMap::new();
    for (at, packages) in held.iter().enumerate() {
        for low in packages {
            let partners = packages.range(low..).filter(|high| *high != low);
            let mut partners = partners.peekable();
            if partners.peek().is_none() {
                continue;
            }
            let row = counts.entry(*low).or_default();
            for high in partners {
                *row.entry(*high).or_insert(0) += 1;
            }
        }
        go_on(observer, at, held.len())?;
    }
    let mut pairs = Vec::new();
    for (low, row) in counts {
        for (high, holders_both) in row {
            pairs.extend(PackagePair::new(low, high).map(|pair| PairCount { pair, holders_both }));
        }
    }
    pairs.sort_by(report_order);
    Some(pairs)
}

/// The sums of the pairs, and the sum over users of k(k-1)/2.
pub(super) fn totals(held: &Held, pairs: &[PairCount]) -> PairStatistics {
    let mut totals = PairStatistics { largest: pairs.first().copied(), ..PairStatistics::default() };
    for pair in pairs {
        totals.nonzero += 1;
        totals.holders_sum += u64::from(pair.holders_both);
    }
    for packages in held {
        let k = packages.len() as u64;
        totals.row_sum += k * k.saturating_sub(1) / 2;
    }
    totals
}
