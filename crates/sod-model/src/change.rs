//! What became of conflicts and pairs between two snapshots, and why.
//!
//! Everything here speaks in written ids and names: two snapshots number their users and packages differently.

mod cause;
mod diff;
mod files;

use crate::Severity;

pub use cause::{CauseCode, CauseKind, ChangeCause};
pub use diff::{DiffCounts, DiffWarning, SideFacts, SnapshotDiff};
pub use files::{FileHole, FileNames, FileRow, InputFile, MissingFile};

/// A written id, and the name that people know it by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Named {
    /// As the export or the document writes it.
    pub id: Box<str>,
    /// If known.
    pub name: Option<Box<str>>,
}

/// What became of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeClass {
    /// The old side does not have it.
    New,
    /// An exception covered it and covers it no more.
    Reopened,
    /// It was open, and an exception covers it now.
    Excepted,
    /// The new side does not have it.
    Gone,
    /// Both have it, in the same status.
    Unchanged,
}

impl ChangeClass {
    /// Every class, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::New, Self::Reopened, Self::Excepted, Self::Gone, Self::Unchanged];

    /// The word for it in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reopened => "reopened",
            Self::Excepted => "excepted",
            Self::Gone => "gone",
            Self::Unchanged => "unchanged",
        }
    }
}

/// How a conflict that is gone came to its end. Only the first is somebody's merit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// The access is not there any more.
    Resolved,
    /// It is judged otherwise: a rule is another, or not in force.
    JudgedOtherwise,
    /// The new inputs do not show it. It may be there still.
    OutOfSight,
    /// What was kept of the snapshots does not tell.
    Untold,
}

impl Ending {
    /// The word for it in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::JudgedOtherwise => "judged-otherwise",
            Self::OutOfSight => "out-of-sight",
            Self::Untold => "untold",
        }
    }
}

/// Open, or excepted by an exception.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConflictStatus {
    /// The exception that covers it, if one does.
    pub exception: Option<Box<str>>,
}

impl ConflictStatus {
    /// Whether no exception covers it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.exception.is_none()
    }

    /// The word for it, as in `conflicts.csv`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        if self.is_open() { "open" } else { "excepted" }
    }
}

/// Whom a conflict is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangedUser {
    /// Written id.
    pub id: Box<str>,
    /// Display name, if known.
    pub name: Option<Box<str>>,
    /// Principal name, if known.
    pub principal_name: Option<Box<str>>,
}

/// One conflict of either side, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictChange {
    /// What became of it.
    pub class: ChangeClass,
    /// The rule.
    pub rule: Named,
    /// How much it matters, on the side that is newer.
    pub severity: Severity,
    /// Who violates it.
    pub user: ChangedUser,
    /// Status on the old side, if it was there.
    pub before: Option<ConflictStatus>,
    /// Status on the new side, if it is there.
    pub after: Option<ConflictStatus>,
    /// What is, or was, held of what the rule names.
    pub packages: Vec<Named>,
    /// Why; none for what is unchanged.
    pub causes: Vec<ChangeCause>,
}

impl ConflictChange {
    /// Whether something is open that was not open before.
    #[must_use]
    pub fn is_newly_open(&self) -> bool {
        matches!(self.class, ChangeClass::New | ChangeClass::Reopened)
            && self.after.as_ref().is_some_and(ConflictStatus::is_open)
    }

    /// How it ended; `None` unless it is gone. What is not shown is never resolved, whatever else is said of it.
    ///
    /// ```
    /// use sod_model::*;
    /// let mut gone = ConflictChange {
    ///     class: ChangeClass::Gone,
    ///     rule: Named::default(),
    ///     severity: Severity::High,
    ///     user: ChangedUser::default(),
    ///     before: Some(ConflictStatus::default()),
    ///     after: None,
    ///     packages: vec![],
    ///     causes: vec![ChangeCause::new(CauseCode::AssignmentRemoved)],
    /// };
    /// assert_eq!(gone.ending(), Some(Ending::Resolved));
    /// gone.causes.push(ChangeCause::new(CauseCode::InputScope));
    /// assert_eq!(gone.ending(), Some(Ending::OutOfSight));
    /// ```
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        let has = |kind| self.causes.iter().any(|cause| cause.code.kind() == kind);
        (self.class == ChangeClass::Gone).then(|| {
            if has(CauseKind::OutOfSight) {
                Ending::OutOfSight
            } else if self.causes.is_empty() || has(CauseKind::Untold) {
                Ending::Untold
            } else if has(CauseKind::Judgement) {
                Ending::JudgedOtherwise
            } else {
                Ending::Resolved
            }
        })
    }
}

/// A pair of packages that another number of people hold both of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairChange {
    /// The package with the smaller id.
    pub package_a: Named,
    /// The other.
    pub package_b: Named,
    /// Holders of both on the old side.
    pub before: u64,
    /// Holders of both on the new side.
    pub after: u64,
    /// Why, and how many people it is about; one person may have two causes.
    pub causes: Vec<(CauseCode, u64)>,
}

impl PairChange {
    /// `new`, `gone` or `changed`.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match (self.before, self.after) {
            (0, _) => "new",
            (_, 0) => "gone",
            _ => "changed",
        }
    }
}
