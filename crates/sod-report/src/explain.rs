//! Why: the assignments behind a user, a pair or a rule, as plain structs that the JSON form and the terminal share.
//!
//! Takes for granted that the matrix, the rules and the conflicts were made from the snapshot given beside them.
//! Refuses to guess: an id that the snapshot does not know gives `None`, and whatever a limit leaves out is counted.
//! Ids here are the written ones; dense ids never leave the process.

mod exception;
mod pair;
mod rule;
mod user;

pub use exception::{ExplainedException, standing_name};
pub use pair::{ExplainedPair, PairHolder, explain_pair};
pub use rule::{
    ExplainedCombination, ExplainedConflictGroup, ExplainedContained, ExplainedGroup, ExplainedRule,
    ExplainedTerm, HeldPackage, Violator, explain_rule,
};
pub use user::{ExplainedConflict, ExplainedUser, Identity, explain_user};

use crate::WriteError;
use serde::Serialize;
use sod_model::{
    Assignment, AssignmentMatrix, Combination, ConflictGroup, ConflictSet, Directory, ExceptionSet,
    ExceptionUse, ExternalId, GroupId, HeldSet, Holding, MinimalSets, PackageId, Rule, RuleSet, Snapshot,
    Term, UserId,
};
use std::io::Write;

/// What explanations are made from.
#[derive(Clone, Copy, Debug)]
pub struct ExplainInput<'a> {
    /// Everything that was read.
    pub snapshot: &'a Snapshot,
    /// Which states count.
    pub holding: &'a Holding,
    /// Who holds what in those states.
    pub matrix: &'a AssignmentMatrix,
    /// The rules that were judged.
    pub rules: &'a RuleSet,
    /// What the judging found, each conflict with the exception that covers it.
    pub conflicts: &'a ConflictSet,
    /// The same by what is held: by rule, those of most users first.
    pub groups: &'a [ConflictGroup],
    /// Packages that give by themselves what a rule keeps apart, by rule.
    pub combinations: &'a [Combination],
    /// The exceptions.
    pub exceptions: &'a ExceptionSet,
    /// By exception: what it does.
    pub exception_uses: &'a [ExceptionUse],
}

/// An id and the name that people know it by, if the inputs tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedId {
    /// As the export writes it.
    pub id: String,
    /// Display name; null when unknown.
    pub name: Option<String>,
}

/// A user in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserRef {
    /// Canonical id.
    pub id: String,
    /// Display name; null when unknown.
    pub name: Option<String>,
    /// User principal name, or the e-mail address where there is none; null when unknown.
    pub principal_name: Option<String>,
}

/// The policy behind an assignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedPolicy {
    /// Id.
    pub id: String,
    /// Display name; null when unknown.
    pub name: Option<String>,
    /// Whether it assigns automatically; null when the export cannot tell.
    pub automatic: Option<bool>,
}

/// One assignment, with the place in the inputs where it can be read in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedAssignment {
    /// Assignment id; null where the export has none.
    pub id: Option<String>,
    /// What is assigned.
    pub package: NamedId,
    /// The policy that granted it; null when unknown.
    pub policy: Option<ExplainedPolicy>,
    /// State, as in the report.
    pub state: String,
    /// Whether that state counts as holding in this run.
    pub counted: bool,
    /// Start, in RFC 3339; null when unknown.
    pub since: Option<String>,
    /// End or expiry, in RFC 3339; null when there is none.
    pub until: Option<String>,
    /// Path of the input; `-` is standard input.
    pub source: String,
    /// Line of the record's first byte, from 1; null beyond 4,294,967,294.
    pub line: Option<u32>,
    /// First byte of the record in the decompressed UTF-8 form of that input, from 0.
    pub byte: u64,
    /// Length of the record in bytes.
    pub length: u32,
}

/// What of one term of a rule a user holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedWitness {
    /// How many of the set the term takes.
    pub at_least: u32,
    /// Packages of the term that the user holds.
    pub packages: Vec<NamedId>,
    /// Groups of the term that the user belongs to.
    pub groups: Vec<NamedId>,
}

/// What somebody holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedHeld {
    /// Packages.
    pub packages: Vec<NamedId>,
    /// Groups.
    pub groups: Vec<NamedId>,
}

/// The minimal violating subsets of what is held: each violates the rule, and no longer does with any one member gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedMinimalSets {
    /// How many there are, or at least so many.
    pub total: u64,
    /// Whether `total` is their number.
    pub total_is_exact: bool,
    /// Some of them or all, ascending.
    pub sets: Vec<ExplainedHeld>,
}

