//! The face for programs on a network: a snapshot behind HTTP.
//!
//! Graph's read API as [`sod_graph`] answers it, and beside it what is ours: pairs, conflicts, the summary and the page, as
//! `openapi.json` describes them. The library answers from memory alone; it opens no connection to anywhere, and reads
//! files only where [`Reload`] says so, through a function that the caller brings.
//!
//! ```no_run
//! use sod_serve::{Answering, Served, Server, ServerConfig};
//! # fn served() -> Served { unimplemented!() }
//!
//! let server = Server::bind(ServerConfig::default())?;
//! println!("{}", server.url());
//! // Runs until somebody calls `stop` on a clone of `server.stopper()`.
//! server.run(served(), None)?;
//! # Ok::<(), sod_serve::ServeError>(())
//! ```
//!
//! What a request goes through, in order: `connection` (bounded, timed), `guard` (who asks, by which name, may they; the
//! log), the router in `routes`, then `graph` or `ours`. A request keeps the snapshot that it began with; `watch` puts
//! another in its place.
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

mod app;
mod base;
mod config;
mod connection;
mod graph;
mod guard;
mod health;
mod idle;
mod limits;
pub mod log;
mod metrics;
mod openapi;
mod ours;
mod refusal;
mod route;
mod routes;
mod served;
mod server;
mod token;
mod tracked;
mod watch;

pub use base::{BaseUrl, BaseUrlError};
pub use config::{ServeError, ServerConfig};
pub use limits::Limits;
pub use openapi::openapi;
pub use served::{Answering, Served};
pub use server::{Server, Stopper};
pub use token::{Token, TokenError};
pub use watch::Reload;
