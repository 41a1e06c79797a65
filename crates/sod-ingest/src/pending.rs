//! Takes in what the decoders found, in whatever order it arrives, with provisional ids.

use crate::bodies::Body;
use crate::decoded::{
    Decoded, DecodedPart, PackageFacts, PackageKey, Rejected, SideRecord, SourceEnd, Spellings,
};
use crate::discover::{Found, bytes_in_all};
use crate::join::{Identities, NONE, keep_first};
use crate::local::{KNOWN_STATES, NO_STATE, NewNames, OTHER_STATES_MAX, Rows};
use crate::resource_roles::PendingRoles;
use crate::split::PageEnd;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use sod_model::{
    AssignmentTable, ExternalId, PackageId, PolicyId, Position, SideCounts, StateId, Timestamp, UserId,
};

/// What is known of a source so far.
#[derive(Debug, Default)]
pub(crate) struct PendingSource {
    pub(crate) end: SourceEnd,
    pub(crate) side: SideCounts,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) spellings: Spellings,
    pub(crate) accepted: u64,
    pub(crate) stateless: u64,
    /// Rows that name their user by object id themselves.
    pub(crate) with_object: u64,
    pub(crate) not_utf8: u64,
    /// Pages within other objects that point to a next one.
    pub(crate) nested_pages: Vec<PageEnd>,
    /// Something rejected speaks of access packages.
    pub(crate) speaks: bool,
    /// Where a text that cannot be read begins which holds more than one row; the first, by its place.
    pub(crate) hides_rows: Option<(Position, Box<str>)>,
}

#[derive(Debug)]
pub(crate) struct PendingPackage {
    pub(crate) id: ExternalId,
    pub(crate) name_only: bool,
    pub(crate) facts: PackageFacts,
}

impl PendingPackage {
    /// The name by which rows call it, if that is all they say: a name column, or text where an id should be in a
    /// column that people fill with either.
    pub(crate) fn called(&self) -> Option<&str> {
        match &self.id {
            _ if self.name_only => self.facts.display_name.as_deref(),
            ExternalId::Text(text) if self.facts.display_name.is_none() => Some(text),
            _ => None,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct PendingPolicy {
    pub(crate) display_name: Option<Box<str>>,
    pub(crate) package: Option<ExternalId>,
    pub(crate) automatic: Option<bool>,
}

/// Stands for all states beyond the number that has a number.
const TOO_MANY_STATES: StateId = StateId(KNOWN_STATES + OTHER_STATES_MAX as u16);

type ById<T> = HashMap<ExternalId, T, RandomState>;

/// What the numbers of one worker mean here.
#[derive(Debug, Default)]
struct Translation {
    subjects: Vec<u32>,
    packages: Vec<u32>,
    policies: Vec<u32>,
    states: Vec<StateId>,
}

/// Everything read so far. Rows hold provisional numbers: nodes of `identities`, positions in `packages`, positions in
/// `policy_ids`, provisional states. Rows that were rejected later have the user [`NONE`].
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) sources: Vec<PendingSource>,
    pub(crate) rows: Rows,
    bytes_in_all: u64,
    /// Text from which the rows so far were decoded.
    bytes_taken: u64,
    workers: Vec<Translation>,
    pub(crate) identities: Identities,
    pub(crate) packages: Vec<PendingPackage>,
    package_by_id: ById<u32>,
    package_by_name: HashMap<Box<str>, u32, RandomState>,
    pub(crate) policy_ids: Vec<ExternalId>,
    policy_by_id: ById<u32>,
    pub(crate) policies: ById<PendingPolicy>,
    pub(crate) groups: ById<Option<Box<str>>>,
    pub(crate) members: ById<Vec<ExternalId>>,
    pub(crate) catalogs: ById<Option<Box<str>>>,
    pub(crate) resource_roles: ById<PendingRoles>,
    pub(crate) bodies: Vec<Body>,
    /// Objects with an id and a name, by source.
    pub(crate) named: Vec<(u32, ExternalId, Box<str>)>,
    pub(crate) other_states: Vec<Box<str>>,
    other_state_ids: HashMap<Box<str>, u16, RandomState>,
    pub(crate) moment: Option<Timestamp>,
    pub(crate) cut_off_parts: u64,
    pub(crate) unreadable_dates: u64,
    pub(crate) past_stamps: u64,
}

impl Pending {
    pub(crate) fn new(files: &[Found]) -> Self {
        Self {
            sources: files.iter().map(|_| PendingSource::default()).collect(),
            bytes_in_all: bytes_in_all(files),
            ..Self::default()
        }
    }

