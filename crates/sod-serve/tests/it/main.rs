//! The server as clients meet it: over a socket on loopback, whole.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod api;
mod client;
mod crowd;
mod entry;
mod http2;
mod limits;
mod openapi;
mod reload;
mod stand_in;
mod stop;
