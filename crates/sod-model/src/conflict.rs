//! Who holds what must not be held together.

use crate::{ExceptionId, RuleId, UserId};
use rayon::prelude::*;

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
    // INVARIANT (open conflicts): how many of them no exception covers.
    open: usize,
}

impl ConflictSet {
    /// Sorts and removes duplicates; of an open and an excused one, the open one stays. What is sorted already is looked at once
    /// and left as it is.
    #[must_use]
    pub fn new(mut conflicts: Vec<Conflict>) -> Self {
        let ascends = |pair: &[Conflict]| matches!(pair, [a, b] if key(a) < key(b));
        if !conflicts.par_windows(2).all(ascends) {
            conflicts.sort_unstable();
            conflicts.dedup_by_key(|conflict| key(conflict));
        }
        let open = open(&conflicts);
        Self { conflicts, open }
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
    pub fn excused(mut self, exception_of: impl Fn(RuleId, UserId) -> Option<ExceptionId> + Sync) -> Self {
        self.conflicts.par_iter_mut().with_min_len(AT_ONCE).for_each(|conflict| {
            conflict.exception = exception_of(conflict.rule, conflict.user);
        });
        self.open = open(&self.conflicts);
        self
    }

    /// How many conflicts no exception covers: what is left, where all of them are what there would be without exceptions.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open
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

/// Conflicts that one thread goes through at once.
const AT_ONCE: usize = 1 << 16;

fn key(conflict: &Conflict) -> (RuleId, UserId) {
    (conflict.rule, conflict.user)
}

fn open(conflicts: &[Conflict]) -> usize {
    conflicts.par_iter().with_min_len(AT_ONCE).filter(|conflict| conflict.exception.is_none()).count()
}

/// A bit for each user up to the last one: ids of users are consecutive, and conflicts may be fifty for each.
fn distinct_users<'c>(conflicts: impl Iterator<Item = &'c Conflict> + Clone) -> usize {
    let last = conflicts.clone().map(|conflict| conflict.user.index()).max();
    let mut users = vec![0u64; last.map_or(0, |last| last / 64 + 1)];
    for conflict in conflicts {
        if let Some(word) = users.get_mut(conflict.user.index() / 64) {
            *word |= 1 << (conflict.user.0 % 64);
        }
    }
    users.iter().map(|word| word.count_ones() as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_duplicates_of_what_is_given_do_not_matter() {
        let conflict = |rule, user, exception: Option<u32>| Conflict {
            rule: RuleId(rule),
            user: UserId(user),
            exception: exception.map(ExceptionId),
        };
        let sorted = [conflict(0, 7, None), conflict(1, 0, Some(2)), conflict(1, 7, None)];
        let set = ConflictSet::new(sorted.to_vec());
        assert_eq!(set.conflicts(), sorted);
        assert_eq!((set.open(), set.users(), set.users_open()), (2, 2, 1));
        let turned = [sorted[2], sorted[1], sorted[0]];
        assert_eq!(ConflictSet::new(turned.to_vec()), set);
        // Twice the same, and the same twice with an exception: the open one stays.
        let twice = [sorted[0], sorted[0], sorted[1], sorted[2], conflict(1, 7, Some(0))];
        assert_eq!(ConflictSet::new(twice.to_vec()), set);
        let twice = [sorted[0], sorted[1], conflict(1, 7, Some(0)), sorted[2]];
        assert_eq!(ConflictSet::new(twice.to_vec()), set);
        // Whoever is not named is open again.
        let excused = set.excused(|_, user| (user == UserId(7)).then_some(ExceptionId(0)));
        assert_eq!((excused.open(), excused.users(), excused.users_open()), (1, 2, 1));
        assert_eq!((ConflictSet::default().users(), ConflictSet::new(Vec::new()).open()), (0, 0));
    }
}
