//! Many assignments, stored by column: some 40 bytes each in place of the hundred of an [`Assignment`].
//!
//! An export of a hundred million rows has to fit into memory, and of most rows nobody ever asks more than user, package
//! and state. So the fields lie in columns of their own, each packed as its content allows, and an [`Assignment`] is put
//! together when it is asked for. Positions are `u32`: a table has at most 2^32 - 2 rows, and who fills it must ask.

mod dates;
mod gather;
mod identifiers;
mod order;
mod places;
mod policies;

use crate::{Assignment, ExternalId, PackageId, PolicyId, RecordLocation, StateId, Timestamp, UserId};
use dates::DateColumn;
use identifiers::IdentifierColumn;
use places::PlaceColumn;
use policies::PolicyColumn;

pub use order::RowOrder;

/// Assignments in columns, in any order.
///
/// ```
/// use sod_model::{Assignment, AssignmentTable, PackageId, StateTable, UserId};
/// let assignment = Assignment {
///     id: None,
///     user: UserId(7),
///     package: PackageId(3),
///     policy: None,
///     state: StateTable::DELIVERED,
///     since: None,
///     until: None,
///     location: None,
/// };
/// let table: AssignmentTable = [assignment.clone()].into_iter().collect();
/// assert_eq!(table.get(0), Some(assignment));
/// assert_eq!(table.get(1), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct AssignmentTable {
    // INVARIANT (columns): all columns have one length; those of policies and starts may be forgotten, and empty.
    users: Vec<UserId>,
    packages: Vec<PackageId>,
    states: Vec<StateId>,
    identifiers: IdentifierColumn,
    policies: PolicyColumn,
    since: DateColumn,
    until: DateColumn,
    places: PlaceColumn,
}

impl AssignmentTable {
    /// The most rows that a table may have: positions are 32 bits wide.
    pub const ROWS_MAX: usize = u32::MAX as usize - 1;

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Adds a row at the end.
    pub fn push(&mut self, row: &Assignment) {
        self.users.push(row.user);
        self.packages.push(row.package);
        self.states.push(row.state);
        self.identifiers.push(row.id.as_ref());
        self.policies.push(row.policy);
        self.since.push(row.since);
        self.until.push(row.until);
        self.places.push(row.location);
    }

    /// Makes room for so many more rows with ids and dates, and no more than that. Where there is not as much memory, nothing
    /// happens: what is really needed is asked for again when rows arrive.
    pub fn reserve(&mut self, rows: usize) {
        let _ = self.users.try_reserve_exact(rows);
        let _ = self.packages.try_reserve_exact(rows);
        let _ = self.states.try_reserve_exact(rows);
        self.identifiers.reserve(rows);
        self.policies.reserve(rows);
        self.since.reserve(rows);
        self.until.reserve(rows);
    }

    /// How many more rows there is room for.
    #[must_use]
    pub fn room(&self) -> usize {
        self.users.capacity() - self.users.len()
    }

    /// Forgets all but user, package, state and end: what matters for counting who holds what.
    pub fn forget_details(&mut self) {
        let rows = self.len();
        self.identifiers = IdentifierColumn::absent(rows);
        self.policies = PolicyColumn::default();
        self.since = DateColumn::default();
        self.places = PlaceColumn::absent(rows);
    }

    /// Moves the rows of another table to the end of this one.
    pub fn append(&mut self, other: &mut Self) {
        self.users.append(&mut other.users);
        self.packages.append(&mut other.packages);
        self.states.append(&mut other.states);
        self.identifiers.append(&mut other.identifiers);
        self.policies.append(&mut other.policies);
        self.since.append(&mut other.since);
        self.until.append(&mut other.until);
        self.places.append(&mut other.places);
    }

