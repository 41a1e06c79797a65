//! Slicing: consecutive ranges of about equal estimated work.
//!
//! Split by work, not by index: a few popular packages may be most of it. The cut depends on the estimates alone, so that
//! one thread and many count the same slices, and there are enough of them for any number of threads to end together.

use std::ops::Range;

/// How many slices at most. More would cost more in scratch memory and gathering than they save in waiting.
const SLICES: u64 = 256;

/// Cuts `0..work.len()` into at most [`SLICES`] + 1 ranges, none empty, together everything, in order. A range ends as soon
/// as it has its share, so that none holds more than its share and one more item. A share is `least` or more: handing over less
/// would cost more than doing it.
pub(crate) fn by_work(work: &[u64], least: u64) -> Vec<Range<usize>> {
    let total = work.iter().fold(0u64, |sum, work| sum.saturating_add(*work));
    let share = total.div_ceil(SLICES).max(least).max(1);
    let mut slices = Vec::new();
    let (mut from, mut gathered) = (0, 0u64);
    for (at, work) in work.iter().enumerate() {
        gathered = gathered.saturating_add(*work);
        if gathered >= share {
            slices.push(from..at + 1);
            (from, gathered) = (at + 1, 0);
        }
    }
    if from < work.len() {
        slices.push(from..work.len());
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_heavy_item_ends_its_slice() {
        assert_eq!(by_work(&[], 0), []);
        assert_eq!(by_work(&[0, 0, 0], 0).first(), Some(&(0..3)));
        assert_eq!(by_work(&[0, 9000, 0, 1, 9000], 0), [0..2, 2..5]);
        assert_eq!(by_work(&[u64::MAX, u64::MAX], 0), [0..1, 1..2]);
        assert_eq!(by_work(&[10, 10, 10, 10, 5], 20), [0..2, 2..4, 4..5]);
    }

    proptest! {
        #[test]
        fn p13_every_anchor_is_in_exactly_one_slice(
            work in prop::collection::vec(prop_oneof![0u64..10, 0u64..1_000_000], 0..2_000),
            least in 0u64..100_000,
        ) {
            let slices = by_work(&work, least);
            prop_assert_eq!(slices.iter().cloned().flatten().collect::<Vec<_>>(), (0..work.len()).collect::<Vec<_>>());
            prop_assert!(slices.len() as u64 <= SLICES + 1);
            let share = work.iter().sum::<u64>().div_ceil(SLICES).max(least).max(1);
            for slice in slices {
                let but_last = work[slice.start..slice.end - 1].iter().sum::<u64>();
                prop_assert!(!slice.is_empty() && but_last < share);
            }
        }
    }
}
