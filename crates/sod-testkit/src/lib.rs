//! Fixtures as text, generated tenants and the differential harness. For development only.
//!
//! Every crate that computes something from an [`AssignmentMatrix`](sod_model::AssignmentMatrix) or a
//! [`Snapshot`](sod_model::Snapshot) tests it with what is here: a fixture of a few lines where an example tells most,
//! generated matrices with the ugly edges where a law must hold, and [`assert_agree`] where several methods must give
//! what `sod-spec` gives. Helpers panic with both sides printed: that is how a test fails.
//!
//! ```
//! use sod_testkit::{Fixture, assert_agree, naive_pairs};
//!
//! let fixture = Fixture::parse("alice: P1 P2\nbob: P2");
//! assert_agree(&[("naive", &naive_pairs)], &fixture.holdings());
//! assert_eq!(fixture.write_pairs(&naive_pairs(&fixture.matrix())), "P1 P2: 1\n");
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failing test panics, and this crate exists for tests alone"
)]

mod agree;
mod fixture;
mod holdings;
mod matrices;
mod remedies;
mod rules;
mod snapshots;

pub use agree::{PairEngine, assert_agree, assert_agree_where, check_pairs, naive_pairs, spec_pairs};
pub use fixture::Fixture;
pub use holdings::Holdings;
pub use matrices::{large_matrix, matrix, small_matrix, zipf_matrix};
pub use remedies::{GeneratedRemedy, remedies};
pub use rules::{GeneratedRules, TermSketch, rules_over};
pub use snapshots::{AssignmentSketch, STATES, assignments, directory, parse_assignments, snapshot};
