//! Packages that give by themselves what a rule keeps apart: every package is asked about every rule.
//!
//! What it is to combine a rule is told in `sod_core`'s `combined.rs`; here it is done by intersecting sets of roles.

use super::Held;
use sod_model::{
    Combination, CombinationKind, ConflictSet, Contained, Directory, Observer, PackageId, ResourceRoleId,
    Rule, RuleId, RuleSet, Term, UserId,
};
use std::collections::{BTreeMap, BTreeSet};

type Roles = BTreeSet<ResourceRoleId>;

/// The combinations of all judged rules, by rule and package; `None` if the observer asked to stop.
pub(super) fn combinations(
    directory: &Directory,
    held: &Held,
    rules: &RuleSet,
    conflicts: &ConflictSet,
    observer: &dyn Observer,
) -> Option<Vec<Combination>> {
    let mut found = Vec::new();
    let packages = (0..directory.packages().len() as u32).map(PackageId);
    let roles = packages.filter_map(|package| {
        let known = directory.resource_roles().of_package(package)?;
        Some((package, known.iter().copied().collect()))
    });
    let roles: BTreeMap<PackageId, Roles> = roles.collect();
    if roles.is_empty() {
        return Some(found);
    }
    for (at, rule) in rules.rules().iter().enumerate() {
        if rule.is_judged() && !rule.terms.is_empty() {
            of_rule(RuleId(at as u32), rule, &roles, held, conflicts, &mut found);
        }
        if observer.is_cancelled() {
            return None;
        }
    }
    Some(found)
}

fn of_rule(
    id: RuleId,
    rule: &Rule,
    roles: &BTreeMap<PackageId, Roles>,
    held: &Held,
    conflicts: &ConflictSet,
    found: &mut Vec<Combination>,
) {
    let named: BTreeSet<PackageId> =
        rule.terms.iter().flat_map(|term| term.packages.iter().copied()).collect();
    let ordinary = ordinary(rule, roles);
    let violators: BTreeSet<UserId> = conflicts.of_rule(id).iter().map(|conflict| conflict.user).collect();
    // A package without known roles gives nothing but itself.
    let candidates: BTreeSet<PackageId> = roles.keys().copied().chain(named.iter().copied()).collect();
    for package in candidates {
        let terms: Vec<Vec<Contained>> = rule
            .terms
            .iter()
            .zip(&ordinary)
            .map(|(term, ordinary)| contained(package, term, ordinary, roles))
            .collect();
        let enough = |counts: &dyn Fn(&Contained) -> bool| {
            let both = rule.terms.iter().zip(&terms);
            both.clone().all(|(term, contained)| {
                contained.iter().filter(|one| counts(one)).count() >= term.at_least as usize
            })
        };
        if !enough(&|_| true) || violates_alone(package, rule) {
            continue;
        }
        let holders: Vec<UserId> = held
            .iter()
            .enumerate()
            .filter(|(_, packages)| packages.contains(&package))
            .map(|(user, _)| UserId(user as u32))
            .collect();
        let in_conflict = holders.iter().filter(|user| violators.contains(user)).count() as u64;
        found.push(Combination {
            rule: id,
            package,
            kind: if named.contains(&package) {
                CombinationKind::IntraPackage
            } else {
                CombinationKind::Override
            },
            is_whole: enough(&|one| one.is_whole()),
            terms,
            holders: holders.into_iter().map(|user| user.0).collect(),
            in_conflict,
        });
    }
}

/// Whether somebody who holds nothing but this package violates the rule.
fn violates_alone(package: PackageId, rule: &Rule) -> bool {
    rule.terms.iter().all(|term| usize::from(term.packages.contains(&package)) >= term.at_least as usize)
}

/// What a package gives of the packages of a term.
fn contained(
    package: PackageId,
    term: &Term,
    ordinary: &BTreeMap<PackageId, Roles>,
    roles: &BTreeMap<PackageId, Roles>,
) -> Vec<Contained> {
    let (none, own) = (Roles::new(), roles.get(&package));
    let mut contained = Vec::new();
    for member in term.packages.iter().copied().collect::<BTreeSet<_>>() {
        let of = roles.get(&member).unwrap_or(&none);
        if member == package {
            contained.push(Contained { package: member, given: of.len() as u32, of: of.len() as u32 });
            continue;
        }
        let given: Roles = own.unwrap_or(&none).intersection(of).copied().collect();
        let told_by = given.difference(ordinary.get(&member).unwrap_or(&none)).count();
        if !given.is_empty() && (given.len() == of.len() || told_by > 0) {
            contained.push(Contained { package: member, given: given.len() as u32, of: of.len() as u32 });
        }
    }
    contained
}

/// By term and package of it: the roles that other packages give, those of other terms and, in a term that takes two or
/// more, those of its own. They tell nothing about the package.
fn ordinary(rule: &Rule, roles: &BTreeMap<PackageId, Roles>) -> Vec<BTreeMap<PackageId, Roles>> {
    let of_term = |(at, term): (usize, &Term)| {
        let of_member = |member: &PackageId| {
            let compared =
                rule.terms.iter().enumerate().filter(|(other, _)| *other != at || term.at_least > 1);
            let others = compared.flat_map(|(_, other)| &other.packages).filter(|other| *other != member);
            (*member, others.filter_map(|other| roles.get(other)).flatten().copied().collect())
        };
        term.packages.iter().map(of_member).collect()
    };
    rule.terms.iter().enumerate().map(of_term).collect()
}
