//! Permissions to violate a rule, for a time.

use crate::{
    AssignmentMatrix, Directory, ExceptionId, PackageId, Period, RuleId, Timestamp, UserId, WarningCode,
};

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

impl ExceptedUsers {
    /// Whether a user is among them. Departments are compared without regard to case and to blanks around them.
    ///
    /// ```
    /// use sod_model::{AssignmentMatrix, Directory, ExceptedUsers, PackageId, UserId};
    /// let matrix = AssignmentMatrix::from_holdings(2, 1, [(UserId(1), PackageId(0))]);
    /// let holders = ExceptedUsers::HoldersOf(PackageId(0));
    /// assert!(holders.includes(UserId(1), &matrix, &Directory::default()));
    /// assert!(!holders.includes(UserId(0), &matrix, &Directory::default()));
    /// ```
    #[must_use]
    pub fn includes(&self, user: UserId, matrix: &AssignmentMatrix, directory: &Directory) -> bool {
        match self {
            Self::User(one) => *one == user,
            Self::HoldersOf(package) => matrix.row(user).binary_search(package).is_ok(),
            Self::Department(name) => {
                let own = directory.user(user).and_then(|user| user.department.as_deref());
                own.is_some_and(|own| own.trim().to_lowercase() == name.trim().to_lowercase())
            }
        }
    }
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
    /// The exception that covers the first conflict which it would cover as well.
    pub shadowed_by: Option<ExceptionId>,
}

/// Something about one exception that somebody should decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExceptionFinding {
    /// What it is: one of the codes that begin with `exception-`.
    pub code: WarningCode,
    /// Which one.
    pub exception: ExceptionId,
    /// The other one that it is about, where there is one: the one that shadows it, or says the same.
    pub other: Option<ExceptionId>,
}

/// The exceptions that end soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionsEnding {
    /// Within how many days of the moment.
    pub days: u32,
    /// The first to end first, then by id.
    pub exceptions: Vec<EndingException>,
}

/// An exception that ends soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndingException {
    /// The first moment at which it is over.
    pub end: Timestamp,
    /// Which one.
    pub exception: ExceptionId,
    /// Conflicts that it covers now and that nothing covers when it is over.
    pub reopens: u64,
}
