//! Packages that give by themselves what a rule keeps apart.
//!
//! A rule speaks of packages, and access comes from what packages give: roles of groups, applications and sites. Whoever holds a
//! third package that gives the roles of both sides violates no rule and has the access all the same. Entra's documentation advises
//! such packages to sanction a combination, so they are no conflicts here; they are shown apart, with their holders.
//!
//! A package *contains* another if it gives all of its roles. It contains it *in part* if it gives one of them that is
//! *distinctive*: no package of another term gives it and, in a term that takes two or more, no other package of its own set.
//! Without that a role that everything gives, such as a basic licence, would make every package a combination. A package
//! *combines* a rule if, for every term, it contains in whole or in part as many packages of the set as the term takes; it contains
//! itself. Groups of a term do not count here. A package that violates a rule all alone is none: its holders are conflicts.

use rayon::prelude::*;
use sod_model::{
    AssignmentMatrix, Combination, CombinationKind, ConflictSet, Contained, Directory, HeldSet, PackageId,
    ResourceRoleId, Rule, RuleId, RuleSet, Term,
};
use std::collections::{BTreeMap, BTreeSet};

/// The combinations of all judged rules, by rule and package. None where no resource roles were exported.
///
/// ```
/// use sod_core::{combinations, evaluate_rules};
/// use sod_model::*;
///
/// // Package 2 gives what 0 and 1 give.
/// let package = |id: &str| Package {
///     id: ExternalId::new(id),
///     id_kind: PackageIdKind::Object,
///     display_name: None,
///     catalog: None,
///     incompatible_packages: vec![],
///     incompatible_groups: vec![],
/// };
/// let role = |id: &str| ResourceRole {
///     id: ExternalId::new(id),
///     role_name: None,
///     resource_name: None,
///     origin_system: None,
/// };
/// let given = [vec![0], vec![1], vec![0, 1]].map(|ids| Some(ids.into_iter().map(ResourceRoleId).collect()));
/// let roles = ResourceRoles::new(vec![role("r0"), role("r1")], given.into()).unwrap();
/// let packages = ["p0", "p1", "p2"].map(package).into();
/// let directory = Directory::from_sorted(vec![], packages, vec![], vec![], vec![]).unwrap().with_resource_roles(roles);
/// let matrix = AssignmentMatrix::from_holdings(1, 3, [(UserId(0), PackageId(2))]);
/// let terms = vec![Term::package(PackageId(0)), Term::package(PackageId(1))];
/// let rules = RuleSet::new(vec![Rule::new("R1", "never both", RuleOrigin::Document, terms)]);
/// let conflicts = evaluate_rules(&matrix, &directory, &rules);
/// assert!(conflicts.conflicts().is_empty());
/// let found = combinations(&matrix, &directory, &rules, &conflicts);
/// assert_eq!((found[0].package, found[0].kind), (PackageId(2), CombinationKind::Override));
/// assert_eq!((found[0].holders.len(), found[0].in_conflict), (1, 0));
/// ```
#[must_use]
pub fn combinations(
    matrix: &AssignmentMatrix,
    directory: &Directory,
    rules: &RuleSet,
    conflicts: &ConflictSet,
) -> Vec<Combination> {
    if directory.resource_roles().packages_known() == 0 {
        return Vec::new();
    }
    let given = Given::new(directory);
    let of_rule = |(at, rule): (usize, &Rule)| -> Vec<Combination> {
        if !rule.is_judged() || rule.terms.is_empty() {
            return Vec::new();
        }
        let id = RuleId(at as u32);
        let found = given.combining(rule);
        let found = found.into_iter().map(|(package, terms)| {
            let named = rule.terms.iter().any(|term| term.packages.contains(&package));
            let holders = matrix.column(package).clone();
            let violates = |user: &u32| {
                let of_rule = conflicts.of_rule(id);
                of_rule.binary_search_by_key(user, |conflict| conflict.user.0).is_ok()
            };
            Combination {
                rule: id,
                package,
                kind: if named { CombinationKind::IntraPackage } else { CombinationKind::Override },
                is_whole: enough(rule, &terms, |contained| contained.is_whole()),
                in_conflict: holders.iter().filter(violates).count() as u64,
                terms,
                holders,
            }
        });
        found.collect()
    };
    let found: Vec<Vec<Combination>> = rules.rules().par_iter().enumerate().map(of_rule).collect();
    found.into_iter().flatten().collect()
}

