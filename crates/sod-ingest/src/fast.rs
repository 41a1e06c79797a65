//! Decodes records of a known shape: the values are found already, and nothing is parsed but ids and dates.
//!
//! What a record says must be what the general decoder would have said; it decodes every record that is in doubt.
//!
//! ```text
//! for each record of the run:
//!     ids, state and dates from their slots                    else: in doubt
//!     the subject: known by its ids, and described as before   else: take in its texts
//!     the package, the policy: known, and described as before  else: in doubt
//! ```
//!
//! "Described as before" compares hashes of the whole object (target, package, policy) under a key of this run: an object
//! that was decoded once says nothing new. What a description can hide is a name, never an id: those are compared
//! in full.

use crate::decoded::{DecodedPart, RowState, SideRecord, SubjectFacts};
use crate::json::{Memory, SourceContext};
use crate::learn::{Fact, Learned, Role};
use crate::local::SubjectGuids;
use crate::numbers::Digest;
use crate::record::{is_real_guid, note_moment_of, note_past_end};
use crate::split::Run;
use sod_kernel::text::{NULL, guids};
use sod_model::{
    Assignment, ExternalId, Guid, PackageId, PolicyId, RecordLocation, SourceId, StateId, StateTable,
    Timestamp, UserId,
};
use std::borrow::Cow;

/// Records that are looked at together: one call for all GUIDs of a kind.
const AT_ONCE: usize = 64;

/// Decodes one record by the general decoder: where it lies in the text, and its line.
pub(crate) type General<'g> = dyn FnMut(&mut Memory, &mut DecodedPart, [u32; 2], u64) + 'g;

/// The run of a batch that is decoded.
pub(crate) struct FastRun<'r> {
    pub(crate) run: &'r Run,
    pub(crate) shape: &'r Learned,
    pub(crate) text: &'r [u8],
    pub(crate) places: &'r [[u32; 2]],
    /// Place of the first byte of `text` in the source.
    pub(crate) offset: u64,
    /// Line of the first record.
    pub(crate) line: u64,
}

/// One slot of up to 64 records, as GUIDs.
#[derive(Clone, Copy)]
struct Guids {
    values: [u128; AT_ONCE],
    valid: u64,
    /// The slot exists.
    present: bool,
    slot: usize,
}

/// What a slot holds.
enum Found {
    Nothing,
    Guid(u128),
    /// Something else: for the general decoder.
    Odd,
}

impl Guids {
    const NONE: Self = Self { values: [0; AT_ONCE], valid: 0, present: false, slot: 0 };

    fn read(&mut self, run: &FastRun<'_>, places: &[[u32; 2]], role: Role) {
        let slot = run.shape.slot(role);
        self.present = slot.is_some();
        if let Some(slot) = slot {
            let from = places.get(slot..).unwrap_or_default();
            let slots = usize::from(run.shape.slot_count);
            let records = places.len() / slots;
            self.valid = guids(run.text, from, slots, self.values.get_mut(..records).unwrap_or_default());
            self.slot = slot;
        }
    }

    fn get(&self, record: usize, own: &[[u32; 2]]) -> Found {
        if !self.present {
            return Found::Nothing;
        }
        if self.valid >> record & 1 == 1 {
            return self.values.get(record).map_or(Found::Odd, |value| Found::Guid(*value));
        }
        match own.get(self.slot) {
            Some([NULL, _]) => Found::Nothing,
            _ => Found::Odd,
        }
    }
}

/// What is known of up to 64 records: their GUIDs, and what of these is known already. Kept from block to block, because
/// clearing it would cost more than filling it.
pub(crate) struct Block {
    known: Known,
    id: Guids,
    object: Guids,
    record: Guids,
    target: Guids,
    package: Guids,
    package_object: Guids,
    policy: Guids,
    policy_object: Guids,
}

/// The record is for the general decoder.
struct InDoubt;

/// The user of one record.
#[derive(Clone, Copy, Default)]
struct Subject {
    digest: Digest,
    description: u64,
    /// If it is known and was described like this before.
    number: Option<u32>,
    has_object: bool,
}

/// What of up to 64 records is known already.
struct Known {
    subjects: [Subject; AT_ONCE],
    packages: [Option<u32>; AT_ONCE],
    /// `None` in doubt, `Some(None)` for no policy.
    policies: [Option<Option<u32>>; AT_ONCE],
}

