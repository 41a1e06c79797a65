//! The search: the cheapest holdings that fulfil every duty, by branch and bound, with a bound that says how good it is.
//!
//! A node decides for one holding: it goes or it stays. What follows from the decisions is drawn at once, a dual bound
//! ([`Bound`]) cuts what cannot beat the best found, and so does each single holding whose going alone would cost too
//! much. The walk is depth first on a stack of its own, and deterministic.

use super::bound::Bound;
use super::cover::{Cover, Mark, Standing, alive};
use super::problem::Way;
use super::start::{shrink, start};
use petgraph::unionfind::UnionFind;
use std::collections::BTreeMap;

/// The best found, and what no answer can be below.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) removed: Vec<usize>,
    pub(super) cost: u128,
    pub(super) lower_bound: u128,
}

/// Solves each part that shares no holding with the others by itself, the smaller ones first; all share the nodes.
pub(super) fn solve(cover: &Cover, nodes_max: u64) -> Found {
    let mut union = UnionFind::<usize>::new(cover.prices.len());
    for ways in &cover.duties {
        let mut places = ways.iter().flat_map(|way| way.of.iter().copied());
        if let Some(first) = places.next() {
            places.for_each(|place| _ = union.union(first, place));
        }
    }
    let mut parts: BTreeMap<usize, Vec<Vec<Way>>> = BTreeMap::new();
    for ways in &cover.duties {
        if let Some(&place) = ways.first().and_then(|way| way.of.first()) {
            parts.entry(union.find(place)).or_default().push(ways.clone());
        }
    }
    let mut parts: Vec<Vec<Vec<Way>>> = parts.into_values().collect();
    parts.sort_by_key(Vec::len);
    let mut nodes = nodes_max;
    let mut all = Found::default();
    for mut duties in parts {
        let mut places: Vec<usize> = duties.iter().flatten().flat_map(|way| way.of.iter().copied()).collect();
        places.sort_unstable();
        places.dedup();
        for place in duties.iter_mut().flatten().flat_map(|way| way.of.iter_mut()) {
            *place = places.binary_search(place).unwrap_or_default();
        }
        let prices = places.iter().map(|&place| cover.price(place)).collect();
        let found = Search::new(&Cover::of(prices, duties)).run(&mut nodes);
        all.removed.extend(found.removed.iter().filter_map(|&place| places.get(place)));
        all.cost += found.cost;
        all.lower_bound += found.lower_bound;
    }
    all.removed.sort_unstable();
    all
}

/// Go back to where the trail had `depth` decisions, then decide.
struct Branch {
    depth: usize,
    decision: Option<(usize, Mark)>,
    // What answers below cost at least, as was known before the decision: a greedy bound may forget.
    bound: u128,
}

struct Search<'a> {
    cover: &'a Cover,
    bound: Bound,
    best: Found,
    marks: Vec<Mark>,
    // The places that are decided, in the order of deciding, and from how many of them conclusions were drawn.
    trail: Vec<usize>,
    concluded: usize,
}

impl<'a> Search<'a> {
    fn new(cover: &'a Cover) -> Self {
        let removed = start(cover);
        let cost = removed.iter().map(|&place| cover.price(place)).sum();
        let best = Found { removed, cost, lower_bound: 0 };
        let marks = vec![Mark::Open; cover.prices.len()];
        Self { cover, bound: Bound::new(cover), best, marks, trail: Vec::new(), concluded: 0 }
    }

    fn run(mut self, nodes: &mut u64) -> Found {
        // The least that any branch not walked could cost.
        let mut unwalked = u128::MAX;
        let bound = self.bound.bound(self.cover, &self.marks).0;
        // What must go in any case is decided before the first branch, and no branch goes back further.
        for duty in 0..self.cover.duties.len() {
            _ = self.conclude_from(duty);
        }
        let mut branches = vec![Branch { depth: self.trail.len(), decision: None, bound }];
        while let Some(branch) = branches.pop() {
            for place in self.trail.drain(branch.depth.min(self.trail.len())..) {
                if let Some(mark) = self.marks.get_mut(place) {
                    *mark = Mark::Open;
                }
            }
            self.concluded = self.concluded.min(self.trail.len());
            if let Some((place, mark)) = branch.decision {
                self.decide(place, mark);
            }
            let Some(bound) = self.tighten(branch.bound) else { continue };
            let Some(place) = self.choose() else {
                self.take();
                continue;
            };
            if *nodes == 0 {
                unwalked = unwalked.min(bound);
                continue;
            }
            *nodes -= 1;
            let depth = self.trail.len();
            branches.push(Branch { depth, decision: Some((place, Mark::Stays)), bound });
            branches.push(Branch { depth, decision: Some((place, Mark::Gone)), bound });
        }
        self.best.lower_bound = self.best.cost.min(unwalked);
        self.best
    }

    fn decide(&mut self, place: usize, to: Mark) {
        if let Some(mark) = self.marks.get_mut(place).filter(|mark| **mark == Mark::Open) {
            *mark = to;
            self.trail.push(place);
        }
    }

