//! Every sink against the same question asked of all pairs, stored.

use crate::{count_all, count_into, methods};
use proptest::prelude::*;
use sod_core::{AtLeast, PairCounts, PairScope, PairSink, PairTotals, TopPairs, report_order};
use sod_model::{PackageId, PackagePair, PairCount};
use sod_testkit::matrix;

fn totals_naive(counts: &[PairCount]) -> PairTotals {
    let mut sorted = counts.to_vec();
    sorted.sort_by(report_order);
    PairTotals {
        nonzero: counts.len() as u64,
        holders_sum: counts.iter().map(|count| u64::from(count.holders_both)).sum(),
        largest: sorted.first().copied(),
    }
}

/// Distinct pairs in any order, with few different counts, so that ties are the rule.
fn deliveries() -> impl Strategy<Value = Vec<PairCount>> {
    let pairs = prop::collection::btree_map((0u32..12, 12u32..24), 1u32..4, 0..60);
    pairs.prop_map(|pairs| pairs.into_iter().collect::<Vec<_>>()).prop_shuffle().prop_map(|pairs| {
        let count = |((low, high), holders_both)| {
            let pair = PackagePair::new(PackageId(low), PackageId(high))?;
            Some(PairCount { pair, holders_both })
        };
        pairs.into_iter().filter_map(count).collect()
    })
}

/// Delivers to several forks, and absorbs them in pairs first or one by one.
fn deliver<S: PairSink>(mut sink: S, counts: &[PairCount], size: usize, in_pairs: bool) -> S {
    let mut forks: Vec<S> = Vec::new();
    for chunk in counts.chunks(size) {
        let mut fork = sink.fork();
        chunk.iter().for_each(|&count| fork.pair(count));
        forks.push(fork);
    }
    forks.push(sink.fork());
    let mut forks = forks.into_iter();
    while let Some(mut fork) = forks.next() {
        if in_pairs && let Some(next) = forks.next() {
            fork.absorb(next);
        }
        sink.absorb(fork);
    }
    sink
}

proptest! {
    #[test]
    fn p11_sinks_depend_on_what_was_delivered_alone(
        counts in deliveries(), size in 1usize..20, in_pairs: bool, limit in 0usize..70, min in 0u32..5,
    ) {
        let mut sorted = counts.clone();
        sorted.sort_by(report_order);
        prop_assert_eq!(deliver(PairTotals::default(), &counts, size, in_pairs), totals_naive(&counts));

        let stored = deliver(PairCounts::default(), &counts, size, in_pairs);
        prop_assert_eq!(stored.len(), counts.len());
        prop_assert_eq!(&stored.iter().collect::<Vec<_>>(), &counts);
        prop_assert_eq!(&stored.into_report_order(), &sorted);

        let top = deliver(TopPairs::new(limit), &counts, size, in_pairs).into_report_order();
        prop_assert_eq!(&top, &sorted[..limit.min(sorted.len())]);

        let tee = (AtLeast { min, inner: PairCounts::default() }, PairTotals::default());
        let (least, totals) = deliver(tee, &counts, size, in_pairs);
        sorted.retain(|count| count.holders_both >= min);
        prop_assert_eq!(least.inner.into_report_order(), sorted);
        prop_assert_eq!(totals, totals_naive(&counts));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn p11_sinks_of_a_real_count(holdings in matrix(), limit in 0usize..20, min in 0u32..4) {
        let matrix = holdings.matrix();
        let mut sorted = count_all(&matrix, None);
        sorted.sort_by(report_order);
        for method in methods() {
            let sinks = ((TopPairs::new(limit), PairTotals::default()), AtLeast { min, inner: TopPairs::new(limit) });
            let ((top, totals), least) = count_into(&matrix, &PairScope::All, method, sinks);
            prop_assert_eq!(top.into_report_order(), &sorted[..limit.min(sorted.len())]);
            prop_assert_eq!(totals, totals_naive(&sorted));
            let over = sorted.iter().filter(|count| count.holders_both >= min).take(limit).copied();
            prop_assert_eq!(least.inner.into_report_order(), over.collect::<Vec<_>>());
        }
    }
}
