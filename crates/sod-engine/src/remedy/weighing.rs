//! What it costs to take an assignment away.

use sod_model::{Assignment, Directory, Timestamp};

/// What each assignment weighs. A holding weighs what its assignments weigh together: all of them must go before it does.
///
/// ```
/// use sod_engine::{Assignment, Directory, PackageId, StateTable, Timestamp, UserId, Weighing};
/// let assignment = Assignment {
///     id: None,
///     user: UserId(0),
///     package: PackageId(0),
///     policy: None,
///     state: StateTable::DELIVERED,
///     since: None,
///     until: Some(Timestamp(100)),
///     location: None,
/// };
/// assert_eq!(Weighing::default().weight(&assignment, &Directory::default()), 1);
/// let soon = Weighing { free_until: Some(Timestamp(100)), ..Weighing::default() };
/// assert_eq!(soon.weight(&assignment, &Directory::default()), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighing {
    /// What an assignment weighs whose policy assigns automatically: Entra would assign it again.
    pub automatic: u32,
    /// What ends until then weighs nothing: it goes anyway.
    pub free_until: Option<Timestamp>,
}

impl Weighing {
    /// What an automatic assignment weighs when policies count: as much as ten requested ones.
    pub const AUTOMATIC: u32 = 10;

    /// What an assignment weighs.
    #[must_use]
    pub fn weight(&self, assignment: &Assignment, directory: &Directory) -> u32 {
        if self.free_until.zip(assignment.until).is_some_and(|(free, until)| until <= free) {
            return 0;
        }
        match automatic(assignment, directory) {
            Some(true) => self.automatic,
            _ => 1,
        }
    }
}

impl Default for Weighing {
    /// One each.
    fn default() -> Self {
        Self { automatic: 1, free_until: None }
    }
}

/// Whether the assignment's policy assigns automatically, as far as the export tells.
pub(super) fn automatic(assignment: &Assignment, directory: &Directory) -> Option<bool> {
    directory.policy(assignment.policy?)?.automatic
}