impl Default for Block {
    fn default() -> Self {
        let known = Known {
            subjects: [Subject::default(); AT_ONCE],
            packages: [None; AT_ONCE],
            policies: [None; AT_ONCE],
        };
        let [id, object, record, target, package, package_object, policy, policy_object] = [Guids::NONE; 8];
        Self { known, id, object, record, target, package, package_object, policy, policy_object }
    }
}

impl Block {
    fn read(&mut self, run: &FastRun<'_>, places: &[[u32; 2]], memory: &Memory) {
        self.id.read(run, places, Role::Id);
        self.object.read(run, places, Role::TargetObject);
        self.record.read(run, places, Role::TargetRecord);
        self.target.read(run, places, Role::TargetId);
        self.package.read(run, places, Role::PackageId);
        self.package_object.read(run, places, Role::PackageObject);
        self.policy.read(run, places, Role::PolicyId);
        self.policy_object.read(run, places, Role::PolicyObject);
        self.recognise(run, places, memory);
    }

    /// Finds what is known, in three passes: hash all, look at all places, find all.
    fn recognise(&mut self, run: &FastRun<'_>, places: &[[u32; 2]], memory: &Memory) {
        let local = &memory.local;
        let slots = usize::from(run.shape.slot_count);
        let records = || places.chunks_exact(slots).enumerate();
        let mut digests = [[Digest::default(); AT_ONCE]; 3];
        let mut subjects = std::mem::replace(&mut self.known.subjects, [Subject::default(); AT_ONCE]);
        let [of_subjects, of_packages, of_policies] = &mut digests;
        let digests_of = of_subjects.iter_mut().zip(of_packages).zip(of_policies);
        for (((number, own), subject), ((digest, of_package), of_policy)) in
            records().zip(&mut subjects).zip(digests_of)
        {
            subject.description = 0;
            if let Ok(ids) = self.subject(number, own) {
                subject.digest = local.digest_guids(&ids);
                let target = run.slot_bytes(Role::Target, own).unwrap_or_default();
                subject.description = local.description(target, b"");
                subject.has_object = ids.object.is_some();
                *digest = subject.digest;
            }
            if let Ok(Some(value)) = self.package(number, own) {
                *of_package = local.digest_package(value);
            }
            if let Ok(Some(value)) = self.policy(number, own) {
                *of_policy = local.digest_policy(value);
            }
        }
        let [of_subjects, of_packages, of_policies] = &digests;
        local.subjects.touch(of_subjects);
        local.packages.touch(of_packages);
        local.policies.touch(of_policies);
        for (((number, own), of_package), of_policy) in records().zip(of_packages).zip(of_policies) {
            let package = match self.package(number, own) {
                Ok(Some(_)) => {
                    let description = run.package_description(own, memory);
                    local.packages.described(*of_package, description)
                }
                _ => None,
            };
            let policy = match self.policy(number, own) {
                // An object without an id says nothing that is kept; but it must have been read once.
                Ok(None) => {
                    let known = run.slot_bytes(Role::Policy, own).is_none()
                        || run.policy_description(own, memory) == local.nameless_policy;
                    known.then_some(None)
                }
                Ok(Some(_)) => {
                    let description = run.policy_description(own, memory);
                    local.policies.described(*of_policy, description).map(Some)
                }
                Err(InDoubt) => None,
            };
            if let Some(slot) = self.known.packages.get_mut(number) {
                *slot = package;
            }
            if let Some(slot) = self.known.policies.get_mut(number) {
                *slot = policy;
            }
        }
        for subject in &mut subjects {
            // No description is zero: that stands for a record in doubt.
            let known = subject.description != 0;
            subject.number =
                if known { local.subjects.described(subject.digest, subject.description) } else { None };
        }
        self.known.subjects = subjects;
    }
}

