//! The input files of two snapshots by their names: which of the one are probably missing among those of the other.
//!
//! Names are all that a report or a ledger has kept of files. Each is taken below the folder that all files of its side are in. A
//! file of another name came in place of a missing one only where nothing speaks against it; in doubt it is missing, because
//! what is out of sight costs a look, and what is called resolved by mistake costs the truth.

use crate::Guid;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A file as far as names go.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputFile {
    /// As reached from the input that named it.
    pub path: Box<str>,
    /// Rows of assignments in it; `None` where nothing of it could be used.
    pub rows: Option<u64>,
    /// Other records in it, by kind.
    pub records: BTreeMap<Box<str>, u64>,
}

/// Why a file is probably missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingFile {
    /// No file has its name, and none came in its place.
    Gone,
    /// It is a gap in a row of numbered files that goes on behind it.
    Gap,
    /// The row of numbered files ends before it, and not with a page that is shorter than the others: such a row is cut off.
    CutOff,
}

impl MissingFile {
    /// The same for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Gone => "no file like it is there any more",
            Self::Gap => "it is missing in the middle of a row of numbered files",
            Self::CutOff => "the row of numbered files ends before it, and not with a shorter page",
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
        let folders = folders_of_all(files.clone().map(|(path, _)| path));
        let mut all = Self::default();
        for (at, (path, size)) in files.enumerate() {
            let (pattern, numbers) = pattern(below(path, folders));
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
    /// assert_eq!(missing(&[("x/part-a.json", 5), ("x/part-b.json", 5)]), []);
    /// ```
    #[must_use]
    pub fn missing(&self, theirs: &Self) -> Vec<(usize, MissingFile)> {
        let used = |set: &Set| largest(set) > 0;
        let things = |names: &Self| -> Vec<String> {
            let sets = names.sets.iter().filter(|(pattern, set)| !names_a_thing(pattern) && used(set));
            sets.map(|(pattern, _)| pattern.clone()).collect()
        };
        let (ours, others) = (things(self), things(theirs));
        // All may have got other names, as by the month. Where some kept theirs, names stand for things, and one that is new stands
        // for another thing. What names a thing by its id does so in any case.
        let shares = others.iter().any(|pattern| ours.contains(pattern));
        let renamed = ours.len() >= others.len() && !shares;
        let sizes = |names: &Self, patterns: &[String]| -> Vec<u64> {
            let sets = patterns.iter().filter_map(|pattern| names.sets.get(pattern));
            sets.flat_map(BTreeMap::values).map(|(_, size)| *size).filter(|size| *size > 0).collect()
        };
        // Where less is gone than any file had, no file is: they have other borders.
        let (own, other) = (sizes(self, &ours), sizes(theirs, &others));
        let least = other.iter().min().copied().unwrap_or_default();
        let has_all = own.iter().sum::<u64>() + least > other.iter().sum::<u64>();
        let as_many = own.len() >= other.len();
        let mut missing = Vec::new();
        for (pattern, set) in &theirs.sets {
            let gone = || set.values().map(|(at, size)| (*at, *size, MissingFile::Gone)).collect();
            missing.extend(match (self.sets.get(pattern), &*ours, &*others) {
                (Some(ours), ..) => missing_of(set, ours),
                (None, ..) if !renamed || names_a_thing(pattern) => gone(),
                (None, ..) if has_all => Vec::new(),
                // One row of pages under another name is still a row of pages.
                (None, [own], [_]) => self.sets.get(own).map_or_else(Vec::new, |own| missing_of(set, own)),
                (None, ..) if as_many => Vec::new(),
                (None, ..) => gone(),
            });
        }
        missing.sort_unstable();
        missing.into_iter().filter(|(_, size, _)| *size > 0).map(|(at, _, why)| (at, why)).collect()
    }
}

/// Files numbered in a row, ascending by number: the number, and the place in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileRow {
    files: Vec<(u64, usize)>,
    /// All but the last have the same size, and the last is no larger.
    are_pages: bool,
    /// A year stands in the name: the numbers may be those of days or months.
    is_dated: bool,
    /// It counts from nought, as others beside it do.
    from_zero: bool,
}

/// Numbers that are missing in a row of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHole {
    /// The place of the file before it; `None` where the row does not begin with its beginning.
    pub before: Option<usize>,
    /// The place of the file behind it.
    pub after: usize,
    /// How many are missing.
    pub files: u64,
}

