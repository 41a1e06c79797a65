//! Everything that requests are answered from. Made once, never changed, independent of the files it came from.

mod assignment;
mod build;
mod fingerprint;
mod member;
mod order;
mod pieces;
mod records;

pub use build::BuildError;
pub(crate) use member::sort_inside;
pub(crate) use order::order_by_id;

use crate::store::order::{InOrder, Marks};
use crate::store::records::{RecordId, Records};
use hashbrown::HashMap;
use rayon::prelude::*;
use serde_json::Value;
use sod_engine::{
    AssignmentMatrix, CatalogId, ExternalId, GroupId, Holding, PackageId, PolicyId, Snapshot, StateFilter,
    StateTable, UserId, UserIdKind,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is kept of records beside what the snapshot itself knows: one each, `None` where none was exported.
type Rest = Vec<Option<RecordId>>;

/// A snapshot, and the members of its records that counting does not need.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) snapshot: Snapshot,
    pub(crate) tables: Tables,
    /// By state, whether it counts as held on the side that is listed.
    counted: Vec<bool>,
    in_order: InOrder,
    held: Arc<AssignmentMatrix>,
    held_besides: Arc<AssignmentMatrix>,
    /// The export is proven to lack something, names people in ways that do not join, or has no states: any list may be short.
    pub(crate) is_partial: bool,
    /// There are assignments of which the export does not tell `target/objectId`, `target/id`, `targetId`.
    pub(crate) unnamed: [bool; 3],
}

/// How many assignments of a package may be walked in the time that it takes to look up those of one user and to put them in
/// order.
const DEAR: u64 = 64;

