//! The rules of the page, and their conflicts told once for all who hold the same.

use super::columns::seconds;
use super::people::NamedGroups;
use super::{CONFLICTS_MAX, MINIMAL_SETS_MAX};
use crate::ReportView;
use crate::conflicts::rules_in_report_order;
use serde::Serialize;
use sod_model::{ConflictGroup, HeldSet, PackageId, Rule, RuleFacts, RuleId, RuleOrigin};

#[derive(Serialize)]
pub(super) struct RuleLine<'a> {
    id: &'a str,
    name: &'a str,
    severity: &'static str,
    origin: &'static str,
    terms: Vec<TermLine>,
    not_evaluable: Option<&'a str>,
    unknown: &'a [Box<str>],
    inactive: Option<&'a str>,
    from: Option<i64>,
    until: Option<i64>,
    description: Option<&'a str>,
    risk: Option<&'a str>,
    owner: Option<&'a str>,
    process: Option<&'a str>,
    frameworks: &'a [Box<str>],
    advice: Option<&'a str>,
    open: u64,
    excepted: u64,
    /// Its groups: how many, and the place of the first in the list of groups.
    groups: u64,
    groups_from: u64,
}

#[derive(Serialize)]
struct TermLine {
    at_least: u32,
    packages: Vec<u32>,
    groups: Vec<u32>,
}

/// Where the groups of each rule begin, when groups are listed in report order.
pub(super) struct GroupPlaces(Vec<u64>);

impl GroupPlaces {
    pub(super) fn new(view: &ReportView<'_>) -> Self {
        let mut places = vec![0; view.rules.rules().len()];
        let mut next = 0;
        for (id, _) in rules_in_report_order(view) {
            if let Some(slot) = places.get_mut(id.index()) {
                *slot = next;
            }
            next += view.groups_of(id).len() as u64;
        }
        Self(places)
    }

    pub(super) fn of(&self, rule: RuleId) -> u64 {
        self.0.get(rule.index()).copied().unwrap_or(0)
    }
}

/// All rules, ascending by id: a rule is its place here.
pub(super) fn rules<'a>(
    view: &ReportView<'a>,
    named: &NamedGroups,
    places: &GroupPlaces,
) -> Vec<RuleLine<'a>> {
    let line = |(at, rule): (usize, &'a Rule)| {
        let id = RuleId(at as u32);
        let conflicts = view.conflicts.of_rule(id);
        let open = conflicts.iter().filter(|conflict| conflict.exception.is_none()).count();
        let RuleFacts { description, risk, owner, process, frameworks, advice } = &rule.facts;
        RuleLine {
            id: &rule.id,
            name: &rule.name,
            severity: rule.severity.name(),
            origin: origin(rule.origin),
            terms: terms(rule, named),
            not_evaluable: rule.not_evaluable.as_deref(),
            unknown: &rule.unknown,
            inactive: rule.inactive.as_deref(),
            from: seconds(rule.period.from),
            until: seconds(rule.period.until),
            description: description.as_deref(),
            risk: risk.as_deref(),
            owner: owner.as_deref(),
            process: process.as_deref(),
            frameworks,
            advice: advice.as_deref(),
            open: open as u64,
            excepted: (conflicts.len() - open) as u64,
            groups: view.groups_of(id).len() as u64,
            groups_from: places.of(id),
        }
    };
    view.rules.rules().iter().enumerate().map(line).collect()
}

fn terms(rule: &Rule, named: &NamedGroups) -> Vec<TermLine> {
    let term = |term: &sod_model::Term| TermLine {
        at_least: term.at_least,
        packages: numbers(&term.packages),
        groups: named.places(&term.groups),
    };
    rule.terms.iter().map(term).collect()
}

pub(super) fn numbers(packages: &[PackageId]) -> Vec<u32> {
    packages.iter().map(|package| package.0).collect()
}

const fn origin(origin: RuleOrigin) -> &'static str {
    match origin {
        RuleOrigin::DeclaredPackages { low_declares: true, high_declares: true } => {
            "declared in Entra by both packages"
        }
        RuleOrigin::DeclaredPackages { .. } => "declared in Entra by one of the packages",
        RuleOrigin::DeclaredGroup => "declared in Entra: package and group",
        RuleOrigin::Document => "rules file",
    }
}

/// The groups, worst severity first, then by rule id, then those of most users: by column.
#[derive(Default, Serialize)]
pub(super) struct Groups {
    users: Vec<u64>,
    open: Vec<u64>,
    packages: Vec<Vec<u32>>,
    groups: Vec<Vec<u32>>,
    /// Minimal violating subsets; null where all that is held is the only one.
    minimal: Vec<Option<Minimal>>,
}

#[derive(Serialize)]
struct Minimal {
    total: u64,
    exact: bool,
    /// Some of them or all: packages, and directory groups.
    sets: Vec<(Vec<u32>, Vec<u32>)>,
}

impl Groups {
    pub(super) fn new(view: &ReportView<'_>, named: &NamedGroups) -> Self {
        let mut groups = Self::default();
        let all = rules_in_report_order(view)
            .into_iter()
            .flat_map(|(id, rule)| view.groups_of(id).iter().map(move |group| (rule, group)));
        for (rule, group) in all.take(CONFLICTS_MAX) {
            groups.push(rule, group, named);
        }
        groups
    }

    pub(super) fn len(&self) -> usize {
        self.users.len()
    }

    fn push(&mut self, rule: &Rule, group: &ConflictGroup, named: &NamedGroups) {
        self.users.push(group.users.len() as u64);
        self.open.push(group.open);
        self.packages.push(numbers(&group.held.packages));
        self.groups.push(named.places(&group.held.groups));
        self.minimal.push(minimal(rule, &group.held, named));
    }
}

fn minimal(rule: &Rule, held: &HeldSet, named: &NamedGroups) -> Option<Minimal> {
    let found = held.minimal_sets(rule, MINIMAL_SETS_MAX);
    if found.sets.as_slice() == std::slice::from_ref(held) && found.total == 1 {
        return None;
    }
    let sets = found.sets.iter().map(|set| (numbers(&set.packages), named.places(&set.groups)));
    Some(Minimal { total: found.total, exact: found.total_is_exact, sets: sets.collect() })
}
