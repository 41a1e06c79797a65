//! Who and what the snapshot speaks of: the tables behind the dense ids.

use crate::{CatalogId, ExternalId, GroupId, PackageId, PolicyId, ResourceRoles, UserId};
use hashbrown::HashMap;

/// What a user's canonical id is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserIdKind {
    /// The directory object id: the same in every export of the tenant.
    Object,
    /// The id of the subject record of entitlement management (`target.id`); no object id is known.
    SubjectRecord,
    /// A beta `targetId`, which may be either of the above; nothing in the inputs decides.
    TargetId,
    /// A principal name or an e-mail address.
    Name,
    /// Whatever stood in the user column of a plain list.
    Plain,
}

/// A user, guest, service principal or agent: whoever holds packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Canonical id: the object id where known.
    pub id: ExternalId,
    /// What kind of id that is.
    pub id_kind: UserIdKind,
    /// Display name.
    pub display_name: Option<Box<str>>,
    /// User principal name.
    pub principal_name: Option<Box<str>>,
    /// E-mail address.
    pub email: Option<Box<str>>,
    /// `user`, `servicePrincipal`, ... as the export says.
    pub subject_type: Option<Box<str>>,
    /// `Member`, `Guest`: what a list of users says, which is no type of subject.
    pub user_type: Option<Box<str>>,
    /// Department, if users were exported.
    pub department: Option<Box<str>>,
    /// Other identifiers that the export ties to this user, in byte order.
    pub aliases: Vec<ExternalId>,
}

/// How a package is identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PackageIdKind {
    /// By the id of the package object.
    Object,
    /// By display name alone (some CSV exports): two packages of one name cannot be told apart.
    NameOnly,
}

/// An access package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The id; the display name where the exports have nothing better, see `id_kind`.
    pub id: ExternalId,
    /// What kind of id that is.
    pub id_kind: PackageIdKind,
    /// Display name.
    pub display_name: Option<Box<str>>,
    /// The Entra catalog that contains it.
    pub catalog: Option<CatalogId>,
    /// Packages that this one declares incompatible. Directed: the other side need not declare it.
    /// Sorted, without duplicates, never itself.
    pub incompatible_packages: Vec<PackageId>,
    /// Groups whose members may not hold this package. Sorted, without duplicates.
    pub incompatible_groups: Vec<GroupId>,
}

/// A directory group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Object id.
    pub id: ExternalId,
    /// Display name.
    pub display_name: Option<Box<str>>,
    /// Members that are users of the snapshot, sorted, those of groups inside this one included; `None` when no membership
    /// of the group was exported, which is not the same as an empty group.
    pub members: Option<Vec<UserId>>,
    /// Members as exported, including those who hold nothing, and not counting groups inside this one.
    pub members_exported: u32,
    /// Groups inside this one, at any depth, whose own members were not exported: who is in them is a member, too.
    pub nested_unknown: u32,
    /// Exactly one page of members was exported: very likely more exist.
    pub probably_truncated: bool,
}

/// An assignment policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Id.
    pub id: ExternalId,
    /// Display name.
    pub display_name: Option<Box<str>>,
    /// The package it belongs to, if known.
    pub package: Option<PackageId>,
    /// Whether the policy assigns automatically (v1.0 exports only; a beta export cannot tell).
    pub automatic: Option<bool>,
}

/// An Entra catalog: a container of packages and resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntraCatalog {
    /// Id.
    pub id: ExternalId,
    /// Display name.
    pub display_name: Option<Box<str>>,
}

/// The tables behind the dense ids: the only place where names and external ids are kept.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    // INVARIANT (sorted directory): each table ascends strictly in the byte order of its external ids.
    users: Vec<User>,
    packages: Vec<Package>,
    groups: Vec<Group>,
    policies: Vec<Policy>,
    catalogs: Vec<EntraCatalog>,
    resource_roles: ResourceRoles,
    user_aliases: HashMap<ExternalId, UserId, foldhash::fast::RandomState>,
}

fn find<T>(table: &[T], id: &ExternalId, key: impl Fn(&T) -> &ExternalId) -> Option<u32> {
    table.binary_search_by(|entry| key(entry).cmp(id)).ok().map(|at| at as u32)
}

fn ascends<T>(table: &[T], key: impl Fn(&T) -> &ExternalId) -> bool {
    table.is_sorted_by(|a, b| key(a) < key(b))
}

