//! Microsoft Graph's requests, answered from a snapshot: v1.0 and beta, without a tenant and without a network.
//!
//! A [`Service`] is made of what [`sod_engine::load`] has loaded; it takes a [`Request`] and gives an [`Answer`]. What can be
//! asked stands below; how queries are read, in [`odata`].
//!
//! Names and values are put into the spelling of the version asked for, and what that version has and the record lacks is
//! added where the snapshot knows it. What cannot be known is absent, never invented.
//!
//! [`assignment_page`] is for records shown one by one, in the spelling of the export or of a version; what an assignment does
//! not need, such as answers and the addresses of extensions, is taken out before by [`withhold_members`], unless somebody
//! asks for all of it.
#![doc = include_str!("../docs/graph.md")]
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

mod address;
mod batch;
mod batch_answer;
mod desk;
pub mod edm;
mod escape;
mod fault;
mod item;
mod list;
mod members;
mod message;
pub mod odata;
mod page;
mod paging;
pub mod path;
mod render;
mod route;
mod service;
mod shape;
mod spelling;
mod store;

pub use batch::{BatchError, BatchRequest, parse_batch};
pub use fault::Fault;
pub use members::withhold_members;
pub use message::{Answer, Request};
pub use page::{Expand, UnknownExpand, assignment_page};
pub use service::{Service, ServiceOptions};
pub use shape::{ApiVersion, UnknownVersion};
pub use store::BuildError;
