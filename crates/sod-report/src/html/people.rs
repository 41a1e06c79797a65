//! Who and what the page speaks of: packages, the users that stand on it, directory groups and policies.

use super::columns::{IdColumn, TextColumn};
use crate::ReportView;
use serde::Serialize;
use sod_model::{ExceptedUsers, GroupId, UserId};

/// All packages of the snapshot, ascending by id: a package is its place here.
#[derive(Serialize)]
pub(super) struct Packages<'a> {
    ids: IdColumn,
    names: Vec<Option<&'a str>>,
    catalogs: TextColumn<'a>,
    /// Distinct users who hold it.
    holders: &'a [u32],
}

impl<'a> Packages<'a> {
    pub(super) fn new(view: &ReportView<'a>, holders: &'a [u32]) -> Self {
        let directory = &view.snapshot.directory;
        let packages = directory.packages();
        let catalog = |at| directory.catalog(at).and_then(|catalog| catalog.display_name.as_deref());
        Self {
            ids: packages.iter().map(|package| Some(&package.id)).collect(),
            names: packages.iter().map(|package| package.display_name.as_deref()).collect(),
            catalogs: packages.iter().map(|package| package.catalog.and_then(catalog)).collect(),
            holders,
        }
    }
}

/// By package: distinct users who hold it.
pub(super) fn holders(view: &ReportView<'_>) -> Vec<u32> {
    let mut holders = vec![0; view.snapshot.directory.packages().len()];
    for package in view.matrix.row_arrays().1 {
        if let Some(slot) = holders.get_mut(package.index()) {
            *slot += 1;
        }
    }
    holders
}

/// The users of the page. INVARIANT (cast): ascends strictly.
pub(super) struct Cast(Vec<UserId>);

impl Cast {
    /// The given users, and those of the exceptions.
    pub(super) fn new(view: &ReportView<'_>, users: impl Iterator<Item = UserId>) -> Self {
        let excepted = view.exceptions.exceptions().iter().filter_map(|exception| match exception.users {
            ExceptedUsers::User(user) => Some(user),
            ExceptedUsers::HoldersOf(_) | ExceptedUsers::Department(_) => None,
        });
        let mut all: Vec<UserId> = users.chain(excepted).collect();
        all.sort_unstable();
        all.dedup();
        Self(all)
    }

    /// The number of a user on the page.
    pub(super) fn place(&self, user: UserId) -> Option<u32> {
        self.0.binary_search(&user).ok().map(|at| at as u32)
    }
}

/// Users by their number on the page.
#[derive(Serialize)]
pub(super) struct Users<'a> {
    ids: IdColumn,
    names: Vec<Option<&'a str>>,
    /// User principal names, or e-mail addresses where there are none.
    principal_names: Vec<Option<&'a str>>,
    departments: TextColumn<'a>,
    kinds: TextColumn<'a>,
    user_types: TextColumn<'a>,
    /// Packages that the user holds.
    held: Vec<u32>,
}

impl<'a> Users<'a> {
    pub(super) fn new(view: &ReportView<'a>, cast: &Cast) -> Self {
        let users: Vec<_> = cast.0.iter().map(|&user| view.snapshot.directory.user(user)).collect();
        let principal_name =
            |user: &'a sod_model::User| user.principal_name.as_deref().or(user.email.as_deref());
        Self {
            ids: users.iter().map(|user| user.map(|user| &user.id)).collect(),
            names: users.iter().map(|user| user.and_then(|user| user.display_name.as_deref())).collect(),
            principal_names: users.iter().map(|user| user.and_then(principal_name)).collect(),
            departments: users.iter().map(|user| user.and_then(|user| user.department.as_deref())).collect(),
            kinds: users.iter().map(|user| user.and_then(|user| user.subject_type.as_deref())).collect(),
            user_types: users.iter().map(|user| user.and_then(|user| user.user_type.as_deref())).collect(),
            held: cast.0.iter().map(|&user| view.matrix.row(user).len() as u32).collect(),
        }
    }
}

/// The directory groups that rules name. INVARIANT (named groups): ascends strictly.
pub(super) struct NamedGroups(Vec<GroupId>);

impl NamedGroups {
    pub(super) fn new(view: &ReportView<'_>) -> Self {
        let terms = view.rules.rules().iter().flat_map(|rule| &rule.terms);
        let mut groups: Vec<GroupId> = terms.flat_map(|term| term.groups.iter().copied()).collect();
        groups.sort_unstable();
        groups.dedup();
        Self(groups)
    }

    /// The numbers of groups on the page.
    pub(super) fn places(&self, groups: &[GroupId]) -> Vec<u32> {
        groups.iter().filter_map(|group| self.0.binary_search(group).ok()).map(|at| at as u32).collect()
    }

    pub(super) fn table<'a>(&self, view: &ReportView<'a>) -> DirectoryGroups<'a> {
        let groups: Vec<_> = self.0.iter().map(|&group| view.snapshot.directory.group(group)).collect();
        DirectoryGroups {
            ids: groups.iter().map(|group| group.map(|group| &group.id)).collect(),
            names: groups.iter().map(|group| group.and_then(|group| group.display_name.as_deref())).collect(),
            members: groups
                .iter()
                .map(|group| Some(group.as_ref()?.members.as_ref()?.len() as u64))
                .collect(),
            truncated: groups
                .iter()
                .map(|group| group.is_some_and(|group| group.probably_truncated))
                .collect(),
            nested_unknown: groups
                .iter()
                .map(|group| group.as_ref().map_or(0, |group| group.nested_unknown))
                .collect(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct DirectoryGroups<'a> {
    ids: IdColumn,
    names: Vec<Option<&'a str>>,
    /// Members that are users of the snapshot; null where no membership was exported.
    members: Vec<Option<u64>>,
    truncated: Vec<bool>,
    /// Groups inside it whose members were not exported.
    nested_unknown: Vec<u32>,
}
