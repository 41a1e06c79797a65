//! Everything that requests are answered from. Made once, never changed, independent of the files it came from.

mod build;
mod member;
mod texts;

pub use build::BuildError;

use crate::store::texts::{TextId, Texts};
use hashbrown::HashMap;
use serde_json::{Map, Value};
use sod_engine::{
    AssignmentMatrix, CatalogId, ExternalId, GroupId, Holding, PackageId, PolicyId, Snapshot, StateFilter,
    StateTable, UserId,
};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

/// What is kept of records beside what the snapshot itself knows: one text each, `None` where no record was exported.
type Rest = Vec<Option<TextId>>;

/// A snapshot, and the members of its records that counting does not need.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) snapshot: Snapshot,
    pub(crate) tables: Tables,
    pub(crate) states: StateFilter,
    held: Arc<AssignmentMatrix>,
    held_besides: Arc<AssignmentMatrix>,
}

/// What the records say beside what the snapshot knows, by the numbers of the snapshot.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    texts: Texts,
    /// By position in [`Snapshot::table`].
    assignments: Rest,
    users: Rest,
    packages: Rest,
    policies: Rest,
    catalogs: Rest,
    /// Ascending by id.
    pub(crate) organizations: Vec<(ExternalId, Option<TextId>)>,
    /// Which of the ids of its user an assignment gives, by position in [`Snapshot::table`].
    named_by: Vec<NamedBy>,
    /// Assignments that have an id.
    by_id: HashMap<ExternalId, u32, foldhash::fast::RandomState>,
    pub(crate) policies_of: Vec<Vec<PolicyId>>,
    pub(crate) packages_of: Vec<Vec<PackageId>>,
    /// Packages that declare this one incompatible.
    pub(crate) declared_by: Vec<Vec<PackageId>>,
    /// Packages of which the export says what they are incompatible with, be it nothing.
    pub(crate) says_incompatible: Vec<bool>,
    /// The same of groups.
    pub(crate) says_groups: Vec<bool>,
    assignment_ids_are_guids: bool,
}

/// By which of its ids a record named its user: 0 not at all, 1 the canonical one, from 2 on its aliases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct NamedBy {
    /// `target.id`.
    record: u8,
    /// `targetId`.
    target: u8,
}

/// An entity of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Entity {
    /// By position in [`Snapshot::table`].
    Assignment(u32),
    /// A user, by the subject record of an assignment where one is given.
    Subject(UserId, Option<u32>),
    Package(PackageId),
    Policy(PolicyId),
    Catalog(CatalogId),
    Group(GroupId),
    /// By position.
    Organization(u32),
}

