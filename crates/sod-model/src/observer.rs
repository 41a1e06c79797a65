//! How a caller follows and stops long work.

/// A stage of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Looking for files.
    Discover,
    /// Reading and decoding.
    Read,
    /// Joining identities and building the snapshot.
    Join,
    /// Counting pairs.
    Count,
    /// Finding the least that must go.
    Remediate,
    /// Writing results.
    Write,
    /// Hashing files to tell whether they are those of a report.
    Fingerprint,
    /// Working everything out again, the slow way.
    Recompute,
    /// Comparing what was written with what should have been.
    Compare,
    /// Preparing what requests are answered from.
    Index,
}

/// Something happened. More kinds may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A stage begins.
    Began(Phase),
    /// The files to read are known.
    FilesFound {
        /// How many.
        files: u64,
        /// Their size on disk; 0 for standard input, and for so many files that none was asked.
        bytes: u64,
    },
    /// Bytes were read from disk.
    BytesRead(u64),
    /// A file was read to its end.
    FileRead,
    /// Work units (packages) were counted.
    Counted {
        /// Units done since the last event.
        done: u64,
        /// Units in all.
        of: u64,
    },
    /// Users were gone through again.
    Recomputed {
        /// Users done since the last event.
        done: u64,
        /// Users in all.
        of: u64,
    },
    /// Problems of remediation were solved.
    Solved {
        /// Solved since the last event.
        done: u64,
        /// In all.
        of: u64,
    },
}

/// Follows the work and may stop it. Called from several threads at once.
///
/// ```
/// use sod_model::{Event, Observer};
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Default)]
/// struct Bytes(AtomicU64);
/// impl Observer for Bytes {
///     fn event(&self, event: Event) {
///         if let Event::BytesRead(bytes) = event {
///             self.0.fetch_add(bytes, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: Sync {
    /// Told as the work goes on. Must be quick.
    fn event(&self, _event: Event) {}

    /// Asked often; `true` ends the work with an error that says so, and with nothing left behind.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Follows nothing and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}
