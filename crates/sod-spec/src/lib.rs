//! What every answer of sod *means*, in plain sets and for-loops: the oracle that each fast method must equal.
//!
//! It takes for granted that the data fits in memory and that nobody is in a hurry. It refuses to be clever: no
//! bitmaps, no threads, no dependency on the crates it judges. One key type `K` stands for users, packages, states
//! and assignment ids alike; `u32` and `String` both serve. The laws that follow from these definitions are numbered
//! in [`PROPERTIES.md`](properties).
//!
//! ```
//! use sod_spec::{Assignment, additional_access, holdings, pair_counts, side};
//!
//! let assignment = |id, user, package, state| Assignment { id, user, package, state };
//! let export = [
//!     assignment("a1", "alice", "Vendors", "delivered"),
//!     assignment("a2", "alice", "Payments", "delivered"),
//!     assignment("a3", "bob", "Payments", "expired"),
//! ];
//! let held = holdings(&export, &["delivered"].into());
//! assert_eq!(pair_counts(&held), [(("Payments", "Vendors"), 1)].into());
//!
//! let found = additional_access(&export, &side("Payments", ["delivered"]), &side("Vendors", ["delivered"]));
//! assert_eq!(found, [&export[1]]);
//! ```

mod access;
mod pairs;
mod rules;

pub use access::{Side, additional_access, side};
pub use pairs::{Assignment, Holdings, holders, holdings, pair_count, pair_counts, pair_sum};
pub use rules::{Term, least_removal, minimal_sets, satisfies, violators};

/// The numbered laws.
#[doc = include_str!("../PROPERTIES.md")]
pub mod properties {}
