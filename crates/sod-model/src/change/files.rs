//! The input files of two snapshots by their names: which of the one are probably missing among those of the other.
//!
//! Names are all that a report or a ledger has kept of files. Each is taken below the folder that all files of its side are in. A
//! file of another name came in place of a missing one only where nothing speaks against it; in doubt it is missing, because
//! what is out of sight costs a look, and what is called resolved by mistake costs the truth.

use crate::Guid;
use std::collections::{BTreeMap, BTreeSet};

/// A file as far as names go.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputFile {
    /// As reached from the input that named it.
    pub path: Box<str>,
    /// Rows of assignments in it; `None` where nothing of it could be used.
    pub rows: Option<u64>,
}

/// Why a file is probably missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingFile {
    /// No file has its name, and none came in its place.
    Gone,
    /// It is a gap in a row of numbered files that goes on behind it.
    Gap,
    /// The row of numbered files ends before it, with a full one: such a row is cut off.
    CutOff,
}

impl MissingFile {
    /// The same for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Gone => "no file like it is there any more",
            Self::Gap => "it is missing in the middle of a row of numbered files",
            Self::CutOff => "the row of numbered files ends before it, with a full one",
        }
    }
}

/// The files of one side, by what their names have in common.
#[derive(Debug, Default)]
pub struct FileNames {
    /// By the pattern of the name and the numbers in it: the place in the list, and the size.
    sets: BTreeMap<String, Set>,
    /// By place: pattern and numbers.
    names: Vec<(String, Vec<u64>)>,
    /// The patterns without their ids.
    families: BTreeSet<String>,
}

impl FileNames {
    /// All inputs of a side, each with how much of something is in it; `None` where nothing of it could be used.
    #[must_use]
    pub fn new<'a>(files: impl Iterator<Item = (&'a str, Option<u64>)> + Clone) -> Self {
        let root = root(files.clone().map(|(path, _)| path));
        let mut all = Self::default();
        for (at, (path, size)) in files.enumerate() {
            let (pattern, numbers) = pattern(&below(path, root.len()));
            if let Some(size) = size {
                all.families.insert(family(&pattern));
                all.sets.entry(pattern.clone()).or_default().insert(numbers.clone(), (at, size));
            }
            all.names.push((pattern, numbers));
        }
        all
    }

    /// Whether a file of the other side is there by name, however its numbers are padded.
    #[must_use]
    pub fn has_name_of(&self, other: &Self, at: usize) -> bool {
        let Some((pattern, numbers)) = other.names.get(at) else { return false };
        self.sets.get(pattern).is_some_and(|set| set.contains_key(numbers))
    }

    /// Whether a file of the other side is named like some here, but for numbers and ids.
    #[must_use]
    pub fn has_family_of(&self, other: &Self, at: usize) -> bool {
        other.names.get(at).is_some_and(|(pattern, _)| self.families.contains(&family(pattern)))
    }

    /// Whether two files, one of each side, are named alike but for numbers.
    #[must_use]
    pub fn alike(&self, at: usize, other: &Self, other_at: usize) -> bool {
        let patterns = (self.names.get(at), other.names.get(other_at));
        matches!(patterns, (Some((a, _)), Some((b, _))) if a == b)
    }

    /// Which files of `theirs` with something in them are probably missing here, by their places.
    ///
    /// ```
    /// use sod_model::{FileNames, MissingFile};
    /// let names = |files: &[(&str, u64)]| FileNames::new(files.iter().map(|(path, rows)| (*path, Some(*rows))));
    /// let theirs = names(&[("x/page-1.json", 3), ("x/page-2.json", 3), ("x/page-3.json", 3), ("x/page-4.json", 1)]);
    /// let missing = |files: &[(&str, u64)]| names(files).missing(&theirs);
    /// assert_eq!(missing(&[("x/page-1.json", 3), ("x/page-3.json", 3), ("x/page-4.json", 1)]), [(1, MissingFile::Gap)]);
    /// // Shorter, and the last page is not full: there are fewer rows now.
    /// assert_eq!(missing(&[("y/page-1.json", 3), ("y/page-2.json", 3), ("y/page-3.json", 1)]), []);
    /// assert_eq!(missing(&[("x/page-1.json", 3), ("x/page-2.json", 3)]).len(), 2);
    /// assert_eq!(missing(&[("x/part-a.json", 5), ("x/part-b.json", 4)]), []);
    /// ```
    #[must_use]
    pub fn missing(&self, theirs: &Self) -> Vec<(usize, MissingFile)> {
        let unknown = |own: &Self, other: &Self| -> usize {
            let others = own.sets.iter().filter(|(pattern, _)| !other.sets.contains_key(*pattern));
            others.filter(|(pattern, set)| !names_a_thing(pattern) && largest(set) > 0).count()
        };
        // Whole sets may have got other names: as many as there are new ones. What names a thing by its id has not.
        let renamed = unknown(self, theirs) >= unknown(theirs, self);
        let mut missing = Vec::new();
        for (pattern, set) in &theirs.sets {
            match self.sets.get(pattern) {
                None if renamed && !names_a_thing(pattern) => {}
                None => missing.extend(set.values().map(|(at, size)| (*at, *size, MissingFile::Gone))),
                Some(ours) => missing.extend(missing_of(set, ours)),
            }
        }
        missing.sort_unstable();
        missing.into_iter().filter(|(_, size, _)| *size > 0).map(|(at, _, why)| (at, why)).collect()
    }
}

