//! Numbers for what rows speak of, given by each worker on its own.
//!
//! Names repeat: a user has twenty rows, a package thousands. So a worker gives every new one a number of its own and
//! hands on the name once, with the part in which it first occurs; the join translates numbers, which is cheap. Parts of
//! one worker must therefore reach the join in the order in which they were made.
//!
//! A name is known again by a digest of 96 bits under keys that are drawn anew in every run, so that nobody can prepare
//! two names that meet; the texts themselves are not kept here, because they would be kept once for each worker.

use crate::decoded::{AssignmentRow, DecodedPart, PackageKey, RowState, SubjectIds};
use crate::numbers::{Digest, Digests, Numbers};
use rayon::prelude::*;
use sod_model::{Assignment, AssignmentTable, ExternalId, Guid, PackageId, PolicyId, StateId, UserId};

/// Provisional state of a row that has none.
pub(crate) const NO_STATE: StateId = StateId(u16::MAX);
/// Provisional numbers of states that are not documented begin here.
pub(crate) const KNOWN_STATES: u16 = 5;
/// More undocumented states than this share one number: files that are not exports can have one in every row.
pub(crate) const OTHER_STATES_MAX: usize = (u16::MAX - KNOWN_STATES - 3) as usize;

/// Names that a worker numbered since its last part, in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewNames {
    pub(crate) subjects: Vec<SubjectIds>,
    pub(crate) packages: Vec<PackageKey>,
    pub(crate) policies: Vec<ExternalId>,
    pub(crate) states: Vec<Box<str>>,
}

/// The GUIDs by which a record names its user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SubjectGuids {
    pub(crate) object: Option<u128>,
    pub(crate) record: Option<u128>,
    pub(crate) target: Option<u128>,
}

impl SubjectGuids {
    pub(crate) fn subject(&self) -> SubjectIds {
        let id = |value: Option<u128>| value.map(|value| ExternalId::Guid(Guid::from_u128(value)));
        SubjectIds {
            object: id(self.object),
            record: id(self.record),
            target: id(self.target),
            ..SubjectIds::default()
        }
    }

    /// `None` if the user is named in other ways too.
    fn of(ids: &SubjectIds) -> Option<Self> {
        let guid = |id: &Option<ExternalId>| match id {
            None => Some(None),
            Some(ExternalId::Guid(guid)) => Some(Some(guid.to_u128())),
            Some(ExternalId::Text(_)) => None,
        };
        let (SubjectIds { name: None, plain: None, .. }, Some(object), Some(record), Some(target)) =
            (ids, guid(&ids.object), guid(&ids.record), guid(&ids.target))
        else {
            return None;
        };
        Some(Self { object, record, target })
    }
}

/// The numbers that one worker has given.
#[derive(Debug, Default)]
pub(crate) struct Local {
    digests: Digests,
    pub(crate) subjects: Numbers,
    pub(crate) packages: Numbers,
    pub(crate) policies: Numbers,
    states: Numbers,
    /// How the last policy without an id was described.
    pub(crate) nameless_policy: u64,
    new: NewNames,
}

impl Local {
    pub(crate) fn digest_guids(&self, ids: &SubjectGuids) -> Digest {
        self.digests.of_guids([ids.object, ids.record, ids.target])
    }

    pub(crate) fn digest_package(&self, id: u128) -> Digest {
        self.digests.of_guid(id)
    }

    pub(crate) fn digest_policy(&self, id: u128) -> Digest {
        self.digests.of_guid(id)
    }

    /// A keyed hash of a text and another that stands apart from it, by which a description is known again.
    pub(crate) fn description(&self, text: &[u8], other: &[u8]) -> u64 {
        // Zero is what was never described.
        self.digests.short((text, other)).max(1)
    }

    pub(crate) fn subject(&mut self, ids: &SubjectIds) -> UserId {
        let digest =
            SubjectGuids::of(ids).map_or_else(|| self.digests.of(ids), |guids| self.digest_guids(&guids));
        let (number, is_new) = self.subjects.number(digest);
        if is_new {
            self.new.subjects.push(ids.clone());
        }
        UserId(number)
    }