/// Writes an explanation ([`ExplainedUser`], [`ExplainedPair`] or [`ExplainedRule`]) as a JSON document.
///
/// # Errors
/// When the writer fails.
pub fn write_explained(explained: &impl Serialize, out: &mut dyn Write) -> Result<(), WriteError> {
    crate::json::write_pretty(explained, out)
}

/// Dense ids to written ones.
#[derive(Clone, Copy)]
pub(crate) struct Namer<'a>(pub(crate) &'a Directory);

impl Namer<'_> {
    fn package(self, package: PackageId) -> NamedId {
        let known = self.0.package(package);
        named(known.map(|package| (&package.id, package.display_name.as_deref())))
    }

    fn group(self, group: GroupId) -> NamedId {
        let known = self.0.group(group);
        named(known.map(|group| (&group.id, group.display_name.as_deref())))
    }

    fn held(self, held: &HeldSet) -> ExplainedHeld {
        ExplainedHeld {
            packages: held.packages.iter().map(|&package| self.package(package)).collect(),
            groups: held.groups.iter().map(|&group| self.group(group)).collect(),
        }
    }

    /// What of each term is held, in the order of the terms.
    pub(crate) fn witnesses(self, rule: &Rule, held: &HeldSet) -> Vec<ExplainedWitness> {
        let witness = |term: &Term| {
            let ExplainedHeld { packages, groups } = self.held(&held.of_term(term));
            ExplainedWitness { at_least: term.at_least, packages, groups }
        };
        rule.terms.iter().map(witness).collect()
    }

    pub(crate) fn minimal_sets(self, rule: &Rule, held: &HeldSet, limit: usize) -> ExplainedMinimalSets {
        let MinimalSets { sets, total, total_is_exact } = held.minimal_sets(rule, limit);
        ExplainedMinimalSets { total, total_is_exact, sets: sets.iter().map(|set| self.held(set)).collect() }
    }
}

impl ExplainInput<'_> {
    fn namer(&self) -> Namer<'_> {
        Namer(&self.snapshot.directory)
    }

    fn package(&self, package: PackageId) -> NamedId {
        self.namer().package(package)
    }

    fn group(&self, group: GroupId) -> NamedId {
        self.namer().group(group)
    }

    fn user_ref(&self, user: UserId) -> UserRef {
        let known = self.snapshot.directory.user(user);
        let NamedId { id, name } = named(known.map(|user| (&user.id, user.display_name.as_deref())));
        let principal_name = known.and_then(|user| user.principal_name.as_deref().or(user.email.as_deref()));
        UserRef { id, name, principal_name: principal_name.map(str::to_owned) }
    }

    fn assignment(&self, assignment: &Assignment) -> ExplainedAssignment {
        let Self { snapshot, holding, .. } = self;
        let policy = assignment.policy.and_then(|policy| snapshot.directory.policy(policy));
        let place = assignment.location;
        let source = place.and_then(|place| snapshot.provenance.sources.get(place.source.index()));
        ExplainedAssignment {
            id: assignment.id.as_ref().map(ToString::to_string),
            package: self.package(assignment.package),
            policy: policy.map(|policy| ExplainedPolicy {
                id: policy.id.to_string(),
                name: policy.display_name.as_deref().map(str::to_owned),
                automatic: policy.automatic,
            }),
            state: snapshot.states.name(assignment.state).to_owned(),
            counted: holding.states.matches(assignment.state, &snapshot.states),
            since: assignment.since.map(|moment| moment.to_string()),
            until: assignment.until.map(|moment| moment.to_string()),
            source: source.map_or_else(String::new, |source| source.path.to_string()),
            line: place.map(|place| place.line).filter(|&line| line != u32::MAX),
            byte: place.map_or(0, |place| place.offset),
            length: place.map_or(0, |place| place.length),
        }
    }

    fn assignments_of(&self, user: UserId, package: PackageId) -> Vec<ExplainedAssignment> {
        self.snapshot.assignments_of(user, package).map(|one| self.assignment(&one)).collect()
    }
}

fn named(known: Option<(&ExternalId, Option<&str>)>) -> NamedId {
    known.map_or_else(
        || NamedId { id: String::new(), name: None },
        |(id, name)| NamedId { id: id.to_string(), name: name.map(str::to_owned) },
    )
}
