//! Tests of what an export becomes: the whole outcome, as text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::needless_pass_by_value,
    reason = "tests may panic"
)]

mod changing;
mod codes;
mod compressed;
mod csv_twins;
mod cut_names;
mod docs;
mod false_zeros;
mod harness;
mod identity;
mod invariance;
mod listed;
mod mutation;
mod resource_roles;
mod role_mining;
mod second_opinion;
mod second_reader;
mod shapes_csv;
mod shapes_folder;
mod shapes_graph;
mod shapes_powershell;
mod trees;
mod twin_corpus;
mod twin_odd;
mod twin_ways;
mod twins;
mod twins_open;
