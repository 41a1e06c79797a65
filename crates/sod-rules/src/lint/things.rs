//! The things that rules count: packages and groups of the tenant, and words that stand for something unknown.
//!
//! A thing of the tenant is one thing, and no two of these are the same. A word of the documents may be another name of a
//! thing that is there already, and a catalog or a pattern stands for any number of packages.

use crate::resolve::{Missing, MissingKind};
use sod_model::{Directory, ExternalId, GroupId, PackageId};
use std::collections::HashMap;

/// A thing, by its number in [`Things`].
pub(crate) type ThingId = u32;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Thing {
    Package(PackageId),
    Group(GroupId),
    Word(MissingKind, ExternalId),
}

/// Every thing that some rule counts, numbered as they are met.
pub(crate) struct Things<'d> {
    directory: Option<&'d Directory>,
    numbers: HashMap<Thing, ThingId>,
    kinds: Vec<Thing>,
}

impl<'d> Things<'d> {
    pub(crate) fn new(directory: Option<&'d Directory>) -> Self {
        Self { directory, numbers: HashMap::new(), kinds: Vec::new() }
    }

    pub(crate) fn package(&mut self, package: PackageId) -> ThingId {
        self.number(Thing::Package(package))
    }

    pub(crate) fn group(&mut self, group: GroupId) -> ThingId {
        self.number(Thing::Group(group))
    }

    pub(crate) fn word(&mut self, word: &Missing) -> ThingId {
        let text = match word.kind {
            MissingKind::Pattern | MissingKind::Nameless => ExternalId::Text(word.name.to_lowercase().into()),
            _ => ExternalId::new(&word.name),
        };
        self.number(Thing::Word(word.kind, text))
    }

    fn number(&mut self, thing: Thing) -> ThingId {
        let next = self.kinds.len() as ThingId;
        *self.numbers.entry(thing).or_insert_with_key(|thing| {
            self.kinds.push(thing.clone());
            next
        })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether nobody can hold more than one of it.
    pub(crate) fn is_one(&self, thing: ThingId) -> bool {
        match self.kinds.get(thing as usize) {
            Some(Thing::Word(kind, _)) => kind.is_one(),
            _ => true,
        }
    }

    /// Whether the tenant knows it, so that it is no other thing.
    pub(crate) fn is_known(&self, thing: ThingId) -> bool {
        !matches!(self.kinds.get(thing as usize), Some(Thing::Word(..)))
    }

    /// The package behind it.
    pub(crate) fn as_package(&self, thing: ThingId) -> Option<PackageId> {
        match self.kinds.get(thing as usize)? {
            Thing::Package(package) => Some(*package),
            _ => None,
        }
    }

    /// What people call it.
    pub(crate) fn shown(&self, thing: ThingId) -> String {
        let directory = self.directory;
        match self.kinds.get(thing as usize) {
            Some(Thing::Package(package)) => directory
                .and_then(|directory| directory.package(*package))
                .map_or_else(String::new, |package| {
                    package.display_name.as_deref().map_or_else(|| package.id.to_string(), str::to_owned)
                }),
            Some(Thing::Group(group)) => {
                directory.and_then(|directory| directory.group(*group)).map_or_else(String::new, |group| {
                    let name = group.display_name.as_deref();
                    format!("group {}", name.map_or_else(|| group.id.to_string(), str::to_owned))
                })
            }
            Some(Thing::Word(MissingKind::Package, name)) => name.to_string(),
            Some(Thing::Word(kind, name)) => format!("{} {name}", kind.name()),
            None => String::new(),
        }
    }

    /// What people call these, in the order of the names.
    pub(crate) fn all_shown(&self, things: &[ThingId]) -> Vec<String> {
        let mut names: Vec<String> = things.iter().map(|thing| self.shown(*thing)).collect();
        names.sort_unstable();
        names
    }
}
