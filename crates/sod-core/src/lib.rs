//! Counting and judging: matrix to pair counts, additional access and conflict sets.
//!
//! Total functions over the nouns of `sod-model`: no IO, no clock, no errors, and the same answer for any number of
//! threads. Reading can fail; counting and judging cannot. Names never come in here, and what a caller does with the
//! answers is its own affair: counts are pushed into a [`PairSink`], and other answers are returned as they are.
//!
//! Counting every pair is C = A'A over the user-by-package matrix A, without its diagonal. It is done in three places:
//! [`CountPlan`] chooses a method by its estimated cost, the plan's work is sliced by that estimate, and one of the
//! methods computes each slice. Every method gives what `sod-spec` gives; the plan may change the time, never the answer.
//!
//! ```
//! use sod_core::{CountPlan, PairCounts, PairScope, count_pairs};
//! use sod_model::{AssignmentMatrix, PackageId, Silent, UserId};
//!
//! // Users 0 and 1 hold packages 0 and 1; user 1 holds package 2 as well.
//! let held = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)].map(|(u, p)| (UserId(u), PackageId(p)));
//! let matrix = AssignmentMatrix::from_holdings(2, 3, held);
//!
//! let plan = CountPlan::choose(&matrix, PairScope::All, None);
//! let counts = count_pairs(&matrix, &plan, PairCounts::default(), &Silent).unwrap().into_report_order();
//! let counts: Vec<_> = counts.iter().map(|c| (c.pair.low().0, c.pair.high().0, c.holders_both)).collect();
//! assert_eq!(counts, [(0, 1, 2), (0, 2, 1), (1, 2, 1)]);
//! ```
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests may panic"
    )
)]

mod additional_access;
mod bands;
mod blocks;
mod combined;
mod cost;
mod count;
mod evaluate;
mod excuse;
mod groups;
mod holders;
mod method;
mod near;
mod pieces;
mod plan;
mod remediate;
mod row;
mod sink;
mod slice;
mod violators;

pub use additional_access::{AdditionalAccess, additional_access};
pub use combined::combinations;
#[doc(hidden)]
pub use cost::cost_constants;
pub use count::count_pairs;
pub use evaluate::evaluate_rules;
pub use excuse::{Excused, excuse};
pub use groups::conflict_groups;
pub use holders::holders_of_both;
pub use method::{CountMethod, UnknownMethod};
pub use near::{Nearness, near_violations};
pub use plan::{CountPlan, PairScope};
pub use remediate::{Judged, RemediationOptions, causes, remediate, remediate_observed, ways_out, without};
pub use row::CountRow;
pub use sink::{AtLeast, PairCounts, PairSink, PairTotals, TopPairs};
pub use sod_kernel::{Level, UnknownLevel, hand_memory_back};
pub use sod_model::{
    CauseCohort, Causes, Component, HeldBack, Hindrance, Impossible, Link, PackageCause, RemediationPlan,
    Removal, Shortage, Unproven, report_order,
};
pub use violators::violators;
