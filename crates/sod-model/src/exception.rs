//! Permissions to violate a rule, for a time.

use crate::{ExceptionId, PackageId, Period, RuleId, UserId};

/// Whom an exception is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExceptedUsers {
    /// One user.
    User(UserId),
    /// Everybody who holds a package.
    HoldersOf(PackageId),
    /// Everybody of a department, as exported.
    Department(Box<str>),
}

/// A dated permission to violate a rule. It never removes a conflict; it says who answers for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Stable id.
    pub id: Box<str>,
    /// The rule that may be violated.
    pub rule: RuleId,
    /// By whom.
    pub users: ExceptedUsers,
    /// Who answers for it.
    pub owner: Box<str>,
    /// Why.
    pub justification: Box<str>,
    /// The compensating control.
    pub control: Option<Box<str>>,
    /// A ticket or a document.
    pub reference: Option<Box<str>>,
    /// When it is in force.
    pub period: Period,
}

/// The exceptions of an analysis, ascending by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExceptionSet {
    // INVARIANT (sorted exceptions): ascends strictly by id.
    exceptions: Vec<Exception>,
}

impl ExceptionSet {
    /// Sorts the exceptions by id; of two with one id the first stays.
    #[must_use]
    pub fn new(mut exceptions: Vec<Exception>) -> Self {
        exceptions.sort_by(|a, b| a.id.cmp(&b.id));
        exceptions.dedup_by(|later, earlier| later.id == earlier.id);
        Self { exceptions }
    }

    /// The exceptions, ascending by id.
    #[must_use]
    pub fn exceptions(&self) -> &[Exception] {
        &self.exceptions
    }

    /// The exception behind an id.
    #[must_use]
    pub fn exception(&self, id: ExceptionId) -> Option<&Exception> {
        self.exceptions.get(id.index())
    }
}

/// Whether an exception is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    InForce,
    /// It begins later.
    NotBegun,
    /// It is over, and counts as none.
    Expired,
}

/// What one exception does for the conflicts of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionUse {
    /// Whether it is in force.
    pub standing: Standing,
    /// Conflicts that it covers.
    pub covers: u64,
    /// Conflicts that it would cover, were it in force and no other exception there.
    pub fits: u64,
}
