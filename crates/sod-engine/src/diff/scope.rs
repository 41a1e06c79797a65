//! What the inputs of one side lack of what those of the other have: files, lists, rows.
//!
//! A row that is not there may have been removed, or its file may be missing. Only where nothing speaks for the second is the
//! first believed. Whether a file is missing, its rows say where both sides are exports (`files`), and names alone where one
//! is a report.

use super::Direction;
use super::files::{Files, SILENT};
use super::side::{Side, SideInput};
use sod_model::{CauseCode, ChangeCause, FileNames, FileRow, MissingFile};
use std::collections::{BTreeMap, BTreeSet};

/// What one side lacks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gap {
    /// As causes, for the whole comparison.
    pub(crate) causes: Vec<ChangeCause>,
    /// Rows of assignments are probably missing, whichever they are, and why.
    rows: Option<Box<str>>,
    /// By the place of an input of the other side: why its rows are probably missing.
    files: BTreeMap<u32, Box<str>>,
    /// Kinds of records of which the side has a whole list, as far as it tells.
    lists: BTreeSet<String>,
    /// By kind of record: why some of them are probably missing.
    partial: BTreeMap<String, Box<str>>,
}

impl Gap {
    /// What `lack` lacks of what `have` has.
    pub(crate) fn of(lack: &Side<'_>, have: &Side<'_>, direction: Direction) -> Self {
        let lists = ["user", "package"].into_iter().filter(|kind| lack.lists(kind)).map(str::to_owned);
        let mut gap = Self { lists: lists.collect(), ..Self::default() };
        gap.missing_lists(lack, have);
        gap.missing_rows(lack, have, direction);
        gap.unread(lack, have);
        for kind in kinds(&have.inputs).difference(&kinds(&lack.inputs)) {
            let text = format!("there is no list of {kind} records");
            gap.causes.push(ChangeCause::new(CauseCode::InputScope).about(kind.as_str()).saying(text));
        }
        if lack.facts.states != have.facts.states {
            gap.causes.push(ChangeCause {
                before: Some(have.facts.states.clone()),
                after: Some(lack.facts.states.clone()),
                ..ChangeCause::new(CauseCode::InputScope).saying("other states count")
            });
        }
        gap
    }

    /// Whether the side has a list of records of a kind, and no part of it is known to be missing.
    pub(crate) fn lists(&self, kind: &str) -> bool {
        self.lists.contains(kind)
    }

    /// Why some of the records of these kinds are probably missing, if any are.
    pub(crate) fn partial(&self, kinds: &[&str]) -> Option<&str> {
        kinds.iter().find_map(|kind| self.partial.get(*kind)).map(|why| &**why)
    }

    /// Why a row that the other side has from an input of its may be missing here, if it may.
    pub(crate) fn row(&self, input: Option<u32>) -> Option<&str> {
        let of_file = input.and_then(|input| self.files.get(&input));
        of_file.or(self.rows.as_ref()).map(|why| &**why)
    }

    fn note(&mut self, path: &str, why: &str) {
        self.causes.push(ChangeCause::new(CauseCode::InputScope).about(path).saying(why));
    }

    fn note_rows(&mut self, path: &str, why: &str) {
        self.note(path, why);
        self.rows.get_or_insert_with(|| format!("{why}: {path}").into());
    }

    /// Files with lists: a list of which a part is missing is no whole list.
    fn missing_lists(&mut self, lack: &Side<'_>, have: &Side<'_>) {
        // By kind: a list of policies does not come in place of one of users.
        let mut missing = BTreeSet::new();
        for input in lack.inputs.iter().filter(|input| input.dangling_next_link) {
            for kind in input.records.keys() {
                self.lists.remove(kind);
                self.partial
                    .entry(kind.clone())
                    .or_insert_with(|| format!("{NEXT_PAGE}: {}", input.path).into());
            }
        }
        for input in lack.holes() {
            for kind in input.records.keys() {
                self.partial.entry(kind.clone()).or_insert_with(|| format!("{HOLE}: {}", input.path).into());
            }
        }
        for kind in kinds(&have.inputs) {
            let of_kind = |input: &SideInput| input.records.get(&kind).copied().unwrap_or_default();
            let names = |side: &Side<'_>| names(&side.inputs, of_kind);
            for (at, why) in names(lack).missing(&names(have)) {
                missing.insert((at, why));
                self.lists.remove(&kind);
                let path = have.inputs.get(at).map_or("", |input| &*input.path);
                self.partial.entry(kind.clone()).or_insert_with(|| format!("{}: {path}", why.words()).into());
            }
        }
        let mut noted = None;
        for (at, why) in missing {
            let Some(input) = have.inputs.get(at).filter(|_| noted.replace(at) != Some(at)) else { continue };
            self.note(&input.path, why.words());
        }
    }

