//! Of which packages the lists of what they declare incompatible were exported, the empty ones too.
//!
//! An export fetches those lists package by package, and may stop half-way. That a package declares nothing is known only where
//! its list is there. Where no list is there at all, nobody exported them, and the rules say so.

use crate::discover::Found;
use crate::kind::Surroundings;
use crate::pending::{Pending, PendingSource};
use rayon::prelude::*;
use sod_model::{ExternalId, PackageId, Shape};

/// Which of its lists were exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Lists {
    /// Packages that it declares incompatible.
    pub(crate) packages: bool,
    /// Packages that declare it incompatible.
    pub(crate) declaring: bool,
    /// Groups that it declares incompatible.
    pub(crate) groups: bool,
}

impl Lists {
    /// By the name of a list, lower case.
    pub(crate) fn named(list: &str) -> Self {
        Self {
            packages: list == "incompatibleaccesspackages",
            declaring: list == "accesspackagesincompatiblewith",
            groups: list == "incompatiblegroups",
        }
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self {
            packages: self.packages || other.packages,
            declaring: self.declaring || other.declaring,
            groups: self.groups || other.groups,
        }
    }
}

/// The packages with a record of their own whose lists are not there although lists of others are. `numbers` gives the ids of the
/// packages that were read.
pub(crate) fn lacking(
    pending: &Pending,
    lists: &[(u32, Surroundings)],
    numbers: &[u32],
    packages: usize,
) -> Vec<PackageId> {
    let mut all = vec![(false, Lists::default()); packages];
    let mut note = |at: usize, is_record: bool, lists: Lists| {
        if let Some(slot) = numbers.get(at).and_then(|number| all.get_mut(*number as usize)) {
            *slot = (slot.0 || is_record, slot.1.or(lists));
        }
    };
    for (at, package) in pending.packages.iter().enumerate() {
        note(at, package.facts.is_record, package.facts.lists);
    }
    // A page without entries has nobody to say whose list it is but itself.
    for (source, around) in lists {
        let is_used = pending.sources.get(*source as usize).is_some_and(has_lists);
        let owner = around.owner.as_deref().map(ExternalId::new);
        let at = owner.and_then(|owner| pending.package_at(&owner)).filter(|_| is_used);
        let (Some(at), Some(list)) = (at, &around.collection) else { continue };
        note(at as usize, false, Lists::named(list));
    }
    lacking_of(&all).filter_map(|at| u32::try_from(at).ok().map(PackageId)).collect()
}

fn lacking_of(all: &[(bool, Lists)]) -> impl Iterator<Item = usize> {
    let any = |has: fn(&Lists) -> bool| all.iter().any(|(_, lists)| has(lists));
    let everywhere = |has: fn(&Lists) -> bool| all.iter().all(|(is_record, lists)| !is_record || has(lists));
    let packages = any(|lists| lists.packages) && !everywhere(|lists| lists.declaring);
    // Either list of all packages has everything.
    let declaring = !packages && any(|lists| lists.declaring) && !everywhere(|lists| lists.packages);
    let groups = any(|lists| lists.groups);
    all.iter().enumerate().filter_map(move |(at, (is_record, lists))| {
        let lacks = packages && !lists.packages || declaring && !lists.declaring || groups && !lists.groups;
        (*is_record && lacks).then_some(at)
    })
}

/// Whose lists the pages of each file are, as the decoder sees it, by the number of the file; nothing where nobody is named.
pub(crate) fn lists_of(pending: &Pending, files: &[Found]) -> Vec<(u32, Surroundings)> {
    let all = pending.sources.par_iter().zip(files).enumerate();
    all.flat_map_iter(|(at, (source, file))| {
        let lists = surroundings(source, file).into_iter();
        lists.filter(|around| *around != Surroundings::default()).map(move |around| (at as u32, around))
    })
    .collect()
}

/// Whether there is something in it that may be a list.
fn has_lists(source: &PendingSource) -> bool {
    source.end.refused.is_none() && source.end.shape != Some(Shape::Blank)
}

fn surroundings(source: &PendingSource, file: &Found) -> Vec<Surroundings> {
    if !has_lists(source) {
        return Vec::new();
    }
    let path = Surroundings::of_path(&file.path);
    // A bare list has no page.
    if source.end.pages.is_empty() {
        return vec![path];
    }
    let pages = source.end.pages.iter().map(|page| {
        let context = page.context.as_deref().map(Surroundings::of_context).unwrap_or_default();
        if path.owner.is_some() && context.owner.is_none() { path.clone() } else { context }
    });
    pages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_list_of_all_packages_tells_everything() {
        let told = |all: &[&str]| {
            let lists = |text: &&str| Lists {
                packages: text.contains('p'),
                declaring: text.contains('d'),
                groups: text.contains('g'),
            };
            let all: Vec<_> = all.iter().map(|text| (!text.contains('-'), lists(text))).collect();
            lacking_of(&all).collect::<Vec<_>>()
        };
        let none: [usize; 0] = [];
        assert_eq!(told(&["", ""]), none);
        assert_eq!(told(&["p", "p", "p"]), none);
        assert_eq!(told(&["p", "", "p"]), [1]);
        assert_eq!(told(&["d", "d", ""]), [2]);
        assert_eq!(told(&["d", "pd", "d"]), none, "the lists of those that declare it");
        assert_eq!(told(&["p", "pd", "p"]), none, "the lists of what it declares");
        assert_eq!(told(&["p", "d", "p"]), [1]);
        assert_eq!(told(&["pg", "p", "p"]), [1, 2]);
        assert_eq!(told(&["p", "-", "p"]), none, "nothing lists it");
    }
}
