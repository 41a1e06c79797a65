//! Who holds what, and how many hold both of a pair. Takes any list of assignments; judges nothing.

use std::collections::{BTreeMap, BTreeSet};

/// One assignment of one package to one user, in some state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment<K> {
    /// The id of the assignment itself.
    pub id: K,
    /// Who.
    pub user: K,
    /// What.
    pub package: K,
    /// Decides whether it is held.
    pub state: K,
}

/// What each user holds.
pub type Holdings<K> = BTreeMap<K, BTreeSet<K>>;

/// An assignment is held when its state is among the chosen; several assignments of one user to one package are one
/// holding. Users who hold nothing are not listed.
pub fn holdings<K: Ord + Clone>(assignments: &[Assignment<K>], states: &BTreeSet<K>) -> Holdings<K> {
    let mut held = Holdings::new();
    for assignment in assignments {
        if states.contains(&assignment.state) {
            let packages: &mut BTreeSet<K> = held.entry(assignment.user.clone()).or_default();
            packages.insert(assignment.package.clone());
        }
    }
    held
}

/// The users who hold `package`.
pub fn holders<K: Ord + Clone>(held: &Holdings<K>, package: &K) -> BTreeSet<K> {
    let mut users = BTreeSet::new();
    for (user, packages) in held {
        if packages.contains(package) {
            users.insert(user.clone());
        }
    }
    users
}

/// How many distinct users hold both `a` and `b`.
pub fn pair_count<K: Ord + Clone>(held: &Holdings<K>, a: &K, b: &K) -> u64 {
    holders(held, a).intersection(&holders(held, b)).count() as u64
}

/// Every unordered pair of different packages that somebody holds both of, as (low, high), and how many users do.
pub fn pair_counts<K: Ord + Clone>(held: &Holdings<K>) -> BTreeMap<(K, K), u64> {
    let mut counts = BTreeMap::new();
    for packages in held.values() {
        for low in packages {
            for high in packages {
                if low < high {
                    *counts.entry((low.clone(), high.clone())).or_insert(0) += 1;
                }
            }
        }
    }
    counts
}

/// The sum over users of k(k-1)/2, where k is the number of packages a user holds.
pub fn pair_sum<K>(held: &Holdings<K>) -> u64 {
    let mut sum = 0;
    for packages in held.values() {
        let k = packages.len() as u64;
        sum += k * k.saturating_sub(1) / 2;
    }
    sum
}
