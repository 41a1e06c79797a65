//! Additional access: the assignments to one package of users who also hold another. States are chosen per side.

use crate::{Assignment, holders, holdings};
use std::collections::BTreeSet;

/// A package, and the states in which an assignment to it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side<K> {
    /// The package.
    pub package: K,
    /// The states that count on this side.
    pub states: BTreeSet<K>,
}

/// Shorthand for a [`Side`].
pub fn side<K: Ord, const N: usize>(package: K, states: [K; N]) -> Side<K> {
    Side { package, states: states.into() }
}

/// The assignments to `wanted.package`, in `wanted.states`, of users who hold `other.package` in `other.states`.
/// Several assignments of one user are several answers. Ordered by assignment id, then by user, then as given.
pub fn additional_access<'a, K: Ord + Clone>(
    assignments: &'a [Assignment<K>],
    wanted: &Side<K>,
    other: &Side<K>,
) -> Vec<&'a Assignment<K>> {
    let holders = holders(&holdings(assignments, &other.states), &other.package);
    let mut found = Vec::new();
    for assignment in assignments {
        let wanted_here = assignment.package == wanted.package && wanted.states.contains(&assignment.state);
        if wanted_here && holders.contains(&assignment.user) {
            found.push(assignment);
        }
    }
    found.sort_by_key(|assignment| (&assignment.id, &assignment.user));
    found
}
