//! Everything that was read, joined and sorted.

use crate::{Assignment, AssignmentMatrix, Directory, Holding, PackageId, Provenance, StateTable, UserId};

/// What the inputs say, at one moment as far as they tell.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Who and what.
    pub directory: Directory,
    /// The states that occur.
    pub states: StateTable,
    /// Where it all comes from, and what was wrong with it.
    pub provenance: Provenance,
    // INVARIANT (sorted assignments): ascends by (user, package, id, location); ids are in range of the directory.
    assignments: Vec<Assignment>,
    // Positions in `assignments`, by package: `package_positions[package_starts[p]..package_starts[p + 1]]`.
    package_starts: Vec<u32>,
    package_positions: Vec<u32>,
}

impl Snapshot {
    /// Sorts the assignments and indexes them by package.
    #[must_use]
    pub fn new(
        directory: Directory,
        states: StateTable,
        provenance: Provenance,
        mut assignments: Vec<Assignment>,
    ) -> Self {
        use rayon::slice::ParallelSliceMut;
        assignments.par_sort_unstable_by(|a, b| {
            (a.user, a.package, &a.id, a.location).cmp(&(b.user, b.package, &b.id, b.location))
        });
        let packages = directory.packages().len();
        let mut package_starts = vec![0u32; packages + 1];
        for assignment in &assignments {
            if let Some(count) = package_starts.get_mut(assignment.package.index() + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut package_starts {
            total += *start;
            *start = total;
        }
        let mut next = package_starts.clone();
        let mut package_positions = vec![0u32; assignments.len()];
        for (position, assignment) in assignments.iter().enumerate() {
            if let Some(slot) = next.get_mut(assignment.package.index()) {
                if let Some(target) = package_positions.get_mut(*slot as usize) {
                    *target = position as u32;
                }
                *slot += 1;
            }
        }
        Self { directory, states, provenance, assignments, package_starts, package_positions }
    }

    /// All assignments of every state, ascending by user, package, id and place.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// The assignments of one user, ascending by package.
    #[must_use]
    pub fn assignments_of_user(&self, user: UserId) -> &[Assignment] {
        let from = self.assignments.partition_point(|assignment| assignment.user < user);
        let to = self.assignments.partition_point(|assignment| assignment.user <= user);
        self.assignments.get(from..to).unwrap_or_default()
    }

    /// The assignments of one user to one package.
    #[must_use]
    pub fn assignments_of(&self, user: UserId, package: PackageId) -> &[Assignment] {
        let own = self.assignments_of_user(user);
        let from = own.partition_point(|assignment| assignment.package < package);
        let to = own.partition_point(|assignment| assignment.package <= package);
        own.get(from..to).unwrap_or_default()
    }

    /// The assignments to one package, ascending by user.
    pub fn assignments_to(&self, package: PackageId) -> impl Iterator<Item = &Assignment> {
        let at = package.index();
        let range = match (self.package_starts.get(at), self.package_starts.get(at + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => 0..0,
        };
        let positions = self.package_positions.get(range).unwrap_or_default();
        positions.iter().filter_map(|&position| self.assignments.get(position as usize))
    }

    /// Who holds what, when only the chosen states count.
    #[must_use]
    pub fn matrix(&self, holding: &Holding) -> AssignmentMatrix {
        let counts: Vec<bool> =
            self.states.iter().map(|(state, _)| holding.states.matches(state, &self.states)).collect();
        let held = self
            .assignments
            .iter()
            .filter(|assignment| counts.get(assignment.state.index()).copied().unwrap_or(false))
            .map(|assignment| (assignment.user, assignment.package));
        AssignmentMatrix::from_holdings(self.directory.users().len(), self.directory.packages().len(), held)
    }

    /// How many assignments are in each state, in the order of the state table; states that do not occur are left out.
    #[must_use]
    pub fn state_totals(&self) -> Vec<(crate::StateId, u64)> {
        let mut totals = vec![0u64; self.states.iter().count()];
        for assignment in &self.assignments {
            if let Some(total) = totals.get_mut(assignment.state.index()) {
                *total += 1;
            }
        }
        let states = self.states.iter().map(|(state, _)| state);
        states.zip(totals).filter(|(_, total)| *total > 0).collect()
    }
}
