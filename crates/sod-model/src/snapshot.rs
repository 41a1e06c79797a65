//! Everything that was read, joined and sorted.

use crate::{
    Assignment, AssignmentMatrix, AssignmentTable, Directory, Holding, PackageId, Provenance, StateTable,
    UserId,
};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::OnceLock;

/// What the inputs say, at one moment as far as they tell.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Who and what.
    pub directory: Directory,
    /// The states that occur.
    pub states: StateTable,
    /// Where it all comes from, and what was wrong with it.
    pub provenance: Provenance,
    // INVARIANT (sorted assignments): in the order of `AssignmentTable::order`.
    assignments: AssignmentTable,
    by_package: OnceLock<ByPackage>,
}

/// Positions of assignments by package: `positions[starts[p]..starts[p + 1]]`, ascending.
#[derive(Clone, Debug, Default)]
struct ByPackage {
    starts: Vec<u32>,
    positions: Vec<u32>,
}

impl Snapshot {
    /// Takes the assignments, and sorts them unless they are. Assignments of users that the directory does not know are
    /// left out; their numbers come from one directory, so there are none.
    #[must_use]
    pub fn new(
        directory: Directory,
        states: StateTable,
        provenance: Provenance,
        assignments: impl Into<AssignmentTable>,
    ) -> Self {
        let mut assignments = assignments.into();
        let users = directory.users().len();
        let in_range = assignments.users().last().is_none_or(|last| last.index() < users);
        if !(in_range && assignments.is_ordered()) {
            let order = assignments.order(users, |_| 0);
            assignments = assignments.arranged(&order.rows);
        }
        Self { directory, states, provenance, assignments, by_package: OnceLock::new() }
    }

    /// Takes it apart: who and what, the states, where it comes from, and the assignments.
    #[must_use]
    pub fn into_parts(self) -> (Directory, StateTable, Provenance, AssignmentTable) {
        (self.directory, self.states, self.provenance, self.assignments)
    }

    /// All assignments of every state, by column: ascending by user, package and id; of the copies of one assignment the
    /// one that is held most comes first.
    #[must_use]
    pub fn table(&self) -> &AssignmentTable {
        &self.assignments
    }

    /// All assignments of every state, in the order of [`table`](Self::table).
    pub fn assignments(&self) -> impl ExactSizeIterator<Item = Assignment> + Clone {
        self.assignments.iter()
    }

    /// The assignments of one user, ascending by package.
    pub fn assignments_of_user(&self, user: UserId) -> impl ExactSizeIterator<Item = Assignment> + Clone {
        self.assignments.slice(self.rows_of(user))
    }

    /// The assignments of one user to one package.
    pub fn assignments_of(
        &self,
        user: UserId,
        package: PackageId,
    ) -> impl ExactSizeIterator<Item = Assignment> + Clone {
        self.assignments.slice(self.rows_of_holding(user, package))
    }

    /// The places in [`table`](Self::table) of the assignments of one user to one package.
    #[must_use]
    pub fn rows_of_holding(&self, user: UserId, package: PackageId) -> Range<usize> {
        let rows = self.rows_of(user);
        let packages = self.assignments.packages().get(rows.clone()).unwrap_or_default();
        let from = rows.start + packages.partition_point(|&other| other < package);
        let to = rows.start + packages.partition_point(|&other| other <= package);
        from..to
    }

    /// The places in [`table`](Self::table) of one user's assignments.
    #[must_use]
    pub fn rows_of(&self, user: UserId) -> Range<usize> {
        let users = self.assignments.users();
        users.partition_point(|&other| other < user)..users.partition_point(|&other| other <= user)
    }

    /// The assignments to one package, ascending by user. The first call makes an index of all packages.
    pub fn assignments_to(&self, package: PackageId) -> impl Iterator<Item = Assignment> {
        self.rows_to(package).iter().filter_map(|&row| self.assignments.get(row as usize))
    }

