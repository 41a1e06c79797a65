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

    /// Whether it begins or ends at all, so that it takes a moment to tell whether it is in force.
    ///
    /// ```
    /// use sod_model::{Period, Timestamp};
    /// assert!(!Period::default().is_dated());
    /// assert!(Period { from: None, until: Some(Timestamp(20)) }.is_dated());
    /// ```
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.from.is_some() || self.until.is_some()
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

    /// Its end as people write it: the last day of it where it ends with a day, else the first moment after it. Nothing
    /// where it has no end.
    ///
    /// ```
    /// use sod_model::{Period, Timestamp};
    /// let until = |text| Period { from: None, until: Timestamp::parse(text) }.end_shown();
    /// assert_eq!(until("2027-01-01T00:00:00Z").as_deref(), Some("2026-12-31"));
    /// assert_eq!(until("2026-12-31T12:00:00Z").as_deref(), Some("2026-12-31T12:00:00Z"));
    /// ```
    #[must_use]
    pub fn end_shown(&self) -> Option<String> {
        let until = self.until?;
        let last = Timestamp(until.0.saturating_sub(1)).to_string();
        Some(last.strip_suffix("T23:59:59Z").map_or_else(|| until.to_string(), str::to_owned))
    }

    /// Its beginning as people write it: a day where it begins with one, else a moment. Nothing where it has none.
    #[must_use]
    pub fn start_shown(&self) -> Option<String> {
        let from = self.from?.to_string();
        Some(from.strip_suffix("T00:00:00Z").map_or_else(|| from.clone(), str::to_owned))
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