    pub(crate) fn package(&mut self, key: &PackageKey) -> PackageId {
        let digest = match key {
            PackageKey::Id(ExternalId::Guid(guid)) => self.digest_package(guid.to_u128()),
            other => self.digests.of(other),
        };
        let (number, is_new) = self.packages.number(digest);
        if is_new {
            self.new.packages.push(key.clone());
        }
        PackageId(number)
    }

    pub(crate) fn policy(&mut self, id: &ExternalId) -> PolicyId {
        let digest = self.digests.of_id(id);
        let (number, is_new) = self.policies.number(digest);
        if is_new {
            self.new.policies.push(id.clone());
        }
        PolicyId(number)
    }

    pub(crate) fn state(&mut self, state: &RowState) -> StateId {
        match state {
            RowState::Known(state) => *state,
            RowState::Missing => NO_STATE,
            RowState::Other(name) => {
                let digest = self.digests.of(name);
                if self.states.len() >= OTHER_STATES_MAX && self.states.find(digest).is_none() {
                    return StateId(KNOWN_STATES + OTHER_STATES_MAX as u16);
                }
                let (number, is_new) = self.states.number(digest);
                if is_new {
                    self.new.states.push(name.clone());
                }
                StateId(KNOWN_STATES + number as u16)
            }
        }
    }

    /// Gives numbers to the rows of a part; `keep_places` tells whether they remember where they lie.
    pub(crate) fn number_rows(&mut self, part: &mut DecodedPart, keep_places: bool) {
        for row in std::mem::take(&mut part.assignments) {
            part.stateless += u64::from(row.state == RowState::Missing);
            part.with_object += u64::from(row.subject.object.is_some());
            let AssignmentRow { id, subject, package, policy, state, since, until, location } = row;
            part.rows.push(&Assignment {
                id,
                user: self.subject(&subject),
                package: self.package(&package),
                policy: policy.map(|policy| self.policy(&policy)),
                state: self.state(&state),
                since,
                until,
                location: keep_places.then_some(location),
            });
        }
        part.names = std::mem::take(&mut self.new);
    }
}

/// Rows that a thread looks at at once.
pub(crate) const ROWS_AT_ONCE: usize = 1 << 14;

/// Rows of many sources in the order in which they arrived.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) table: AssignmentTable,
    /// From which row on the rows are of which source.
    runs: Vec<(u32, u32)>,
}

impl Rows {
    /// Takes rows of one source.
    pub(crate) fn append(&mut self, source: u32, rows: &mut AssignmentTable) {
        if !rows.is_empty() {
            if self.runs.last().is_none_or(|(_, last)| *last != source) {
                self.runs.push((self.table.len() as u32, source));
            }
            self.table.append(rows);
        }
    }

    /// Stretches of rows with their source.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (u32, std::ops::Range<usize>)> {
        let ends = self.runs.iter().skip(1).map(|(start, _)| *start as usize);
        let ends = ends.chain([self.table.len()]);
        self.runs.iter().zip(ends).map(|((start, source), end)| (*source, *start as usize..end))
    }

    /// The same by all threads, none of them longer than one should look at at once.
    pub(crate) fn stretches(&self) -> impl IndexedParallelIterator<Item = (u32, std::ops::Range<usize>)> {
        /// So many a thread takes, at least: those of small files are short.
        const AT_ONCE: usize = 16;
        let short = |(source, run): (u32, std::ops::Range<usize>)| {
            let end = run.end;
            run.step_by(ROWS_AT_ONCE).map(move |from| (source, from..end.min(from + ROWS_AT_ONCE)))
        };
        let stretches: Vec<_> = self.runs().flat_map(short).collect();
        stretches.into_par_iter().with_min_len(AT_ONCE)
    }

    /// The source of one row.
    pub(crate) fn source_of(&self, row: usize) -> u32 {
        let run = self.runs.partition_point(|(start, _)| *start as usize <= row);
        self.runs.get(run.wrapping_sub(1)).map_or(0, |(_, source)| *source)
    }
}
