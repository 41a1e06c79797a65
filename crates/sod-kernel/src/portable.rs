//! Dense bit sets as words, in plain Rust that every other version must equal.
//!
//! The compiler turns these loops into whatever the target offers; they take for granted only that a bit means the same
//! member in both slices.

/// How many bits are set in both of two bit sets: |A & B|, without building A & B.
///
/// Use it where both sets are dense (more than about one member in 32): the cost is one step per word, whatever the
/// words hold. Words beyond the shorter slice have no partner and count nothing.
///
/// ```
/// use sod_kernel::intersection_len;
/// let (a, b) = ([0b0110_u64, u64::MAX], [0b0011_u64, 1 << 63]);
/// assert_eq!(intersection_len(&a, &b), 2);
/// assert_eq!(intersection_len(&a, &a), 2 + 64);
/// assert_eq!(intersection_len(&a, &[]), 0);
/// ```
#[must_use]
pub fn intersection_len(a: &[u64], b: &[u64]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from((a & b).count_ones())).sum()
}