    /// Draws all conclusions. What answers below this node cost at least, `known` or more, or `None` if none of them beats the
    /// best.
    fn tighten(&mut self, known: u128) -> Option<u128> {
        loop {
            self.conclude()?;
            let spent = self.cover.cost(&self.marks);
            let (bound, reduced) = self.bound.bound(self.cover, &self.marks);
            // The bound of this place alone: what was known before does not go with its reduced prices.
            let here = spent + bound;
            let bound = known.max(here);
            if bound >= self.best.cost {
                return None;
            }
            // What the bound did not use up of a price comes on top of it wherever that holding goes.
            let mut stays = Vec::new();
            for (place, (reduced, mark)) in reduced.iter().zip(&self.marks).enumerate() {
                if *mark == Mark::Open && here + reduced >= self.best.cost {
                    stays.push(place);
                }
            }
            if stays.is_empty() {
                return Some(bound);
            }
            stays.into_iter().for_each(|place| self.decide(place, Mark::Stays));
        }
    }

    /// Takes away what must go because nothing else fulfils a duty. `None` if a duty cannot be fulfilled any more.
    ///
    /// Looks at duties of what was decided since the last call alone: others stand as they stood then.
    fn conclude(&mut self) -> Option<()> {
        let cover = self.cover;
        while let Some(&place) = self.trail.get(self.concluded) {
            self.concluded += 1;
            for &duty in cover.duties_of.get(place).into_iter().flatten() {
                self.conclude_from(duty)?;
            }
        }
        Some(())
    }

    fn conclude_from(&mut self, duty: usize) -> Option<()> {
        let cover = self.cover;
        let Some(ways) = cover.duties.get(duty) else { return Some(()) };
        let mut last = None;
        let mut more = false;
        for way in ways {
            match way.standing(&self.marks) {
                Standing::Done => return Some(()),
                Standing::Dead => {}
                Standing::Lacks(lacks, open) => {
                    more |= last.is_some();
                    last = Some((way, lacks == open));
                }
            }
        }
        let (way, takes_all) = last?;
        if takes_all && !more {
            way.of.iter().for_each(|&place| self.decide(place, Mark::Gone));
        }
        Some(())
    }

    /// The open holding that stands in most ways still needed: of those the cheapest, then the first. `None` if all is done.
    fn choose(&self) -> Option<usize> {
        let mut degrees = vec![0usize; self.marks.len()];
        for duty in &self.cover.duties {
            for (way, _) in alive(duty, &self.marks) {
                for place in way.open(&self.marks) {
                    degrees.get_mut(place).into_iter().for_each(|degree| *degree += 1);
                }
            }
        }
        let key = |&place: &usize| {
            let degree = degrees.get(place).copied().unwrap_or_default();
            (std::cmp::Reverse(degree), self.cover.price(place), place)
        };
        (0..self.marks.len()).filter(|&place| degrees.get(place) > Some(&0)).min_by_key(key)
    }

    /// Everything is fulfilled: if this is better than the best, it is the best.
    fn take(&mut self) {
        let gone = self.marks.iter().enumerate().filter(|(_, mark)| **mark == Mark::Gone);
        let removed = shrink(self.cover, gone.map(|(place, _)| place).collect());
        let cost = removed.iter().map(|&place| self.cover.price(place)).sum();
        if cost < self.best.cost {
            self.best = Found { removed, cost, lower_bound: 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    /// Up to eleven holdings under enough duties that greedy answers are often not the best: pairs, and lists of ways.
    fn covers() -> impl Strategy<Value = Cover> {
        (4usize..12).prop_flat_map(|places| {
            let way = |most: usize| {
                (btree_set(0..places, 1..=most), 0usize..most).prop_map(|(of, need)| {
                    let of: Vec<usize> = of.into_iter().collect();
                    Way { need: (need + 1).min(of.len()), of }
                })
            };
            let pair = (0..places, 1..places).prop_map(move |(a, ahead)| {
                let b = (a + ahead) % places;
                vec![Way { need: 1, of: vec![a.min(b), a.max(b)] }]
            });
            let duties = prop_oneof![1 => vec(pair.boxed(), 4..26), 2 => vec(vec(way(4), 1..4), 2..14)];
            let prices = prop_oneof![vec(1u128..3, places), vec(1u128..20, places)];
            (prices, duties).prop_map(|(prices, duties)| Cover::new(prices, duties))
        })
    }

    fn least(cover: &Cover) -> u128 {
        let places = cover.prices.len();
        let marks = |subset: u32| -> Vec<Mark> {
            (0..places).map(|at| if subset >> at & 1 == 1 { Mark::Gone } else { Mark::Stays }).collect()
        };
        let fulfilling = (0..1u32 << places).map(marks).filter(|marks| cover.is_done(marks));
        fulfilling.map(|marks| cover.cost(&marks)).min().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_500))]

        #[test]
        fn the_least_is_found_and_bounds_stay_below_it(cover in covers(), nodes in 0u64..6) {
            let least = least(&cover);
            let found = solve(&cover, u64::MAX);
            prop_assert_eq!((found.cost, found.lower_bound), (least, least));
            let mut marks = vec![Mark::Stays; cover.prices.len()];
            found.removed.iter().for_each(|&place| marks[place] = Mark::Gone);
            prop_assert!(cover.is_done(&marks) && cover.cost(&marks) == least);

            let open = vec![Mark::Open; cover.prices.len()];
            let (bound, reduced) = Bound::new(&cover).bound(&cover, &open);
            prop_assert!(bound <= least);
            // An answer with a certain holding costs what the bound left of its price on top.
            for &place in &found.removed {
                prop_assert!(bound + reduced[place] <= least);
            }
            let cut = solve(&cover, nodes);
            prop_assert!(cut.lower_bound <= least && least <= cut.cost);
            prop_assert!(bound <= cut.lower_bound, "what was walked makes the bound no worse");
        }
    }
}
