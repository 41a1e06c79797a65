//! What the words of documents mean in one tenant.

use sod_model::{CatalogId, Directory, ExternalId, GroupId, Package, PackageId, UserId, UserIdKind};
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

/// What people call a package: its name, or else an id that is not a GUID.
fn called(package: &Package) -> Option<&str> {
    match (&package.display_name, &package.id) {
        (Some(name), _) => Some(name),
        (None, ExternalId::Text(text)) => Some(text),
        (None, ExternalId::Guid(_)) => None,
    }
}

type ByName<'d> = BTreeMap<&'d str, Vec<u32>>;

fn by_name<T>(table: &[T], name: impl Fn(&T) -> Option<&str>) -> ByName<'_> {
    let mut names = ByName::new();
    for (at, entry) in table.iter().enumerate() {
        if let Some(name) = name(entry) {
            names.entry(name.trim()).or_default().push(at as u32);
        }
    }
    names
}

/// An id of the table, which ascends by it, or else a name that one entry alone bears.
fn meaning<T, I>(
    word: &str,
    table: &[T],
    id: impl Fn(&T) -> &ExternalId,
    names: &ByName<'_>,
    number: impl Fn(u32) -> I,
) -> Meaning<I> {
    let wanted = ExternalId::new(word);
    if let Ok(at) = table.binary_search_by(|entry| id(entry).cmp(&wanted)) {
        return Meaning::One(number(at as u32));
    }
    one_of(names.get(word), table, id, number)
}

/// The one entry of these positions, if it is one.
fn one_of<T, I>(
    found: Option<&Vec<u32>>,
    table: &[T],
    id: impl Fn(&T) -> &ExternalId,
    number: impl Fn(u32) -> I,
) -> Meaning<I> {
    match found.map(Vec::as_slice) {
        Some([one]) => Meaning::One(number(*one)),
        Some([]) | None => Meaning::Unknown,
        Some(several) => {
            let entries = several.iter().filter_map(|at| table.get(*at as usize));
            Meaning::Several(entries.map(|entry| id(entry).to_string()).collect())
        }
    }
}

/// Everything of a tenant that a document can name.
pub(crate) struct Names<'d> {
    directory: &'d Directory,
    // By name: positions of those that bear it.
    packages: ByName<'d>,
    catalogs: ByName<'d>,
    groups: ByName<'d>,
    users: BTreeMap<String, Vec<u32>>,
}

impl<'d> Names<'d> {
    pub(crate) fn new(directory: &'d Directory) -> Self {
        Self {
            directory,
            packages: by_name(directory.packages(), called),
            catalogs: by_name(directory.catalogs(), |catalog| catalog.display_name.as_deref()),
            groups: by_name(directory.groups(), |group| group.display_name.as_deref()),
            users: BTreeMap::new(),
        }
    }

    /// The same, with the principal names of users: only exceptions name them.
    pub(crate) fn with_users(mut self) -> Self {
        for (at, user) in self.directory.users().iter().enumerate() {
            // Where nothing better is known, the name is the id.
            let id = match &user.id {
                ExternalId::Text(text) if user.id_kind == UserIdKind::Name => Some(text),
                _ => None,
            };
            for name in user.principal_name.iter().chain(id) {
                let bearers = self.users.entry(name.trim().to_lowercase()).or_default();
                if bearers.last() != Some(&(at as u32)) {
                    bearers.push(at as u32);
                }
            }
        }
        self
    }

    /// An id, or else a name that one package alone bears.
    pub(crate) fn package(&self, word: &str) -> Meaning<PackageId> {
        meaning(word, self.directory.packages(), |package| &package.id, &self.packages, PackageId)
    }

    /// An id, or else a name that one catalog alone bears.
    pub(crate) fn catalog(&self, word: &str) -> Meaning<CatalogId> {
        meaning(word, self.directory.catalogs(), |catalog| &catalog.id, &self.catalogs, CatalogId)
    }

    /// An id, or else a name that one group alone bears.
    pub(crate) fn group(&self, word: &str) -> Meaning<GroupId> {
        meaning(word, self.directory.groups(), |group| &group.id, &self.groups, GroupId)
    }

    /// An id or alias, or else a principal name; case does not count in that.
    pub(crate) fn user(&self, word: &str) -> Meaning<UserId> {
        let users = self.directory.users();
        let wanted = ExternalId::new(word);
        if let Ok(at) = users.binary_search_by(|user| user.id.cmp(&wanted)) {
            return Meaning::One(UserId(at as u32));
        }
        let aliases =
            users.iter().enumerate().filter(|(_, user)| user.aliases.binary_search(&wanted).is_ok());
        let aliases: Vec<u32> = aliases.map(|(at, _)| at as u32).collect();
        match one_of(Some(&aliases), users, |user| &user.id, UserId) {
            Meaning::Unknown => one_of(self.users.get(&word.to_lowercase()), users, |user| &user.id, UserId),
            known => known,
        }
    }

    pub(crate) fn packages_of(&self, catalog: CatalogId) -> impl Iterator<Item = PackageId> {
        let packages = self.directory.packages().iter().enumerate();
        packages
            .filter(move |(_, package)| package.catalog == Some(catalog))
            .map(|(at, _)| PackageId(at as u32))
    }

    /// Whether the catalog of some package is unknown.
    pub(crate) fn has_homeless_packages(&self) -> bool {
        self.directory.packages().iter().any(|package| package.catalog.is_none())
    }

    /// Whether some package is known by a GUID alone, so that no pattern can tell what it is.
    pub(crate) fn has_nameless_packages(&self) -> bool {
        self.directory.packages().iter().any(|package| called(package).is_none())
    }

    /// Packages whose name fits the pattern; case does not count.
    pub(crate) fn matching(&self, pattern: &str) -> Vec<PackageId> {
        let pattern = WildMatch::new_case_insensitive(pattern);
        let fitting = self.packages.iter().filter(|(name, _)| pattern.matches(name));
        fitting.flat_map(|(_, packages)| packages.iter().copied().map(PackageId)).collect()
    }

    /// Whether anybody can be known to be in the group.
    pub(crate) fn has_members(&self, group: GroupId) -> bool {
        self.directory.group(group).is_some_and(|group| group.members.is_some())
    }

    /// Whether groups are inside the group whose members were not exported.
    pub(crate) fn has_untold_groups(&self, group: GroupId) -> bool {
        self.directory.group(group).is_some_and(|group| group.nested_unknown > 0)
    }
}