    /// Makes room for the rows of a part. Tables that grow by doubling leave holes behind that nobody fills again, so once
    /// a little has been read the room for all is made at once: memory that is never touched costs nothing.
    fn make_room(&mut self, part: &DecodedPart) {
        const TELLS: u64 = 1 << 20;
        self.bytes_taken += part.text_bytes;
        let table = &mut self.rows.table;
        let (rows, more) = (table.len() as u64, part.rows.len() as u64);
        if part.rows.len() <= table.room() || self.bytes_taken < TELLS {
            return;
        }
        let at_this_rate =
            u128::from(rows + more) * u128::from(self.bytes_in_all) / u128::from(self.bytes_taken);
        let expected = u64::try_from(at_this_rate).unwrap_or(u64::MAX).min(AssignmentTable::ROWS_MAX as u64);
        let wanted = (expected + expected / 64).max(rows + rows / 2 + more);
        table.reserve((wanted - rows) as usize);
    }

    pub(crate) fn take(&mut self, message: Decoded) {
        match message {
            Decoded::Part { source, worker, part } => self.take_part(source, worker, *part),
            Decoded::End { source, end } => {
                if let Some(slot) = self.sources.get_mut(source as usize) {
                    slot.end = *end;
                }
            }
        }
    }

    fn take_part(&mut self, source: u32, worker: u32, mut part: DecodedPart) {
        self.moment = self.moment.max(part.moment);
        self.cut_off_parts += part.cut_off_parts;
        self.past_stamps += part.past_stamps;
        self.unreadable_dates += part.unreadable_dates;
        let accepted = part.rows.len() as u64;
        self.translate(worker as usize, &mut part);
        self.make_room(&part);
        self.rows.append(source, &mut part.rows);
        for record in part.side {
            self.take_side(source, record);
        }
        self.bodies.append(&mut part.bodies);
        if let Some(slot) = self.sources.get_mut(source as usize) {
            slot.accepted += accepted;
            slot.stateless += part.stateless;
            slot.with_object += part.with_object;
            slot.not_utf8 += part.not_utf8;
            slot.nested_pages.extend(part.pages);
            slot.speaks |= part.speaks;
            if let Some((position, text)) = part.hides_rows
                && slot.hides_rows.as_ref().is_none_or(|(known, _)| position < *known)
            {
                slot.hides_rows = Some((position, text));
            }
            slot.rejected.extend(part.rejected);
            slot.spellings.merge(part.spellings);
            for (kind, count) in part.kinds {
                *slot.side.entry(kind).or_default() += count;
            }
        }
    }

    /// Puts the numbers of this join in place of those of the worker.
    fn translate(&mut self, worker: usize, part: &mut DecodedPart) {
        if self.workers.len() <= worker {
            self.workers.resize_with(worker + 1, Translation::default);
        }
        let Some(known) = self.workers.get_mut(worker) else { return };
        let mut known = std::mem::take(known);
        let NewNames { subjects, packages, policies, states } = std::mem::take(&mut part.names);
        known.subjects.extend(self.identities.records(&subjects).map(|node| node.unwrap_or(NONE)));
        known.packages.extend(packages.into_iter().map(|key| match key {
            PackageKey::Id(id) => self.package(id),
            PackageKey::Name(name) => self.package_named(name),
        }));
        known.policies.extend(policies.into_iter().map(|id| self.policy(id)));
        known.states.extend(states.into_iter().map(|name| self.other_state(name)));
        let number = |table: &[u32], at: u32| table.get(at as usize).copied().unwrap_or(NONE);
        for user in part.rows.users_mut() {
            *user = UserId(number(&known.subjects, user.0));
        }
        for package in part.rows.packages_mut() {
            *package = PackageId(number(&known.packages, package.0));
        }
        part.rows.renumber_policies(|policy| PolicyId(number(&known.policies, policy.0)));
        if !known.states.is_empty() {
            for state in part.rows.states_mut() {
                if let Some(other) = Self::other_state_index(*state) {
                    *state = known.states.get(other).copied().unwrap_or(TOO_MANY_STATES);
                }
            }
        }
        if let Some(slot) = self.workers.get_mut(worker) {
            *slot = known;
        }
    }