/// Files that are named alike, by the numbers in their names: the place, and the size.
type Set = BTreeMap<Vec<u64>, (usize, u64)>;

fn largest(set: &Set) -> u64 {
    set.values().map(|(_, size)| *size).max().unwrap_or_default()
}

/// Which files of a set are missing in the same set of the other side.
fn missing_of(theirs: &Set, ours: &Set) -> Vec<(usize, u64, MissingFile)> {
    let shared = theirs.keys().any(|numbers| ours.contains_key(numbers));
    // Dates and other numbers that are never the same twice.
    if !shared && ours.len() >= theirs.len() {
        return Vec::new();
    }
    let last = ours.last_key_value();
    let is_full =
        last.is_some_and(|(_, (_, size))| *size == largest(theirs)) && largest(ours) == largest(theirs);
    let why = |numbers: &Vec<u64>| match last {
        _ if !shared => Some(MissingFile::Gone),
        // Of things with ids of their own, each is one by itself.
        _ if numbers.is_empty() => Some(MissingFile::Gone),
        Some((last, _)) if numbers < last => Some(MissingFile::Gap),
        _ => is_full.then_some(MissingFile::CutOff),
    };
    let absent = theirs.iter().filter(|(numbers, _)| !ours.contains_key(*numbers));
    absent.filter_map(|(numbers, (at, size))| Some((*at, *size, why(numbers)?))).collect()
}

/// The folders that all of them are in.
fn root<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let folders = |path: &'a str| -> Vec<&'a str> {
        let mut parts: Vec<&str> = path.split(['/', '\\']).collect();
        parts.pop();
        parts
    };
    let mut all = paths.map(folders);
    let mut root = all.next().unwrap_or_default();
    for path in all {
        let same = root.iter().zip(&path).take_while(|(a, b)| a == b).count();
        root.truncate(same);
    }
    root
}

fn below(path: &str, folders: usize) -> String {
    path.split(['/', '\\']).skip(folders).collect::<Vec<_>>().join("/")
}

/// Stands before an id in a pattern; no name of a file has it.
const ID: char = '\0';

fn names_a_thing(pattern: &str) -> bool {
    pattern.contains(ID)
}

/// A pattern without its ids.
fn family(pattern: &str) -> String {
    let mut parts = pattern.split(ID);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "*" + part.get(36..).unwrap_or_default())
}

/// A name with `#` for each number, and the numbers. Ids stay as they are: they name things, and each thing is one by itself.
fn pattern(name: &str) -> (String, Vec<u64>) {
    let (mut pattern, mut numbers) = (String::new(), Vec::new());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let id = rest.get(..36).filter(|head| Guid::parse(head).is_some());
        let number = rest.get(..digits).and_then(|digits| digits.parse().ok());
        let taken = match (id, number) {
            (Some(id), _) => {
                pattern.push(ID);
                pattern.push_str(&id.to_ascii_lowercase());
                36
            }
            (None, Some(number)) => {
                pattern.push('#');
                numbers.push(number);
                digits
            }
            (None, None) => {
                pattern.push(first);
                first.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    (pattern, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_patterns() {
        assert_eq!(pattern("assignments/page-000012.json"), ("assignments/page-#.json".to_owned(), vec![12]));
        let id = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
        assert_eq!(
            pattern(&format!("packages/{id}/x-00001.json")),
            (format!("packages/\0{id}/x-#.json"), vec![1])
        );
        assert_eq!(family(&pattern(&format!("packages/{id}/x-7.json")).0), "packages/*/x-#.json");
        assert_eq!(pattern("é"), ("é".to_owned(), vec![]));
    }

    fn missing(theirs: &[&str], ours: &[&str]) -> Vec<(usize, MissingFile)> {
        // Every file is full.
        let names = |files: &[&str]| FileNames::new(files.iter().map(|path| (*path, Some(9))));
        names(ours).missing(&names(theirs))
    }

    #[test]
    fn what_is_renamed_is_not_missing_and_what_is_left_out_is() {
        use MissingFile::{CutOff, Gap, Gone};
        let none: Vec<(usize, MissingFile)> = Vec::new();
        assert_eq!(missing(&["o/a.json", "o/b.json"], &["n/a.json", "n/b.json"]), none);
        assert_eq!(missing(&["october.csv"], &["november.csv"]), none);
        assert_eq!(missing(&["o/a.json", "o/b.json"], &["n/a.json", "n/x.json"]), none, "renamed");
        assert_eq!(missing(&["o/a.json", "o/b.json"], &["n/a.json"]), [(1, Gone)]);
        assert_eq!(missing(&["o/2026-10.json"], &["n/2026-11.json"]), none, "dated");
        assert_eq!(
            missing(&["o/p1.json", "o/p2.json", "o/p3.json"], &["n/p1.json", "n/p3.json"]),
            [(1, Gap)]
        );
        assert_eq!(missing(&["o/p1.json", "o/p2.json"], &["n/p1.json"]), [(1, CutOff)]);
        let id = |at: u32| format!("o/{at:08x}-0000-4000-8000-000000000000.json");
        let (one, two, three) = (id(1), id(2), id(3));
        assert_eq!(missing(&[&one, &two], &[&one]), [(1, Gone)]);
        assert_eq!(missing(&[&one, &two], &[&one, &two, &three]), none);
        assert_eq!(missing(&[&one, &two], &[&one, &three]), [(1, Gone)], "another thing is not in its place");
    }
}
