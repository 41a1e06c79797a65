//! From when to when something is in force.

use crate::Timestamp;

/// From a moment on, up to another; both may be open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The first moment after it.
    pub until: Option<Timestamp>,
}

impl Period {
    /// Whether a moment lies in it.
    ///
    /// ```
    /// use sod_model::{Period, Timestamp};
    /// let period = Period { from: Some(Timestamp(10)), until: Some(Timestamp(20)) };
    /// assert!(period.contains(Timestamp(10)) && period.contains(Timestamp(19)));
    /// assert!(!period.contains(Timestamp(9)) && !period.contains(Timestamp(20)));
    /// ```
    #[must_use]
    pub fn contains(&self, moment: Timestamp) -> bool {
        !self.is_before(moment) && !self.is_over(moment)
    }

    /// Whether two of them have a moment in common.
    ///
    /// ```
    /// use sod_model::{Period, Timestamp};
    /// let period = |from, until| Period { from: Some(Timestamp(from)), until: Some(Timestamp(until)) };
    /// assert!(period(10, 20).overlaps(&period(19, 30)) && Period::default().overlaps(&period(10, 20)));
    /// assert!(!period(10, 20).overlaps(&period(20, 30)));
    /// ```
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_in_time = |a: &Self, b: &Self| match (a.from, b.until) {
            (Some(from), Some(until)) => from < until,
            _ => true,
        };
        begins_in_time(self, other) && begins_in_time(other, self)
    }

    /// Whether it has not begun at that moment.
    #[must_use]
    pub fn is_before(&self, moment: Timestamp) -> bool {
        self.from.is_some_and(|from| moment < from)
    }

    /// Whether it is over at that moment.
    #[must_use]
    pub fn is_over(&self, moment: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= moment)
    }
}
