//! From what each band has to say of every rule to what there is to say of each rule.
//!
//! Bands are worked through in parallel and each goes through the rules; readers want it by rule. Where everything goes is known
//! once the lengths are, so that it is written to its place, in parallel again and without a sort.

use crate::slice::by_work;
use rayon::prelude::*;

/// What one band has to say: values of one rule after the other.
pub(crate) struct Piece<T> {
    pub(crate) values: Vec<T>,
    // INVARIANT (piece): `ends[i]` is where the values of `rules[i]` end; both ascend.
    rules: Vec<u32>,
    ends: Vec<usize>,
}

impl<T> Default for Piece<T> {
    fn default() -> Self {
        Self { values: Vec::new(), rules: Vec::new(), ends: Vec::new() }
    }
}

impl<T> Piece<T> {
    /// The values that were added since the last end are those of this rule.
    pub(crate) fn end(&mut self, rule: u32) {
        self.rules.push(rule);
        self.ends.push(self.values.len());
    }

    /// The values of the entry at `at`.
    fn entry(&self, at: usize) -> &[T] {
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end);
        let upto = self.ends.get(at).map_or(from, |end| *end);
        self.values.get(from..upto).unwrap_or_default()
    }
}

/// What all bands have to say.
pub(crate) struct Pieces<T> {
    pieces: Vec<Piece<T>>,
    // By rule.
    lengths: Vec<u64>,
}

/// So many values are a task of their own.
const VALUES_LEAST: u64 = 1 << 14;

impl<T: Sync> Pieces<T> {
    /// The pieces of the bands, in order, about rules numbered below `rules`.
    pub(crate) fn new(rules: usize, pieces: Vec<Piece<T>>) -> Self {
        let mut lengths = vec![0; rules];
        for piece in &pieces {
            let mut from = 0;
            for (rule, end) in piece.rules.iter().zip(&piece.ends) {
                if let Some(length) = lengths.get_mut(*rule as usize) {
                    *length += (end - from) as u64;
                }
                from = *end;
            }
        }
        Self { pieces, lengths }
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        self.lengths.iter().sum::<u64>() as usize
    }

    /// Gives `put` the values of each rule and band with the places that they go to, by rule and within that by band: rule, band,
    /// values, places. `places` has one for each value.
    pub(crate) fn gather<P: Send>(
        &self,
        places: &mut [P],
        put: impl Fn(usize, usize, &[T], &mut [P]) + Sync,
    ) {
        let mut rest = places;
        let mut tasks = Vec::new();
        for rules in by_work(&self.lengths, VALUES_LEAST) {
            let length: u64 = self.lengths.get(rules.clone()).unwrap_or_default().iter().sum();
            tasks.push((rules, take_first(&mut rest, length as usize)));
        }
        tasks.into_par_iter().for_each(|(rules, mut places)| {
            let first = |piece: &Piece<T>| piece.rules.partition_point(|rule| (*rule as usize) < rules.start);
            let mut next: Vec<usize> = self.pieces.iter().map(first).collect();
            for rule in rules {
                for (band, (piece, next)) in self.pieces.iter().zip(&mut next).enumerate() {
                    if piece.rules.get(*next).is_some_and(|own| *own as usize == rule) {
                        let values = piece.entry(*next);
                        put(rule, band, values, take_first(&mut places, values.len()));
                        *next += 1;
                    }
                }
            }
        });
    }
}

/// Takes the first `length` places away from those that are left, or all if there are fewer.
pub(crate) fn take_first<'p, P>(rest: &mut &'p mut [P], length: usize) -> &'p mut [P] {
    let length = length.min(rest.len());
    let (own, after) = std::mem::take(rest).split_at_mut(length);
    *rest = after;
    own
}
