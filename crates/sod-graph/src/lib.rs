//! Microsoft Graph's shapes: assignments of a snapshot as v1.0 or beta JSON.
//!
//! Names and values of the exported record are put into the spelling of the version asked for,
//! and what that version has and the record lacks is added where the snapshot knows it. What cannot be known is
//! absent, never invented. What an assignment does not need, such as answers and the addresses of extensions, is taken out
//! before by [`withhold_members`], unless somebody asks for all of it.
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

mod members;
mod page;
mod shape;
mod spelling;

pub use members::withhold_members;
pub use page::{Expand, UnknownExpand, assignment_page};
pub use shape::{ApiVersion, UnknownVersion};
