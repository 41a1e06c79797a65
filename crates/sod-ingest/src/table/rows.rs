//! Rows of assignments by recognition: what the same cells said before, they say again.
//!
//! A row says four things of which each depends on cells of its own: the user (ids, names, addresses), the package (id,
//! name, catalog), the policy and the state. Whether the row is accepted depends on the same cells. So when the general
//! reader has taken a row, what it made of each group of cells is noted under a digest of their text, made under keys of
//! this run; rows of which all groups are known need no reader. Ids of assignments and dates are read from their cells
//! each time. If only the user is new, only the user is read.
//!
//! The general reader takes every other row: one of which a group is new, that is odd (`split`), or that is not UTF-8.

use super::batch::{Table, TableBatch};
use super::cells::{cells_of, content, is_quoted};
use super::groups::Run;
use super::split::regular;
use crate::columns::ValueOf;
use crate::decoded::{DecodedPart, RowState, SideRecord, SubjectIds};
use crate::json::Memory;
use crate::local::NO_STATE;
use crate::numbers::{Digest, Digests, Numbers};
use crate::record::{is_real, note_past_end};
use crate::table_kind::{Row, checked_ids, said, subject_facts};
use sod_kernel::text::guids;
use sod_model::{
    Assignment, ExternalId, Guid, PackageId, PolicyId, Position, RecordLocation, SourceId, StateId,
    StateTable, UserId,
};
use std::borrow::Cow;

/// Rows that are looked at together.
const AT_ONCE: usize = 64;
/// Beyond this many users the memory starts anew.
const SUBJECTS_MAX: usize = 1 << 20;

/// What groups of cells of one source said.
#[derive(Debug, Default)]
pub(crate) struct Recognised {
    source: Option<u32>,
    digests: Digests,
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
    fn digest(&self, text: &[u8], own: &[[u32; 2]], runs: &[Run]) -> Digest {
        self.digests.of_texts(runs.iter().map(|run| text_of_run(text, own, *run)))
    }
}

/// The text of some cells of a row beside one another. Rows of one table that have the same say the same there.
fn text_of_run<'t>(text: &'t [u8], own: &[[u32; 2]], [first, last]: Run) -> &'t [u8] {
    let place = |slot: usize| own.get(slot).copied().unwrap_or_default();
    let (row, start, end) = (place(0)[0], place(first + 1)[0], place(last + 1)[1]);
    // A quote before the first cell belongs to it, and tells how what follows is to be read.
    let before = start.checked_sub(1).filter(|before| *before >= row);
    let start = before.filter(|before| text.get(*before as usize) == Some(&b'"')).unwrap_or(start);
    text.get(start as usize..end as usize).unwrap_or_default()
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

impl Default for Block {
    fn default() -> Self {
        let [subjects, packages, policies, states] = [[Digest::default(); AT_ONCE]; 4];
        Self { subjects, packages, policies, states, ids: [0; AT_ONCE], valid: 0 }
    }
}

