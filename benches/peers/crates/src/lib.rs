//! What the peers written in Rust share: the matrix file, the fingerprint of an answer, the arguments, the export's content.
//!
//! Small programs for a bench: broken arguments or files end them with a message on standard error and exit code 1.

pub mod arguments;
pub mod fingerprint;
pub mod mix;
pub mod record;
pub mod tenant;
