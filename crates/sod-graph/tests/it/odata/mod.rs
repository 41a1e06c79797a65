//! Queries: what the documents and the clients send, what filters mean, what is said of those that mean nothing.

mod documented;
mod errors;
mod filters;
mod laws;
mod options;
mod spec;

use sod_graph::ApiVersion;
use sod_graph::edm::EntityType;
use sod_graph::odata::{Options, parse_options};

pub(crate) fn parsed(query: &str, entity: &'static EntityType, version: ApiVersion) -> Options {
    parse_options(query, entity, version).unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

/// The text with every character escaped that is no letter or digit.
pub(crate) fn escaped(text: &str) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(escape).collect()
}
