//! The hot loops of sod on plain slices: bits in, counts out.
//!
//! This file is the one safe door; behind it lies one file per idea. It knows no users and no packages, only words and
//! small numbers, and it takes nothing for granted: slices of different lengths and numbers out of range have a
//! documented meaning, so that no input panics. Today every loop is portable Rust. Versions for particular processors,
//! when they come, are chosen behind the same functions and must equal the portable ones; this is the only crate of the
//! workspace that may then say `unsafe`, and until then it is denied here as elsewhere.
//!
//! ```
//! // 64 users to a word: users 0, 1, 3 hold one package, users 1, 2, 3 the other; users 1 and 3 hold both.
//! assert_eq!(sod_kernel::intersection_len(&[0b1011], &[0b1110]), 2);
//! ```

mod accumulate;
mod portable;

pub use accumulate::{drain, increment};
pub use portable::intersection_len;
