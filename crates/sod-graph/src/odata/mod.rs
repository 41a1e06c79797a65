//! OData as the users of entitlement management write it: `$filter`, `$select`, `$expand`, `$orderby` and the rest.
//!
//! [`parse_options`] reads the query of an address against a type of the [`edm`](crate::edm), so that a name that is
//! not there is an error with a place and not a filter that finds nothing. It looks at nothing else; who has rows
//! gives them to [`Filter::matches`], [`OrderKey::place`] and [`Search::matches`].
#![doc = include_str!("../../docs/odata.md")]

mod check;
mod cursor;
mod error;
mod eval;
mod expand;
mod expr;
mod filter;
mod lexer;
mod literal;
mod names;
mod options;
mod order;
mod path;
mod query;
mod required;
mod row;
mod search;
mod select;
mod text;
mod time;
mod values;

pub use error::OptionError;
pub use eval::Tally;
pub use expand::Expansion;
pub use filter::Filter;
pub use options::Options;
pub use order::{OrderKey, Place, compare};
pub use query::parse_options;
pub use required::Required;
pub use row::{JsonRow, Row};
pub use search::Search;
pub use select::Selection;
