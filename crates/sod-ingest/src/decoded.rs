//! What a decoder hands to the join: records in the words of the export, with nothing resolved yet.

use crate::bodies::Body;
use crate::local::NewNames;
use crate::resource_roles::RoleFacts;
use sod_model::{
    AssignmentTable, Compression, Encoding, ExternalId, Position, RecordLocation, RefusalCode, RejectCode,
    Shape, StateId, Timestamp,
};

/// The identifiers by which one record names its user. All of them mean one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct SubjectIds {
    /// Directory object id.
    pub(crate) object: Option<ExternalId>,
    /// Id of the subject record (`target.id`).
    pub(crate) record: Option<ExternalId>,
    /// A bare `targetId`, which may be either.
    pub(crate) target: Option<ExternalId>,
    /// Principal name or e-mail address, lower case; only where there is nothing better.
    pub(crate) name: Option<ExternalId>,
    /// Whatever stood in the user column.
    pub(crate) plain: Option<ExternalId>,
}

impl SubjectIds {
    pub(crate) fn is_empty(&self) -> bool {
        self.object.is_none()
            && self.record.is_none()
            && self.target.is_none()
            && self.name.is_none()
            && self.plain.is_none()
    }
}

/// What else a record says about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct SubjectFacts {
    pub(crate) display_name: Option<Box<str>>,
    pub(crate) principal_name: Option<Box<str>>,
    pub(crate) email: Option<Box<str>>,
    pub(crate) subject_type: Option<Box<str>>,
    pub(crate) user_type: Option<Box<str>>,
    pub(crate) department: Option<Box<str>>,
}

impl SubjectFacts {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How a record names its package.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PackageKey {
    Id(ExternalId),
    Name(Box<str>),
}

/// The state of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowState {
    Known(StateId),
    Other(Box<str>),
    Missing,
}

/// One assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AssignmentRow {
    pub(crate) id: Option<ExternalId>,
    pub(crate) subject: SubjectIds,
    pub(crate) package: PackageKey,
    pub(crate) policy: Option<ExternalId>,
    pub(crate) state: RowState,
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) location: RecordLocation,
}

/// Everything that is not an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SideRecord {
    Subject {
        ids: SubjectIds,
        facts: SubjectFacts,
    },
    Package(PackageFacts),
    Group {
        id: ExternalId,
        display_name: Option<Box<str>>,
    },
    Members {
        group: ExternalId,
        members: Vec<ExternalId>,
    },
    Policy {
        id: ExternalId,
        display_name: Option<Box<str>>,
        package: Option<ExternalId>,
        automatic: Option<bool>,
    },
    Catalog {
        id: ExternalId,
        display_name: Option<Box<str>>,
    },
    /// What a package gives.
    ResourceRoles {
        package: ExternalId,
        roles: Vec<RoleFacts>,
        /// An entry cannot be told from others.
        unclear: bool,
    },
    /// Nothing but an id and a name: what it is depends on who refers to it.
    Named {
        id: ExternalId,
        display_name: Box<str>,
    },
}

/// What is said about one package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct PackageFacts {
    pub(crate) id: Option<ExternalId>,
    pub(crate) display_name: Option<Box<str>>,
    pub(crate) catalog: Option<ExternalId>,
    /// Packages that this one declares incompatible.
    pub(crate) incompatible: Vec<ExternalId>,
    /// Packages that declare this one incompatible.
    pub(crate) incompatible_with: Vec<ExternalId>,
    pub(crate) incompatible_groups: Vec<ExternalId>,
    /// Which of these lists are there, if only to say that they are empty.
    pub(crate) lists: crate::lists::Lists,
    /// A record of its own says so, and not one that merely speaks of the package.
    pub(crate) is_record: bool,
}

/// Whether a record rejected for this reason was an assignment.
pub(crate) fn is_lost_assignment(code: RejectCode) -> bool {
    use RejectCode::{NoPackage, NoUser, NoUserNoPackage, StateMissing, TruncatedDepth, TypeNameCell};
    matches!(code, NoUser | NoPackage | NoUserNoPackage | StateMissing | TruncatedDepth | TypeNameCell)
}

/// A record that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejected {
    pub(crate) position: Position,
    pub(crate) code: RejectCode,
    pub(crate) detail: Box<str>,
}

/// Which spellings were seen: decides the name of the shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spellings {
    pub(crate) v1: bool,
    pub(crate) beta: bool,
    pub(crate) pascal: bool,
    pub(crate) flat: bool,
    /// `user` and `package`, as in our own plain list.
    pub(crate) plain: bool,
}

impl Spellings {
    pub(crate) fn merge(&mut self, other: Self) {
        self.v1 |= other.v1;
        self.beta |= other.beta;
        self.pascal |= other.pascal;
        self.flat |= other.flat;
        self.plain |= other.plain;
    }
}

