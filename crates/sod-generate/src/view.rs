//! The tenant as one export shows it: names and identities after the dirt that concerns people and packages.

use crate::assignment::{AssignmentState, GeneratedAssignment};
use crate::dirt::Dirt;
use crate::guid::Guid;
use crate::hostile::hostile_name;
use crate::options::ExportOptions;
use crate::random::{Stream, hash};
use crate::tenant::Tenant;
use crate::user::{GeneratedUser, user_core};
use std::borrow::Cow;

/// A member of an exported group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// A user of the tenant.
    User(u32),
    /// Somebody who is in no other list.
    Stranger(Guid),
}

/// A group as exported.
#[derive(Clone, Debug)]
pub(crate) struct GroupView {
    pub(crate) id: Guid,
    pub(crate) display_name: String,
    pub(crate) members: Vec<Member>,
}

/// A tenant and the dirt upon it. Which dirt is wanted is looked up once: [`ExportOptions::has`] is a search.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) options: &'a ExportOptions,
    pub(crate) expanded: bool,
    pub(crate) mixed_case: bool,
    null_objects: bool,
    /// The first guest who holds anything: without a directory object whatever the draw, so that small tenants too
    /// have somebody who is.
    first_guest: Option<u32>,
    hostile: bool,
    duplicate_names: bool,
}

impl<'a> View<'a> {
    pub(crate) fn new(tenant: &'a Tenant, options: &'a ExportOptions) -> Self {
        let null_objects = options.has(Dirt::NullObjectId);
        let is_guest = |user| user_core(tenant.seed(), user, tenant.departments()).is_guest;
        let held_by_guest =
            |row: &GeneratedAssignment| row.state == AssignmentState::Delivered && is_guest(row.user);
        let first_guest = if null_objects { tenant.assignments().find(held_by_guest) } else { None };
        Self {
            tenant,
            options,
            expanded: !options.has(Dirt::Unexpanded),
            mixed_case: options.has(Dirt::MixedCase),
            null_objects,
            first_guest: first_guest.map(|row| row.user),
            hostile: options.has(Dirt::HostileNames),
            duplicate_names: options.has(Dirt::DuplicatePackageName),
        }
    }

    /// Whether the user has no directory object in this export: half of the guests, when asked for.
    pub(crate) fn is_null_object(&self, user: u32) -> bool {
        let is_drawn = hash(self.tenant.seed(), Stream::UserTrait, u64::from(user) | 1 << 40) & 1 == 0;
        self.null_objects && (self.first_guest == Some(user) || (is_drawn && self.is_guest(user)))
    }

    /// Whether the user is a guest.
    pub(crate) fn is_guest(&self, user: u32) -> bool {
        user_core(self.tenant.seed(), user, self.tenant.departments()).is_guest
    }

    /// The package whose name the package bears: its own, but with duplicate names every seventh bears its neighbour's.
    fn namesake(&self, package: u32) -> u32 {
        if self.duplicate_names && package % 7 == 1 { package - 1 } else { package }
    }

    /// Whether another package of the export bears the same name.
    pub(crate) fn is_ambiguous(&self, package: u32) -> bool {
        let follower = package.is_multiple_of(7) && (package as usize) + 1 < self.tenant.packages().len();
        self.duplicate_names && (package % 7 == 1 || follower)
    }

    /// The display name of a package.
    pub(crate) fn package_name(&self, package: u32) -> Cow<'a, str> {
        let package = self.namesake(package);
        let name = self.tenant.package(package).map_or("", |package| package.display_name.as_str());
        if self.hostile && package.is_multiple_of(3) {
            hostile_name(package, name).into()
        } else {
            name.into()
        }
    }

    /// The display name of a user.
    pub(crate) fn user_name<'n>(&self, user: &'n GeneratedUser) -> Cow<'n, str> {
        if self.hostile && user.index.is_multiple_of(5) {
            hostile_name(user.index, &user.display_name).into()
        } else {
            user.display_name.as_str().into()
        }
    }

    /// The groups with their members. No group has exactly 100 members but the one that is asked for.
    pub(crate) fn groups(&self) -> impl Iterator<Item = GroupView> + '_ {
        let own = (0_u32..).zip(self.tenant.groups()).map(|(at, group)| {
            let present = self.tenant.group_members(at).filter(|&user| !self.is_null_object(user));
            let mut members: Vec<Member> = present.map(Member::User).collect();
            if members.len() == 100 {
                members.pop();
            }
            GroupView { id: group.id, display_name: group.display_name.clone(), members }
        });
        own.chain(self.options.has(Dirt::GroupOf100).then(|| self.group_of_100()))
    }

    fn group_of_100(&self) -> GroupView {
        let users =
            (0..self.tenant.spec().users).filter(|&user| !self.is_null_object(user)).map(Member::User);
        let seed = self.tenant.seed();
        let strangers = (0..).map(|at| Member::Stranger(Guid::at(seed, Stream::StrangerId, at)));
        GroupView {
            id: Guid::at(seed, Stream::GroupId, u64::from(u32::MAX)),
            display_name: "SG Payment approvers".to_owned(),
            members: users.chain(strangers).take(100).collect(),
        }
    }

    /// The users that a list of users has.
    pub(crate) fn listed_users(&self) -> impl Iterator<Item = GeneratedUser> + '_ {
        (0..self.tenant.spec().users)
            .filter(|&user| !self.is_null_object(user))
            .map(|user| self.tenant.user(user))
    }
}
