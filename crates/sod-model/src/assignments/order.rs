//! The order of the rows of a snapshot: by user, package and id; copies of one assignment stand together, the one that is
//! held most first.
//!
//! The rows of each user are [brought together](super::gather) and then sorted by package. Only rows of one user and one package
//! are ever compared in full.

use super::AssignmentTable;
use super::gather::{self, Dealt, Ranges, deal, divided};
use super::identifiers::IdentifierColumn;
use super::places::PlaceColumn;
use crate::{PackageId, StateId, StateTable, Timestamp, UserId};
use rayon::prelude::*;
use std::cmp::{Ordering, Reverse};
use std::sync::atomic;

/// Rows that one thread looks at, at least.
const BLOCK: usize = 1 << 15;

/// An order of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOrder {
    /// Positions of rows, in the order of snapshots.
    pub rows: Vec<u32>,
    /// Whether some user has several rows of one package.
    pub repeats: bool,
}

/// What is left of a row of some user.
#[derive(Clone, Copy)]
struct Held {
    package: PackageId,
    /// As the column of ends has it.
    until: u32,
    state: StateId,
    place: u16,
}

impl Default for Held {
    fn default() -> Self {
        Self { package: PackageId(0), until: 0, state: StateId(0), place: 0 }
    }
}

impl Dealt for Held {
    fn place(&self) -> u16 {
        self.place
    }
}

/// A row, to be put in order: what is compared stands together, and is not fetched from all over the table.
#[derive(Clone, Copy, Default)]
struct Entry {
    package: u32,
    row: u32,
    place: u16,
}

impl Dealt for Entry {
    fn place(&self) -> u16 {
        self.place
    }
}

/// By which the state comes first that is held most.
fn held_most(state: StateId) -> impl Ord {
    Reverse((StateTable::liveness(state), state))
}

/// Sorts what one user holds: by package, and of several rows of one package the one first that is held most.
fn sort_held(held: &mut [Held], moment: impl Fn(u32) -> Option<Timestamp>) {
    held.sort_unstable_by_key(|held| held.package);
    for copies in held.chunk_by_mut(|a, b| a.package == b.package) {
        if copies.len() > 1 {
            copies.sort_unstable_by_key(|held| (held_most(held.state), moment(held.until)));
        }
    }
}

impl AssignmentTable {
    /// The positions of the rows in the order of snapshots, without the rows of users beyond `users`. Of rows that agree in
    /// everything, the one with the lesser `tie` comes first.
    #[must_use]
    pub fn order(&self, users: usize, tie: impl Fn(usize) -> u32 + Sync) -> RowOrder {
        let keep = |row: usize, place: u16| {
            let package = self.packages.get(row).map_or(0, |package| package.0);
            Entry { package, row: row as u32, place }
        };
        let ranges = deal(&self.users, users, keep);
        let lengths = ranges.lengths();
        let mut order = gather::many(0u32, lengths.iter().sum());
        let repeats = atomic::AtomicBool::new(false);
        let parts = divided(&mut order, &lengths).into_par_iter().enumerate();
        parts.for_each_init(Vec::new, |sorted, (range, rows)| {
            if self.order_range(&ranges, range, sorted, rows, &tie) {
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
        let (packages, states, ends) = (&self.packages, &self.states, self.until.codes());
        let keep = |row: usize, place: u16| Held {
            package: packages.get(row).copied().unwrap_or(PackageId(0)),
            until: ends.get(row).copied().unwrap_or_default(),
            state: states.get(row).copied().unwrap_or(StateId(0)),
            place,
        };
        let ranges = deal(&self.users, users, keep);
        // What they were made of is not needed beside the new columns.
        (self.users, self.packages, self.states) = Default::default();
        let until = self.until.with_codes(Vec::new());
        let lengths = ranges.lengths();
        let rows = lengths.iter().sum();
        let mut of_users = gather::many(UserId(0), rows);
        let mut of_packages = gather::many(PackageId(0), rows);
        let mut of_states = gather::many(StateId(0), rows);
        let mut of_ends = gather::many(0u32, rows);
        let parts = divided(&mut of_users, &lengths)
            .into_par_iter()
            .zip(divided(&mut of_packages, &lengths))
            .zip(divided(&mut of_states, &lengths))
            .zip(divided(&mut of_ends, &lengths));
        parts.enumerate().for_each_init(Vec::new, |held, (range, columns)| {
            let (((users, packages), states), ends) = columns;
            ranges.by_user(range, held, |user, start, own| {
                sort_held(own, |code| until.moment(code));
                if let Some(users) = users.get_mut(start..start + own.len()) {
                    users.fill(user);
                }
            });
            let to = packages.iter_mut().zip(states).zip(ends);
            for (((package, state), end), held) in to.zip(held) {
                (*package, *state, *end) = (held.package, held.state, held.until);
            }
        });
        Self {
            users: of_users,
            packages: of_packages,
            states: of_states,
            until: until.with_codes(of_ends),
            identifiers: IdentifierColumn::absent(rows),
            places: PlaceColumn::absent(rows),
            ..Self::default()
        }
    }

    /// Puts down the rows of a range of users; tells whether a pair repeats.
    fn order_range(
        &self,
        ranges: &Ranges<Entry>,
        range: usize,
        sorted: &mut Vec<Entry>,
        rows: &mut [u32],
        tie: &impl Fn(usize) -> u32,
    ) -> bool {
        let mut repeats = false;
        ranges.by_user(range, sorted, |_, _, own| {
            own.sort_unstable_by_key(|entry| u64::from(entry.package) << 32 | u64::from(entry.row));
            repeats |= own.windows(2).any(|two| matches!(two, [a, b] if a.package == b.package));
        });
        rows.iter_mut().zip(sorted).for_each(|(row, entry)| *row = entry.row);
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
