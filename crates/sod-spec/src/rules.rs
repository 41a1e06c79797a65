//! What it is to violate a rule. A group is treated as one more thing that a user may hold.

use crate::Holdings;
use std::collections::BTreeSet;

/// "Holds at least `at_least` of `set`."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<K> {
    /// The set.
    pub set: BTreeSet<K>,
    /// How many of it.
    pub at_least: usize,
}

/// Whether a user who holds `held` satisfies the term.
pub fn satisfies<K: Ord>(held: &BTreeSet<K>, term: &Term<K>) -> bool {
    held.intersection(&term.set).count() >= term.at_least
}

/// The users who satisfy every term. A rule without terms forbids nothing, so nobody violates it.
pub fn violators<K: Ord + Clone>(held: &Holdings<K>, terms: &[Term<K>]) -> BTreeSet<K> {
    let mut users = BTreeSet::new();
    for (user, packages) in held {
        if !terms.is_empty() && terms.iter().all(|term| satisfies(packages, term)) {
            users.insert(user.clone());
        }
    }
    users
}
