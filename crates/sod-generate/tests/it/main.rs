//! What a generated export is, checked from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod exports;
mod foretold;
mod model;
mod reading;