/// What was decoded from one stretch of a source.
#[derive(Debug, Default)]
pub(crate) struct DecodedPart {
    /// Rows that have no numbers yet.
    pub(crate) assignments: Vec<AssignmentRow>,
    /// Rows by the numbers of the worker that decoded them.
    pub(crate) rows: AssignmentTable,
    /// How much text the rows were decoded from.
    pub(crate) text_bytes: u64,
    /// What the worker numbered for these rows.
    pub(crate) names: NewNames,
    /// Numbered rows without a state.
    pub(crate) stateless: u64,
    /// Numbered rows that name their user by object id.
    pub(crate) with_object: u64,
    pub(crate) side: Vec<SideRecord>,
    /// What describes the tenant, whole, where that is wanted.
    pub(crate) bodies: Vec<Body>,
    /// Kinds of records that are not assignments, and how many; those without use too.
    pub(crate) kinds: Vec<(&'static str, u64)>,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) spellings: Spellings,
    /// Records whose text was not UTF-8.
    pub(crate) not_utf8: u64,
    /// Records with cut-off parts that were not needed.
    pub(crate) cut_off_parts: u64,
    pub(crate) unreadable_dates: u64,
    /// Delivered records stamped as expired before this version of sod was made: past, whatever the data shows.
    pub(crate) past_stamps: u64,
    /// Latest moment of the past that the records show.
    pub(crate) moment: Option<Timestamp>,
    /// Pages within other objects that point to a next one.
    pub(crate) pages: Vec<crate::split::PageEnd>,
    /// Something rejected speaks of access packages: the source is not about something else.
    pub(crate) speaks: bool,
    /// Where a text that cannot be read begins which holds more than one row.
    pub(crate) hides_rows: Option<(Position, Box<str>)>,
}

impl DecodedPart {
    /// Adds what was decoded from another stretch of the same source.
    pub(crate) fn append(&mut self, other: Self) {
        // Only parts that have no numbers yet are put together.
        debug_assert!(other.rows.is_empty());
        self.assignments.extend(other.assignments);
        self.side.extend(other.side);
        self.bodies.extend(other.bodies);
        for (kind, count) in other.kinds {
            match self.kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, total)) => *total += count,
                None => self.kinds.push((kind, count)),
            }
        }
        self.rejected.extend(other.rejected);
        self.spellings.merge(other.spellings);
        self.not_utf8 += other.not_utf8;
        self.cut_off_parts += other.cut_off_parts;
        self.unreadable_dates += other.unreadable_dates;
        self.past_stamps += other.past_stamps;
        self.moment = self.moment.max(other.moment);
        self.pages.extend(other.pages);
        self.speaks |= other.speaks;
        if let Some((position, text)) = other.hides_rows {
            self.hide_rows(position, || text);
        }
    }

    /// Notes a text that hides rows; the first by its place stays.
    pub(crate) fn hide_rows(&mut self, position: Position, text: impl FnOnce() -> Box<str>) {
        if self.hides_rows.as_ref().is_none_or(|(known, _)| position < *known) {
            self.hides_rows = Some((position, text()));
        }
    }

    /// Whether anything in it is an assignment, should have been one, or describes the tenant.
    pub(crate) fn is_recognised(&self) -> bool {
        self.has_rows() || self.side.iter().any(|record| !matches!(record, SideRecord::Named { .. }))
    }

    /// Whether anything in it is an assignment, or should have been one.
    pub(crate) fn has_rows(&self) -> bool {
        !self.assignments.is_empty() || self.rejected.iter().any(|record| is_lost_assignment(record.code))
    }

    pub(crate) fn count_kind(&mut self, kind: &'static str) {
        match self.kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => self.kinds.push((kind, 1)),
        }
    }

    pub(crate) fn saw_moment(&mut self, moment: Option<Timestamp>) {
        self.moment = self.moment.max(moment);
    }
}

/// What is known of a source when it was read to its end.
#[derive(Debug, Default)]
pub(crate) struct SourceEnd {
    pub(crate) bytes: u64,
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) compression: Compression,
    pub(crate) encoding: Encoding,
    /// Decided by the table decoders; JSON is named by its spellings.
    pub(crate) shape: Option<Shape>,
    /// The shape is delivered by construction when it has no state.
    pub(crate) delivered_by_construction: bool,
    pub(crate) pages: Vec<crate::split::PageEnd>,
    pub(crate) refused: Option<(RefusalCode, Box<str>)>,
    /// A refusal that only counts if the file was given by name.
    pub(crate) skippable: bool,
    /// A copy of standard input, for reading records again.
    pub(crate) copy: Option<tempfile::TempPath>,
}

/// A message from a decoder to the join.
#[derive(Debug)]
pub(crate) enum Decoded {
    Part { source: u32, worker: u32, part: Box<DecodedPart> },
    End { source: u32, end: Box<SourceEnd> },
}
