//! One counter for each pair of numbers, and the pairs of rows counted into them.
//!
//! ```text
//! for each row, for each two numbers a < b of it:  counts[b (b - 1) / 2 + a] += 1
//! ```
//!
//! Departures from this:
//!
//! 1. Two numbers `b` are taken with two numbers `a` at a time: four increments to a turn of the loop, and half as many
//!    loops to leave, each of which the processor guesses wrong.
//! 2. Numbers are held below the limit when they are looked up, once each, and not again for each of their pairs.

use std::ops::AddAssign;

/// What counts: `u16` where that suffices, or `u32`.
pub trait Counter: Copy + Default + AddAssign + From<u8> + Into<u32> + Send + Sync + private::Sealed {}

mod private {
    pub trait Sealed {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

impl Counter for u16 {}
impl Counter for u32 {}

/// A counter for each pair of the numbers below a limit.
///
/// ```
/// let mut triangle = sod_kernel::Triangle::<u16>::new(4);
/// triangle.add_rows(&[0, 3, 5], &[0_u32, 2, 3, 2, 3], |number| number);
/// assert_eq!((triangle.row(1), triangle.row(2), triangle.row(3)), (&[0][..], &[1, 0][..], &[1, 0, 2][..]));
/// ```
#[derive(Clone, Debug)]
pub struct Triangle<T> {
    limit: u32,
    // INVARIANT (triangle): where `limit` is not 0, there is a counter at `b (b - 1) / 2 + a` for all a and b below it.
    counts: Vec<T>,
    row: Vec<u32>,
}

/// Where the counters of `high` begin.
#[inline(always)]
fn begin(high: usize) -> usize {
    high * high.saturating_sub(1) / 2
}

impl<T: Counter> Triangle<T> {
    /// Zeroes for all pairs of numbers below `limit`.
    #[must_use]
    pub fn new(limit: u32) -> Self {
        // One more for the last number with itself, which no row that ascends ever asks for.
        Self { limit, counts: vec![T::default(); begin(limit as usize) + 1], row: Vec::new() }
    }

    /// Counts the rows `held[starts[u]..starts[u + 1]]`; what is not within `held` is left out. `number` must ascend strictly
    /// within a row and stay below the limit, or counts mean nothing; that they do not overflow is for the caller to see to.
    pub fn add_rows<P: Copy>(&mut self, starts: &[u64], held: &[P], number: impl Fn(P) -> u32) {
        let Self { limit, counts, row } = self;
        let Some(last) = limit.checked_sub(1) else {
            return;
        };
        for (&from, &to) in starts.iter().zip(starts.iter().skip(1)) {
            row.clear();
            let held = held.get(from as usize..to as usize).unwrap_or_default();
            row.extend(held.iter().map(|&held| number(held).min(last)));
            add_row(row, counts);
        }
    }

    /// The counters of `high` with 0, 1, .. `high` - 1; nothing where it is not below the limit.
    #[must_use]
    pub fn row(&self, high: u32) -> &[T] {
        let high = if high < self.limit { high as usize } else { 0 };
        self.counts.get(begin(high)..begin(high) + high).unwrap_or_default()
    }
}

/// Counts the pairs of one row, whose numbers have a counter each, in any order.
#[inline(always)]
fn add_row<T: Counter>(row: &[u32], counts: &mut [T]) {
    #[expect(unsafe_code, reason = "asking for each pair takes a third of the time")]
    let mut add = |high: usize, low: u32| {
        let at = high + low as usize;
        debug_assert!(at < counts.len());
        // SAFETY: `high` is where the counters of a number of the row begin, and all numbers of the row are below the limit: by
        // the invariant there is a counter.
        *unsafe { counts.get_unchecked_mut(at) } += T::from(1);
    };
    let (twos, rest) = row.as_chunks::<2>();
    for (at, &[first, second]) in twos.iter().enumerate() {
        let (one, other) = (begin(first as usize), begin(second as usize));
        for &[a, b] in &twos[..at] {
            add(one, a);
            add(one, b);
            add(other, a);
            add(other, b);
        }
        add(other, first);
    }
    for &high in rest {
        for &low in twos.as_flattened() {
            add(begin(high as usize), low);
        }
    }
}
