//! The answer to one pair: which assignments to a package belong to people who also hold another.
//!
//! This is what Graph's `additionalAccess` asks, over the whole snapshot. Whether the two packages exist and differ is for
//! the caller to check; here an unknown package has no assignments, and a package asked about itself gives the assignments
//! of its own holders.

use roaring::RoaringBitmap;
use sod_model::{Assignment, PackageId, Snapshot, StateFilter, StateTable};

/// A question about one pair. The sides are not alike: the answer lists assignments to `package`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdditionalAccess {
    /// The package whose assignments are wanted.
    pub package: PackageId,
    /// The package that its holders must hold too.
    pub incompatible: PackageId,
    /// The states in which an assignment to `package` is listed.
    pub states: StateFilter,
    /// The states in which an assignment to `incompatible` counts.
    pub incompatible_states: StateFilter,
}

/// The assignments to `package`, in its states, of users with an assignment to `incompatible` in its states.
///
/// Several assignments of one user to `package` are all there. Ascends by assignment id in byte order (assignments
/// without one first), then by user, then by place in the inputs. Costs a look at the assignments to both packages.
///
/// ```
/// use sod_core::{AdditionalAccess, additional_access};
/// use sod_model::{PackageId, StateFilter};
///
/// let snapshot = sod_testkit::snapshot(&sod_testkit::parse_assignments("
///     a3 alice P0 delivered
///     a1 alice P0 delivered
///     a2 bob   P0 delivered
///     a4 alice P1 delivered
///     a5 bob   P1 expired
/// "));
/// let mut question = AdditionalAccess {
///     package: PackageId(0),
///     incompatible: PackageId(1),
///     states: StateFilter::default(),
///     incompatible_states: StateFilter::default(),
/// };
/// let ids = |question: &AdditionalAccess| -> Vec<String> {
///     let found = additional_access(&snapshot, question);
///     found.into_iter().filter_map(|found| found.id).map(|id| id.to_string()).collect()
/// };
/// assert_eq!(ids(&question), ["a1", "a3"]);
/// question.incompatible_states = StateFilter::all();
/// assert_eq!(ids(&question), ["a1", "a2", "a3"]);
/// ```
#[must_use]
pub fn additional_access(snapshot: &Snapshot, question: &AdditionalAccess) -> Vec<Assignment> {
    let counts = chosen(&question.incompatible_states, &snapshot.states);
    let holders: RoaringBitmap = snapshot
        .assignments_to(question.incompatible)
        .filter(|assignment| counts(assignment))
        .map(|assignment| assignment.user.0)
        .collect();
    let listed = chosen(&question.states, &snapshot.states);
    let mut found: Vec<Assignment> = snapshot
        .assignments_to(question.package)
        .filter(|assignment| listed(assignment) && holders.contains(assignment.user.0))
        .collect();
    found.sort_by(|a, b| (&a.id, a.user, a.location).cmp(&(&b.id, b.user, b.location)));
    found
}

/// The filter by state id: names are compared once for each state, not once for each assignment.
fn chosen(filter: &StateFilter, states: &StateTable) -> impl Fn(&Assignment) -> bool + use<> {
    let matches: Vec<bool> = states.iter().map(|(state, _)| filter.matches(state, states)).collect();
    move |assignment| matches.get(assignment.state.index()).copied().unwrap_or(false)
}