    /// The row at a position, put together.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<Assignment> {
        Some(Assignment {
            id: self.identifiers.get(at),
            user: *self.users.get(at)?,
            package: *self.packages.get(at)?,
            policy: self.policies.get(at),
            state: *self.states.get(at)?,
            since: self.since.get(at),
            until: self.until.get(at),
            location: self.places.get(at),
        })
    }

    /// The rows in order, each put together.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Assignment> + Clone {
        self.slice(0..self.len())
    }

    /// Some of the rows in order, each put together; positions beyond the end give nothing.
    pub fn slice(&self, rows: std::ops::Range<usize>) -> impl ExactSizeIterator<Item = Assignment> + Clone {
        let end = rows.end.min(self.len());
        Rows { table: self, next: rows.start.min(end), end }
    }

    /// Who holds, by row.
    #[must_use]
    pub fn users(&self) -> &[UserId] {
        &self.users
    }

    /// What is held, by row.
    #[must_use]
    pub fn packages(&self) -> &[PackageId] {
        &self.packages
    }

    /// The state, by row.
    #[must_use]
    pub fn states(&self) -> &[StateId] {
        &self.states
    }

    /// The users, to be renumbered.
    pub fn users_mut(&mut self) -> &mut [UserId] {
        &mut self.users
    }

    /// The packages, to be renumbered.
    pub fn packages_mut(&mut self) -> &mut [PackageId] {
        &mut self.packages
    }

    /// The states, to be renumbered.
    pub fn states_mut(&mut self) -> &mut [StateId] {
        &mut self.states
    }

    /// Gives every policy the number that `renumbered` says.
    pub fn renumber_policies(&mut self, renumbered: impl Fn(PolicyId) -> PolicyId) {
        self.policies.renumber(renumbered);
    }

    /// Gives every row that has an id another one.
    pub fn rename(&mut self, renamed: impl Fn(&ExternalId) -> ExternalId) {
        let mut identifiers = IdentifierColumn::default();
        for at in 0..self.len() {
            identifiers.push(self.identifiers.get(at).map(|id| renamed(&id)).as_ref());
        }
        self.identifiers = identifiers;
    }

    /// The id of the row at a position.
    #[must_use]
    pub fn id(&self, at: usize) -> Option<ExternalId> {
        self.identifiers.get(at)
    }

    /// The end of the row at a position.
    #[must_use]
    pub fn until(&self, at: usize) -> Option<Timestamp> {
        self.until.get(at)
    }

    /// Where the record of the row lies.
    #[must_use]
    pub fn location(&self, at: usize) -> Option<RecordLocation> {
        self.places.get(at)
    }

    /// Puts other fields in place of a row's policy and dates.
    pub fn complete(&mut self, at: usize, from: &Assignment) {
        self.policies.set(at, from.policy);
        self.since.set(at, from.since);
        self.until.set(at, from.until);
    }

    /// Whether the ids of two rows are there and the same.
    #[must_use]
    pub fn same_id(&self, a: usize, b: usize) -> bool {
        self.identifiers.same(a, b)
    }

    /// Calls `take` with the [key](Self::id_key) of each of these rows that has an id.
    pub fn for_each_id_key(&self, rows: std::ops::Range<usize>, take: impl FnMut(u64)) {
        self.identifiers.for_each_key(rows.start..rows.end.min(self.len()), take);
    }

    /// Sixty-four bits by which ids can be told apart at first sight: equal ids have equal keys. `None` for no id.
    #[must_use]
    pub fn id_key(&self, at: usize) -> Option<u64> {
        self.identifiers.key(at)
    }

    /// Drops all rows but those at the given positions, and puts these in the given order.
    #[must_use]
    pub fn arranged(self, order: &[u32]) -> Self {
        Self {
            users: arranged(self.users, order),
            packages: arranged(self.packages, order),
            states: arranged(self.states, order),
            identifiers: self.identifiers.arranged(order),
            policies: self.policies.arranged(order),
            since: self.since.arranged(order),
            until: self.until.arranged(order),
            places: self.places.arranged(order),
        }
    }
}

/// One column at a time is copied and the old one freed, so that the table is never in memory twice.
#[expect(clippy::needless_pass_by_value, reason = "the old column is freed here")]
fn arranged<T: Copy + Send + Sync>(column: Vec<T>, order: &[u32]) -> Vec<T> {
    use rayon::prelude::*;
    let rows = order.par_iter().with_min_len(1 << 14);
    match column.first() {
        // As many as there are in the order: each is written to its place at once.
        Some(any) if rows.clone().all(|&at| (at as usize) < column.len()) => {
            rows.map(|&at| *column.get(at as usize).unwrap_or(any)).collect()
        }
        _ => rows.filter_map(|&at| column.get(at as usize).copied()).collect(),
    }
}

#[derive(Clone)]
struct Rows<'t> {
    table: &'t AssignmentTable,
    next: usize,
    end: usize,
}

impl Iterator for Rows<'_> {
    type Item = Assignment;

    fn next(&mut self) -> Option<Assignment> {
        let at = self.next;
        (at < self.end).then(|| self.next += 1)?;
        self.table.get(at)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.next, Some(self.end - self.next))
    }
}

impl ExactSizeIterator for Rows<'_> {}

impl<'a> FromIterator<&'a Assignment> for AssignmentTable {
    fn from_iter<I: IntoIterator<Item = &'a Assignment>>(rows: I) -> Self {
        let mut table = Self::default();
        rows.into_iter().for_each(|row| table.push(row));
        table
    }
}

impl FromIterator<Assignment> for AssignmentTable {
    fn from_iter<I: IntoIterator<Item = Assignment>>(rows: I) -> Self {
        let mut table = Self::default();
        rows.into_iter().for_each(|row| table.push(&row));
        table
    }
}

impl From<Vec<Assignment>> for AssignmentTable {
    fn from(rows: Vec<Assignment>) -> Self {
        rows.into_iter().collect()
    }
}
