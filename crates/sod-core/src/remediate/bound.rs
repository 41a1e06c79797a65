//! What an answer costs at least: prices are divided among the duties, and each duty charges what it costs by itself.
//!
//! If prices w are split into parts, one for each duty, that add up to no more than w, then every answer pays for each
//! duty at least the cheapest way under that duty's part; the sum of those is a lower bound. The split is greedy: a duty
//! takes no more of each price than it needs to charge its sum, and leaves the rest to the others. For duties of two
//! holdings (pair rules) this is a packing of edges, and cliques of such duties charge together: of n holdings that exclude
//! one another all but one must go, which edges by themselves cannot see.

use super::cover::{Cover, Mark, alive};
use super::problem::Way;

/// What of the duties does not change during a search.
pub(super) struct Bound {
    /// The duties that are "one of these two", as pairs of places.
    pairs: Vec<(usize, usize)>,
    /// By place: the other sides of its pairs, as bits.
    neighbours: Vec<Vec<u64>>,
    /// Places of all other duties.
    others: Vec<usize>,
}

const BITS: usize = u64::BITS as usize;

impl Bound {
    pub(super) fn new(cover: &Cover) -> Self {
        let mut bound = Self { pairs: Vec::new(), neighbours: Vec::new(), others: Vec::new() };
        for (at, duty) in cover.duties.iter().enumerate() {
            match duty.as_slice() {
                [Way { need: 1, of }] if of.len() == 2 => {
                    bound.pairs.extend(of.first().copied().zip(of.last().copied()));
                }
                _ => bound.others.push(at),
            }
        }
        if !bound.pairs.is_empty() {
            bound.neighbours = vec![vec![0; cover.prices.len().div_ceil(BITS)]; cover.prices.len()];
        }
        for &(a, b) in &bound.pairs {
            for (a, b) in [(a, b), (b, a)] {
                let word = bound.neighbours.get_mut(a).and_then(|bits| bits.get_mut(b / BITS));
                word.into_iter().for_each(|word| *word |= 1 << (b % BITS));
            }
        }
        bound
    }

    /// What the duties not yet done cost at least, and what the bound leaves of each open price.
    pub(super) fn bound(&self, cover: &Cover, marks: &[Mark]) -> (u128, Vec<u128>) {
        let open = |(price, mark): (&u128, &Mark)| if *mark == Mark::Open { *price } else { 0 };
        let mut left: Vec<u128> = cover.prices.iter().zip(marks).map(open).collect();
        let pairs = self.charge_pairs(&mut left);
        let others = self.others.iter().filter_map(|&duty| cover.duties.get(duty));
        let others: u128 = others.map(|duty| charge(duty, marks, &mut left)).sum();
        (pairs + others, left)
    }

    /// Charges pairs whose both sides have something left, each as part of as large a clique as is found at once.
    fn charge_pairs(&self, left: &mut [u128]) -> u128 {
        // A pair with a decided side is done or was concluded from: that side has nothing left here.
        let of = |left: &[u128], place: usize| left.get(place).copied().unwrap_or_default();
        let mut sum = 0;
        let (mut clique, mut candidates) = (Vec::new(), Vec::new());
        for &(a, b) in &self.pairs {
            let each = of(left, a).min(of(left, b));
            if each == 0 {
                continue;
            }
            clique.clear();
            clique.extend([a, b]);
            candidates.clear();
            candidates.extend(self.bits(a).iter().zip(self.bits(b)).map(|(a, b)| a & b));
            while let Some(next) = lowest(&mut candidates) {
                // One with less left would lower what all others charge.
                if of(left, next) >= each {
                    clique.push(next);
                    candidates.iter_mut().zip(self.bits(next)).for_each(|(word, bits)| *word &= bits);
                }
            }
            for &place in &clique {
                left.get_mut(place).into_iter().for_each(|left| *left -= each);
            }
            sum += each * (clique.len() as u128 - 1);
        }
        sum
    }

    fn bits(&self, place: usize) -> &[u64] {
        self.neighbours.get(place).map_or(&[], Vec::as_slice)
    }
}

/// Takes out the lowest bit.
fn lowest(bits: &mut [u64]) -> Option<usize> {
    let (at, word) = bits.iter_mut().enumerate().find(|(_, word)| **word != 0)?;
    let bit = word.trailing_zeros() as usize;
    *word &= *word - 1;
    Some(at * BITS + bit)
}

