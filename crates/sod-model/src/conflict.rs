//! Who holds what must not be held together.

use crate::{ExceptionId, RuleId, UserId};

/// One user violates one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Conflict {
    /// The violated rule.
    pub rule: RuleId,
    /// Who violates it.
    pub user: UserId,
    /// The exception that covers it, if one does.
    pub exception: Option<ExceptionId>,
}

/// All conflicts, sorted by rule and user, without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConflictSet {
    // INVARIANT (sorted conflicts): ascends strictly by (rule, user).
    conflicts: Vec<Conflict>,
}

impl ConflictSet {
    /// Sorts and removes duplicates; of an open and an excused one, the open one stays.
    #[must_use]
    pub fn new(mut conflicts: Vec<Conflict>) -> Self {
        conflicts.sort_unstable();
        conflicts.dedup_by_key(|conflict| (conflict.rule, conflict.user));
        Self { conflicts }
    }

    /// The conflicts, ascending by rule and user.
    #[must_use]
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// The conflicts of one rule.
    #[must_use]
    pub fn of_rule(&self, rule: RuleId) -> &[Conflict] {
        let from = self.conflicts.partition_point(|conflict| conflict.rule < rule);
        let to = self.conflicts.partition_point(|conflict| conflict.rule <= rule);
        self.conflicts.get(from..to).unwrap_or_default()
    }

    /// The same conflicts, each with the exception that covers it, if `exception_of` names one.
    #[must_use]
    pub fn excused(mut self, exception_of: impl Fn(RuleId, UserId) -> Option<ExceptionId>) -> Self {
        for conflict in &mut self.conflicts {
            conflict.exception = exception_of(conflict.rule, conflict.user);
        }
        self
    }

    /// How many conflicts no exception covers: what is left, where all of them are what there would be without exceptions.
    #[must_use]
    pub fn open(&self) -> usize {
        self.conflicts.iter().filter(|conflict| conflict.exception.is_none()).count()
    }

    /// How many different users violate at least one rule, excused or not.
    #[must_use]
    pub fn users(&self) -> usize {
        distinct_users(self.conflicts.iter())
    }

    /// How many different users have a conflict that no exception covers.
    #[must_use]
    pub fn users_open(&self) -> usize {
        distinct_users(self.conflicts.iter().filter(|conflict| conflict.exception.is_none()))
    }
}

fn distinct_users<'c>(conflicts: impl Iterator<Item = &'c Conflict>) -> usize {
    let mut users: Vec<UserId> = conflicts.map(|conflict| conflict.user).collect();
    users.sort_unstable();
    users.dedup();
    users.len()
}
