//! One file a command.

pub(crate) mod additional_access;
pub(crate) mod analyze;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod inspect;
pub(crate) mod ledger;
pub(crate) mod pairs;
pub(crate) mod query;
pub(crate) mod remediate;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod verify;
