//! Exceptions over conflicts: which of them somebody answers for.
//!
//! A conflict is never dropped here: it stays in the list and bears the exception that covers it.

use sod_model::{
    AssignmentMatrix, ConflictSet, Directory, ExceptedUsers, Exception, ExceptionId, ExceptionSet,
    ExceptionUse, RuleId, Standing, Timestamp, UserId,
};
use std::collections::BTreeMap;

/// Conflicts with the exceptions that cover them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excused {
    /// All conflicts.
    pub conflicts: ConflictSet,
    /// By exception: what it does.
    pub uses: Vec<ExceptionUse>,
}

/// Finds for each conflict the exception that covers it: of those for its rule and its user that are in force at `moment`, the
/// first by id. Without a moment every exception is in force.
///
/// ```
/// use sod_core::excuse;
/// use sod_model::*;
///
/// let matrix = AssignmentMatrix::from_holdings(2, 2, [(0, 0), (1, 1)].map(|(u, p)| (UserId(u), PackageId(p))));
/// let conflict = |user| Conflict { rule: RuleId(0), user: UserId(user), exception: None };
/// let exceptions = ExceptionSet::new(vec![Exception {
///     id: "EX-1".into(),
///     rule: RuleId(0),
///     users: ExceptedUsers::HoldersOf(PackageId(1)),
///     owner: "cfo".into(),
///     justification: "branch office".into(),
///     control: None,
///     reference: None,
///     period: Period { from: None, until: Some(Timestamp(100)) },
/// }]);
/// let conflicts = ConflictSet::new(vec![conflict(0), conflict(1)]);
/// let directory = Directory::default();
/// let excused = excuse(conflicts.clone(), &exceptions, &matrix, &directory, Some(Timestamp(99)));
/// assert_eq!(excused.conflicts.open(), 1);
/// let excused = excuse(conflicts, &exceptions, &matrix, &directory, Some(Timestamp(100)));
/// assert_eq!((excused.conflicts.open(), excused.uses[0].standing), (2, Standing::Expired));
/// ```
#[must_use]
pub fn excuse(
    conflicts: ConflictSet,
    exceptions: &ExceptionSet,
    matrix: &AssignmentMatrix,
    directory: &Directory,
    moment: Option<Timestamp>,
) -> Excused {
    let standing = |exception: &Exception| match moment {
        Some(moment) if exception.period.is_over(moment) => Standing::Expired,
        Some(moment) if exception.period.is_before(moment) => Standing::NotBegun,
        _ => Standing::InForce,
    };
    let all = exceptions.exceptions();
    let mut uses: Vec<ExceptionUse> = all
        .iter()
        .map(|exception| ExceptionUse {
            standing: standing(exception),
            covers: 0,
            fits: 0,
            shadowed_by: None,
        })
        .collect();
    let mut of_rule: BTreeMap<RuleId, ForRule<'_>> = BTreeMap::new();
    for (at, exception) in all.iter().enumerate() {
        of_rule.entry(exception.rule).or_default().add(ExceptionId(at as u32), exception);
    }
    let mut covering: BTreeMap<(RuleId, UserId), ExceptionId> = BTreeMap::new();
    for (&rule, exceptions) in &of_rule {
        for conflict in conflicts.of_rule(rule) {
            for id in exceptions.fitting(conflict.user, matrix, directory) {
                let Some(own) = uses.get_mut(id.index()) else { continue };
                own.fits += 1;
                if own.standing != Standing::InForce {
                    continue;
                }
                match covering.get(&(rule, conflict.user)) {
                    Some(&other) => own.shadowed_by = own.shadowed_by.or(Some(other)),
                    None => {
                        own.covers += 1;
                        covering.insert((rule, conflict.user), id);
                    }
                }
            }
        }
    }
    Excused { conflicts: conflicts.excused(|rule, user| covering.get(&(rule, user)).copied()), uses }
}

/// The exceptions for one rule: those for one user by that user, the rest in a list.
#[derive(Default)]
struct ForRule<'e> {
    by_user: BTreeMap<UserId, Vec<ExceptionId>>,
    others: Vec<(ExceptionId, &'e ExceptedUsers)>,
}

impl<'e> ForRule<'e> {
    fn add(&mut self, id: ExceptionId, exception: &'e Exception) {
        match &exception.users {
            ExceptedUsers::User(user) => self.by_user.entry(*user).or_default().push(id),
            others => self.others.push((id, others)),
        }
    }

    /// Those that are for this user, by id.
    fn fitting(&self, user: UserId, matrix: &AssignmentMatrix, directory: &Directory) -> Vec<ExceptionId> {
        let mut fitting = self.by_user.get(&user).cloned().unwrap_or_default();
        let is_for = |users: &ExceptedUsers| users.includes(user, matrix, directory);
        fitting.extend(self.others.iter().filter(|(_, users)| is_for(users)).map(|(id, _)| *id));
        fitting.sort_unstable();
        fitting
    }
}