impl FileRow {
    /// Files that are numbered in a row: named alike but for one number. Each comes with how much of something is in it; `None`
    /// where nothing of it could be used.
    ///
    /// ```
    /// use sod_model::{FileHole, FileRow};
    /// let names = ["x/page-1.json", "x/page-2.json", "x/page-5.json", "x/users.json"];
    /// let rows = FileRow::among(&names.map(|path| (path, Some(1))));
    /// assert_eq!(rows.len(), 1);
    /// assert_eq!(rows[0].holes(true), [FileHole { before: Some(1), after: 2, files: 2 }]);
    /// ```
    #[must_use]
    pub fn among(files: &[(&str, Option<u64>)]) -> Vec<Self> {
        let folders = folders_of_all(files.iter().map(|(path, _)| *path));
        // An export may have a file for each object, named by its id: only the few that have numbers are taken apart.
        let numbered = files.par_iter().enumerate().filter_map(|(at, &(path, size))| {
            let name = below(path, folders);
            let size = size.filter(|_| pieces(name).any(|piece| matches!(piece, Piece::Number(..))))?;
            let (pattern, numbers) = pattern(name);
            Some((at, size, pattern, numbers, padded(path)))
        });
        let mut sets: BTreeMap<String, Set> = BTreeMap::new();
        // Those whose last number is written with zeros before it. Where one of them is nought, they count from there.
        let (mut with_zeros, mut from_zero) = (BTreeSet::new(), false);
        for (at, size, pattern, numbers, padded) in numbered.collect::<Vec<_>>() {
            sets.entry(pattern).or_default().insert(numbers, (at, size));
            if let Some(digits) = padded {
                with_zeros.insert(at);
                from_zero |= digits.bytes().all(|digit| digit == b'0');
            }
        }
        let all = sets.iter().flat_map(|(pattern, set)| rows_of(pattern, set));
        let counted = all.map(|mut row| {
            row.from_zero = from_zero && row.places().all(|at| with_zeros.contains(&at));
            row
        });
        counted.filter(|row| row.files.len() > 1 || row.from_zero).collect()
    }

    /// The places of the files, ascending by number.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.files.iter().map(|(_, at)| *at)
    }

    /// Numbers that are missing, from the beginning to the last file. `is_paged` says that the files are known to be parts of one
    /// whole; otherwise files of unequal sizes, numbers that are far apart and dates stand for something else and are no row.
    #[must_use]
    pub fn holes(&self, is_paged: bool) -> Vec<FileHole> {
        let Some(&(first, at)) = self.files.first() else { return Vec::new() };
        let is_row = self.files.len() > 1 || self.from_zero;
        if !is_row || (!is_paged && (self.is_dated || !self.are_pages)) {
            return Vec::new();
        }
        let step = self.step(first);
        let mut holes = Vec::new();
        // They count from 0, from 1, or from the size of the first page.
        let missing = match first {
            _ if self.from_zero => first.div_ceil(step),
            0 | 1 => 0,
            _ => first.div_ceil(step).saturating_sub(1),
        };
        if missing > 0 && (is_paged || step == 1) {
            holes.push(FileHole { before: None, after: at, files: missing });
        }
        for pair in self.files.windows(2) {
            let [(before, from), (after, to)] = pair else { continue };
            let files = (after - before).div_ceil(step).saturating_sub(1);
            if files > 0 {
                holes.push(FileHole { before: Some(*from), after: *to, files });
            }
        }
        let all: u64 = holes.iter().map(|hole| hole.files).sum();
        // Numbers of which most are not there name things: rooms, shops, teams.
        if !is_paged && all > self.files.len() as u64 { Vec::new() } else { holes }
    }

    /// By how much one number is larger than the one before: pages are numbered by one, or by how many records stand before them.
    fn step(&self, first: u64) -> u64 {
        let gaps = self.files.windows(2).filter_map(|pair| match pair {
            [(before, _), (after, _)] => after.checked_sub(*before),
            _ => None,
        });
        let least = gaps.min().unwrap_or(1).max(1);
        if first == 1 || least < SMALLEST_PAGE { 1 } else { least }
    }
}

/// Pages with fewer records than this are not numbered by their records.
const SMALLEST_PAGE: u64 = 10;

