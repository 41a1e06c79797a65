//! One rule: what it says, whether it could be judged, and who violates it by what.

use super::{
    ExplainInput, ExplainedAssignment, ExplainedException, ExplainedMinimalSets, ExplainedWitness, NamedId,
    UserRef,
};
use crate::view::groups_of;
use serde::Serialize;
use sod_model::{
    Combination, Conflict, ConflictGroup, Contained, ExceptionId, GroupId, HeldSet, PackageId, Rule, RuleId,
    RuleOrigin, Term,
};

/// A package of a term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldPackage {
    /// Package id.
    pub id: String,
    /// Display name; null when unknown.
    pub name: Option<String>,
    /// Distinct users who hold it.
    pub holders: u64,
}

/// A group of a term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedGroup {
    /// Object id.
    pub id: String,
    /// Display name; null when unknown.
    pub name: Option<String>,
    /// Members that are users of the snapshot; null when no membership was exported.
    pub members: Option<u64>,
    /// Exactly one page of members was exported: more are likely.
    pub probably_truncated: bool,
    /// Groups inside it whose members were not exported.
    pub nested_unknown: u32,
}

/// "Holds at least `at_least` of this set."
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedTerm {
    /// How many of the set it takes.
    pub at_least: u32,
    /// Packages of the set, by id.
    pub packages: Vec<HeldPackage>,
    /// Groups of the set, by id.
    pub groups: Vec<ExplainedGroup>,
}

/// Someone who violates the rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violator {
    /// Who.
    pub user: UserRef,
    /// The exception that covers it; null when none does.
    pub exception: Option<String>,
    /// What the user holds of each term, in the order of the terms.
    pub witnesses: Vec<ExplainedWitness>,
    /// The counted assignments to those packages.
    pub assignments: Vec<ExplainedAssignment>,
}

/// Those who violate the rule by holding the same of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedConflictGroup {
    /// From 1.
    pub number: u64,
    /// How many users.
    pub users: u64,
    /// How many of them no exception covers.
    pub users_open: u64,
    /// What each of them has of each term, in the order of the terms.
    pub witnesses: Vec<ExplainedWitness>,
    /// The smallest parts of it that violate the rule by themselves.
    pub minimal_sets: ExplainedMinimalSets,
}

/// A package of a rule, as far as another one gives the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedContained {
    /// Package id.
    pub id: String,
    /// Display name; null when unknown.
    pub name: Option<String>,
    /// How many of its resource roles are given.
    pub roles_given: u32,
    /// How many it has.
    pub roles: u32,
}

/// A package that gives by itself what the rule keeps apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedCombination {
    /// The package.
    pub package: NamedId,
    /// `override`, or `intra-package` where the rule names the package itself.
    pub kind: &'static str,
    /// What is given as a whole is enough.
    pub whole: bool,
    /// Who holds it.
    pub holders: u64,
    /// Of these, who violate the rule by the packages that it names, too.
    pub holders_in_conflict: u64,
    /// By term, in the order of the terms: the packages that are given, in whole or in part.
    pub gives: Vec<Vec<ExplainedContained>>,
}

/// Minimal violating subsets listed for a group; their number is always told.
const MINIMAL_SETS_MAX: usize = 100;

