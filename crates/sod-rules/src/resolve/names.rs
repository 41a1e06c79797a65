//! What the words of documents mean in one tenant.

use sod_model::{CatalogId, Directory, ExternalId, GroupId, PackageId, UserId};
use std::collections::BTreeMap;
use wildmatch::WildMatch;

/// What a word means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning<T> {
    One(T),
    Unknown,
    /// Several bear the name: their ids, for the message.
    Several(Vec<String>),
}

/// Everything of a tenant that a document can name.
pub(crate) struct Names<'d> {
    directory: &'d Directory,
    packages: BTreeMap<&'d str, Vec<PackageId>>,
    catalogs: BTreeMap<&'d str, Vec<CatalogId>>,
    groups: BTreeMap<&'d str, Vec<GroupId>>,
    users: BTreeMap<String, Vec<UserId>>,
}

impl<'d> Names<'d> {
    pub(crate) fn new(directory: &'d Directory) -> Self {
        let mut names = Self {
            directory,
            packages: BTreeMap::new(),
            catalogs: BTreeMap::new(),
            groups: BTreeMap::new(),
            users: BTreeMap::new(),
        };
        for (at, package) in directory.packages().iter().enumerate() {
            if let Some(name) = &package.display_name {
                names.packages.entry(name.trim()).or_default().push(PackageId(at as u32));
            }
        }
        for (at, catalog) in directory.catalogs().iter().enumerate() {
            if let Some(name) = &catalog.display_name {
                names.catalogs.entry(name.trim()).or_default().push(CatalogId(at as u32));
            }
        }
        for (at, group) in directory.groups().iter().enumerate() {
            if let Some(name) = &group.display_name {
                names.groups.entry(name.trim()).or_default().push(GroupId(at as u32));
            }
        }
        names
    }

    /// The same, with the principal names of users: only exceptions name them.
    pub(crate) fn with_users(mut self) -> Self {
        for (at, user) in self.directory.users().iter().enumerate() {
            if let Some(name) = &user.principal_name {
                self.users.entry(name.trim().to_lowercase()).or_default().push(UserId(at as u32));
            }
        }
        self
    }

    /// An id, or else a name that one package alone bears.
    pub(crate) fn package(&self, word: &str) -> Meaning<PackageId> {
        let packages = self.directory.packages();
        let id = ExternalId::new(word);
        if let Ok(at) = packages.binary_search_by(|package| package.id.cmp(&id)) {
            return Meaning::One(PackageId(at as u32));
        }
        let id_of = |at: &PackageId| self.directory.package(*at).map(|package| package.id.to_string());
        one_of(self.packages.get(word), id_of)
    }

    pub(crate) fn catalog(&self, word: &str) -> Meaning<CatalogId> {
        let catalogs = self.directory.catalogs();
        let id = ExternalId::new(word);
        if let Ok(at) = catalogs.binary_search_by(|catalog| catalog.id.cmp(&id)) {
            return Meaning::One(CatalogId(at as u32));
        }
        one_of(self.catalogs.get(word), |at| catalogs.get(at.index()).map(|catalog| catalog.id.to_string()))
    }

    pub(crate) fn group(&self, word: &str) -> Meaning<GroupId> {
        let groups = self.directory.groups();
        let id = ExternalId::new(word);
        if let Ok(at) = groups.binary_search_by(|group| group.id.cmp(&id)) {
            return Meaning::One(GroupId(at as u32));
        }
        one_of(self.groups.get(word), |at| groups.get(at.index()).map(|group| group.id.to_string()))
    }

    /// An id or alias, or else a principal name; case does not count in that.
    pub(crate) fn user(&self, word: &str) -> Meaning<UserId> {
        let users = self.directory.users();
        let id = ExternalId::new(word);
        if let Ok(at) = users.binary_search_by(|user| user.id.cmp(&id)) {
            return Meaning::One(UserId(at as u32));
        }
        let aliases = users.iter().enumerate().filter(|(_, user)| user.aliases.binary_search(&id).is_ok());
        let aliases: Vec<UserId> = aliases.map(|(at, _)| UserId(at as u32)).collect();
        let id_of = |at: &UserId| users.get(at.index()).map(|user| user.id.to_string());
        match one_of(Some(&aliases), id_of) {
            Meaning::Unknown => one_of(self.users.get(&word.to_lowercase()), id_of),
            known => known,
        }
    }

    pub(crate) fn packages_of(&self, catalog: CatalogId) -> impl Iterator<Item = PackageId> {
        let packages = self.directory.packages().iter().enumerate();
        packages
            .filter(move |(_, package)| package.catalog == Some(catalog))
            .map(|(at, _)| PackageId(at as u32))
    }

    /// Packages whose name fits the pattern; case does not count.
    pub(crate) fn matching(&self, pattern: &str) -> Vec<PackageId> {
        let pattern = WildMatch::new_case_insensitive(pattern);
        let fitting = self.packages.iter().filter(|(name, _)| pattern.matches(name));
        fitting.flat_map(|(_, packages)| packages.iter().copied()).collect()
    }

    /// Whether anybody can be known to be in the group.
    pub(crate) fn has_members(&self, group: GroupId) -> bool {
        self.directory.group(group).is_some_and(|group| group.members.is_some())
    }
}

fn one_of<T: Copy>(found: Option<&Vec<T>>, id: impl Fn(&T) -> Option<String>) -> Meaning<T> {
    match found.map(Vec::as_slice) {
        Some([one]) => Meaning::One(*one),
        Some([]) | None => Meaning::Unknown,
        Some(several) => Meaning::Several(several.iter().filter_map(id).collect()),
    }
}
