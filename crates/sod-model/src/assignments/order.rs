//! The order of the rows of a snapshot: by user, package and id; copies of one assignment stand together, the one that is
//! held most first.
//!
//! Users are dense numbers, so their rows are brought together by counting; the few rows of each user are then sorted by
//! package. Only rows of one user and one package are ever compared in full. Every thread does this for a range of users:
//! it reads all rows, and writes where no other thread does.

use super::AssignmentTable;
use super::identifiers::IdentifierColumn;
use super::places::PlaceColumn;
use crate::{PackageId, StateId, StateTable, UserId};
use rayon::prelude::*;
use std::cmp::{Ordering, Reverse};
use std::sync::atomic;

/// Rows that one thread looks at, at least.
const BLOCK: usize = 1 << 15;
/// Ranges of users for each thread: each reads all rows, and holds two words for each of its own.
const PARTS: usize = 4;

/// An order of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOrder {
    /// Positions of rows, in the order of snapshots.
    pub rows: Vec<u32>,
    /// Whether some user has several rows of one package.
    pub repeats: bool,
}

/// Ranges of users that are ordered by themselves.
struct Ranges {
    /// How many users each has, at most.
    span: usize,
    /// How many rows each has.
    rows: Vec<usize>,
    /// How many rows each user has.
    counts: Vec<u32>,
}

impl Ranges {
    fn new(whose: &[UserId], users: usize) -> Self {
        let threads = rayon::current_num_threads();
        let span = users.div_ceil(threads).max(1);
        let mut counts = vec![0u32; users];
        counts.par_chunks_mut(span).enumerate().for_each(|(part, counts)| {
            for user in whose {
                if let Some(count) = counts.get_mut(user.index().wrapping_sub(part * span)) {
                    *count += 1;
                }
            }
        });
        let span = users.div_ceil(threads * PARTS).max(1);
        let total = |counts: &[u32]| counts.iter().map(|count| *count as usize).sum();
        Self { span, rows: counts.chunks(span).map(total).collect(), counts }
    }
}

/// A column in pieces of these lengths, which make up all of it.
fn divided<'c, T>(column: &'c mut [T], lengths: &[usize]) -> Vec<&'c mut [T]> {
    let mut rest = column;
    let mut parts = Vec::with_capacity(lengths.len());
    for length in lengths {
        let (part, after) = rest.split_at_mut((*length).min(rest.len()));
        parts.push(part);
        rest = after;
    }
    parts
}

/// Brings together what stands for the rows of each user from `first` on, whose rows are counted; then calls `each` with the
/// place of the user among these, that of its first row, and its rows.
fn by_user<T>(
    whose: &[UserId],
    first: usize,
    counts: &mut [u32],
    items: impl Iterator<Item = T>,
    all: &mut [T],
    mut each: impl FnMut(usize, usize, &mut [T]),
) {
    let mut total = 0;
    for count in counts.iter_mut() {
        total += std::mem::replace(count, total);
    }
    // From here on they are the places of the next rows, and in the end those where the next user begins.
    let next = counts;
    for (user, item) in whose.iter().zip(items) {
        if let Some(place) = next.get_mut(user.index().wrapping_sub(first)) {
            if let Some(slot) = all.get_mut(*place as usize) {
                *slot = item;
            }
            *place += 1;
        }
    }
    let mut start = 0;
    for (number, end) in next.iter().map(|end| *end as usize).enumerate() {
        each(number, start, all.get_mut(start..end).unwrap_or_default());
        start = end;
    }
}

/// What is left of a row of some user.
#[derive(Clone, Copy)]
struct Held {
    package: PackageId,
    /// As the column of ends has it.
    until: u32,
    state: StateId,
}

impl Default for Held {
    fn default() -> Self {
        Self { package: PackageId(0), until: 0, state: StateId(0) }
    }
}

/// By which the state comes first that is held most.
fn held_most(state: StateId) -> impl Ord {
    Reverse((StateTable::liveness(state), state))
}

impl AssignmentTable {
    /// The positions of the rows in the order of snapshots, without the rows of users beyond `users`. Of rows that agree in
    /// everything, the one with the lesser `tie` comes first.
    #[must_use]
    pub fn order(&self, users: usize, tie: impl Fn(usize) -> u32 + Sync) -> RowOrder {
        let mut ranges = Ranges::new(&self.users, users);
        let mut order = vec![0u32; ranges.rows.iter().sum()];
        let parts = divided(&mut order, &ranges.rows);
        let repeats = atomic::AtomicBool::new(false);
        let span = ranges.span;
        let parts = parts.into_par_iter().zip(ranges.counts.par_chunks_mut(span)).enumerate();
        parts.for_each(|(part, (rows, counts))| {
            if self.order_part(part * span, rows, counts, &tie) {
                repeats.store(true, atomic::Ordering::Relaxed);
            }
        });
        RowOrder { rows: order, repeats: repeats.into_inner() }
    }