/// What the records say beside what the snapshot knows, by the numbers of the snapshot.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    records: Records,
    /// By position in [`Snapshot::table`].
    assignments: Rest,
    users: Rest,
    packages: Rest,
    policies: Rest,
    catalogs: Rest,
    /// Ascending by id.
    pub(crate) organizations: Vec<(ExternalId, Option<RecordId>)>,
    /// Which of the ids of its user an assignment gives, by position in [`Snapshot::table`].
    named_by: Vec<NamedBy>,
    /// By position, what an assignment calls its user where that is no id of the user: an id that several people have been
    /// given is nobody's.
    named_otherwise: BTreeMap<u32, [Option<ExternalId>; 2]>,
    /// Assignments that have an id.
    by_id: HashMap<ExternalId, u32, foldhash::fast::RandomState>,
    /// Further assignments with the id of another.
    by_id_too: BTreeMap<ExternalId, Vec<u32>>,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
    /// A member of a record that the snapshot does not have as such.
    pub(crate) fn member(&self, entity: Entity, name: &str) -> Option<Value> {
        let tables = &self.tables;
        let record = match entity {
            Entity::Assignment(row) => tables.assignments.get(row as usize).copied().flatten(),
            Entity::Subject(user, _) => tables.users.get(user.index()).copied().flatten(),
            Entity::Package(package) => tables.packages.get(package.index()).copied().flatten(),
            Entity::Policy(policy) => tables.policies.get(policy.index()).copied().flatten(),
            Entity::Catalog(catalog) => tables.catalogs.get(catalog.index()).copied().flatten(),
            Entity::Organization(at) => tables.organizations.get(at as usize).and_then(|(_, record)| *record),
            Entity::Group(_) => None,
        };
        tables.records.member(record?, name)
    }

    /// Whether any record has the word as a value, in any case.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        let is_it = |known: &str| known.eq_ignore_ascii_case(word);
        let (snapshot, users) = (&self.snapshot, self.snapshot.directory.users());
        snapshot.states.iter().any(|(_, name)| is_it(name))
            || users.iter().any(|user| user.subject_type.as_deref().is_some_and(is_it))
            || self.tables.records.has_word(word)
    }

    /// The positions of all assignments with the id; an export may give several the same.
    pub(crate) fn find_assignments(&self, id: &ExternalId) -> impl Iterator<Item = u32> {
        let too = self.tables.by_id_too.get(id).into_iter().flatten().copied();
        self.tables.by_id.get(id).copied().into_iter().chain(too)
    }

    /// The connected organization with the id.
    pub(crate) fn find_organization(&self, id: &ExternalId) -> Option<u32> {
        self.tables.organizations.binary_search_by(|(known, _)| known.cmp(id)).ok().map(|at| at as u32)
    }

    /// The id of the subject record by which an assignment names its user.
    pub(crate) fn subject_record(&self, row: u32) -> Option<String> {
        self.alias(row, |named| named.record, 0)
    }

    /// The `targetId` of an assignment, as exported.
    pub(crate) fn target_id(&self, row: u32) -> Option<String> {
        self.alias(row, |named| named.target, 1)
    }

    /// The id of the subject record of a user, in the assignment if one is given, as far as it is known.
    pub(crate) fn subject_id(&self, user: UserId, row: Option<u32>) -> Option<String> {
        let record = row.and_then(|row| self.subject_record(row));
        record.or_else(|| {
            let user = self.snapshot.directory.user(user)?;
            // Beside the object id, the one other id that records tie to a person is that of the subject record.
            match (user.id_kind, user.aliases.as_slice()) {
                (UserIdKind::SubjectRecord, _) => Some(user.id.to_string()),
                (_, [one]) => Some(one.to_string()),
                _ => None,
            }
        })
    }

    /// The `targetId` of an assignment, as far as it is known: the id of the subject record.
    pub(crate) fn target_of(&self, row: u32) -> Option<String> {
        let user = *self.snapshot.table().users().get(row as usize)?;
        self.target_id(row).or_else(|| self.subject_id(user, Some(row))).or_else(|| {
            // An id of which nobody says what it is of may be this one; an object id or a name is not.
            let user = self.snapshot.directory.user(user)?;
            let is_other = matches!(user.id_kind, UserIdKind::Object | UserIdKind::Name);
            (!is_other).then(|| user.id.to_string())
        })
    }

    /// Whether there are assignments of users without an object id, without the id of a subject record, and without a `targetId`.
    fn find_unnamed(&self) -> [bool; 3] {
        let (users, directory) = (self.snapshot.table().users(), &self.snapshot.directory);
        let is_object =
            |user: &UserId| directory.user(*user).is_some_and(|user| user.id_kind == UserIdKind::Object);
        let length = users.len() as u32;
        let user = |row: u32| users.get(row as usize).copied();
        let has_record = |row| user(row).is_some_and(|user| self.subject_id(user, Some(row)).is_some());
        [
            !users.par_iter().all(is_object),
            !(0..length).into_par_iter().all(has_record),
            !(0..length).into_par_iter().all(|row| self.target_of(row).is_some()),
        ]
    }

    fn alias(&self, row: u32, which: impl Fn(&NamedBy) -> u8, slot: usize) -> Option<String> {
        if let Some(Some(id)) = self.tables.named_otherwise.get(&row).and_then(|ids| ids.get(slot)) {
            return Some(id.to_string());
        }
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
        let all = self.in_order.of(package);
        if users.len().saturating_mul(DEAR) < all.len() as u64 {
            let rows = users.iter().flat_map(|user| self.snapshot.rows_of_holding(UserId(user), package));
            let mut found: Vec<u32> =
                rows.map(|row| row as u32).filter(|row| self.is_counted(*row)).collect();
            order_by_id(&self.snapshot, &mut found);
            return found;
        }
        let users = Marks::new(&users, self.snapshot.directory.users().len());
        let user_of = self.snapshot.table().users();
        let is_meant = |row: &u32| user_of.get(*row as usize).is_some_and(|user| users.has(*user));
        all.iter().copied().filter(|row| is_meant(row) && self.is_counted(*row)).collect()
    }

    /// Whether the state of an assignment is one that counts.
    fn is_counted(&self, row: u32) -> bool {
        let state = self.snapshot.table().states().get(row as usize);
        state.is_some_and(|state| self.counted.get(state.index()) == Some(&true))
    }

    /// How many packages and groups the user of a delivered assignment has that its package may not be held with, by what
    /// packages declare, and whether the export has all that they declare; `None` if the assignment is not delivered.
    pub(crate) fn declared_conflicts(&self, row: u32) -> Option<(usize, bool)> {
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
        let groups = || package.incompatible_groups.iter().filter_map(|group| directory.group(*group));
        let is_member = |members: &[UserId]| members.binary_search(&user).is_ok();
        let member = groups().filter(|group| group.members.as_deref().is_some_and(is_member)).count();
        let is_whole = self.tables.says_incompatible.iter().all(|says| *says)
            && self.tables.says_groups.get(id.index()) == Some(&true)
            && groups().all(|group| group.members.is_some());
        Some((held + member, is_whole))
    }

    /// Whether all assignments that have an id have a GUID.
    pub(crate) fn assignment_ids_are_guids(&self) -> bool {
        self.tables.assignment_ids_are_guids
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