/// Everything about one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedRule {
    /// The written id.
    pub id: String,
    /// The name.
    pub name: String,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: &'static str,
    /// Where the rule comes from: `declared-packages`, `declared-group` or `rules-file`.
    pub origin: &'static str,
    /// Packages that declare the incompatibility, where it is declared between packages.
    pub declared_by: Vec<NamedId>,
    /// What it is about, as the rules file says.
    pub description: Option<String>,
    /// What could happen, as the rules file says.
    pub risk: Option<String>,
    /// Who answers for the rule.
    pub owner: Option<String>,
    /// The business process.
    pub process: Option<String>,
    /// Frameworks that ask for it.
    pub frameworks: Vec<String>,
    /// What to do about a conflict.
    pub advice: Option<String>,
    /// The first day on which it is in force; null when it always was.
    pub valid_from: Option<String>,
    /// The last day on which it is in force; null when it has no end.
    pub valid_to: Option<String>,
    /// Whether the rule could be judged: "not evaluable" is not "no conflict".
    pub evaluable: bool,
    /// Why it could not; null when it could.
    pub not_evaluable: Option<String>,
    /// Why it is not in force; null when it is.
    pub not_in_force: Option<String>,
    /// What it names and the inputs do not know: it was judged without.
    pub unknown: Vec<String>,
    /// The rule is violated by whoever satisfies every one of these.
    pub terms: Vec<ExplainedTerm>,
    /// Packages that give by themselves what the rule keeps apart; their holders are no violators by that.
    pub combinations: Vec<ExplainedCombination>,
    /// The exceptions to it, by id, whether they are in force or not.
    pub exceptions: Vec<ExplainedException>,
    /// How many users violate it.
    pub violators_total: u64,
    /// How many groups of users hold the same of it.
    pub groups_total: u64,
    /// How many of them the limit left out of `groups`.
    pub groups_left_out: u64,
    /// The groups, those of most users first, up to the limit.
    pub groups: Vec<ExplainedConflictGroup>,
    /// The number of the only group whose users are listed in `violators`; null when all are.
    pub group: Option<u64>,
    /// How many of them the limit left out of `violators`.
    pub violators_left_out: u64,
    /// Who violates it, by user id, up to the limit.
    pub violators: Vec<Violator>,
}

/// Explains a rule, listing at most `limit` groups and violators, the latter of all groups or of the one with a number from 1;
/// `None` when the set has no such rule, or the rule no such group.
#[must_use]
pub fn explain_rule(
    input: &ExplainInput<'_>,
    rule: RuleId,
    group: Option<u64>,
    limit: usize,
) -> Option<ExplainedRule> {
    let known = input.rules.rule(rule)?;
    let conflicts = input.conflicts.of_rule(rule);
    let all = groups_of(input.groups, rule);
    let of_group = match group {
        Some(number) => Some(all.get(usize::try_from(number).ok()?.checked_sub(1)?)?),
        None => None,
    };
    let listed =
        |conflict: &&Conflict| of_group.is_none_or(|group| group.users.binary_search(&conflict.user).is_ok());
    let violators: Vec<Violator> = conflicts
        .iter()
        .filter(listed)
        .take(limit)
        .map(|conflict| violator(input, known, *conflict))
        .collect();
    let violators_listed = of_group.map_or(conflicts.len(), |group| group.users.len()) as u64;
    let groups: Vec<ExplainedConflictGroup> = all
        .iter()
        .take(limit)
        .enumerate()
        .map(|(at, group)| conflict_group(input, known, group, at as u64 + 1))
        .collect();
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let exceptions = input.exceptions.exceptions().iter().enumerate();
    let exceptions = exceptions.filter(|(_, exception)| exception.rule == rule);
    Some(ExplainedRule {
        id: known.id.to_string(),
        name: known.name.to_string(),
        severity: known.severity.name(),
        origin: match known.origin {
            RuleOrigin::DeclaredPackages { .. } => "declared-packages",
            RuleOrigin::DeclaredGroup => "declared-group",
            RuleOrigin::Document => "rules-file",
        },
        declared_by: declared_by(input, known),
        description: text(&known.facts.description),
        risk: text(&known.facts.risk),
        owner: text(&known.facts.owner),
        process: text(&known.facts.process),
        frameworks: known.facts.frameworks.iter().map(ToString::to_string).collect(),
        advice: text(&known.facts.advice),
        valid_from: known.period.start_shown(),
        valid_to: known.period.end_shown(),
        evaluable: known.is_judged(),
        not_in_force: known.inactive.as_deref().map(str::to_owned),
        unknown: known.unknown.iter().map(ToString::to_string).collect(),
        not_evaluable: known.not_evaluable.as_deref().map(str::to_owned),
        terms: known.terms.iter().map(|one| term(input, one)).collect(),
        combinations: input
            .combinations
            .iter()
            .filter(|one| one.rule == rule)
            .map(|one| combination(input, one))
            .collect(),
        exceptions: exceptions.filter_map(|(at, _)| input.exception(ExceptionId(at as u32))).collect(),
        violators_total: conflicts.len() as u64,
        groups_total: all.len() as u64,
        groups_left_out: (all.len() - groups.len()) as u64,
        groups,
        group,
        violators_left_out: violators_listed - violators.len() as u64,
        violators,
    })
}

