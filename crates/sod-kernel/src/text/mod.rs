//! Text kernels: records of one shape are matched against what they have in common, and GUIDs become numbers.
//!
//! An export repeats the same keys and punctuation in every record. A [`Skeleton`] holds that constant text with gaps
//! for the values; [`Skeleton::scan`] compares record after record with it, 64 bytes at a time, and reports where the
//! values of interest begin and end. [`guid()`] and [`guids`] turn the 36 characters of a GUID into its 128 bits. [`marks`]
//! finds the bytes at which a table is cut.
//!
//! Nothing here decides what a value means, and nothing is decoded: what does not fit is left to the caller's general
//! decoder. The same answer comes from every [`Level`](crate::Level) of instructions; the best one is found when the program runs.
//! The algorithms are written once (`Lanes` says what they need), free of `unsafe`; the files named
//! for an instruction set hold what is special to it.

mod dispatch;
mod fit;
mod gap;
mod guid;
mod habit;
mod lanes;
mod marks;
mod plan;
mod portable;
mod skeleton;
mod step;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;

pub use guid::{guid, guids, guids_at};
pub use marks::{marks, marks_at};
pub use skeleton::{Scan, Skeleton};
pub use step::{NULL, Step};
