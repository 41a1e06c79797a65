//! The picture of the co-holding table: which packages, in which order, and the count of each cell.
//!
//! At most [`PACKAGES_MAX`] packages, those of most holders. A cell is how many hold both packages, and whether a rule
//! keeps exactly the two apart. Cells are the triangle above the diagonal, row by row in the order of the picture, as numbers of 7 bits a
//! byte (LEB128) in base64: twice the count, plus one where a rule keeps the two apart; a zero is followed by how many zeros
//! it stands for.

use super::order::order;
use crate::ReportView;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Serialize;
use sod_model::{PackageId, PairCount, Rule};
use std::cmp::Reverse;

/// Packages of the picture.
pub(super) const PACKAGES_MAX: usize = 2_000;

/// A package that is not in the picture.
const NOWHERE: u32 = u32::MAX;

#[derive(Serialize)]
pub(super) struct Picture {
    /// By place in the picture: the package.
    packages: Vec<u32>,
    /// Packages that somebody holds.
    packages_held: u64,
    /// Pairs of the whole table that were counted, and those that were listed for this page. Where the two differ, a cell
    /// without a count may be one that was not listed.
    pairs: u64,
    pairs_listed: u64,
    /// Pairs among the packages of the picture that somebody holds both of.
    pairs_shown: u64,
    cells: String,
}

impl Picture {
    pub(super) fn new(view: &ReportView<'_>, holders: &[u32], pairs: &[PairCount]) -> Self {
        let mut packages: Vec<u32> = (0..holders.len() as u32).filter(|&at| held(holders, at) > 0).collect();
        let packages_held = packages.len() as u64;
        packages.sort_by_key(|&at| Reverse(held(holders, at)));
        packages.truncate(PACKAGES_MAX);
        let mut square = Square::new(&packages, holders.len());
        let pairs_shown = square.fill(pairs);
        let of_shown: Vec<u32> = packages.iter().map(|&at| held(holders, at)).collect();
        let places = order(&of_shown, &|a, b| square.count(a, b));
        let apart = Apart::new(view, &square.places, packages.len());
        let cells = square.encode(&places, &apart);
        let packages = places.iter().filter_map(|&at| packages.get(at).copied()).collect();
        let (pairs, pairs_listed) = (view.totals.nonzero, pairs.len() as u64);
        Self { packages, packages_held, pairs, pairs_listed, pairs_shown, cells }
    }
}

fn held(holders: &[u32], package: u32) -> u32 {
    holders.get(package as usize).copied().unwrap_or(0)
}

/// Counts by two places, before the order of the picture is known.
struct Square {
    side: usize,
    /// By package: its place, or [`NOWHERE`].
    places: Vec<u32>,
    counts: Vec<u32>,
}

impl Square {
    fn new(packages: &[u32], all: usize) -> Self {
        let mut places = vec![NOWHERE; all];
        for (place, &package) in packages.iter().enumerate() {
            if let Some(slot) = places.get_mut(package as usize) {
                *slot = place as u32;
            }
        }
        Self { side: packages.len(), places, counts: vec![0; packages.len() * packages.len()] }
    }

    /// Takes the counts of pairs whose packages are both in the picture, and tells how many those are.
    fn fill(&mut self, pairs: &[PairCount]) -> u64 {
        let mut shown = 0;
        for count in pairs {
            let place = |package: PackageId| self.places.get(package.index()).copied().unwrap_or(NOWHERE);
            let (a, b) = (place(count.pair.low()), place(count.pair.high()));
            if a == NOWHERE || b == NOWHERE {
                continue;
            }
            shown += 1;
            for at in [a as usize * self.side + b as usize, b as usize * self.side + a as usize] {
                if let Some(slot) = self.counts.get_mut(at) {
                    *slot = count.holders_both;
                }
            }
        }
        shown
    }

    fn count(&self, a: usize, b: usize) -> u32 {
        self.counts.get(a * self.side + b).copied().unwrap_or(0)
    }

    fn encode(&self, places: &[usize], apart: &Apart) -> String {
        let mut bytes = Vec::new();
        let mut zeros = 0;
        for (row, &a) in places.iter().enumerate() {
            for &b in places.iter().skip(row + 1) {
                let value = u64::from(self.count(a, b)) * 2 + u64::from(apart.has(a, b));
                if value == 0 {
                    zeros += 1;
                    continue;
                }
                push_zeros(&mut bytes, &mut zeros);
                push_number(&mut bytes, value);
            }
        }
        push_zeros(&mut bytes, &mut zeros);
        STANDARD_NO_PAD.encode(bytes)
    }
}

fn push_zeros(bytes: &mut Vec<u8>, zeros: &mut u64) {
    if *zeros > 0 {
        bytes.push(0);
        push_number(bytes, std::mem::take(zeros));
    }
}

fn push_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Pairs of places that violate a rule by themselves, a line of bits for each place.
struct Apart {
    words: usize,
    bits: Vec<u64>,
}

impl Apart {
    fn new(view: &ReportView<'_>, places: &[u32], side: usize) -> Self {
        let words = side.div_ceil(64);
        let mut apart = Self { words, bits: vec![0; words * side] };
        for rule in view.rules.rules().iter().filter(|rule| rule.is_judged() && !rule.terms.is_empty()) {
            apart.add(rule, places);
        }
        apart
    }

    /// For each package of the rule, those that violate the rule together with it: they satisfy every term that it does not
    /// satisfy by itself. Packages that violate it alone are left out; they are kept apart from nothing.
    fn add(&mut self, rule: &Rule, places: &[u32]) {
        let terms: Vec<(u32, Vec<u64>)> =
            rule.terms.iter().map(|term| (term.at_least, self.line(&term.packages, places))).collect();
        let all = vec![u64::MAX; self.words];
        let alone = terms.iter().fold(all.clone(), |left, (at_least, members)| match at_least {
            0 => left,
            1 => and(&left, members),
            _ => vec![0; self.words],
        });
        let mut members: Vec<PackageId> =
            rule.terms.iter().flat_map(|term| term.packages.iter().copied()).collect();
        members.sort_unstable();
        members.dedup();
        for package in members {
            let Some(&place) = places.get(package.index()).filter(|&&place| place != NOWHERE) else {
                continue;
            };
            let place = place as usize;
            if is_set(&alone, place) {
                continue;
            }
            let mut with = all.clone();
            for (at_least, members) in &terms {
                with = match (at_least, is_set(members, place)) {
                    (0, _) | (1, true) => with,
                    (1, false) | (2, true) => and(&with, members),
                    _ => vec![0; self.words],
                };
            }
            let from = place * self.words;
            for ((slot, with), alone) in self.bits.iter_mut().skip(from).zip(&with).zip(&alone) {
                *slot |= with & !alone;
            }
        }
    }

    fn line(&self, packages: &[PackageId], places: &[u32]) -> Vec<u64> {
        let mut line = vec![0; self.words];
        for package in packages {
            let place = places.get(package.index()).copied().unwrap_or(NOWHERE) as usize;
            if let Some(word) = line.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
        }
        line
    }

    fn has(&self, a: usize, b: usize) -> bool {
        self.bits.get(a * self.words + b / 64).is_some_and(|word| word >> (b % 64) & 1 == 1)
    }
}

fn and(one: &[u64], other: &[u64]) -> Vec<u64> {
    one.iter().zip(other).map(|(one, other)| one & other).collect()
}

fn is_set(line: &[u64], place: usize) -> bool {
    line.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}
