//! The order of the picture: packages that are held by the same people side by side.
//!
//! Packages are clustered by how much their holders overlap (average linkage), and the tree is laid out so that the
//! ends that meet are alike. The same counts give the same order on every machine; for 2,000 packages it takes a fraction
//! of a second.

use kodama::{Method, linkage};

/// Overlap of holders: both / either, from the counts of a triangle. 0 where nobody holds either.
fn overlap(both: u32, a: u32, b: u32) -> f64 {
    let either = u64::from(a) + u64::from(b) - u64::from(both.min(a));
    if either == 0 { 0.0 } else { f64::from(both) / either as f64 }
}

/// The order of `holders.len()` packages, as places in `holders`. `both(a, b)` tells how many hold both.
pub(super) fn order(holders: &[u32], both: &dyn Fn(usize, usize) -> u32) -> Vec<usize> {
    let count = holders.len();
    if count < 3 {
        return (0..count).collect();
    }
    let likeness = |a: usize, b: usize| {
        overlap(both(a, b), holders.get(a).copied().unwrap_or(0), holders.get(b).copied().unwrap_or(0))
    };
    let mut distances: Vec<f64> = (0..count)
        .flat_map(|a| (a + 1..count).map(move |b| (a, b)))
        .map(|(a, b)| 1.0 - likeness(a, b))
        .collect();
    let steps = linkage(&mut distances, count, Method::Average);
    // Clusters by number: first the packages themselves, then what each step has joined.
    let mut clusters: Vec<Vec<usize>> = (0..count).map(|at| vec![at]).collect();
    for step in steps.steps() {
        let mut take = |at: usize| clusters.get_mut(at).map(std::mem::take).unwrap_or_default();
        let (one, other) = (take(step.cluster1), take(step.cluster2));
        clusters.push(join(one, other, &likeness));
    }
    clusters.pop().unwrap_or_default()
}

/// Two rows of packages, one behind the other, turned so that the ends that meet are most alike.
fn join(mut one: Vec<usize>, mut other: Vec<usize>, likeness: &dyn Fn(usize, usize) -> f64) -> Vec<usize> {
    // The larger part leads; of equal ones the earlier.
    if (other.len(), one.first()) > (one.len(), other.first()) {
        std::mem::swap(&mut one, &mut other);
    }
    let ends = |row: &[usize]| (row.first().copied().unwrap_or(0), row.last().copied().unwrap_or(0));
    let ((one_first, one_last), (other_first, other_last)) = (ends(&one), ends(&other));
    let ways = [
        (likeness(one_last, other_first), false, false),
        (likeness(one_last, other_last), false, true),
        (likeness(one_first, other_first), true, false),
        (likeness(one_first, other_last), true, true),
    ];
    let mut best = (f64::NEG_INFINITY, false, false);
    for way in ways {
        if way.0 > best.0 {
            best = way;
        }
    }
    if best.1 {
        one.reverse();
    }
    if best.2 {
        other.reverse();
    }
    one.append(&mut other);
    one
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn those_held_together_stand_together() {
        // 0 with 3, 1 with 4, 2 alone.
        let both = |a: usize, b: usize| if a.abs_diff(b) == 3 { 9 } else { 0 };
        let found = order(&[10, 10, 10, 10, 10], &both);
        let place = |package| found.iter().position(|&at| at == package).unwrap();
        assert_eq!((place(0).abs_diff(place(3)), place(1).abs_diff(place(4))), (1, 1), "{found:?}");
    }

    proptest! {
        #[test]
        fn every_package_has_one_place(counts in prop::collection::vec(0u32..50, 0..40)) {
            let both = |a: usize, b: usize| counts[a].min(counts[b]) / 2;
            let mut found = order(&counts, &both);
            prop_assert_eq!(&found, &order(&counts, &both));
            found.sort_unstable();
            prop_assert_eq!(found, (0..counts.len()).collect::<Vec<_>>());
        }
    }
}
