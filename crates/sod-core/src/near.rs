//! Who comes near a rule: users who do not violate it, and would after holding one package more.
//!
//! Set algebra as in `evaluate`. A package counts for some of the rule's terms; whoever satisfies all others, lacks at
//! most one in each of these, and does not hold the package, is made a violator by it. Packages that count for the same
//! terms are looked at together, so a rule costs a few operations on whole sets for each way its terms overlap.
//! Joining a group is not holding a package: it makes nobody come near.

use crate::violators::{Tenant, distinct};
use rayon::prelude::*;
use roaring::RoaringBitmap;
use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleSet};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How many users a rule concerns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nearness {
    /// Users who violate it.
    pub violators: u64,
    /// Users who do not, and would with one package more.
    pub near: u64,
}

/// For every rule how many violate it and how many come near; `None` for rules that are [not judged](Rule::is_judged).
/// Rules are looked at in parallel.
///
/// ```
/// use sod_core::{Nearness, near_violations};
/// use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleOrigin, RuleSet, Term, UserId};
///
/// // User 0 holds both packages, user 1 one of them, user 2 none.
/// let held = [(0, 0), (0, 1), (1, 1)].map(|(u, p)| (UserId(u), PackageId(p)));
/// let matrix = AssignmentMatrix::from_holdings(3, 2, held);
/// let terms = vec![Term::package(PackageId(0)), Term::package(PackageId(1))];
/// let rules = RuleSet::new(vec![Rule::new("R1", "never both", RuleOrigin::Document, terms)]);
/// let near = near_violations(&matrix, &Directory::default(), &rules);
/// assert_eq!(near, [Some(Nearness { violators: 1, near: 1 })]);
/// ```
#[must_use]
pub fn near_violations(
    matrix: &AssignmentMatrix,
    directory: &Directory,
    rules: &RuleSet,
) -> Vec<Option<Nearness>> {
    let tenant = Tenant::new(matrix, directory);
    let of_rule = |rule: &Rule| {
        rule.is_judged().then(|| {
            let violators = tenant.violators(rule);
            let near = tenant.near(rule, &violators);
            Nearness { violators: violators.len(), near: near.len() }
        })
    };
    rules.rules().par_iter().map(of_rule).collect()
}

impl Tenant<'_> {
    /// The users who do not violate the rule and would after holding one package more. A rule without terms is violated by nobody,
    /// and nobody comes near it.
    fn near(&self, rule: &Rule, violators: &RoaringBitmap) -> RoaringBitmap {
        let mut near = RoaringBitmap::new();
        if rule.terms.is_empty() {
            return near;
        }
        let enough: Vec<Cow<'_, RoaringBitmap>> =
            rule.terms.iter().map(|term| self.satisfying(term, term.at_least)).collect();
        // Who lacks one at most; nothing where that is everyone.
        let nearly: Vec<Option<Cow<'_, RoaringBitmap>>> = rule
            .terms
            .iter()
            .map(|term| match term.at_least {
                0 | 1 => None,
                at_least => Some(self.satisfying(term, at_least - 1)),
            })
            .collect();
        for (counts_for, packages) in classes(rule) {
            let mut users: Option<RoaringBitmap> = None;
            for (term, (enough, nearly)) in enough.iter().zip(&nearly).enumerate() {
                let needed =
                    if counts_for.contains(&term) { nearly.as_deref() } else { Some(enough.as_ref()) };
                users = match (users, needed) {
                    (Some(users), Some(needed)) => Some(users & needed),
                    (None, Some(needed)) => Some(needed.clone()),
                    (users, None) => users,
                };
            }
            let mut users = users.unwrap_or_else(|| (0..self.matrix.users() as u32).collect());
            users -= violators;
            if !users.is_empty() {
                users -= self.holders_of_all(&packages);
                near |= users;
            }
        }
        near
    }

    /// Whom no package of these could be given any more.
    fn holders_of_all(&self, packages: &[PackageId]) -> RoaringBitmap {
        let mut columns = packages.iter().map(|package| self.matrix.column(*package));
        let mut all = columns.next().cloned().unwrap_or_default();
        for column in columns {
            if all.is_empty() {
                break;
            }
            all &= column;
        }
        all
    }
}

/// The packages of a rule, by the terms for which they count.
fn classes(rule: &Rule) -> BTreeMap<Vec<usize>, Vec<PackageId>> {
    let mut terms_of: BTreeMap<PackageId, Vec<usize>> = BTreeMap::new();
    for (at, term) in rule.terms.iter().enumerate() {
        for package in distinct(&term.packages) {
            terms_of.entry(package).or_default().push(at);
        }
    }
    let mut classes: BTreeMap<Vec<usize>, Vec<PackageId>> = BTreeMap::new();
    for (package, terms) in terms_of {
        classes.entry(terms).or_default().push(package);
    }
    classes
}
