//! Generated remediation problems: few users who hold much of little, under many rules, with weights and things to keep.

use crate::{GeneratedRules, Holdings, rules_over};
use proptest::collection::vec;
use proptest::prelude::*;
use sod_model::{PackageId, UserId};

/// Rules over a matrix, and what removing each holding costs.
#[derive(Clone, Debug)]
pub struct GeneratedRemedy {
    /// Rules and holdings.
    pub rules: GeneratedRules,
    /// Weights in no order; `None` must be kept.
    pub weights: Vec<Option<u32>>,
}

impl GeneratedRemedy {
    /// What removing a holding costs.
    #[must_use]
    pub fn weigh(&self, user: UserId, package: PackageId) -> Option<u32> {
        let at = user.index() * self.rules.holdings.packages as usize + package.index();
        self.weights.get(at % self.weights.len().max(1)).copied().unwrap_or(Some(1))
    }
}

/// Up to five users with at most ten packages each, dense enough to violate; half of the rules are pairs, as most rules are, so
/// that they share packages. Weights are equal, few and small, or any.
pub fn remedies() -> impl Strategy<Value = GeneratedRemedy> {
    let holdings = (1u32..6, 2u32..11).prop_flat_map(|(users, packages)| {
        vec((0..users, 0..packages), 0..(users * packages * 2) as usize)
            .prop_map(move |held| Holdings::new(users, packages, held))
    });
    let pairs = vec((0u32..10, 0u32..10), 0..9);
    let weight = prop_oneof![
        2 => Just(Some(1)).boxed(),
        2 => prop_oneof![1 => Just(None), 8 => (0u32..4).prop_map(Some)].boxed(),
        1 => prop_oneof![1 => Just(None), 8 => any::<u32>().prop_map(Some)].boxed(),
    ];
    let weights = prop_oneof![1 => Just(vec![Some(1)]), 3 => vec(weight, 1..60)];
    (rules_over(holdings), pairs, weights).prop_map(|(mut rules, pairs, weights)| {
        let packages = rules.holdings.packages;
        let term = |package: u32| (vec![package % packages], Vec::new(), 1);
        rules.rules.extend(pairs.into_iter().map(|(a, b)| vec![term(a), term(b)]));
        GeneratedRemedy { rules, weights }
    })
}
