//! The command as users and their scripts meet it: what INTERFACE promises, checked on the binary itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod additional_access;
mod advice;
mod analyze;
mod careless;
mod diff;
mod explain;
#[cfg(unix)]
mod full;
mod generate;
mod help;
mod inspect;
mod judging;
mod ledger;
mod overwrite;
mod pairs;
mod places;
mod pseudonyms;
mod query;
mod remediate;
mod report;
mod rules_check;
mod rules_import;
mod schemas;
mod secrets;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod signals;
mod streams;
mod tenant;
mod util;
mod verify;
