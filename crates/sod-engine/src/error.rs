//! What can go wrong after the inputs are read.

use sod_report::WriteError;

/// An analysis that could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// None of the chosen states exists.
    #[error("no state is called {}; the inputs have: {present}; Microsoft documents: {documented}", .found.join(", "))]
    NoSuchState {
        /// What was asked for.
        found: Vec<String>,
        /// The states of the inputs.
        present: String,
        /// The documented states.
        documented: String,
    },
    /// Two independent ways to the same sum disagree: sod itself is wrong, and says so before anyone relies on it.
    #[error(
        "internal check failed: the sum of all pair counts is {pair_sum}, but the users' rows give {row_sum}; nothing \
         was reported. Please report this with the command and the version"
    )]
    PairSumMismatch {
        /// Sum of `holders_both` over all pairs.
        pair_sum: u64,
        /// Sum over users of k(k-1)/2.
        row_sum: u64,
    },
    /// The observer asked to stop.
    #[error("stopped before the work was done; nothing was written")]
    Cancelled,
    /// Results could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A package, user or rule that is not there, or not just once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FindError {
    /// Not the form of an id, in a tenant where all ids have one.
    #[error(
        "'{found}' is not a {kind} id (expected a GUID such as 2506aef1-3929-4d24-a61e-7c8b83d95e6f) and no {kind} has that name"
    )]
    Malformed {
        /// What kind of thing was asked for.
        kind: &'static str,
        /// What was given.
        found: String,
    },
    /// A good id, but nothing in the inputs has it.
    #[error(
        "no {kind} '{found}' is in the inputs ({known} {kind}s are); the export may lack it, or the id is of another tenant"
    )]
    Unknown {
        /// What kind of thing was asked for.
        kind: &'static str,
        /// What was given.
        found: String,
        /// How many there are.
        known: usize,
    },
    /// A name that several bear.
    #[error("several {kind}s are called '{found}'; say which by id: {}", .candidates.join(", "))]
    Ambiguous {
        /// What kind of thing was asked for.
        kind: &'static str,
        /// What was given.
        found: String,
        /// The ids.
        candidates: Vec<String>,
    },
    /// Both sides of a pair are one package.
    #[error(
        "both package ids are {id}; a package is not incompatible with itself: give two different packages"
    )]
    SamePackage {
        /// The id.
        id: String,
    },
}