/// Whether as many packages count for every term as it takes.
fn enough(rule: &Rule, terms: &[Vec<Contained>], counts: impl Fn(Contained) -> bool) -> bool {
    let is_enough = |(term, contained): (&Term, &Vec<Contained>)| {
        contained.iter().filter(|one| counts(**one)).count() >= term.at_least as usize
    };
    rule.terms.iter().zip(terms).all(is_enough)
}

/// Which package gives which role, from both sides.
struct Given<'d> {
    directory: &'d Directory,
    by_role: Vec<Vec<PackageId>>,
}

impl<'d> Given<'d> {
    fn new(directory: &'d Directory) -> Self {
        let mut by_role = vec![Vec::new(); directory.resource_roles().roles().len()];
        for package in (0..directory.packages().len() as u32).map(PackageId) {
            for role in directory.resource_roles().of_package(package).unwrap_or_default() {
                if let Some(packages) = by_role.get_mut(role.index()) {
                    packages.push(package);
                }
            }
        }
        Self { directory, by_role }
    }

    fn roles(&self, package: PackageId) -> &'d [ResourceRoleId] {
        self.directory.resource_roles().of_package(package).unwrap_or_default()
    }

    /// The packages that combine a rule, ascending, each with what it contains of each term.
    fn combining(&self, rule: &Rule) -> BTreeMap<PackageId, Vec<Vec<Contained>>> {
        let mut found: BTreeMap<PackageId, Vec<Vec<Contained>>> = BTreeMap::new();
        let mut add = |package: PackageId, term: usize, contained: Contained| {
            let terms = found.entry(package).or_insert_with(|| vec![Vec::new(); rule.terms.len()]);
            if let Some(term) = terms.get_mut(term) {
                term.push(contained);
            }
        };
        for (at, term) in rule.terms.iter().enumerate() {
            let members: BTreeSet<PackageId> = term.packages.iter().copied().collect();
            for &member in &members {
                let roles = self.roles(member);
                let of = roles.len() as u32;
                add(member, at, Contained { package: member, given: of, of });
                let ordinary = self.not_distinctive(rule, at, member);
                let mut others: BTreeMap<PackageId, (u32, bool)> = BTreeMap::new();
                for role in roles {
                    for &other in self.by_role.get(role.index()).map(Vec::as_slice).unwrap_or_default() {
                        let (given, distinctive) = others.entry(other).or_default();
                        *given += 1;
                        *distinctive |= !ordinary.contains(role);
                    }
                }
                others.remove(&member);
                for (other, (given, distinctive)) in others {
                    let contained = Contained { package: member, given, of };
                    if contained.is_whole() || distinctive {
                        add(other, at, contained);
                    }
                }
            }
        }
        found.retain(|package, terms| {
            let alone = HeldSet { packages: vec![*package], groups: Vec::new() };
            enough(rule, terms, |_| true) && !alone.violates(rule)
        });
        found
    }

    /// Roles of a package of term `at` that other packages of the rule give too, so that they tell nothing.
    fn not_distinctive(&self, rule: &Rule, at: usize, member: PackageId) -> BTreeSet<ResourceRoleId> {
        let own = rule.terms.get(at);
        let takes_several = own.is_some_and(|term| term.at_least > 1);
        let compared = rule.terms.iter().enumerate().filter(|(other, _)| *other != at || takes_several);
        let packages = compared.flat_map(|(_, term)| term.packages.iter().copied());
        packages
            .filter(|package| *package != member)
            .flat_map(|package| self.roles(package).iter().copied())
            .collect()
    }
}