impl Block {
    fn read(&mut self, text: &[u8], places: &[[u32; 2]], table: &Table, known: &Recognised) {
        let slots = table.form().slots();
        let groups = &table.groups;
        let digests =
            self.subjects.iter_mut().zip(&mut self.packages).zip(&mut self.policies).zip(&mut self.states);
        for (own, (((subject, package), policy), state)) in places.chunks_exact(slots).zip(digests) {
            if regular(own).is_none() {
                continue;
            }
            *subject = known.digest(text, own, &groups.subject);
            *package = known.digest(text, own, &groups.package);
            *policy = known.digest(text, own, &groups.policy);
            *state = known.digest(text, own, &groups.state);
        }
        let rows = places.len() / slots;
        known.subjects.touch(self.subjects.get(..rows).unwrap_or_default());
        known.packages.touch(self.packages.get(..rows).unwrap_or_default());
        known.policies.touch(self.policies.get(..rows).unwrap_or_default());
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
    let mut block = Block::default();
    let mut line = batch.line;
    for places in batch.places.chunks(AT_ONCE * slots) {
        block.read(&batch.text, places, table, &known);
        for (number, own) in places.chunks_exact(slots).enumerate() {
            let row = RowAt { text: &batch.text, table, own, number, block: &block };
            let position = Position { byte: batch.offset + u64::from(row.place()[0]), line };
            if let Err(InDoubt) = row.recognise(position, &mut known, memory, &mut part) {
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
            Some(ValueOf::Cell(at)) => match cell(self.text, regular(self.own).ok_or(InDoubt)?, *at) {
                [] => Ok(None),
                text if is_quoted(text) => Err(InDoubt),
                text => std::str::from_utf8(text).map(said).map_err(|_| InDoubt),
            },
        }
    }

    /// What the cells say, as bytes.
    fn contents(&self) -> Vec<Cow<'r, [u8]>> {
        let separator = self.table.separator;
        match regular(self.own) {
            Some(cells) => {
                (0..cells.len()).map(|at| content(cell(self.text, cells, at), separator)).collect()
            }
            None => cells_of(self.bytes(), separator),
        }
    }

    fn recognise(
        &self,
        position: Position,
        known: &mut Recognised,
        memory: &mut Memory,
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
        // Last, because it may be taken in: from here on nothing is in doubt.
        let subject = match said_of(&known.subjects, &block.subjects) {
            Ok(subject) => subject,
            Err(InDoubt) => self.new_subject(position, known, memory, part)?,
        };
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

    /// Takes in a user whose cells are new, of a row that is known but for them.
    #[cold]
    fn new_subject(
        &self,
        position: Position,
        known: &mut Recognised,
        memory: &mut Memory,
        part: &mut DecodedPart,
    ) -> Result<u64, InDoubt> {
        let text = |cell| match cell {
            Cow::Borrowed(cell) => std::str::from_utf8(cell).map(Cow::Borrowed).map_err(|_| InDoubt),
            Cow::Owned(cell) => String::from_utf8(cell).map(Cow::Owned).map_err(|_| InDoubt),
        };
        let own = regular(self.own).ok_or(InDoubt)?;
        // What the other cells say is known; and none of a regular row can hold further rows.
        let mut cells = vec![Cow::Borrowed(""); own.len()];
        for at in self.table.groups.subject.iter().flat_map(|[first, last]| *first..=*last) {
            if let Some(slot) = cells.get_mut(at) {
                *slot = text(content(cell(self.text, own, at), self.table.separator))?;
            }
        }
        let row = Row { cells, location: self.location(position), separator: self.table.separator as char };
        let ids = checked_ids(&row, &self.table.layout).map_err(|_| InDoubt)?;
        let digest = self.block.subjects.get(self.number).filter(|_| !ids.is_empty()).ok_or(InDoubt)?;
        let said = said_of_subject(&ids, memory);
        known.subjects.note(*digest, said);
        if memory.keep_people {
            let facts = subject_facts(&row, &self.table.layout);
            if !facts.is_empty() {
                part.side.push(SideRecord::Subject { ids, facts });
            }
        }
        Ok(said)
    }

    /// Reads the row by the general reader, and notes what it said.
    fn read(&self, position: Position, known: &mut Recognised, memory: &mut Memory, part: &mut DecodedPart) {
        let table = self.table;
        let (side, not_utf8) = (part.side.len(), part.not_utf8);
        let (cells, is_regular) = (self.contents(), regular(self.own).is_some());
        if !is_regular && super::is_blank(cells.len(), cells.first().map(AsRef::as_ref), table.columns) {
            return;
        }
        let cells = cells.iter().map(AsRef::as_ref);
        let accepted = table.rows().read(cells, self.location(position), position, part);
        memory.keep_new(part, side);
        // Cells are known again by their bytes, so those that were not what they seemed are read anew each time.
        let is_plain = is_regular && part.not_utf8 == not_utf8;
        let Some(row) = part.assignments.last().filter(|_| accepted && is_plain) else {
            return;
        };
        let block = self.block;
        let note = |numbers: &mut Numbers, digests: &[Digest], value: u64| {
            if let Some(digest) = digests.get(self.number) {
                numbers.note(*digest, value);
            }
        };
        note(&mut known.subjects, &block.subjects, said_of_subject(&row.subject, memory));
        let local = &mut memory.local;
        let policy = row.policy.as_ref().map_or(NO_POLICY, |policy| u64::from(local.policy(policy).0));
        note(&mut known.packages, &block.packages, u64::from(local.package(&row.package).0));
        note(&mut known.policies, &block.policies, policy);
        note(&mut known.states, &block.states, u64::from(local.state(&row.state).0));
    }
}

/// What is noted of a user: the number, and whether it is named by its object id.
fn said_of_subject(ids: &SubjectIds, memory: &mut Memory) -> u64 {
    let by_object = if ids.object.is_some() { BY_OBJECT } else { 0 };
    u64::from(memory.local.subject(ids).0) | by_object
}

/// The text of one cell.
fn cell<'t>(text: &'t [u8], cells: &[[u32; 2]], at: usize) -> &'t [u8] {
    let [start, end] = cells.get(at).copied().unwrap_or_default();
    text.get(start as usize..end as usize).unwrap_or_default()
}
