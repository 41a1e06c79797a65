//! The causes of conflicts: which packages clash, which of them matter most, and which users share a position.

use super::cohort::{Cohort, Price, cohorts};
use petgraph::unionfind::UnionFind;
use sod_model::{
    AssignmentMatrix, CauseCohort, Causes, Component, ConflictSet, Directory, Link, PackageCause, PackageId,
    PackagePair, Rule, RuleSet,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Users and conflicts.
#[derive(Clone, Copy, Default)]
struct Tally {
    users: u64,
    conflicts: u64,
}

impl Tally {
    fn add(&mut self, users: u64, conflicts: u64) {
        self.users += users;
        self.conflicts += users * conflicts;
    }
}

/// Finds the causes of the open conflicts: those without an exception.
///
/// ```
/// use sod_core::{causes, evaluate_rules};
/// use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleOrigin, RuleSet, Term, UserId};
///
/// // Users 0 and 1 hold packages 0, 1 and 2; user 2 holds 1 and 2. Package 1 goes with neither of the others.
/// let held = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 1), (2, 2)];
/// let matrix = AssignmentMatrix::from_holdings(3, 3, held.map(|(u, p)| (UserId(u), PackageId(p))));
/// let pair = |id, a, b| {
///     let terms = [a, b].map(|package| Term::package(PackageId(package)));
///     Rule::new(id, "never both", RuleOrigin::Document, terms.into())
/// };
/// let rules = RuleSet::new(vec![pair("R1", 0, 1), pair("R2", 1, 2)]);
/// let conflicts = evaluate_rules(&matrix, &Directory::default(), &rules);
///
/// let causes = causes(&matrix, &Directory::default(), &rules, &conflicts);
/// assert_eq!((causes.packages[0].package, causes.packages[0].clears), (PackageId(1), 5));
/// assert_eq!((causes.components.len(), causes.components[0].links.len()), (1, 2));
/// assert_eq!(causes.cohorts.iter().map(|cohort| cohort.users.len()).collect::<Vec<_>>(), [2, 1]);
/// ```
#[must_use]
pub fn causes(
    matrix: &AssignmentMatrix,
    directory: &Directory,
    rules: &RuleSet,
    conflicts: &ConflictSet,
) -> Causes {
    let cohorts = cohorts(matrix, directory, rules, conflicts, |_, _| Price::Weight(0));
    let mut packages: BTreeMap<PackageId, (Tally, u64)> = BTreeMap::new();
    let mut links: BTreeMap<PackagePair, Tally> = BTreeMap::new();
    // By cohort and rule: what counts towards the conflict.
    let mut resting: Vec<(u64, Vec<BTreeSet<PackageId>>)> = Vec::new();
    for cohort in &cohorts {
        let users = cohort.users.len() as u64;
        let parts: Vec<Parts> = cohort
            .rules
            .iter()
            .filter_map(|&id| rules.rule(id))
            .map(|rule| Parts::new(cohort, rule))
            .collect();
        for (package, conflicts) in tally(parts.iter().map(|parts| &parts.packages)) {
            packages.entry(package).or_default().0.add(users, conflicts);
        }
        for (package, conflicts) in tally(parts.iter().map(|parts| &parts.clearing)) {
            packages.entry(package).or_default().1 += users * conflicts;
        }
        for (pair, conflicts) in tally(parts.iter().map(|parts| &parts.links)) {
            links.entry(pair).or_default().add(users, conflicts);
        }
        resting.push((users, parts.into_iter().map(|parts| parts.packages).collect()));
    }
    let components = components(&packages.keys().copied().collect::<Vec<_>>(), &links, &resting);
    let cause = |(package, (tally, clears)): (PackageId, (Tally, u64))| PackageCause {
        package,
        users: tally.users,
        conflicts: tally.conflicts,
        clears,
    };
    let mut packages: Vec<PackageCause> = packages.into_iter().map(cause).collect();
    packages.sort_by_key(|cause| (Reverse(cause.clears), Reverse(cause.conflicts), cause.package));
    let mut cohorts: Vec<CauseCohort> = cohorts.into_iter().map(cause_cohort).collect();
    cohorts.sort_by(|a, b| b.users.len().cmp(&a.users.len()).then_with(|| a.cmp(b)));
    Causes { packages, components, cohorts }
}

fn cause_cohort(cohort: Cohort) -> CauseCohort {
    let packages = cohort.held.into_iter().map(|(package, _)| package).collect();
    CauseCohort { rules: cohort.rules, packages, groups: cohort.groups, users: cohort.users }
}

/// In how many of the sets each thing is.
fn tally<'a, T: Ord + Copy + 'a>(sets: impl Iterator<Item = &'a BTreeSet<T>>) -> BTreeMap<T, u64> {
    let mut counts = BTreeMap::new();
    for &thing in sets.flatten() {
        *counts.entry(thing).or_default() += 1;
    }
    counts
}

/// What counts towards one conflict of a cohort.
struct Parts {
    packages: BTreeSet<PackageId>,
    links: BTreeSet<PackagePair>,
    /// The packages each of which clears the conflict alone.
    clearing: BTreeSet<PackageId>,
}

impl Parts {
    fn new(cohort: &Cohort, rule: &Rule) -> Self {
        let mut parts = Self { packages: BTreeSet::new(), links: BTreeSet::new(), clearing: BTreeSet::new() };
        let mut earlier: BTreeSet<PackageId> = BTreeSet::new();
        for term in &rule.terms {
            let packages: BTreeSet<PackageId> = term.packages.iter().copied().collect();
            let held = cohort.held.iter().map(|(package, _)| *package);
            let held: BTreeSet<PackageId> = held.filter(|package| packages.contains(package)).collect();
            let groups = cohort.groups.iter().filter(|group| term.groups.contains(group)).count();
            if term.at_least > 0 && held.len() + groups == term.at_least as usize {
                parts.clearing.extend(&held);
            }
            let within: &[&BTreeSet<PackageId>] =
                if term.at_least > 1 { &[&earlier, &held] } else { &[&earlier] };
            for &a in within.iter().copied().flatten() {
                parts.links.extend(held.iter().filter_map(|&b| PackagePair::new(a, b)));
            }
            earlier.extend(held);
        }
        parts.packages = earlier;
        parts
    }
}

/// The components of the graph whose vertices are `packages`, ascending, and whose edges are `links`.
fn components(
    packages: &[PackageId],
    links: &BTreeMap<PackagePair, Tally>,
    resting: &[(u64, Vec<BTreeSet<PackageId>>)],
) -> Vec<Component> {
    let vertex = |package: PackageId| packages.binary_search(&package).unwrap_or_default();
    let mut union = UnionFind::<usize>::new(packages.len());
    for pair in links.keys() {
        union.union(vertex(pair.low()), vertex(pair.high()));
    }
    let labels = union.into_labeling();
    let label = |package: PackageId| labels.get(vertex(package)).copied().unwrap_or_default();
    let mut found: BTreeMap<usize, (Component, Tally)> = BTreeMap::new();
    for &package in packages {
        let none = || Component { packages: Vec::new(), links: Vec::new(), users: 0, conflicts: 0 };
        found.entry(label(package)).or_insert_with(|| (none(), Tally::default())).0.packages.push(package);
    }
    for (&pair, tally) in links {
        let link = Link { pair, users: tally.users, conflicts: tally.conflicts };
        found.entry(label(pair.low())).and_modify(|(component, _)| component.links.push(link));
    }
    for (users, conflicts) in resting {
        let labels =
            |packages: &BTreeSet<PackageId>| packages.iter().map(|&package| label(package)).collect();
        let touched: Vec<BTreeSet<usize>> = conflicts.iter().map(labels).collect();
        for (label, conflicts) in tally(touched.iter()) {
            found.entry(label).and_modify(|(_, tally)| tally.add(*users, conflicts));
        }
    }
    let total = |(component, tally): (Component, Tally)| Component {
        users: tally.users,
        conflicts: tally.conflicts,
        ..component
    };
    let mut components: Vec<Component> = found.into_values().map(total).collect();
    components.sort_by(|a, b| b.conflicts.cmp(&a.conflicts).then_with(|| a.packages.cmp(&b.packages)));
    components
}