/// The last number of a file's name, where it is written with zeros before it, as `00012`. Digits of an id are no number.
fn padded(path: &str) -> Option<&str> {
    let numbers = pieces(path.rsplit(SEPARATORS).next()?).filter_map(|piece| match piece {
        Piece::Number(_, digits) => Some(digits),
        Piece::Id(_) | Piece::Letter(_) => None,
    });
    numbers.last().filter(|digits| digits.len() > 2 && digits.starts_with('0'))
}

/// The rows in a set, also of one file: by the one number that differs, or else by the last that does, the others being equal.
fn rows_of(pattern: &str, set: &Set) -> Vec<FileRow> {
    let count = set.keys().map(Vec::len).max().unwrap_or_default();
    let differs = |field: &usize| {
        let mut values = set.keys().map(|numbers| numbers.get(*field));
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    let last = count.checked_sub(1);
    let Some(field) = (0..count).rev().find(differs).or(last) else { return Vec::new() };
    let name = pattern.rsplit('/').next().unwrap_or_default();
    let in_folders = pattern.matches('#').count().saturating_sub(name.matches('#').count());
    let is_year = |number: &u64| (1900..2200).contains(number);
    let mut rows: BTreeMap<Vec<u64>, (FileRow, Vec<u64>)> = BTreeMap::new();
    for (numbers, (at, size)) in set {
        let others = numbers.iter().enumerate().filter(|(at, _)| *at != field).map(|(_, number)| *number);
        let (row, sizes) = rows.entry(others.collect()).or_default();
        row.is_dated |= numbers.iter().skip(in_folders).any(is_year);
        row.files.extend(numbers.get(field).map(|number| (*number, *at)));
        // They ascend by the number: the others are the same.
        sizes.push(*size);
    }
    rows.into_values()
        .map(|(mut row, sizes)| {
            row.are_pages = Pages::of(&sizes)
                .is_some_and(|pages| pages.last <= pages.full && is_page_size(pages.full, pages.times));
            row
        })
        .collect()
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
    let ends = ends_by_itself(theirs, ours);
    let why = |numbers: &Vec<u64>| match last {
        _ if !shared => Some(MissingFile::Gone),
        // Of things with ids of their own, each is one by itself.
        _ if numbers.is_empty() => Some(MissingFile::Gone),
        Some((last, _)) if numbers < last => Some(MissingFile::Gap),
        _ => (!ends).then_some(MissingFile::CutOff),
    };
    let absent = theirs.iter().filter(|(numbers, _)| !ours.contains_key(*numbers));
    absent.filter_map(|(numbers, (at, size))| Some((*at, *size, why(numbers)?))).collect()
}

/// Whether a shorter row of pages ends because there is less: all pages but the last are full, on both sides, and the last is not.
/// Files of unequal sizes are no pages, and one that is not there any more tells nothing of the others.
fn ends_by_itself(theirs: &Set, ours: &Set) -> bool {
    let pages = |set: &Set| Pages::of(&set.values().map(|(_, size)| *size).collect::<Vec<u64>>());
    let (Some(theirs), Some(ours)) = (pages(theirs), pages(ours)) else { return false };
    let is_paged = is_page_size(ours.full, ours.times) || theirs.times > 1;
    let alone = ours.times > 0 && is_paged && ours.last < ours.full;
    let beside = ours.times == 0 || ours.full == theirs.full;
    let are_pages = is_page_size(theirs.full, theirs.times) && theirs.last <= theirs.full;
    alone || (beside && are_pages && ours.last < theirs.full)
}

/// Files of one size, and a last one of any size.
struct Pages {
    full: u64,
    last: u64,
    /// How many are full, without the last.
    times: usize,
}

impl Pages {
    /// In the order of their numbers. `None` where they have unequal sizes.
    fn of(sizes: &[u64]) -> Option<Self> {
        let (last, others) = sizes.split_last()?;
        let full = others.first().copied().unwrap_or(*last);
        others.iter().all(|size| *size == full).then_some(Self { full, last: *last, times: others.len() })
    }
}

/// Whether so many records, in so many files, are the size of a page, and not a coincidence.
const fn is_page_size(full: u64, times: usize) -> bool {
    times > 1 || full.is_multiple_of(50) || full == 999
}

/// How many folders all of them are in.
fn folders_of_all<'a>(mut paths: impl Iterator<Item = &'a str>) -> usize {
    let folders = |path: &'a str| {
        let folder = path.rsplit_once(SEPARATORS).map(|(folder, _)| folder);
        folder.into_iter().flat_map(|folder| folder.split(SEPARATORS))
    };
    let Some(first) = paths.next() else { return 0 };
    let shared = |count: usize, path| {
        folders(first).take(count).zip(folders(path)).take_while(|(a, b)| a == b).count()
    };
    paths.fold(folders(first).count(), shared)
}

