//! Rows of assignments by recognition: what the same cells said before, they say again.
//!
//! A row says four things of which each depends on cells of its own: the user (ids, names, addresses), the package (id,
//! name, catalog), the policy and the state. Whether the row is accepted depends on the same cells. So when the general
//! reader has taken a row, what it made of each group of cells is noted under a digest of their text, with 128 bits and
//! under keys of this run; rows of which all groups are known need no reader. Ids of assignments and dates are
//! read from their cells each time.
//!
//! The general reader takes every row of which a group is new, that is odd (`split`), or that is not UTF-8.

use super::cells::cells_of;
use super::segments::{Table, TableBatch};
use super::split::regular;
use crate::columns::ValueOf;
use crate::decoded::{DecodedPart, RowState};
use crate::json::Memory;
use crate::local::NO_STATE;
use crate::numbers::{Digest, Numbers};
use crate::record::{is_real, note_past_end};
use crate::table_kind::said;
use foldhash::fast::RandomState;
use sod_kernel::text::guids;
use sod_model::{
    Assignment, ExternalId, Guid, PackageId, PolicyId, Position, RecordLocation, SourceId, StateId,
    StateTable, UserId,
};
use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher};

/// Rows that are looked at together.
const AT_ONCE: usize = 64;
/// Beyond this many users the memory starts anew.
const SUBJECTS_MAX: usize = 1 << 20;

/// What groups of cells of one source said.
#[derive(Debug, Default)]
pub(crate) struct Recognised {
    source: Option<u32>,
    low: RandomState,
    high: RandomState,
    subjects: Numbers,
    packages: Numbers,
    policies: Numbers,
    states: Numbers,
}

/// Beside the number of a user: the cells name it by its object id.
const BY_OBJECT: u64 = 1 << 32;
/// In place of the number of a policy: the cells name none.
const NO_POLICY: u64 = 1 << 32;

impl Recognised {
    /// Columns mean something else in every source.
    fn begin(&mut self, source: u32) {
        if self.source != Some(source) || self.subjects.len() > SUBJECTS_MAX {
            *self = Self { source: Some(source), ..Self::default() };
        }
    }

    /// The digest of some cells of a row.
    fn digest(&self, text: &[u8], own: &[[u32; 2]], columns: &[usize]) -> Digest {
        let (mut low, mut high) = (self.low.build_hasher(), self.high.build_hasher());
        for column in columns {
            let cell = cell(text, own, *column);
            // With its length, so that no two rows have one text.
            low.write_usize(cell.len());
            high.write_usize(cell.len());
            low.write(cell);
            high.write(cell);
        }
        Digest { low: low.finish(), high: high.finish() as u32 }
    }
}

/// Digests and ids of up to 64 rows.
struct Block {
    subjects: [Digest; AT_ONCE],
    packages: [Digest; AT_ONCE],
    policies: [Digest; AT_ONCE],
    states: [Digest; AT_ONCE],
    ids: [u128; AT_ONCE],
    /// Which of the ids are GUIDs.
    valid: u64,
}

impl Block {
    const EMPTY: Self = Self {
        subjects: [Digest { low: 0, high: 0 }; AT_ONCE],
        packages: [Digest { low: 0, high: 0 }; AT_ONCE],
        policies: [Digest { low: 0, high: 0 }; AT_ONCE],
        states: [Digest { low: 0, high: 0 }; AT_ONCE],
        ids: [0; AT_ONCE],
        valid: 0,
    };

    fn read(&mut self, text: &[u8], places: &[[u32; 2]], table: &Table, known: &Recognised) {
        let slots = table.form().slots();
        let groups = &table.groups;
        let digests =
            self.subjects.iter_mut().zip(&mut self.packages).zip(&mut self.policies).zip(&mut self.states);
        for (own, (((subject, package), policy), state)) in places.chunks_exact(slots).zip(digests) {
            let Some(cells) = regular(own) else { continue };
            *subject = known.digest(text, cells, &groups.subject);
            *package = known.digest(text, cells, &groups.package);
            *policy = known.digest(text, cells, &groups.policy);
            *state = known.digest(text, cells, &groups.state);
        }
        let rows = places.len() / slots;
        known.subjects.touch(self.subjects.get(..rows).unwrap_or_default());
        self.valid = match &table.layout.id {
            Some(ValueOf::Cell(at)) => {
                let from = places.get(at + 1..).unwrap_or_default();
                guids(text, from, slots, self.ids.get_mut(..rows).unwrap_or_default())
            }
            Some(ValueOf::Fixed(_)) | None => 0,
        };
    }
}

/// The row is for the general reader.
struct InDoubt;

/// Decodes all rows of a batch.
pub(crate) fn decode_rows(batch: &TableBatch, table: &Table, memory: &mut Memory) -> DecodedPart {
    let mut part = DecodedPart::default();
    let mut known = std::mem::take(&mut memory.recognised);
    known.begin(table.source);
    let slots = table.form().slots();
    part.rows.reserve(batch.places.len() / slots);
    let mut block = Block::EMPTY;
    let mut line = batch.line;
    for places in batch.places.chunks(AT_ONCE * slots) {
        block.read(&batch.text, places, table, &known);
        for (number, own) in places.chunks_exact(slots).enumerate() {
            let row = RowAt { text: &batch.text, table, own, number, block: &block };
            let position = Position { byte: batch.offset + u64::from(row.place()[0]), line };
            if let Err(InDoubt) = row.recognise(position, &known, memory, &mut part) {
                row.read(position, &mut known, memory, &mut part);
            }
            line += row.lines();
        }
    }
    memory.recognised = known;
    part.text_bytes = batch.text.len() as u64;
    memory.number(&mut part);
    part
}