    fn other_state(&mut self, name: Box<str>) -> StateId {
        let next = self.other_states.len();
        if next >= OTHER_STATES_MAX && !self.other_state_ids.contains_key(&name) {
            return TOO_MANY_STATES;
        }
        let index = *self.other_state_ids.entry(name.clone()).or_insert(next as u16);
        if usize::from(index) == next {
            self.other_states.push(name);
        }
        StateId(KNOWN_STATES + index)
    }

    /// The provisional position of an unknown state, if `state` is one.
    pub(crate) fn other_state_index(state: StateId) -> Option<usize> {
        (state != NO_STATE && state.0 >= KNOWN_STATES).then(|| usize::from(state.0 - KNOWN_STATES))
    }

    /// The position of the package with that id.
    pub(crate) fn package(&mut self, id: ExternalId) -> u32 {
        if let Some(&at) = self.package_by_id.get(&id) {
            return at;
        }
        let at = self.packages.len() as u32;
        self.package_by_id.insert(id.clone(), at);
        self.packages.push(PendingPackage { id, name_only: false, facts: PackageFacts::default() });
        at
    }

    fn package_named(&mut self, name: Box<str>) -> u32 {
        if let Some(&at) = self.package_by_name.get(&name) {
            return at;
        }
        let at = self.packages.len() as u32;
        self.package_by_name.insert(name.clone(), at);
        let facts = PackageFacts { display_name: Some(name.clone()), ..PackageFacts::default() };
        self.packages.push(PendingPackage { id: ExternalId::Text(name), name_only: true, facts });
        at
    }

    /// The position of the package with that id, if some record speaks of it.
    pub(crate) fn package_at(&self, id: &ExternalId) -> Option<u32> {
        self.package_by_id.get(id).copied()
    }

    pub(crate) fn knows_package(&self, id: &ExternalId) -> bool {
        self.package_by_id.contains_key(id)
    }

    fn policy(&mut self, id: ExternalId) -> u32 {
        if let Some(&at) = self.policy_by_id.get(&id) {
            return at;
        }
        let at = self.policy_ids.len() as u32;
        self.policy_by_id.insert(id.clone(), at);
        self.policy_ids.push(id);
        at
    }

    /// Takes in what is said of a package; lists are united.
    pub(crate) fn describe_package(&mut self, said: PackageFacts) {
        let Some(id) = said.id else { return };
        for other in said.incompatible.iter().chain(&said.incompatible_with) {
            self.package(other.clone());
        }
        for group in &said.incompatible_groups {
            self.groups.entry(group.clone()).or_default();
        }
        if let Some(catalog) = &said.catalog {
            self.catalogs.entry(catalog.clone()).or_default();
        }
        let at = self.package(id) as usize;
        if let Some(package) = self.packages.get_mut(at) {
            let facts = &mut package.facts;
            keep_first(&mut facts.display_name, said.display_name);
            if let Some(catalog) = said.catalog
                && facts.catalog.as_ref().is_none_or(|known| catalog < *known)
            {
                facts.catalog = Some(catalog);
            }
            facts.incompatible.extend(said.incompatible);
            facts.incompatible_with.extend(said.incompatible_with);
            facts.incompatible_groups.extend(said.incompatible_groups);
            facts.lists = facts.lists.or(said.lists);
            facts.is_record |= said.is_record;
        }
    }

    fn take_side(&mut self, source: u32, record: SideRecord) {
        match record {
            SideRecord::Subject { ids, facts } => {
                if let Some(node) = self.identities.record(&ids) {
                    self.identities.describe(node, facts);
                }
            }
            SideRecord::Package(facts) => self.describe_package(facts),
            SideRecord::Group { id, display_name } => {
                keep_first(self.groups.entry(id).or_default(), display_name);
            }
            SideRecord::Members { group, members } => {
                self.groups.entry(group.clone()).or_default();
                self.members.entry(group).or_default().extend(members);
            }
            SideRecord::Policy { id, display_name, package, automatic } => {
                self.policy(id.clone());
                if let Some(package) = &package {
                    self.package(package.clone());
                }
                let policy = self.policies.entry(id).or_default();
                keep_first(&mut policy.display_name, display_name);
                policy.package = policy.package.take().max(package);
                policy.automatic = policy.automatic.max(automatic);
            }
            SideRecord::Catalog { id, display_name } => {
                keep_first(self.catalogs.entry(id).or_default(), display_name);
            }
            SideRecord::ResourceRoles { package, roles, unclear } => {
                self.resource_roles.entry(package).or_default().take(roles, unclear);
            }
            SideRecord::Named { id, display_name } => self.named.push((source, id, display_name)),
        }
    }
}
