//! Keys of conflicts: what of the things that its rule names the user has, a bit for each.
//!
//! The rules are gone through band by band: the rows of two thousand users are laid out as lines once, for all rules.

use super::Violated;
use crate::bands::{Band, Line, NOBODY, Things, USERS, insert};
use crate::pieces::{Piece, Pieces};
use rayon::prelude::*;
use sod_model::{AssignmentMatrix, Conflict, Directory};

/// The keys of all conflicts of some rules, in order: as many words for each as its rule says.
pub(super) fn keys(matrix: &AssignmentMatrix, directory: &Directory, rules: &[Violated<'_>]) -> Vec<u64> {
    let asking = || rules.iter().filter(|rule| rule.words > 0);
    if asking().next().is_none() {
        return Vec::new();
    }
    let things = Things::new(matrix, directory, asking().map(|violated| violated.rule));
    let asked: Vec<Asked<'_>> = rules.par_iter().map(|rule| Asked::new(rule, &things)).collect();
    let bands = (0..things.bands()).into_par_iter();
    let pieces = bands.map_init(|| Band::new(&things), |band, at| piece(band, at, &asked)).collect();
    let pieces = Pieces::new(asked.len(), pieces);
    let mut keys = vec![0; pieces.len()];
    pieces.gather(&mut keys, |_, _, keys, places| places.copy_from_slice(keys));
    keys
}

/// A rule, with what it names as numbers and its conflicts by band.
struct Asked<'r> {
    rule: &'r Violated<'r>,
    things: Vec<Option<u32>>,
    // By band: where its conflicts begin; one more at the end.
    starts: Vec<u32>,
}

impl<'r> Asked<'r> {
    fn new(rule: &'r Violated<'r>, things: &Things<'_>) -> Self {
        if rule.words == 0 {
            return Self { rule, things: Vec::new(), starts: Vec::new() };
        }
        let packages = rule.named.packages.iter().map(|package| things.package(*package));
        let groups = rule.named.groups.iter().map(|group| things.group(*group));
        let (mut starts, mut from) = (vec![0], 0);
        for band in 1..=things.bands() {
            let rest = rule.conflicts.get(from..).unwrap_or_default();
            // The last band takes whoever is left, so that every conflict has a key.
            from += if band == things.bands() { rest.len() } else { before(rest, band * USERS) };
            starts.push(from as u32);
        }
        Self { rule, things: packages.chain(groups).collect(), starts }
    }

    /// The conflicts of one band.
    fn conflicts(&self, band: usize) -> &'r [Conflict] {
        match (self.starts.get(band), self.starts.get(band + 1)) {
            (Some(&from), Some(&to)) => {
                self.rule.conflicts.get(from as usize..to as usize).unwrap_or_default()
            }
            _ => &[],
        }
    }
}

/// How many conflicts are those of users before the one at `user`: looked for near the beginning first.
fn before(conflicts: &[Conflict], user: usize) -> usize {
    let mut reach = 8;
    while conflicts.get(reach).is_some_and(|conflict| conflict.user.index() < user) {
        reach *= 2;
    }
    let near = conflicts.get(..reach).unwrap_or(conflicts);
    near.partition_point(|conflict| conflict.user.index() < user)
}

/// The keys of the conflicts of one band.
fn piece(band: &mut Band<'_>, at: usize, asked: &[Asked<'_>]) -> Piece<u64> {
    let mut piece = Piece::default();
    let first = (at * USERS) as u32;
    let place = |conflict: &Conflict| (conflict.user.0 - first) as usize;
    let conflicts = || asked.iter().flat_map(|asked| asked.conflicts(at));
    match asked.iter().map(|asked| asked.conflicts(at).len()).sum() {
        0 => return piece,
        // Where conflicts are few, the rows of their users are enough.
        1..USERS => {
            let mut users = NOBODY;
            conflicts().for_each(|conflict| insert(&mut users, place(conflict)));
            band.fill_with(at, &users);
        }
        _ => band.fill(at),
    }
    let mut lines: Vec<Vec<(u32, &Line)>> = Vec::new();
    for (number, asked) in asked.iter().enumerate() {
        let conflicts = asked.conflicts(at);
        if conflicts.is_empty() {
            continue;
        }
        lines.clear();
        lines.extend(asked.things.chunks(64).map(|things| {
            let places = (0u32..).zip(things);
            places.filter_map(|(place, thing)| Some((place, band.line((*thing)?)?))).collect()
        }));
        for user in conflicts.iter().map(place) {
            piece.values.extend(lines.iter().map(|lines| word(lines, user)));
        }
        piece.end(number as u32);
    }
    piece
}

/// A bit, at its place, for each line that the user is in.
fn word(lines: &[(u32, &Line)], user: usize) -> u64 {
    let (at, bit) = (user / 64, user % 64);
    let has = |line: &Line| line.get(at).map_or(0, |word| word >> bit & 1);
    lines.iter().fold(0, |word, (place, line)| word | has(line) << place)
}