/// Charges one duty what its cheapest way costs now, and takes from each price the least that makes every way cost that.
fn charge(duty: &[Way], marks: &[Mark], left: &mut [u128]) -> u128 {
    let alive: Vec<(&Way, usize)> = alive(duty, marks).collect();
    // For each way: what is left of its prices, ascending, cut to those that are lacking.
    let cheapest = |&(way, lacks): &(&Way, usize)| -> Vec<u128> {
        let mut prices: Vec<u128> = way.open(marks).filter_map(|place| left.get(place).copied()).collect();
        prices.sort_unstable();
        prices.truncate(lacks);
        prices
    };
    let cheapest: Vec<Vec<u128>> = alive.iter().map(cheapest).collect();
    let sum = cheapest.iter().map(|prices| prices.iter().sum::<u128>()).min().unwrap_or_default();
    if sum == 0 {
        return 0;
    }
    let caps: Vec<u128> = cheapest.iter().map(|prices| cap(prices, sum)).collect();
    // A holding in several ways gives what the most demanding of them asks.
    let mut taken: Vec<(usize, u128)> = Vec::new();
    for ((way, _), cap) in alive.iter().zip(caps) {
        let share = |place: usize| left.get(place).copied().unwrap_or_default().min(cap);
        taken.extend(way.open(marks).map(|place| (place, share(place))));
    }
    taken.sort_unstable_by_key(|&(place, share)| (place, std::cmp::Reverse(share)));
    taken.dedup_by_key(|(place, _)| *place);
    for (place, share) in taken {
        left.get_mut(place).into_iter().for_each(|left| *left -= share);
    }
    sum
}

/// The least cap under which ascending `prices`, each cut to it, still add up to `sum`; without a cap they do.
fn cap(prices: &[u128], sum: u128) -> u128 {
    let mut rest = sum;
    for (at, &price) in prices.iter().enumerate() {
        let cap = rest.div_ceil((prices.len() - at) as u128);
        if cap <= price {
            return cap;
        }
        rest -= price;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_is_the_least_that_still_adds_up() {
        for (prices, sum, expect) in [
            (&[5u128, 5, 5][..], 15, 5),
            (&[1, 5, 9], 7, 3),
            (&[0, 0, 9], 9, 9),
            (&[4], 3, 3),
            (&[2, 2], 3, 2),
        ] {
            let reach = |cap: u128| prices.iter().map(|&price| price.min(cap)).sum::<u128>();
            assert_eq!(cap(prices, sum), expect, "{prices:?}");
            assert!(reach(expect) >= sum && reach(expect - 1) < sum);
        }
    }

    fn pairs(prices: &[u128], pairs: &[(usize, usize)]) -> u128 {
        let duties = pairs.iter().map(|&(a, b)| vec![Way { need: 1, of: vec![a, b] }]).collect();
        let cover = Cover::new(prices.to_vec(), duties);
        Bound::new(&cover).bound(&cover, &vec![Mark::Open; prices.len()]).0
    }

    #[test]
    fn cliques_charge_all_but_one_and_paths_a_matching() {
        assert_eq!(pairs(&[1; 4], &[(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]), 3);
        assert_eq!(pairs(&[1; 4], &[(0, 1), (1, 2), (2, 3)]), 2);
        assert_eq!(pairs(&[3, 5, 4], &[(0, 1), (1, 2)]), 5);
    }

    #[test]
    fn ways_that_need_several_charge_their_cheapest() {
        // All three of 0, 1, 2, or both of 3, 4; and one of 2, 3.
        let duty = vec![Way { need: 3, of: vec![0, 1, 2] }, Way { need: 2, of: vec![3, 4] }];
        let cover = Cover::new(vec![1, 1, 4, 3, 3], vec![duty, vec![Way { need: 1, of: vec![2, 3] }]]);
        let (bound, left) = Bound::new(&cover).bound(&cover, &[Mark::Open; 5]);
        // The pair charges 3 and leaves nothing of 3; then the cheaper of 1 + 1 + 1 and 0 + 3 is charged.
        assert_eq!((bound, left), (6, vec![0, 0, 0, 0, 0]));
    }
}