    /// [Forgets](Self::forget_details) details, drops the rows of users beyond `users`, and puts the others in the order of
    /// snapshots.
    ///
    /// The same as [`order`](Self::order) and [`arranged`](Self::arranged) after that, but what is left of a row is carried
    /// along with its package, and nothing is fetched from all over the table.
    ///
    /// ```
    /// # use sod_model::{AssignmentTable, PackageId, UserId};
    /// # let row = |user, package| sod_model::Assignment {
    /// #     id: None, user: UserId(user), package: PackageId(package), policy: None,
    /// #     state: sod_model::StateTable::DELIVERED, since: None, until: None, location: None,
    /// # };
    /// let table: AssignmentTable = [row(1, 9), row(5, 9), row(0, 2), row(1, 3)].into_iter().collect();
    /// let holdings = table.into_holdings(2);
    /// assert_eq!(holdings.packages(), [PackageId(2), PackageId(3), PackageId(9)]);
    /// ```
    #[must_use]
    pub fn into_holdings(mut self, users: usize) -> Self {
        self.forget_details();
        let mut ranges = Ranges::new(&self.users, users);
        let rows = ranges.rows.iter().sum();
        let mut of_users = vec![UserId(0); rows];
        let mut of_packages = vec![PackageId(0); rows];
        let mut of_states = vec![StateId(0); rows];
        let mut of_ends = vec![0u32; rows];
        let parts = divided(&mut of_users, &ranges.rows)
            .into_par_iter()
            .zip(divided(&mut of_packages, &ranges.rows))
            .zip(divided(&mut of_states, &ranges.rows))
            .zip(divided(&mut of_ends, &ranges.rows));
        let span = ranges.span;
        let parts = parts.zip(ranges.counts.par_chunks_mut(span)).enumerate();
        parts.for_each_init(Vec::new, |held, (part, (columns, counts))| {
            let (((users, packages), states), ends) = columns;
            self.holdings_of_part(part * span, users, counts, held);
            let to = packages.iter_mut().zip(states).zip(ends);
            for (((package, state), end), held) in to.zip(held) {
                (*package, *state, *end) = (held.package, held.state, held.until);
            }
        });
        Self {
            users: of_users,
            packages: of_packages,
            states: of_states,
            until: self.until.with_codes(of_ends),
            identifiers: IdentifierColumn::absent(rows),
            places: PlaceColumn::absent(rows),
            ..Self::default()
        }
    }

    /// Enters and sorts what users hold from `first` on, whose rows are counted; also puts down whose they are.
    fn holdings_of_part(&self, first: usize, rows: &mut [UserId], counts: &mut [u32], held: &mut Vec<Held>) {
        held.resize(rows.len(), Held::default());
        let columns = self.packages.iter().zip(&self.states).zip(self.until.codes());
        let items = columns.map(|((&package, &state), &until)| Held { package, until, state });
        by_user(&self.users, first, counts, items, held, |number, start, own| {
            own.sort_unstable_by_key(|held| held.package);
            for copies in own.chunk_by_mut(|a, b| a.package == b.package) {
                if copies.len() > 1 {
                    copies
                        .sort_unstable_by_key(|held| (held_most(held.state), self.until.moment(held.until)));
                }
            }
            if let Some(rows) = rows.get_mut(start..start + own.len()) {
                rows.fill(UserId((first + number) as u32));
            }
        });
    }

    /// Enters and sorts the rows of the users from `first` on, whose rows are counted; tells whether a pair repeats.
    fn order_part(
        &self,
        first: usize,
        rows: &mut [u32],
        counts: &mut [u32],
        tie: &impl Fn(usize) -> u32,
    ) -> bool {
        // Package and position in one number: what is compared stands together, and is not fetched from all over the table.
        let (mut keys, mut repeats) = (vec![0u64; rows.len()], false);
        let items =
            self.packages.iter().enumerate().map(|(at, package)| u64::from(package.0) << 32 | at as u64);
        by_user(&self.users, first, counts, items, &mut keys, |_, _, own| {
            own.sort_unstable();
            repeats |= own.windows(2).any(|two| matches!(two, [a, b] if a >> 32 == b >> 32));
        });
        rows.iter_mut().zip(&keys).for_each(|(row, key)| *row = *key as u32);
        if repeats {
            self.sort_copies(rows, tie);
        }
        repeats
    }

    /// Sorts rows of one user and one package, which stand together.
    fn sort_copies(&self, rows: &mut [u32], tie: &impl Fn(usize) -> u32) {
        let holding = |at: u32| (self.users.get(at as usize), self.packages.get(at as usize));
        for copies in rows.chunk_by_mut(|a, b| holding(*a) == holding(*b)) {
            if copies.len() > 1 {
                copies.sort_unstable_by(|a, b| {
                    let (a, b) = (*a as usize, *b as usize);
                    self.compare_copies(a, b).then_with(|| tie(a).cmp(&tie(b)))
                });
            }
        }
    }

    /// Whether the rows are in the order of snapshots.
    #[must_use]
    pub(crate) fn is_ordered(&self) -> bool {
        (1..self.len()).into_par_iter().with_min_len(BLOCK).all(|at| {
            let key = |at: usize| (self.users.get(at), self.packages.get(at));
            key(at - 1).cmp(&key(at)).then_with(|| self.compare_copies(at - 1, at)).is_le()
        })
    }

    fn compare_copies(&self, a: usize, b: usize) -> Ordering {
        let held_most = |at: usize| held_most(self.states.get(at).copied().unwrap_or(StateId(u16::MAX)));
        let rest = |at: usize| {
            (
                held_most(at),
                self.until.get(at),
                self.since.get(at),
                // None comes last.
                self.policies.get(at).map_or(u32::MAX, |policy| policy.0),
                self.places.get(at),
            )
        };
        self.identifiers.get(a).cmp(&self.identifiers.get(b)).then_with(|| rest(a).cmp(&rest(b)))
    }
}