/// One row and what is known of it.
struct RowAt<'r> {
    text: &'r [u8],
    table: &'r Table,
    own: &'r [[u32; 2]],
    number: usize,
    block: &'r Block,
}

impl<'r> RowAt<'r> {
    fn place(&self) -> [u32; 2] {
        self.own.first().copied().unwrap_or_default()
    }

    fn bytes(&self) -> &'r [u8] {
        let [start, end] = self.place();
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Line ends of the row.
    fn lines(&self) -> u64 {
        if regular(self.own).is_some() { 1 } else { memchr::memchr_iter(b'\n', self.bytes()).count() as u64 }
    }

    fn location(&self, position: Position) -> RecordLocation {
        let [start, end] = self.place();
        RecordLocation {
            source: SourceId(self.table.source),
            offset: position.byte,
            length: end - start,
            line: u32::try_from(position.line).unwrap_or(u32::MAX),
        }
    }

    /// What a value says in this row.
    fn text(&self, value: Option<&'r ValueOf>) -> Result<Option<&'r str>, InDoubt> {
        match value {
            None => Ok(None),
            Some(ValueOf::Fixed(text)) => Ok(said(text)),
            Some(ValueOf::Cell(at)) => {
                let cells = regular(self.own).ok_or(InDoubt)?;
                std::str::from_utf8(cell(self.text, cells, *at)).map(said).map_err(|_| InDoubt)
            }
        }
    }

    fn recognise(
        &self,
        position: Position,
        known: &Recognised,
        memory: &Memory,
        part: &mut DecodedPart,
    ) -> Result<(), InDoubt> {
        let cells = regular(self.own).ok_or(InDoubt)?;
        let (number, block, layout) = (self.number, self.block, &self.table.layout);
        let said_of = |numbers: &Numbers, digests: &[Digest]| {
            digests.get(number).and_then(|digest| numbers.noted(*digest)).ok_or(InDoubt)
        };
        let package = said_of(&known.packages, &block.packages)?;
        let policy = said_of(&known.policies, &block.policies)?;
        let state = StateId(said_of(&known.states, &block.states)? as u16);
        let subject = said_of(&known.subjects, &block.subjects)?;
        for column in &self.table.groups.unread {
            let cell = cell(self.text, cells, *column);
            if !cell.is_ascii() && std::str::from_utf8(cell).is_err() {
                return Err(InDoubt);
            }
        }
        let (since, until) = (self.text(layout.since.as_ref())?, self.text(layout.until.as_ref())?);
        let id = match block.ids.get(number) {
            Some(value) if block.valid >> number & 1 == 1 => Some(ExternalId::Guid(Guid::from_u128(*value))),
            _ => self.text(layout.id.as_ref())?.map(ExternalId::new),
        };
        // From here on nothing is in doubt.
        let since = crate::date::date(since.map(Cow::Borrowed), part);
        let until = crate::date::date(until.map(Cow::Borrowed), part);
        let said = match state {
            NO_STATE => RowState::Missing,
            other => RowState::Known(other),
        };
        note_past_end(&said, until, part);
        if state == StateTable::DELIVERED {
            part.saw_moment(since);
        }
        part.stateless += u64::from(state == NO_STATE);
        part.with_object += u64::from(subject & BY_OBJECT != 0);
        part.rows.push(&Assignment {
            id: id.filter(is_real),
            user: UserId(subject as u32),
            package: PackageId(package as u32),
            policy: (policy != NO_POLICY).then_some(PolicyId(policy as u32)),
            state,
            since,
            until,
            location: memory.keep_places.then(|| self.location(position)),
        });
        Ok(())
    }

    /// Reads the row by the general reader, and notes what it said.
    fn read(&self, position: Position, known: &mut Recognised, memory: &mut Memory, part: &mut DecodedPart) {
        let table = self.table;
        let (rows, side, not_utf8) = (table.rows(), part.side.len(), part.not_utf8);
        let location = self.location(position);
        let Some(cells) = regular(self.own) else {
            let cells = cells_of(self.bytes(), table.separator);
            if !super::is_blank(cells.len(), cells.first().map(AsRef::as_ref), table.columns) {
                rows.read(cells.iter().map(AsRef::as_ref), location, position, part);
                memory.keep_new(part, side);
            }
            return;
        };
        let accepted =
            rows.read((0..cells.len()).map(|at| cell(self.text, cells, at)), location, position, part);
        memory.keep_new(part, side);
        let Some(row) = part.assignments.last().filter(|_| accepted && part.not_utf8 == not_utf8) else {
            return;
        };
        let (block, local) = (self.block, &mut memory.local);
        let note = |numbers: &mut Numbers, digests: &[Digest], value: u64| {
            if let Some(digest) = digests.get(self.number) {
                numbers.note(*digest, value);
            }
        };
        let by_object = if row.subject.object.is_some() { BY_OBJECT } else { 0 };
        let policy = row.policy.as_ref().map_or(NO_POLICY, |policy| u64::from(local.policy(policy).0));
        note(&mut known.subjects, &block.subjects, u64::from(local.subject(&row.subject).0) | by_object);
        note(&mut known.packages, &block.packages, u64::from(local.package(&row.package).0));
        note(&mut known.policies, &block.policies, policy);
        note(&mut known.states, &block.states, u64::from(local.state(&row.state).0));
    }
}

/// The text of one cell.
fn cell<'t>(text: &'t [u8], cells: &[[u32; 2]], at: usize) -> &'t [u8] {
    let [start, end] = cells.get(at).copied().unwrap_or_default();
    text.get(start as usize..end as usize).unwrap_or_default()
}