/// What stands between the parts of a path.
const SEPARATORS: [char; 2] = ['/', '\\'];

/// What is left of a path without its first folders.
fn below(path: &str, folders: usize) -> &str {
    let skipped = |rest: &str| rest.find(SEPARATORS).map(|at| at + 1);
    (0..folders).fold(path, |rest, _| skipped(rest).and_then(|at| rest.get(at..)).unwrap_or_default())
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
    for piece in pieces(name) {
        match piece {
            Piece::Id(id) => {
                pattern.push(ID);
                pattern.extend(id.chars().map(|letter| letter.to_ascii_lowercase()));
            }
            Piece::Number(number, _) => {
                pattern.push('#');
                numbers.push(number);
            }
            Piece::Letter('\\') => pattern.push('/'),
            Piece::Letter(letter) => pattern.push(letter),
        }
    }
    (pattern, numbers)
}

/// A piece of a name.
enum Piece<'n> {
    Id(&'n str),
    /// With its digits.
    Number(u64, &'n str),
    Letter(char),
}

fn pieces(name: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        // Looked at for each letter of each path, so what stands at one place is asked first.
        let may_be_id = rest.as_bytes().get(8) == Some(&b'-');
        let id = rest.get(..36).filter(|head| may_be_id && Guid::parse(head).is_some());
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = rest.get(..digits).and_then(|digits| Some((digits.parse().ok()?, digits)));
        let (piece, taken) = match (id, number) {
            (Some(id), _) => (Piece::Id(id), 36),
            (None, Some((number, text))) => (Piece::Number(number, text), digits),
            (None, None) => (Piece::Letter(first), first.len_utf8()),
        };
        rest = rest.get(taken..).unwrap_or_default();
        Some(piece)
    })
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
        assert_eq!(missing(&["o/a.json", "o/b.json"], &["n/x.json", "n/y.json"]), none, "renamed");
        assert_eq!(
            missing(&["o/a.json", "o/b.json"], &["n/a.json", "n/x.json"]),
            [(1, Gone)],
            "another thing"
        );
        assert_eq!(missing(&["o/a.json", "o/b.json"], &["n/a.json"]), [(1, Gone)]);
        assert_eq!(
            missing(&["o/p1.json", "o/p2.json"], &["n/q1.json"]),
            [(1, CutOff)],
            "renamed, and one less"
        );
        let numbered = ["o/p1.json", "o/p2.json", "o/x.json"];
        assert_eq!(missing(&numbered, &["n/q1.json", "n/y.json"]), [(0, Gone), (1, Gone), (2, Gone)]);
        assert_eq!(missing(&numbered, &["n/q1.json", "n/q2.json", "n/y.json"]), none);
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

    #[test]
    fn a_row_that_is_shorter_ends_by_itself_only_if_its_files_are_pages() {
        use MissingFile::CutOff;
        let names = |sizes: &[u64]| -> Vec<(String, u64)> {
            sizes.iter().zip(1..).map(|(size, at)| (format!("x/page-{at}.json"), *size)).collect()
        };
        let missing = |theirs: &[u64], ours: &[u64]| {
            let (theirs, ours) = (names(theirs), names(ours));
            let ours = FileNames::new(ours.iter().map(|(path, size)| (path.as_str(), Some(*size))));
            let theirs = FileNames::new(theirs.iter().map(|(path, size)| (path.as_str(), Some(*size))));
            ours.missing(&theirs)
        };
        assert_eq!(missing(&[7, 7, 7, 2], &[7, 7, 1]), []);
        assert_eq!(missing(&[7, 7, 2], &[3]), []);
        assert_eq!(missing(&[100, 2], &[98]), []);
        assert_eq!(missing(&[7, 7, 7, 7, 2], &[9, 9, 1]), [], "larger pages");
        assert_eq!(missing(&[5, 3], &[4]), [(1, CutOff)], "no size of a page");
        assert_eq!(missing(&[5, 3, 4], &[5, 3]), [(2, CutOff)], "a file for each team");
        assert_eq!(missing(&[7, 7, 2], &[7, 7]), [(2, CutOff)]);
        assert_eq!(missing(&[7, 7, 7, 2], &[6, 7, 1]), [(3, CutOff)], "a page lost some");
    }

    #[test]
    fn numbers_that_are_missing_in_a_row_are_seen() {
        let holes = |files: &[&str], is_paged: bool| -> Vec<(Option<usize>, usize, u64)> {
            let files: Vec<_> = files.iter().map(|path| (*path, Some(50))).collect();
            let rows = FileRow::among(&files);
            let holes = rows.iter().flat_map(|row| row.holes(is_paged));
            holes.map(|hole| (hole.before, hole.after, hole.files)).collect()
        };
        let sized = |sizes: &[u64]| {
            let files: Vec<String> = [1, 2, 4].iter().map(|at| format!("x/team-{at}.csv")).collect();
            let sizes = files.iter().zip(sizes).map(|(path, size)| (path.as_str(), Some(*size)));
            FileRow::among(&sizes.collect::<Vec<_>>())[0].holes(false).len()
        };
        assert_eq!([sized(&[7, 7, 3]), sized(&[7, 5, 3]), sized(&[3, 3, 7])], [1, 0, 0], "no pages");
        let both = |files: &[&str]| {
            let (paged, not) = (holes(files, true), holes(files, false));
            assert_eq!(paged, not);
            paged
        };
        // Others beside it show that it counts from nought.
        assert_eq!(both(&["x/p-001.json", "x/p-002.json"]), []);
        assert_eq!(both(&["x/p-001.json", "x/p-002.json", "x/q-000.json"]), [(None, 0, 1)]);
        assert_eq!(both(&["x/p-001.json", "x/q-000.json", "x/q-001.json", "x/v2.json"]), [(None, 0, 1)]);
        for id in ["x/", "x2/", "x/list-7-"]
            .map(|before| format!("{before}2506aef1-3929-4d24-a61e-000000000000.json"))
        {
            assert_eq!(both(&["x/p-001.json", "x/p-002.json", &id]), [], "no page nought: {id}");
        }
        assert_eq!(both(&["x\\p1.json", "x/p3.json"]), [(Some(0), 1, 1)]);
        assert_eq!(both(&["x/p1.json", "x/p2.json", "x/p03.json"]), []);
        assert_eq!(both(&["x/p0.json", "x/p1.json"]), []);
        assert_eq!(both(&["x/p1.json", "x/p3.json"]), [(Some(0), 1, 1)]);
        assert_eq!(both(&["x/p3.json", "x/p2.json", "x/p1.json", "x/p5.json"]), [(Some(0), 3, 1)]);
        assert_eq!(both(&["x/p2.json", "x/p3.json"]), [(None, 0, 1)]);
        assert_eq!(both(&["x/s0.json", "x/s100.json", "x/s200.json"]), [], "by records");
        assert_eq!(both(&["x/s0.json", "x/s100.json", "x/s300.json"]), [(Some(1), 2, 1)]);
        assert_eq!(both(&["x/s100.json", "x/s200.json", "x/s300.json"]), []);
        assert_eq!(both(&["x/p1-of-4.json", "x/p2-of-4.json", "x/p4-of-4.json"]), [(Some(1), 2, 1)]);
        assert_eq!(both(&["a/p1.json", "a/p2.json", "b/p1.json", "b/p4.json"]), [(Some(2), 3, 2)]);
        // Numbers of things, and dates.
        assert_eq!(holes(&["x/room-4711.csv", "x/room-9042.csv"], false), []);
        assert_eq!(holes(&["x/team-1.csv", "x/team-7.csv"], false), []);
        assert_eq!(holes(&["x/2026-10.csv", "x/2026-12.csv"], false), []);
        assert_eq!(
            both(&["2026-10/p1.json", "2026-10/p2.json", "2026-12/p1.json", "2026-12/p3.json"]),
            [(Some(2), 3, 1)]
        );
        assert_eq!(holes(&["x/p1.json", "x/p9.json"], true), [(Some(0), 1, 7)]);
    }
}
