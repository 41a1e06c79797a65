//! Sets of packages and groups; functions may contain functions.

use super::names::{Meaning, Names};
use super::{Missing, MissingKind, ambiguous};
use crate::document::{Located, Members, Problem, ProblemCode, RuleDocument, closest, printable};
use sod_model::{GroupId, PackageId};
use std::collections::{BTreeMap, BTreeSet};

/// What a set came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SetOf {
    packages: BTreeSet<PackageId>,
    groups: BTreeSet<GroupId>,
    pub(crate) missing: Vec<Missing>,
}

impl SetOf {
    pub(crate) fn packages(&self) -> Vec<PackageId> {
        self.packages.iter().copied().collect()
    }

    pub(crate) fn groups(&self) -> Vec<GroupId> {
        self.groups.iter().copied().collect()
    }

    /// Whether the tenant knows nothing of it.
    pub(crate) fn is_empty(&self) -> bool {
        self.packages.is_empty() && self.groups.is_empty()
    }

    fn include(&mut self, other: &Self) {
        self.packages.extend(&other.packages);
        self.groups.extend(&other.groups);
        self.missing.extend(other.missing.iter().cloned());
    }
}

/// The functions of all documents.
#[derive(Default)]
pub(crate) struct Functions {
    sets: BTreeMap<Box<str>, SetOf>,
}

impl Functions {
    /// Works out every function; those that contain others after these.
    pub(crate) fn resolve(
        documents: &[RuleDocument],
        names: &Names<'_>,
        problems: &mut [Vec<Problem>],
    ) -> Self {
        let mut waiting: Vec<(usize, &crate::document::Function)> = Vec::new();
        for (at, document) in documents.iter().enumerate() {
            waiting.extend(document.functions.iter().map(|function| (at, function)));
        }
        let defined: BTreeSet<&str> = waiting.iter().map(|(_, function)| &*function.name.value).collect();
        let mut functions = Self::default();
        loop {
            let before = waiting.len();
            waiting.retain(|(at, function)| {
                let known = |part: &Located<Box<str>>| {
                    functions.sets.contains_key(&part.value) || !defined.contains(&*part.value)
                };
                if !function.members.functions.iter().all(known) {
                    return true;
                }
                let Some(problems) = problems.get_mut(*at) else { return false };
                let set = functions.set_of(&function.members, *at, names, problems);
                functions.sets.entry(function.name.value.clone()).or_insert(set);
                false
            });
            if waiting.len() == before {
                break;
            }
        }
        for (_, function) in &waiting {
            functions.sets.entry(function.name.value.clone()).or_default();
        }
        for (at, function) in waiting {
            let message = format!(
                "the function `{}` contains itself, by way of others",
                printable(&function.name.value)
            );
            if let Some(problems) = problems.get_mut(at) {
                problems.push(Problem::new(ProblemCode::FunctionCycle, function.name.span.clone(), message));
                // What else is wrong with it.
                functions.set_of(&function.members, at, names, problems);
            }
        }
        functions
    }

    /// What a function came to.
    pub(crate) fn get(&self, name: &str) -> Option<&SetOf> {
        self.sets.get(name)
    }

    /// What the words of one set mean together.
    pub(crate) fn set_of(
        &self,
        members: &Members,
        document: usize,
        names: &Names<'_>,
        problems: &mut Vec<Problem>,
    ) -> SetOf {
        let mut set = SetOf::default();
        let mut words = Words { document, set: &mut set, problems };
        for word in &members.packages {
            words.take(MissingKind::Package, word, names.package(&word.value), |set, package| {
                set.packages.insert(package);
            });
        }
        for word in &members.groups {
            match names.group(&word.value) {
                // Nobody is known to be in it, which is not to say that nobody is.
                Meaning::One(group) if !names.has_members(group) => {
                    words.missing(MissingKind::GroupMembers, word);
                }
                meaning => {
                    if let Meaning::One(group) = meaning
                        && names.has_untold_groups(group)
                    {
                        words.missing(MissingKind::RestOfGroup, word);
                    }
                    words.take(MissingKind::Group, word, meaning, |set, group| {
                        set.groups.insert(group);
                    });
                }
            }
        }
        for word in &members.catalogs {
            let meaning = names.catalog(&word.value);
            // An export that does not say where a package belongs does not say that it belongs elsewhere.
            if matches!(meaning, Meaning::One(_)) && names.has_homeless_packages() {
                words.missing(MissingKind::RestOfCatalog, word);
            }
            words.take(MissingKind::Catalog, word, meaning, |set, catalog| {
                set.packages.extend(names.packages_of(catalog));
            });
        }
        for word in &members.names {
            if names.has_nameless_packages() {
                words.missing(MissingKind::Nameless, word);
            }
            let found = names.matching(&word.value);
            let meaning = if found.is_empty() { Meaning::Unknown } else { Meaning::One(found) };
            words.take(MissingKind::Pattern, word, meaning, |set, found| set.packages.extend(found));
        }
        for word in &members.functions {
            match self.sets.get(&word.value) {
                Some(function) => set.include(function),
                None => problems.push(self.unknown_function(word)),
            }
        }
        set
    }

    fn unknown_function(&self, word: &Located<Box<str>>) -> Problem {
        let message = format!("no document defines the function `{}`", printable(&word.value));
        let problem = Problem::new(ProblemCode::UnknownFunction, word.span.clone(), message);
        match closest(&word.value, self.sets.keys().map(AsRef::as_ref)) {
            Some(known) => problem.help(format!("did you mean `{}`?", printable(known))),
            None => problem.help(format!("define it under [function.{}]", printable(&word.value))),
        }
    }
}

struct Words<'w> {
    document: usize,
    set: &'w mut SetOf,
    problems: &'w mut Vec<Problem>,
}

impl Words<'_> {
    fn missing(&mut self, kind: MissingKind, word: &Located<Box<str>>) {
        let (document, at, name) = (self.document, word.span.start, word.value.clone());
        self.set.missing.push(Missing { document, at, kind, name });
    }

    fn take<T>(
        &mut self,
        kind: MissingKind,
        word: &Located<Box<str>>,
        meaning: Meaning<T>,
        add: impl FnOnce(&mut SetOf, T),
    ) {
        match meaning {
            Meaning::One(found) => add(self.set, found),
            Meaning::Unknown => self.missing(kind, word),
            Meaning::Several(ids) => self.problems.push(ambiguous(kind.name(), word, &ids)),
        }
    }
}
