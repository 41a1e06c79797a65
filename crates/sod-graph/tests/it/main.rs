//! Graph's question, answered in Graph's words: the documented examples, and every way from one spelling to another.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod ask;
mod batch;
mod bounds;
mod documented;
mod errors;
mod odata;
mod pages;
mod path;
mod served;
mod shaping;
mod tenant;
mod told;
