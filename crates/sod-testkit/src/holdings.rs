//! A matrix before it is one: a list of holdings in any order, which both the engine and the oracle can take.

use sod_model::{AssignmentMatrix, PackageId, UserId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Holdings in any order, repeated or not, over `users` users and `packages` packages.
///
/// ```
/// use sod_testkit::Holdings;
/// let holdings = Holdings::new(2, 3, vec![(1, 2), (0, 0), (1, 2)]);
/// assert_eq!(holdings.matrix().holdings(), 2);
/// assert_eq!(holdings.spec(), [(0, [0].into()), (1, [2].into())].into());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Holdings {
    /// Users of the tenant, those who hold nothing included.
    pub users: u32,
    /// Packages of the tenant, those that nobody holds included.
    pub packages: u32,
    /// (user, package), every one in range.
    pub held: Vec<(u32, u32)>,
}

impl Holdings {
    /// Keeps the holdings that are in range.
    #[must_use]
    pub fn new(users: u32, packages: u32, mut held: Vec<(u32, u32)>) -> Self {
        held.retain(|&(user, package)| user < users && package < packages);
        Self { users, packages, held }
    }

    /// As the engine takes it.
    #[must_use]
    pub fn matrix(&self) -> AssignmentMatrix {
        let held = self.held.iter().map(|&(user, package)| (UserId(user), PackageId(package)));
        AssignmentMatrix::from_holdings(self.users as usize, self.packages as usize, held)
    }

    /// As the specification takes it.
    #[must_use]
    pub fn spec(&self) -> sod_spec::Holdings<u32> {
        let mut held: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for &(user, package) in &self.held {
            held.entry(user).or_default().insert(package);
        }
        held
    }

    /// Only the holdings of the chosen users; the tenant keeps its size.
    #[must_use]
    pub fn of_users(&self, chosen: impl Fn(u32) -> bool) -> Self {
        let held = self.held.iter().copied().filter(|&(user, _)| chosen(user)).collect();
        Self { held, ..*self }
    }

    /// The same tenant with users and packages numbered the other way round, and the rows reversed.
    #[must_use]
    pub fn renumbered(&self) -> Self {
        let turn = |&(user, package): &(u32, u32)| (self.users - 1 - user, self.packages - 1 - package);
        Self { held: self.held.iter().rev().map(turn).collect(), ..*self }
    }
}

/// A long list is cut, so that a failing case can be read.
impl fmt::Debug for Holdings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.held[..self.held.len().min(60)];
        write!(f, "Holdings::new({}, {}, vec!{shown:?})", self.users, self.packages)?;
        if shown.len() < self.held.len() {
            write!(f, " and {} more", self.held.len() - shown.len())?;
        }
        Ok(())
    }
}
