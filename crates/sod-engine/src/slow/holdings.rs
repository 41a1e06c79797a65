//! Who holds what: a set of packages for each user, from the assignments one by one.

use sod_model::{Holding, PackageId, Snapshot};
use std::collections::BTreeSet;

/// The packages of each user, by user; users who hold nothing have an empty set.
pub(super) fn holdings(snapshot: &Snapshot, holding: &Holding) -> Vec<BTreeSet<PackageId>> {
    let mut held = vec![BTreeSet::new(); snapshot.directory.users().len()];
    for assignment in snapshot.assignments() {
        if holding.states.matches(assignment.state, &snapshot.states)
            && let Some(packages) = held.get_mut(assignment.user.index())
        {
            packages.insert(assignment.package);
        }
    }
    held
}