fn declared_by(input: &ExplainInput<'_>, rule: &Rule) -> Vec<NamedId> {
    let mut packages: Vec<PackageId> =
        rule.terms.iter().flat_map(|term| term.packages.iter().copied()).collect();
    packages.sort_unstable();
    let (low, high) = (packages.first().copied(), packages.last().copied());
    let declaring = match rule.origin {
        RuleOrigin::DeclaredPackages { low_declares, high_declares } => {
            [low.filter(|_| low_declares), high.filter(|_| high_declares)]
        }
        RuleOrigin::DeclaredGroup => [low, None],
        RuleOrigin::Document => [None, None],
    };
    declaring.into_iter().flatten().map(|package| input.package(package)).collect()
}

fn term(input: &ExplainInput<'_>, term: &Term) -> ExplainedTerm {
    let package = |package: PackageId| {
        let NamedId { id, name } = input.package(package);
        HeldPackage { id, name, holders: input.matrix.holders_of(package) }
    };
    let group = |group: GroupId| {
        let NamedId { id, name } = input.group(group);
        let known = input.snapshot.directory.group(group);
        let members = known.and_then(|group| group.members.as_ref()).map(|members| members.len() as u64);
        let probably_truncated = known.is_some_and(|group| group.probably_truncated);
        let nested_unknown = known.map_or(0, |group| group.nested_unknown);
        ExplainedGroup { id, name, members, probably_truncated, nested_unknown }
    };
    ExplainedTerm {
        at_least: term.at_least,
        packages: term.packages.iter().copied().map(package).collect(),
        groups: term.groups.iter().copied().map(group).collect(),
    }
}

fn combination(input: &ExplainInput<'_>, one: &Combination) -> ExplainedCombination {
    let contained = |own: &Contained| {
        let NamedId { id, name } = input.package(own.package);
        ExplainedContained { id, name, roles_given: own.given, roles: own.of }
    };
    ExplainedCombination {
        package: input.package(one.package),
        kind: one.kind.name(),
        whole: one.is_whole,
        holders: one.holders.len(),
        holders_in_conflict: one.in_conflict,
        gives: one.terms.iter().map(|term| term.iter().map(contained).collect()).collect(),
    }
}

fn conflict_group(
    input: &ExplainInput<'_>,
    rule: &Rule,
    group: &ConflictGroup,
    number: u64,
) -> ExplainedConflictGroup {
    ExplainedConflictGroup {
        number,
        users: group.users.len() as u64,
        users_open: group.open,
        witnesses: input.namer().witnesses(rule, &group.held),
        minimal_sets: input.namer().minimal_sets(rule, &group.held, MINIMAL_SETS_MAX),
    }
}

fn violator(input: &ExplainInput<'_>, rule: &Rule, conflict: Conflict) -> Violator {
    let user = conflict.user;
    let held = HeldSet::of_user(rule, user, input.matrix, &input.snapshot.directory);
    let assignments = held.packages.iter().flat_map(|&package| input.assignments_of(user, package));
    Violator {
        user: input.user_ref(user),
        exception: input.exception_id(conflict),
        assignments: assignments.filter(|assignment| assignment.counted).collect(),
        witnesses: input.namer().witnesses(rule, &held),
    }
}
