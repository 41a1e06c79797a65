//! How large a tenant to make, and from which seed.

use thiserror::Error;

/// The largest number of packages: fifty times Microsoft's limit of 20,000 a tenant.
pub const PACKAGES_MAX: u32 = 1_000_000;

/// What to generate. The same specification is the same tenant, for ever and on every platform.
///
/// ```
/// use sod_generate::{SpecError, Tenant, TenantSpec};
/// let spec = TenantSpec { users: 100, packages: 20, assignments: 700, seed: 1 };
/// assert_eq!(Tenant::new(spec).unwrap().assignments().count(), 700);
///
/// let dense = TenantSpec { assignments: 2001, ..spec };
/// assert!(matches!(Tenant::new(dense), Err(SpecError::TooManyAssignments { limit: 2000, .. })));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantSpec {
    /// How many people the directory has, guests included.
    pub users: u32,
    /// How many access packages there are.
    pub packages: u32,
    /// How many assignment rows there are, in every state together; hit exactly.
    pub assignments: u64,
    /// Where all randomness comes from.
    pub seed: u64,
}

/// Why no tenant can have these numbers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SpecError {
    /// `users` is 0.
    #[error("a tenant needs at least one user, found 0")]
    NoUsers,
    /// `packages` is 0.
    #[error("a tenant needs at least one package, found 0")]
    NoPackages,
    /// More packages than can be told apart by plausible names.
    #[error("at most {limit} packages are possible, found {asked}")]
    TooManyPackages {
        /// What was asked for.
        asked: u32,
        /// The most that is possible.
        limit: u32,
    },
    /// More rows than users times packages.
    #[error("{users} users and {packages} packages allow at most {limit} assignments, found {asked}")]
    TooManyAssignments {
        /// What was asked for.
        asked: u64,
        /// The users of the specification.
        users: u32,
        /// The packages of the specification.
        packages: u32,
        /// The most that is possible.
        limit: u64,
    },
}

impl TenantSpec {
    /// The most assignments that so many users and packages allow: each person one row for each package.
    #[must_use]
    pub const fn assignments_max(&self) -> u64 {
        self.users as u64 * self.packages as u64
    }

    /// Says what is wrong with the numbers, if anything.
    ///
    /// # Errors
    /// No users, no packages, too many packages, or more assignments than [`Self::assignments_max`].
    pub const fn check(&self) -> Result<(), SpecError> {
        let limit = self.assignments_max();
        if self.users == 0 {
            Err(SpecError::NoUsers)
        } else if self.packages == 0 {
            Err(SpecError::NoPackages)
        } else if self.packages > PACKAGES_MAX {
            Err(SpecError::TooManyPackages { asked: self.packages, limit: PACKAGES_MAX })
        } else if self.assignments > limit {
            let Self { users, packages, assignments, .. } = *self;
            Err(SpecError::TooManyAssignments { asked: assignments, users, packages, limit })
        } else {
            Ok(())
        }
    }
}