impl Directory {
    /// Makes a directory from tables that ascend strictly by id; `None` if one does not.
    #[must_use]
    pub fn from_sorted(
        users: Vec<User>,
        packages: Vec<Package>,
        groups: Vec<Group>,
        policies: Vec<Policy>,
        catalogs: Vec<EntraCatalog>,
    ) -> Option<Self> {
        let sorted = ascends(&users, |entry| &entry.id)
            && ascends(&packages, |entry| &entry.id)
            && ascends(&groups, |entry| &entry.id)
            && ascends(&policies, |entry| &entry.id)
            && ascends(&catalogs, |entry| &entry.id);
        if !sorted {
            return None;
        }
        let mut user_aliases = HashMap::default();
        for (at, user) in users.iter().enumerate() {
            for alias in &user.aliases {
                user_aliases.insert(alias.clone(), UserId(at as u32));
            }
        }
        let resource_roles = ResourceRoles::default();
        Some(Self { users, packages, groups, policies, catalogs, resource_roles, user_aliases })
    }

    /// The same directory, with what its packages give.
    #[must_use]
    pub fn with_resource_roles(self, resource_roles: ResourceRoles) -> Self {
        Self { resource_roles, ..self }
    }

    /// What the packages give, as far as it was exported.
    #[must_use]
    pub fn resource_roles(&self) -> &ResourceRoles {
        &self.resource_roles
    }

    /// All users, ascending by id.
    #[must_use]
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// All packages, ascending by id: those listed and those only referred to.
    #[must_use]
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// All groups, ascending by id.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// All policies, ascending by id.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// All Entra catalogs, ascending by id.
    #[must_use]
    pub fn catalogs(&self) -> &[EntraCatalog] {
        &self.catalogs
    }

    /// The user behind an id of this directory.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(id.index())
    }

    /// The package behind an id of this directory.
    #[must_use]
    pub fn package(&self, id: PackageId) -> Option<&Package> {
        self.packages.get(id.index())
    }

    /// The group behind an id of this directory.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(id.index())
    }

    /// The policy behind an id of this directory.
    #[must_use]
    pub fn policy(&self, id: PolicyId) -> Option<&Policy> {
        self.policies.get(id.index())
    }

    /// The Entra catalog behind an id of this directory.
    #[must_use]
    pub fn catalog(&self, id: CatalogId) -> Option<&EntraCatalog> {
        self.catalogs.get(id.index())
    }

    /// Finds a package by its external id.
    #[must_use]
    pub fn find_package(&self, id: &ExternalId) -> Option<PackageId> {
        find(&self.packages, id, |entry| &entry.id).map(PackageId)
    }

    /// Finds a group by its object id.
    #[must_use]
    pub fn find_group(&self, id: &ExternalId) -> Option<GroupId> {
        find(&self.groups, id, |entry| &entry.id).map(GroupId)
    }

    /// Finds a policy by its id.
    #[must_use]
    pub fn find_policy(&self, id: &ExternalId) -> Option<PolicyId> {
        find(&self.policies, id, |entry| &entry.id).map(PolicyId)
    }

    /// Finds an Entra catalog by its id.
    #[must_use]
    pub fn find_catalog(&self, id: &ExternalId) -> Option<CatalogId> {
        find(&self.catalogs, id, |entry| &entry.id).map(CatalogId)
    }

    /// Finds a user by canonical id or by any identifier that the export ties to it (`target.id`, `targetId`).
    #[must_use]
    pub fn find_user(&self, id: &ExternalId) -> Option<UserId> {
        find(&self.users, id, |entry| &entry.id).map(UserId).or_else(|| self.user_aliases.get(id).copied())
    }

    /// The packages of that display name, exact and case-sensitive; more than one when catalogs share a name.
    #[must_use]
    pub fn packages_named(&self, name: &str) -> Vec<PackageId> {
        let named = |package: &Package| package.display_name.as_deref() == Some(name);
        self.packages
            .iter()
            .enumerate()
            .filter(|(_, p)| named(p))
            .map(|(at, _)| PackageId(at as u32))
            .collect()
    }

    /// The users of that principal name or e-mail address, without regard to case.
    #[must_use]
    pub fn users_named(&self, name: &str) -> Vec<UserId> {
        let same =
            |text: &Option<Box<str>>| text.as_deref().is_some_and(|text| text.eq_ignore_ascii_case(name));
        let named = |user: &User| same(&user.principal_name) || same(&user.email);
        self.users.iter().enumerate().filter(|(_, u)| named(u)).map(|(at, _)| UserId(at as u32)).collect()
    }
}
