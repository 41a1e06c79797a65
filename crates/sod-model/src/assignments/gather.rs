//! Rows of the same users, brought together.
//!
//! Users are dense numbers, so nothing is compared to find whose a row is. Every thread first deals its rows out to ranges of
//! users; a range then as a rule fits into the cache of one processor, where its rows are put in the order of their users by
//! counting.

use crate::UserId;
use rayon::prelude::*;

/// About so many rows in a range, and not many more of those that wait for another range of the same thread.
const ROWS_OF_RANGE: usize = 1 << 13;
/// More ranges than this cannot be dealt to at once without waiting for memory.
const RANGES_MAX: usize = 1 << 10;
/// Rows that a thread deals out, at least.
const ROWS_AT_ONCE: usize = 1 << 15;

/// What is kept of a row.
pub(super) trait Dealt: Copy + Default + Send + Sync {
    /// The place of its user within the range.
    fn place(&self) -> u16;
}

/// The rows of all users, by ranges of these, in the order of their numbers.
pub(super) struct Ranges<T> {
    /// So many users make a range.
    span: usize,
    users: usize,
    /// As the threads dealt them out.
    stretches: Vec<Stretch<T>>,
}

/// Some rows, by the ranges of their users: where each range begins, and the end of the last.
struct Stretch<T> {
    starts: Vec<usize>,
    rows: Vec<T>,
}

/// Deals out all rows but those of users beyond `users`. `keep` makes what is kept of the row at a position whose user has
/// that place in its range.
pub(super) fn deal<T: Dealt>(
    whose: &[UserId],
    users: usize,
    keep: impl Fn(usize, u16) -> T + Sync,
) -> Ranges<T> {
    let ranges = whose.len().div_ceil(ROWS_OF_RANGE).clamp(1, RANGES_MAX);
    // A place has 16 bits.
    let bits = users.div_ceil(ranges).next_power_of_two().trailing_zeros().min(16);
    let span = 1 << bits;
    let at_once = whose.len().div_ceil(rayon::current_num_threads()).max(ROWS_AT_ONCE);
    let deal = |from: usize| {
        let own = whose.get(from..(from + at_once).min(whose.len())).unwrap_or_default();
        let known = |user: &UserId| user.index() < users;
        let mut next = vec![0; users.div_ceil(span) + 1];
        for user in own.iter().filter(|user| known(user)) {
            if let Some(length) = next.get_mut(user.index() >> bits) {
                *length += 1;
            }
        }
        let total = lengths_to_starts(&mut next);
        let (starts, mut rows) = (next.clone(), vec![T::default(); total]);
        for (at, user) in (from..).zip(own).filter(|(_, user)| known(user)) {
            if let Some(next) = next.get_mut(user.index() >> bits) {
                if let Some(row) = rows.get_mut(*next) {
                    *row = keep(at, (user.index() & (span - 1)) as u16);
                }
                *next += 1;
            }
        }
        Stretch { starts, rows }
    };
    let stretches = (0..whose.len()).into_par_iter().step_by(at_once).map(deal).collect();
    Ranges { span, users, stretches }
}

/// Returns the sum of the lengths.
fn lengths_to_starts(lengths: &mut [usize]) -> usize {
    let mut total = 0;
    for length in lengths {
        total += std::mem::replace(length, total);
    }
    total
}

impl<T: Dealt> Ranges<T> {
    /// How many rows each range has.
    pub(super) fn lengths(&self) -> Vec<usize> {
        (0..self.users.div_ceil(self.span)).map(|range| self.rows(range).map(<[T]>::len).sum()).collect()
    }

    /// The rows of a range.
    fn rows(&self, range: usize) -> impl Iterator<Item = &[T]> {
        self.stretches.iter().map(move |Stretch { starts, rows }| {
            let place = starts.get(range).zip(starts.get(range + 1));
            place.and_then(|(from, to)| rows.get(*from..*to)).unwrap_or_default()
        })
    }

    /// Puts the rows of a range in the order of their users into `sorted`, and calls `each` with every user who has some, the
    /// place of the first of them, and the rows.
    pub(super) fn by_user(
        &self,
        range: usize,
        sorted: &mut Vec<T>,
        mut each: impl FnMut(UserId, usize, &mut [T]),
    ) {
        let first = range * self.span;
        let mut next = vec![0; self.span.min(self.users.saturating_sub(first))];
        for row in self.rows(range).flatten() {
            if let Some(count) = next.get_mut(usize::from(row.place())) {
                *count += 1;
            }
        }
        sorted.resize(lengths_to_starts(&mut next), T::default());
        for row in self.rows(range).flatten() {
            if let Some(next) = next.get_mut(usize::from(row.place())) {
                if let Some(slot) = sorted.get_mut(*next) {
                    *slot = *row;
                }
                *next += 1;
            }
        }
        // By now they are where the rows of each user end.
        let mut start = 0;
        for (place, end) in next.into_iter().enumerate() {
            let own = sorted.get_mut(start..end).unwrap_or_default();
            if !own.is_empty() {
                each(UserId((first + place) as u32), start, own);
            }
            start = end;
        }
    }
}

/// A column in pieces of these lengths, which make up all of it.
pub(super) fn divided<'c, T>(column: &'c mut [T], lengths: &[usize]) -> Vec<&'c mut [T]> {
    let mut rest = column;
    let mut parts = Vec::with_capacity(lengths.len());
    for length in lengths {
        let (part, after) = rest.split_at_mut((*length).min(rest.len()));
        parts.push(part);
        rest = after;
    }
    parts
}

/// So many of one value, written by all threads: memory that is touched for the first time costs more than writing to it.
pub(super) fn many<T: Clone + Send + Sync>(value: T, rows: usize) -> Vec<T> {
    let mut column = Vec::new();
    rayon::iter::repeat_n(value, rows).collect_into_vec(&mut column);
    column
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct Row {
        at: u32,
        place: u16,
    }

    impl Dealt for Row {
        fn place(&self) -> u16 {
            self.place
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        /// Few rows and many, few users and many more than there are rows, and rows of users that are left out.
        #[test]
        fn rows_come_together_in_their_order(
            rows in prop::sample::select(vec![0u32, 1, 7, 300, 8_192, 70_000]),
            users in prop::sample::select(vec![0u32, 1, 2, 5, 100, 1_025, 65_537, 200_000]),
            seed: u64,
        ) {
            let beyond = users + users / 8 + 1;
            let whose: Vec<UserId> = (0..u64::from(rows))
                .map(|at| (at + 1).wrapping_mul(seed | 1) >> 20)
                .map(|random| UserId((random % u64::from(beyond)) as u32))
                .collect();
            let ranges = deal(&whose, users as usize, |at, place| Row { at: at as u32, place });
            let (mut found, mut sorted) = (Vec::new(), Vec::new());
            for (range, rows) in ranges.lengths().into_iter().enumerate() {
                let mut told = 0;
                ranges.by_user(range, &mut sorted, |user, start, own| {
                    assert_eq!(start, told, "rows of one user follow those of the last");
                    told += own.len();
                    found.extend(own.iter().map(|row| (user, row.at)));
                });
                prop_assert_eq!(told, rows);
            }
            let mut expected: Vec<(UserId, u32)> =
                whose.iter().copied().zip(0..).filter(|(user, _)| user.0 < users).collect();
            expected.sort();
            prop_assert_eq!(found, expected);
        }
    }
}
