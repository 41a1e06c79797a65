//! By which assignments a user violates a rule, and since when.
//!
//! Takes for granted that the user does violate the rule. Judges nothing itself: that is `sod-core`'s work.

use sod_model::{Assignment, HeldSet, Holding, PackageId, Rule, Snapshot, Timestamp, UserId};

/// The assignments of `user` to `package` that count, ascending by id.
pub fn counted<'a>(
    snapshot: &'a Snapshot,
    holding: &'a Holding,
    user: UserId,
    package: PackageId,
) -> impl Iterator<Item = Assignment> {
    let all = snapshot.assignments_of(user, package);
    all.filter(|assignment| holding.states.matches(assignment.state, &snapshot.states))
}

/// From when to when a conflict lasts, as far as the dates tell. Dates never decide *whether* there is a conflict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The moment from which every term is satisfied; `None` when no start is known.
    pub since: Option<Timestamp>,
    /// The first moment at which some term is no longer satisfied; `None` when that has no end.
    pub until: Option<Timestamp>,
}

/// From when to when `user` violates `rule` by what is `held` of it.
///
/// A package is held from the first start to the last end of its counted assignments; an unknown start counts as
/// "always", a missing end as "for ever", and so does belonging to a group, which has no dates. A term that takes
/// n is satisfied from the n-th start to the n-th last end; the rule from the last of those starts to the first of
/// those ends.
#[must_use]
pub fn span(rule: &Rule, held: &HeldSet, user: UserId, snapshot: &Snapshot, holding: &Holding) -> Span {
    let mut span = Span::default();
    for term in &rule.terms {
        let witness = held.of_term(term);
        let mut starts: Vec<Option<Timestamp>> = vec![None; witness.groups.len()];
        let mut ends: Vec<Option<Timestamp>> = vec![None; witness.groups.len()];
        for package in witness.packages {
            let own = || counted(snapshot, holding, user, package);
            // `None` sorts first, which is what an unknown start means.
            starts.push(own().map(|assignment| assignment.since).min().flatten());
            let endless = own().any(|assignment| assignment.until.is_none());
            ends.push(if endless { None } else { own().filter_map(|assignment| assignment.until).max() });
        }
        starts.sort_unstable();
        // Latest end first; a missing end is later than all.
        ends.sort_unstable_by_key(|end| std::cmp::Reverse(end.map_or(i64::MAX, |moment| moment.0)));
        let needed = (term.at_least as usize).saturating_sub(1);
        span.since = span.since.max(starts.get(needed).copied().flatten());
        if let Some(end) = ends.get(needed).copied().flatten() {
            span.until = Some(span.until.map_or(end, |first| first.min(end)));
        }
    }
    span
}
