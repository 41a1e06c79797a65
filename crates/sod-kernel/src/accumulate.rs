//! One row of a sparse product at a time: many small increments into one array, then everything non-zero out again.
//!
//! This is Gustavson's row-wise scheme ("Two fast algorithms for sparse matrices", 1978) with the accumulator as a plain
//! array: while one package is counted, `counts[p]` is how many of its users, so far, hold `p` too. The caller keeps the
//! array and the list from row to row, so that nothing is allocated and only what was touched is cleared.

/// Adds one to `counts[partner]` for each partner, and notes in `touched` each partner met for the first time.
///
/// Partners beyond `counts` are left out. `touched` is in the order of first meeting.
///
/// ```
/// let (mut counts, mut touched) = (vec![0; 4], Vec::new());
/// sod_kernel::increment([1, 3], &mut counts, &mut touched);
/// sod_kernel::increment([0, 3], &mut counts, &mut touched);
/// assert_eq!((counts, touched), (vec![1, 1, 0, 2], vec![1, 3, 0]));
/// ```
#[inline]
pub fn increment(partners: impl IntoIterator<Item = u32>, counts: &mut [u32], touched: &mut Vec<u32>) {
    for partner in partners {
        if let Some(count) = counts.get_mut(partner as usize) {
            if *count == 0 {
                touched.push(partner);
            }
            *count += 1;
        }
    }
}

/// Hands out every non-zero count, ascending by partner, and leaves `counts` all zero and `touched` empty.
///
/// `touched` must list the non-zero counts, as [`increment`] leaves it: a count that is not listed may stay behind.
///
/// ```
/// let (mut counts, mut touched) = (vec![1, 1, 0, 2], vec![1, 3, 0]);
/// let mut out = Vec::new();
/// sod_kernel::drain(&mut counts, &mut touched, |partner, count| out.push((partner, count)));
/// assert_eq!(out, [(0, 1), (1, 1), (3, 2)]);
/// assert_eq!((counts, touched), (vec![0; 4], vec![]));
/// ```
#[inline]
pub fn drain(counts: &mut [u32], touched: &mut Vec<u32>, mut emit: impl FnMut(u32, u32)) {
    // Reading the whole array costs about a nanosecond for each entry, sorting some twenty for each touched one.
    const SORT_OVER_SCAN: usize = 16;
    if touched.len() > counts.len() / SORT_OVER_SCAN {
        touched.clear();
        for (partner, count) in counts.iter_mut().enumerate() {
            if *count != 0 {
                emit(partner as u32, std::mem::take(count));
            }
        }
        return;
    }
    touched.sort_unstable();
    for partner in touched.drain(..) {
        if let Some(count) = counts.get_mut(partner as usize) {
            emit(partner, std::mem::take(count));
        }
    }
}
