//! Every machine format of the crate, on a small tenant made by hand and on hostile text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod atomic;
mod changes;
mod comparison;
mod conflicts;
mod coverage;
mod explain;
mod first_screen;
mod fixture;
mod folder;
mod formula;
mod html;
mod inspect;
mod manifest;
mod markdown;
mod pairs;
mod parquet;
mod rejected;
mod remediation;
mod rows;
mod summary;
mod terminal;
mod workbook;
