//! One assignment of one package to one user.

use crate::{ExternalId, PackageId, PolicyId, SourceId, StateId, Timestamp, UserId};

/// Where a record lies in its source, so that every original field can be read again without keeping the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordLocation {
    /// The file or stream.
    pub source: SourceId,
    /// First byte of the record in the decompressed, UTF-8 form of the source.
    pub offset: u64,
    /// Length of the record in bytes.
    pub length: u32,
    /// Line of the first byte, from 1; `u32::MAX` for lines beyond.
    pub line: u32,
}

/// A user was given a package, at some time, in some state. One user may have several assignments to one package
/// (history, or several policies): they are one *holding* and remain several assignments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The id of the assignment object; `None` where the export has none (plain user-package lists).
    pub id: Option<ExternalId>,
    /// Who holds.
    pub user: UserId,
    /// What is held.
    pub package: PackageId,
    /// The policy that granted it, if the export says so.
    pub policy: Option<PolicyId>,
    /// The state that decides whether it counts, see [`StateFilter`](crate::StateFilter).
    pub state: StateId,
    /// Start of the schedule.
    pub since: Option<Timestamp>,
    /// End of the schedule, or the moment of expiry.
    pub until: Option<Timestamp>,
    /// Where the original record is; `None` where the reader was told not to keep it.
    pub location: Option<RecordLocation>,
}
