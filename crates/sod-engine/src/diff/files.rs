//! Files of an export of which another export has not a single row.
//!
//! Pages get other names and other borders from one export to the next, so that a name that is gone says little. A file goes on
//! where its own name is there, or where a row of it stands in a file that is new, or that is named like it but for numbers.
//! Where neither is so, nothing speaks for its rows any more: they may have been removed, or the file was left out. (A row that
//! turns up in a file that was there before, under its own name, does not speak for the others: such as one assignment that
//! expired among all that are listed by state.)

use super::Direction;
use super::side::find_user;
use sod_model::{Assignment, ExternalId, FileNames, Snapshot};
use std::collections::{BTreeSet, HashMap};

/// What is said of such a file.
pub(super) const SILENT: &str = "neither the file nor any of its rows is there any more";

/// The files of two sides, by name. Places in them are those of the sources.
pub(super) struct Files {
    pub(super) theirs: FileNames,
    pub(super) ours: FileNames,
    pub(super) direction: Direction,
}

impl Files {
    /// The files of theirs that say nothing any more although they had rows, by their places.
    pub(super) fn silent(&self, theirs: &Snapshot, ours: &Snapshot) -> BTreeSet<u32> {
        let mut silent: BTreeSet<u32> = (0u32..)
            .zip(&theirs.provenance.sources)
            .filter(|(_, source)| source.refused.is_none() && source.rows.accepted > 0)
            .map(|(at, _)| at)
            .filter(|at| self.may_be_missing(*at as usize))
            .collect();
        if silent.is_empty() {
            return silent;
        }
        let rows = Rows::of(ours);
        for row in theirs.assignments() {
            let Some(place) = place(&row).filter(|place| silent.contains(place)) else { continue };
            if rows.find(&row, theirs).is_some_and(|found| self.goes_on(place as usize, found as usize)) {
                silent.remove(&place);
            }
        }
        silent
    }

    /// Whether the name alone does not say that it is there. What has come is there for the first time: more pages, or files of
    /// more things, are growth.
    fn may_be_missing(&self, at: usize) -> bool {
        match self.direction {
            Direction::Gone => !self.ours.has_name_of(&self.theirs, at),
            Direction::Come => !self.ours.has_family_of(&self.theirs, at),
        }
    }

    fn goes_on(&self, at: usize, found: usize) -> bool {
        self.theirs.alike(at, &self.ours, found) || !self.theirs.has_name_of(&self.ours, found)
    }
}

fn place(row: &Assignment) -> Option<u32> {
    row.location.map(|location| location.source.0)
}

/// Where the rows of an export stand.
struct Rows<'s> {
    snapshot: &'s Snapshot,
    by_id: HashMap<ExternalId, u32>,
}

impl<'s> Rows<'s> {
    fn of(snapshot: &'s Snapshot) -> Self {
        let by_id = snapshot.assignments().filter_map(|row| Some((row.id.clone()?, place(&row)?)));
        Self { by_id: by_id.collect(), snapshot }
    }

    /// The file of the same assignment; where one side has no ids, of any of the same user to the same package.
    fn find(&self, row: &Assignment, theirs: &Snapshot) -> Option<u32> {
        match &row.id {
            Some(id) if !self.by_id.is_empty() => self.by_id.get(id).copied(),
            _ => {
                let (ours, theirs) = (&self.snapshot.directory, &theirs.directory);
                let user = find_user(ours, theirs.user(row.user)?)?;
                let package = ours.find_package(&theirs.package(row.package)?.id)?;
                self.snapshot.assignments_of(user, package).find_map(|row| place(&row))
            }
        }
    }
}
