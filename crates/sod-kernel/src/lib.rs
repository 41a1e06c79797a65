//! The hot loops of sod on plain slices: bits in, counts out.
//!
//! [`Kernel`] is the one safe door; behind it lies one file per idea, and one per instruction set ([`Level`]). The crate knows
//! no users and no packages, only lines, lists and small numbers. Every loop exists in portable Rust, and every other
//! version must equal that one. This is the only crate of the workspace that may say `unsafe`, and each place says why:
//! instruction sets that were looked for, loads and stores of whole vectors, and memory of the system.
//!
//! ```
//! // 64 users to a word: users 0, 1, 3 hold one package, users 1, 2, 3 the other; users 1 and 3 hold both.
//! assert_eq!(sod_kernel::intersection_len(&[0b1011], &[0b1110]), 2);
//! ```
#![allow(
    clippy::indexing_slicing,
    reason = "the loops index what the doors have measured; tests run every border on every level"
)]

mod accumulate;
mod allocator;
mod append;
#[cfg(all(target_arch = "x86_64", not(miri)))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(miri)))]
mod avx512;
mod hint;
mod kernel;
mod layout;
mod level;
mod line;
#[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
mod neon;
mod pages;
mod portable;
mod rows;
pub mod text;
mod transpose;
mod triangle;
mod vertical;

pub use accumulate::{drain, increment};
pub use allocator::hand_memory_back;
pub use append::append;
pub use kernel::Kernel;
pub use layout::{Code, Codes, LayoutScratch, ROW_PADDING, TileTarget};
pub use level::{Level, UnknownLevel};
pub use line::{LINE_BITS, Line, LineTile, TILE_MEMBERS};
pub use pages::{Pages, Zeroed, touch};
pub use portable::intersection_len;
pub use triangle::{Counter, Triangle};