    /// The places in [`table`](Self::table) of the assignments to one package, ascending. The first call makes an index of
    /// all packages.
    #[must_use]
    pub fn rows_to(&self, package: PackageId) -> &[u32] {
        let at = package.index();
        let index = self.by_package.get_or_init(|| self.index_packages());
        let range = match (index.starts.get(at), index.starts.get(at + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => 0..0,
        };
        index.positions.get(range).unwrap_or_default()
    }

    fn index_packages(&self) -> ByPackage {
        let packages = self.assignments.packages();
        let mut starts = vec![0u32; self.directory.packages().len() + 1];
        for package in packages {
            if let Some(count) = starts.get_mut(package.index() + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut positions = vec![0u32; total as usize];
        for (position, package) in packages.iter().enumerate() {
            if let Some(slot) = next.get_mut(package.index()) {
                if let Some(target) = positions.get_mut(*slot as usize) {
                    *target = position as u32;
                }
                *slot += 1;
            }
        }
        ByPackage { starts, positions }
    }

    /// Who holds what, when only the chosen states count.
    #[must_use]
    pub fn matrix(&self, holding: &Holding) -> AssignmentMatrix {
        let counts: Vec<bool> =
            self.states.iter().map(|(state, _)| holding.states.matches(state, &self.states)).collect();
        let table = &self.assignments;
        let (users, packages, states) = (table.users(), table.packages(), table.states());
        let held = |at: usize| {
            let counted = states.get(at).is_some_and(|state| counts.get(state.index()) == Some(&true));
            counted.then_some((*users.get(at)?, *packages.get(at)?))
        };
        // The rows ascend by user and package: threads take stretches that end where a user does, and what is held twice
        // stands together.
        let stretch = |rows: std::ops::Range<usize>| {
            let first = users.get(rows.start).map_or(0, |user| user.index());
            let (mut lengths, mut row_packages) = (Vec::new(), Vec::with_capacity(rows.len()));
            let mut last = None;
            for (user, package) in rows.filter_map(held) {
                if last != Some((user, package)) {
                    lengths.resize(lengths.len().max(user.index() + 1 - first), 0u32);
                    if let Some(length) = lengths.last_mut() {
                        *length += 1;
                    }
                    row_packages.push(package);
                    last = Some((user, package));
                }
            }
            (first, lengths, row_packages)
        };
        let parts: Vec<(usize, Vec<u32>, Vec<crate::PackageId>)> =
            stretches_of_users(users).into_par_iter().map(stretch).collect();
        let mut row_starts = Vec::with_capacity(self.directory.users().len() + 1);
        let mut row_packages = Vec::new();
        let mut total = 0u64;
        for (first, lengths, mut packages) in parts {
            row_starts.resize(row_starts.len().max(first), total);
            for length in lengths {
                row_starts.push(total);
                total += u64::from(length);
            }
            if row_packages.is_empty() {
                row_packages = packages;
            } else {
                row_packages.append(&mut packages);
            }
        }
        row_starts.resize(self.directory.users().len() + 1, total);
        AssignmentMatrix::from_rows(self.directory.packages().len(), row_starts, row_packages)
    }

    /// How many assignments are in each state, in the order of the state table; states that do not occur are left out.
    #[must_use]
    pub fn state_totals(&self) -> Vec<(crate::StateId, u64)> {
        let states = self.states.iter().count();
        let count = |mut totals: Vec<u64>, state: &crate::StateId| {
            if let Some(total) = totals.get_mut(state.index()) {
                *total += 1;
            }
            totals
        };
        let add = |mut a: Vec<u64>, b: Vec<u64>| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        };
        let none = || vec![0u64; states];
        let totals =
            self.assignments.states().par_iter().with_min_len(1 << 16).fold(none, count).reduce(none, add);
        let states = self.states.iter().map(|(state, _)| state);
        states.zip(totals).filter(|(_, total)| *total > 0).collect()
    }

    /// Frees the assignments, for who has made a matrix of them and needs the memory. Who and what stay known.
    pub fn forget_assignments(&mut self) {
        self.assignments = AssignmentTable::default();
        self.by_package = OnceLock::new();
    }
}

/// Cuts rows that ascend by user into one stretch for each thread; all rows of a user are in one of them.
fn stretches_of_users(users: &[crate::UserId]) -> Vec<std::ops::Range<usize>> {
    const ROWS_MIN: usize = 1 << 14;
    let at_once = users.len().div_ceil(rayon::current_num_threads()).max(ROWS_MIN);
    let mut stretches = Vec::new();
    let mut start = 0;
    while start < users.len() {
        let last = users.get((start + at_once).min(users.len()) - 1);
        let end = users.partition_point(|user| Some(user) <= last);
        stretches.push(start..end);
        start = end;
    }
    stretches
}