impl Store {
    /// The members of a record that the snapshot does not have as such.
    pub(crate) fn rest(&self, entity: Entity) -> Map<String, Value> {
        let tables = &self.tables;
        let text = match entity {
            Entity::Assignment(row) => tables.assignments.get(row as usize).copied().flatten(),
            Entity::Subject(user, _) => tables.users.get(user.index()).copied().flatten(),
            Entity::Package(package) => tables.packages.get(package.index()).copied().flatten(),
            Entity::Policy(policy) => tables.policies.get(policy.index()).copied().flatten(),
            Entity::Catalog(catalog) => tables.catalogs.get(catalog.index()).copied().flatten(),
            Entity::Organization(at) => tables.organizations.get(at as usize).and_then(|(_, text)| *text),
            Entity::Group(_) => None,
        };
        text.map(|text| tables.texts.get(text))
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// The position of the assignment with the id.
    pub(crate) fn find_assignment(&self, id: &ExternalId) -> Option<u32> {
        self.tables.by_id.get(id).copied()
    }

    /// The connected organization with the id.
    pub(crate) fn find_organization(&self, id: &ExternalId) -> Option<u32> {
        self.tables.organizations.binary_search_by(|(known, _)| known.cmp(id)).ok().map(|at| at as u32)
    }

    /// The id of the subject record by which an assignment names its user.
    pub(crate) fn subject_record(&self, row: u32) -> Option<String> {
        self.alias(row, |named| named.record)
    }

    /// The `targetId` of an assignment, as exported.
    pub(crate) fn target_id(&self, row: u32) -> Option<String> {
        self.alias(row, |named| named.target)
    }

    fn alias(&self, row: u32, which: impl Fn(&NamedBy) -> u8) -> Option<String> {
        let user = *self.snapshot.table().users().get(row as usize)?;
        let user = self.snapshot.directory.user(user)?;
        match which(self.tables.named_by.get(row as usize)?) {
            0 => None,
            1 => Some(user.id.to_string()),
            alias => user.aliases.get(usize::from(alias) - 2).map(ToString::to_string),
        }
    }

    /// The positions of the assignments to `package` of users who hold `incompatible` besides, in the order of their ids.
    pub(crate) fn additional(&self, package: PackageId, incompatible: &[PackageId]) -> Vec<u32> {
        let holders = self.held.column(package);
        let mut users = roaring::RoaringBitmap::new();
        for other in incompatible.iter().filter(|other| **other != package) {
            users |= holders & self.held_besides.column(*other);
        }
        let table = self.snapshot.table();
        let mut found = Vec::new();
        for user in users {
            let rows = self.snapshot.rows_of_holding(UserId(user), package);
            let counted = |row: &usize| {
                table
                    .states()
                    .get(*row)
                    .is_some_and(|state| self.states.matches(*state, &self.snapshot.states))
            };
            found.extend(rows.filter(counted).map(|row| row as u32));
        }
        self.order_by_id(&mut found);
        found
    }

    /// Puts positions in the order of the ids of their assignments.
    pub(crate) fn order_by_id(&self, rows: &mut [u32]) {
        rows.sort_by_cached_key(|row| (self.snapshot.table().id(*row as usize), *row));
    }

    /// How many packages and groups the user of a delivered assignment has that its package may not be held with, by what
    /// packages declare; `None` if the assignment is not delivered.
    pub(crate) fn declared_conflicts(&self, row: u32) -> Option<usize> {
        let (table, directory) = (self.snapshot.table(), &self.snapshot.directory);
        let at = row as usize;
        if *table.states().get(at)? != StateTable::DELIVERED {
            return None;
        }
        let (user, id) = (*table.users().get(at)?, *table.packages().get(at)?);
        let package = directory.package(id)?;
        let declared_by = self.tables.declared_by.get(id.index()).map(Vec::as_slice).unwrap_or_default();
        let mut others: Vec<PackageId> =
            package.incompatible_packages.iter().chain(declared_by).copied().collect();
        others.sort_unstable();
        others.dedup();
        let held = others.iter().filter(|other| self.held_besides.row(user).contains(other)).count();
        let is_member = |group: &&GroupId| {
            let members = directory.group(**group).and_then(|group| group.members.as_deref());
            members.is_some_and(|members| members.binary_search(&user).is_ok())
        };
        Some(held + package.incompatible_groups.iter().filter(is_member).count())
    }

    /// Whether all assignments that have an id have a GUID.
    pub(crate) fn assignment_ids_are_guids(&self) -> bool {
        self.tables.assignment_ids_are_guids
    }

    /// A number that only this snapshot has, the same wherever it is loaded.
    pub(crate) fn fingerprint(&self) -> u64 {
        let table = self.snapshot.table();
        let mut hasher = foldhash::quality::FixedState::with_seed(0).build_hasher();
        let directory = &self.snapshot.directory;
        (table.len(), directory.users().len(), directory.packages().len(), directory.policies().len())
            .hash(&mut hasher);
        for (user, (package, state)) in table.users().iter().zip(table.packages().iter().zip(table.states()))
        {
            (user, package, state).hash(&mut hasher);
        }
        table.for_each_id_key(0..table.len(), |key| key.hash(&mut hasher));
        directory.users().iter().for_each(|user| user.id.hash(&mut hasher));
        directory.packages().iter().for_each(|package| package.id.hash(&mut hasher));
        hasher.finish()
    }

    fn matrices(
        snapshot: &Snapshot,
        states: &StateFilter,
        incompatible: &StateFilter,
    ) -> [Arc<AssignmentMatrix>; 2] {
        let of = |states: &StateFilter| Arc::new(snapshot.matrix(&Holding { states: states.clone() }));
        let held = of(states);
        let besides = if states == incompatible { Arc::clone(&held) } else { of(incompatible) };
        [held, besides]
    }
}
