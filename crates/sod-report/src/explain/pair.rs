//! One pair of packages: who holds both, and through which assignments.

use super::{ExplainInput, ExplainedAssignment, NamedId, UserRef};
use crate::pairs::PairShares;
use serde::Serialize;
use sod_model::{PackageId, PackagePair, RuleId, UserId};

/// Someone who holds both packages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PairHolder {
    /// Who.
    pub user: UserRef,
    /// All assignments to the first package, of every state; at least one is counted.
    pub assignments_a: Vec<ExplainedAssignment>,
    /// All assignments to the second package, of every state; at least one is counted.
    pub assignments_b: Vec<ExplainedAssignment>,
}

/// Everything about one pair. `package_a` is the smaller id, as in `pairs.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedPair {
    /// The package with the smaller id.
    pub package_a: NamedId,
    /// The package with the greater id.
    pub package_b: NamedId,
    /// Distinct users who hold the first.
    pub holders_a: u64,
    /// Distinct users who hold the second.
    pub holders_b: u64,
    /// Distinct users who hold both.
    pub holders_both: u64,
    /// both / a; 0 when nobody holds the first.
    pub share_a: f64,
    /// both / b; 0 when nobody holds the second.
    pub share_b: f64,
    /// both * users / (a * b), users being those who hold anything; 0 when a or b is 0.
    pub lift: f64,
    /// The first package declares the second incompatible.
    pub a_declares_b: bool,
    /// The second package declares the first incompatible.
    pub b_declares_a: bool,
    /// Rules that name both packages, in different terms or in one, by id.
    pub rules: Vec<NamedId>,
    /// How many users hold both.
    pub users_total: u64,
    /// How many of them the limit left out of `users`.
    pub users_left_out: u64,
    /// Those who hold both, by user id, up to the limit.
    pub users: Vec<PairHolder>,
}

/// Explains a pair, listing at most `limit` users; `None` when the snapshot lacks one of the packages.
#[must_use]
pub fn explain_pair(input: &ExplainInput<'_>, pair: PackagePair, limit: usize) -> Option<ExplainedPair> {
    let (low, high) = (pair.low(), pair.high());
    let (a, b) = (input.snapshot.directory.package(low)?, input.snapshot.directory.package(high)?);
    let (column_a, column_b) = (input.matrix.column(low), input.matrix.column(high));
    let both = column_a.intersection_len(column_b);
    let shares = PairShares::new(column_a.len(), column_b.len(), both, input.matrix.users_holding());
    let holders = (column_a & column_b).into_iter().take(limit).map(UserId);
    let users: Vec<PairHolder> = holders
        .map(|user| PairHolder {
            user: input.user_ref(user),
            assignments_a: input.assignments_of(user, low),
            assignments_b: input.assignments_of(user, high),
        })
        .collect();
    Some(ExplainedPair {
        package_a: input.package(low),
        package_b: input.package(high),
        holders_a: column_a.len(),
        holders_b: column_b.len(),
        holders_both: both,
        share_a: shares.share_a,
        share_b: shares.share_b,
        lift: shares.lift,
        a_declares_b: a.incompatible_packages.contains(&high),
        b_declares_a: b.incompatible_packages.contains(&low),
        rules: rules_naming(input, low, high),
        users_total: both,
        users_left_out: both.saturating_sub(users.len() as u64),
        users,
    })
}

fn rules_naming(input: &ExplainInput<'_>, low: PackageId, high: PackageId) -> Vec<NamedId> {
    let names =
        |rule: &sod_model::Rule, package| rule.terms.iter().any(|term| term.packages.contains(&package));
    let ids = (0..input.rules.rules().len() as u32).map(RuleId).filter_map(|id| input.rules.rule(id));
    ids.filter(|rule| names(rule, low) && names(rule, high))
        .map(|rule| NamedId { id: rule.id.to_string(), name: Some(rule.name.to_string()) })
        .collect()
}