impl FastRun<'_> {
    /// Decodes the records into `part`; `general` gets those that are in doubt, with the place of the record and its line.
    pub(crate) fn decode(
        &self,
        source: &SourceContext,
        memory: &mut Memory,
        part: &mut DecodedPart,
        general: &mut General<'_>,
    ) {
        let slots = usize::from(self.shape.slot_count);
        part.spellings.merge(self.shape.spellings);
        part.rows.reserve(self.places.len() / slots.max(1));
        let mut line = self.line;
        let mut block = memory.block.take().unwrap_or_default();
        for places in self.places.chunks(AT_ONCE * slots) {
            block.read(self, places, memory);
            for (number, own) in places.chunks_exact(slots).enumerate() {
                let place = own.first().copied().unwrap_or_default();
                if let Err(InDoubt) = self.row(&block, number, own, line, source, memory, part) {
                    general(memory, part, place, line);
                    self.note_described(&block, number, own, memory, part);
                }
                line += self.run.lines_to_next(self.text, place);
            }
        }
        memory.block = Some(block);
    }

    #[expect(clippy::too_many_arguments, reason = "one row: where it is, and what it goes into")]
    fn row(
        &self,
        block: &Block,
        number: usize,
        own: &[[u32; 2]],
        line: u64,
        source: &SourceContext,
        memory: &mut Memory,
        part: &mut DecodedPart,
    ) -> Result<(), InDoubt> {
        let state = self.state(own)?;
        let [since, end, expired, created] =
            [Role::Since, Role::End, Role::Expired, Role::Created].map(|role| self.date(role, own));
        let (since, end, expired, created) = (since?, end?, expired?, created?);
        let known = &block.known;
        let package = PackageId(*known.packages.get(number).ok_or(InDoubt)?.as_ref().ok_or(InDoubt)?);
        let policy = known.policies.get(number).ok_or(InDoubt)?.ok_or(InDoubt)?.map(PolicyId);
        let id = match block.id.get(number, own) {
            Found::Nothing => None,
            Found::Guid(value) => Some(ExternalId::Guid(Guid::from_u128(value))),
            Found::Odd => return Err(InDoubt),
        };
        // Last, because it is taken in: from here on nothing is in doubt.
        let subject = known.subjects.get(number).ok_or(InDoubt)?;
        let user = match subject.number {
            Some(number) => UserId(number),
            None => self.new_subject(block, number, subject, own, memory, part)?,
        };
        let until = end.or(expired);
        part.saw_moment(created);
        note_moment_of(state, since, expired, part);
        note_past_end(&RowState::Known(state), until, part);
        part.with_object += u64::from(subject.has_object);
        let [start, end] = own.first().copied().unwrap_or_default();
        let location = RecordLocation {
            source: SourceId(source.source),
            offset: self.offset.wrapping_add(u64::from(start)),
            length: end - start,
            line: u32::try_from(line).unwrap_or(u32::MAX),
        };
        let location = memory.keep_places.then_some(location);
        part.rows.push(&Assignment { id, user, package, policy, state, since, until, location });
        Ok(())
    }

    fn bytes(&self, [start, end]: [u32; 2]) -> &[u8] {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    fn slot_bytes(&self, role: Role, own: &[[u32; 2]]) -> Option<&[u8]> {
        let place = *own.get(self.shape.slot(role)?)?;
        (place[0] != NULL).then(|| self.bytes(place))
    }

    fn state(&self, own: &[[u32; 2]]) -> Result<StateId, InDoubt> {
        match self.slot_bytes(Role::State, own).ok_or(InDoubt)? {
            b"Delivered" | b"delivered" => Ok(StateTable::DELIVERED),
            b"Expired" | b"expired" => Ok(StateTable::EXPIRED),
            other => std::str::from_utf8(other).ok().and_then(StateTable::find_known).ok_or(InDoubt),
        }
    }

    fn date(&self, role: Role, own: &[[u32; 2]]) -> Result<Option<Timestamp>, InDoubt> {
        match self.slot_bytes(role, own) {
            None => Ok(None),
            Some(text) => Timestamp::parse_utc(text).map(Some).ok_or(InDoubt),
        }
    }

    fn policy_description(&self, own: &[[u32; 2]], memory: &Memory) -> u64 {
        memory.local.description(self.slot_bytes(Role::Policy, own).unwrap_or_default(), b"")
    }

    fn package_description(&self, own: &[[u32; 2]], memory: &Memory) -> u64 {
        let object = self.slot_bytes(Role::Package, own).unwrap_or_default();
        let catalog = self.slot_bytes(Role::CatalogId, own).unwrap_or_default();
        memory.local.description(object, catalog)
    }

    /// Takes in a subject that is new, or described in a new way.
    fn new_subject(
        &self,
        block: &Block,
        number: usize,
        known: &Subject,
        own: &[[u32; 2]],
        memory: &mut Memory,
        part: &mut DecodedPart,
    ) -> Result<UserId, InDoubt> {
        let ids = block.subject(number, own)?;
        // It may have been taken in a few rows ago.
        if let Some(number) = memory.local.subjects.described(known.digest, known.description) {
            return Ok(UserId(number));
        }
        let facts = self.facts(own, memory.keep_people)?;
        let subject = ids.subject();
        let user = memory.local.subject(&subject);
        memory.local.subjects.describe(known.digest, known.description);
        if memory.keep_people && !facts.is_empty() {
            part.side.push(SideRecord::Subject { ids: subject, facts });
        }
        Ok(user)
    }

    /// The texts of a subject that is new; every one of them is checked.
    fn facts(&self, own: &[[u32; 2]], keep: bool) -> Result<SubjectFacts, InDoubt> {
        if self.shape.intricate_target {
            return Err(InDoubt);
        }
        // Ids were read as GUIDs, and stand for themselves.
        let mut facts = SubjectFacts::default();
        for (fact, slot) in &self.shape.facts {
            let Some(place) = own.get(usize::from(*slot)).filter(|place| place[0] != NULL) else { continue };
            let text = text_of(self.bytes(*place)).ok_or(InDoubt)?;
            if !keep {
                continue;
            }
            let text = text.trim();
            let said = (!text.is_empty() && text != "null").then(|| text.into());
            match fact {
                Fact::DisplayName => facts.display_name = said,
                Fact::PrincipalName => facts.principal_name = said,
                Fact::Email => facts.email = said,
                Fact::SubjectType => facts.subject_type = said,
                Fact::Other => {}
            }
        }
        Ok(facts)
    }

    /// After the general decoder took a record: what it says of user, package and policy is known from now on.
    fn note_described(
        &self,
        block: &Block,
        number: usize,
        own: &[[u32; 2]],
        memory: &mut Memory,
        part: &DecodedPart,
    ) {
        let [start, _] = own.first().copied().unwrap_or_default();
        let offset = self.offset.wrapping_add(u64::from(start));
        let Some(row) = part.assignments.last().filter(|row| row.location.offset == offset) else { return };
        // Records that are not UTF-8 are counted, each of them.
        let place = own.first().copied().unwrap_or_default();
        if std::str::from_utf8(self.bytes(place)).is_err() {
            return;
        }
        if let Ok(ids) = block.subject(number, own) {
            let digest = memory.local.digest_guids(&ids);
            let target = self.slot_bytes(Role::Target, own).unwrap_or_default();
            let description = memory.local.description(target, b"");
            memory.local.subject(&row.subject);
            memory.local.subjects.describe(digest, description);
        }
        if let Ok(Some(value)) = block.package(number, own) {
            let digest = memory.local.digest_package(value);
            let description = self.package_description(own, memory);
            memory.local.package(&row.package);
            memory.local.packages.describe(digest, description);
        }
        if let Ok(None) = block.policy(number, own) {
            memory.local.nameless_policy = self.policy_description(own, memory);
        }
        if let (Ok(Some(value)), Some(id)) = (block.policy(number, own), &row.policy) {
            let digest = memory.local.digest_policy(value);
            let description = self.policy_description(own, memory);
            memory.local.policy(id);
            memory.local.policies.describe(digest, description);
        }
    }
}

