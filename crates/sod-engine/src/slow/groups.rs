//! Who violates a rule by holding the same of it.

use super::conflicts::{Named, Things, named};
use sod_model::{Conflict, ConflictGroup, HeldSet, RuleId, RuleSet};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The groups of all conflicts: by rule, those of most users first, then by what is held.
pub(super) fn groups(conflicts: &[Conflict], rules: &RuleSet, things: &Things<'_>) -> Vec<ConflictGroup> {
    let mut groups: BTreeMap<(RuleId, HeldSet), ConflictGroup> = BTreeMap::new();
    let named: Vec<Named> = rules.rules().iter().map(named).collect();
    for conflict in conflicts {
        let Some(named) = named.get(conflict.rule.index()) else { continue };
        let held = things.of(conflict.user, named);
        let new = || ConflictGroup { rule: conflict.rule, held: held.clone(), users: Vec::new(), open: 0 };
        let group = groups.entry((conflict.rule, held.clone())).or_insert_with(new);
        group.users.push(conflict.user);
        group.open += u64::from(conflict.exception.is_none());
    }
    let mut groups: Vec<ConflictGroup> = groups.into_values().collect();
    // What is held ascends within a rule already, and the sort is stable.
    groups.sort_by_key(|group| (group.rule, Reverse(group.users.len())));
    groups
}
