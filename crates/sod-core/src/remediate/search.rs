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
        // What must go in any case is decided before the first branch, and no branch goes back further.
        for duty in 0..self.cover.duties.len() {
            _ = self.conclude_from(duty);
        }
        let mut branches = vec![Branch { depth: self.trail.len(), decision: None }];
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
            let Some(bound) = self.tighten() else { continue };
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
            branches.push(Branch { depth, decision: Some((place, Mark::Stays)) });
            branches.push(Branch { depth, decision: Some((place, Mark::Gone)) });
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

    /// Draws all conclusions. What answers below this node cost at least, or `None` if none of them beats the best.
    fn tighten(&mut self) -> Option<u128> {
        loop {
            self.conclude()?;
            let spent = self.cover.cost(&self.marks);
            let (bound, reduced) = self.bound.bound(self.cover, &self.marks);
            let bound = spent + bound;
            if bound >= self.best.cost {
                return None;
            }
            // What the bound did not use up of a price comes on top of it wherever that holding goes.
            let mut stays = Vec::new();
            for (place, (reduced, mark)) in reduced.iter().zip(&self.marks).enumerate() {
                if *mark == Mark::Open && bound + reduced >= self.best.cost {
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