    fn missing_rows(&mut self, lack: &Side<'_>, have: &Side<'_>, direction: Direction) {
        let names = |side: &Side<'_>| names(&side.inputs, |input| input.rows);
        let files = Files { theirs: names(have), ours: names(lack), direction };
        let by_name: BTreeMap<usize, MissingFile> = files.ours.missing(&files.theirs).into_iter().collect();
        let silent = match (have.export(), lack.export()) {
            (Some(theirs), Some(ours)) => Some(files.silent(theirs.snapshot, ours.snapshot)),
            _ => None,
        };
        for (at, input) in have.inputs.iter().enumerate() {
            let is_silent = silent.as_ref().map(|silent| silent.contains(&(at as u32)));
            match (by_name.get(&at), is_silent) {
                // A report does not tell which rows came from which file. And where a file in the middle is not there, the
                // others may have been cut anew: a row of any of them may have stood in it.
                (Some(why), None) | (Some(why @ MissingFile::Gap), _) => {
                    self.note_rows(&input.path, why.words());
                }
                // The same for the last file that is there.
                (Some(why @ MissingFile::CutOff), Some(true)) => self.note_rows(&input.path, why.words()),
                (_, Some(true)) => self.note(&input.path, SILENT),
                _ => {}
            }
            if is_silent == Some(true) {
                self.files.insert(at as u32, format!("{SILENT}: {}", input.path).into());
            }
        }
    }

    /// Files that were not read to their end, and rows that could not be used, beyond what the other side has of those.
    fn unread(&mut self, lack: &Side<'_>, have: &Side<'_>) {
        let names = |side: &Side<'_>| names(&side.inputs, |_| 1);
        let (theirs, ours) = (names(have), names(lack));
        for (at, input) in lack.inputs.iter().enumerate().filter(|(_, input)| input.is_refused) {
            if theirs.has_name_of(&ours, at) {
                self.note_rows(&input.path, "nothing of the file could be used");
            }
        }
        if let Some((path, why)) = lack.cut_off() {
            if have.cut_off().is_some() {
                self.rows.get_or_insert_with(|| format!("{why}: {path}").into());
            } else {
                self.note_rows(path, why);
            }
        }
        let rejected = |side: &Side<'_>| side.inputs.iter().map(|input| input.rejected).sum::<u64>();
        let (before, after) = (rejected(have), rejected(lack));
        if after > before {
            let why = format!("more rows were rejected ({after}, on the other side {before})");
            self.causes.push(ChangeCause::new(CauseCode::InputScope).saying(why.as_str()));
            self.rows.get_or_insert_with(|| why.into());
        }
    }
}

/// Of a file with a link that leads nowhere.
const NEXT_PAGE: &str = "the page that comes after it is not there";
/// Of the file behind a hole.
const HOLE: &str = "the row of numbered files lacks some before it";

impl Side<'_> {
    /// Why a part of the export is missing, if one is, and at which file that shows.
    pub(crate) fn cut_off(&self) -> Option<(&str, &'static str)> {
        let dangling = self.inputs.iter().find(|input| input.dangling_next_link);
        let hole = || self.holes().next().map(|input| (&*input.path, HOLE));
        dangling.map(|input| (&*input.path, NEXT_PAGE)).or_else(hole)
    }

    /// The files behind holes in rows of numbered files. A report has the names alone, whatever it says of the rest.
    fn holes(&self) -> impl Iterator<Item = &SideInput> {
        let size = |input: &SideInput| input.rows + input.records.values().sum::<u64>();
        let rows = FileRow::among(&sized(&self.inputs, size).collect::<Vec<_>>());
        rows.into_iter().flat_map(|row| row.holes(false)).filter_map(|hole| self.inputs.get(hole.after))
    }
}

fn kinds(inputs: &[SideInput]) -> BTreeSet<String> {
    let records = inputs.iter().flat_map(|input| &input.records);
    records.filter(|(_, count)| **count > 0).map(|(kind, _)| kind.clone()).collect()
}

fn names(inputs: &[SideInput], size: impl Fn(&SideInput) -> u64 + Clone) -> FileNames {
    FileNames::new(sized(inputs, size))
}

/// Names of files, each with how much of something is in it.
fn sized(
    inputs: &[SideInput],
    size: impl Fn(&SideInput) -> u64 + Clone,
) -> impl Iterator<Item = (&str, Option<u64>)> + Clone {
    inputs.iter().map(move |input| (&*input.path, input.size(size(input))))
}
