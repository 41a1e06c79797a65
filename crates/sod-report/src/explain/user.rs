//! One user: who that is, every assignment of every state, and the rules that are violated.

use super::{
    ExplainInput, ExplainedAssignment, ExplainedException, ExplainedMinimalSets, ExplainedWitness, NamedId,
};
use crate::view::user_id_kind_name;
use serde::Serialize;
use sod_model::{Conflict, ExceptionId, GroupId, HeldSet, Rule, UserId};
use std::collections::BTreeSet;

/// Who a user is, as far as the inputs tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Canonical id.
    pub id: String,
    /// What kind of id that is: `object`, `subject-record`, `target-id`, `name` or `plain`.
    pub id_kind: &'static str,
    /// Display name; null when unknown.
    pub name: Option<String>,
    /// User principal name; null when unknown.
    pub principal_name: Option<String>,
    /// E-mail address; null when unknown.
    pub email: Option<String>,
    /// `user`, `servicePrincipal`, ...; null when unknown.
    pub subject_type: Option<String>,
    /// `Member` or `Guest`; null when unknown.
    pub user_type: Option<String>,
    /// Department; null when unknown.
    pub department: Option<String>,
    /// Other identifiers that the inputs tie to this user.
    pub aliases: Vec<String>,
}

/// A rule that the user violates, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedConflict {
    /// The written id of the rule.
    pub rule_id: String,
    /// Its name.
    pub rule_name: String,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: &'static str,
    /// The exception that covers it; null when none does.
    pub exception: Option<String>,
    /// What the user holds of each term, in the order of the terms.
    pub witnesses: Vec<ExplainedWitness>,
    /// The smallest parts of it that violate the rule by themselves.
    pub minimal_sets: ExplainedMinimalSets,
}

/// Minimal violating subsets listed for a conflict; their number is always told.
const MINIMAL_SETS_MAX: usize = 100;

/// Everything about one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedUser {
    /// Who.
    pub user: Identity,
    /// Distinct packages held in the states that count.
    pub packages_held: u64,
    /// Exported groups that the user belongs to.
    pub groups: Vec<NamedId>,
    /// Every assignment of every state, by package.
    pub assignments: Vec<ExplainedAssignment>,
    /// Violated rules: worst first, then by rule id.
    pub conflicts: Vec<ExplainedConflict>,
    /// The exceptions that cover some of them, by id.
    pub exceptions: Vec<ExplainedException>,
}

/// Explains one user; `None` when the snapshot has no such user. Walks the conflicts once.
#[must_use]
pub fn explain_user(input: &ExplainInput<'_>, user: UserId) -> Option<ExplainedUser> {
    let known = input.snapshot.directory.user(user)?;
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let assignments = input.snapshot.assignments_of_user(user);
    Some(ExplainedUser {
        user: Identity {
            id: known.id.to_string(),
            id_kind: user_id_kind_name(known.id_kind),
            name: text(&known.display_name),
            principal_name: text(&known.principal_name),
            email: text(&known.email),
            subject_type: text(&known.subject_type),
            user_type: text(&known.user_type),
            department: text(&known.department),
            aliases: known.aliases.iter().map(ToString::to_string).collect(),
        },
        packages_held: input.matrix.row(user).len() as u64,
        groups: groups_of(input, user),
        assignments: assignments.map(|one| input.assignment(&one)).collect(),
        conflicts: conflicts_of(input, user),
        exceptions: exceptions_of(input, user),
    })
}

fn groups_of(input: &ExplainInput<'_>, user: UserId) -> Vec<NamedId> {
    let groups = input.snapshot.directory.groups().iter().enumerate();
    groups
        .filter(|(_, group)| {
            group.members.as_ref().is_some_and(|members| members.binary_search(&user).is_ok())
        })
        .map(|(at, _)| input.group(GroupId(at as u32)))
        .collect()
}

fn exceptions_of(input: &ExplainInput<'_>, user: UserId) -> Vec<ExplainedException> {
    let own = input.conflicts.conflicts().iter().filter(|conflict| conflict.user == user);
    let ids: BTreeSet<ExceptionId> = own.filter_map(|conflict| conflict.exception).collect();
    ids.into_iter().filter_map(|id| input.exception(id)).collect()
}

fn conflicts_of(input: &ExplainInput<'_>, user: UserId) -> Vec<ExplainedConflict> {
    let own = input.conflicts.conflicts().iter().filter(|conflict| conflict.user == user);
    // Conflicts ascend by rule id, and the sort is stable: by severity, then by rule id.
    let mut rules: Vec<(&Rule, Conflict)> =
        own.filter_map(|conflict| Some((input.rules.rule(conflict.rule)?, *conflict))).collect();
    rules.sort_by_key(|(rule, _)| rule.severity);
    rules
        .into_iter()
        .map(|(rule, conflict)| {
            let held = HeldSet::of_user(rule, user, input.matrix, &input.snapshot.directory);
            ExplainedConflict {
                rule_id: rule.id.to_string(),
                rule_name: rule.name.to_string(),
                severity: rule.severity.name(),
                exception: input.exception_id(conflict),
                witnesses: input.namer().witnesses(rule, &held),
                minimal_sets: input.namer().minimal_sets(rule, &held, MINIMAL_SETS_MAX),
            }
        })
        .collect()
}

impl ExplainInput<'_> {
    /// The written id of the exception that covers a conflict.
    pub(super) fn exception_id(&self, conflict: Conflict) -> Option<String> {
        let exception = self.exceptions.exception(conflict.exception?)?;
        Some(exception.id.to_string())
    }
}