impl Block {
    fn subject(&self, number: usize, own: &[[u32; 2]]) -> Result<SubjectGuids, InDoubt> {
        let id = |guids: &Guids| match guids.get(number, own) {
            Found::Nothing => Ok(None),
            Found::Guid(value) if is_real_guid(value) => Ok(Some(value)),
            Found::Guid(_) | Found::Odd => Err(InDoubt),
        };
        let ids =
            SubjectGuids { object: id(&self.object)?, record: id(&self.record)?, target: id(&self.target)? };
        if ids == SubjectGuids::default() { Err(InDoubt) } else { Ok(ids) }
    }

    fn package(&self, number: usize, own: &[[u32; 2]]) -> Result<Option<u128>, InDoubt> {
        first_of(&self.package, &self.package_object, number, own)
    }

    fn policy(&self, number: usize, own: &[[u32; 2]]) -> Result<Option<u128>, InDoubt> {
        first_of(&self.policy, &self.policy_object, number, own)
    }
}

fn first_of(first: &Guids, second: &Guids, number: usize, own: &[[u32; 2]]) -> Result<Option<u128>, InDoubt> {
    match (first.get(number, own), second.get(number, own)) {
        (Found::Odd, _) | (_, Found::Odd) => Err(InDoubt),
        (Found::Guid(value), _) | (Found::Nothing, Found::Guid(value)) => Ok(Some(value)),
        (Found::Nothing, Found::Nothing) => Ok(None),
    }
}

/// The text of a JSON string, given what stands between its quotes; `None` if it is not valid.
fn text_of(content: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(content).ok()?;
    if content.iter().all(|byte| *byte >= 0x20 && *byte != b'\\') {
        return Some(Cow::Borrowed(text));
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    quoted.push_str(text);
    quoted.push('"');
    serde_json::from_str::<String>(&quoted).ok().map(Cow::Owned)
}
