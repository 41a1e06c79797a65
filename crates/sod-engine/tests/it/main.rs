//! Tests of what an auditor would see, at the library.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests may panic"
)]

mod analysis;
mod checking;
mod diff_laws;
mod diff_lists;
mod diff_reports;
mod diff_scope;
mod exceptions;
mod judging;
mod properties;
mod pseudonyms;
mod remedy;
mod remedy_laws;
mod roundtrip;
mod verify;
mod verify_flips;
mod verify_laws;
mod written;
