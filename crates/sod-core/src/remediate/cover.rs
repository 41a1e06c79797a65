//! Duties and prices in the form that the search works on, and how they stand under its decisions.

use super::problem::Way;

/// What was decided of a holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Open,
    Gone,
    Stays,
}

/// How a way to break a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Done,
    Dead,
    /// So many more must go, of so many that are open: not more than these.
    Lacks(usize, usize),
}

impl Way {
    pub(super) fn standing(&self, marks: &[Mark]) -> Standing {
        let (mut gone, mut open) = (0, 0);
        for &place in &self.of {
            match marks.get(place) {
                Some(Mark::Gone) => gone += 1,
                Some(Mark::Open) => open += 1,
                _ => {}
            }
        }
        match self.need.checked_sub(gone) {
            None | Some(0) => Standing::Done,
            Some(lacks) if lacks <= open => Standing::Lacks(lacks, open),
            Some(_) => Standing::Dead,
        }
    }

    pub(super) fn open<'a>(&'a self, marks: &'a [Mark]) -> impl Iterator<Item = usize> + 'a {
        self.of.iter().copied().filter(|&place| marks.get(place) == Some(&Mark::Open))
    }
}

/// Duties and prices: everything that the search knows.
#[derive(Clone, Debug)]
pub(super) struct Cover {
    /// By place; every price is at least 1.
    pub(super) prices: Vec<u128>,
    /// Each is fulfilled by any of its ways.
    pub(super) duties: Vec<Vec<Way>>,
    /// By place: the duties that it stands in.
    pub(super) duties_of: Vec<Vec<usize>>,
}

impl Cover {
    /// Brings duties into one form, so that rules that ask for the same become one duty: one of A or one of B is one of both.
    pub(super) fn new(prices: Vec<u128>, mut duties: Vec<Vec<Way>>) -> Self {
        for ways in &mut duties {
            let mut any: Vec<usize> =
                ways.iter().filter(|way| way.need == 1).flat_map(|way| way.of.iter().copied()).collect();
            any.sort_unstable();
            any.dedup();
            ways.retain(|way| way.need > 1);
            if !any.is_empty() {
                ways.push(Way { need: 1, of: any });
            }
            ways.sort_unstable();
            ways.dedup();
        }
        duties.sort_unstable();
        duties.dedup();
        Self::of(prices, duties)
    }

    /// For duties that are in that form already.
    pub(super) fn of(prices: Vec<u128>, duties: Vec<Vec<Way>>) -> Self {
        let mut duties_of: Vec<Vec<usize>> = vec![Vec::new(); prices.len()];
        for (at, duty) in duties.iter().enumerate() {
            for &place in duty.iter().flat_map(|way| &way.of) {
                duties_of.get_mut(place).into_iter().for_each(|duties| duties.push(at));
            }
        }
        duties_of.iter_mut().for_each(Vec::dedup);
        Self { prices, duties, duties_of }
    }

    pub(super) fn price(&self, place: usize) -> u128 {
        self.prices.get(place).copied().unwrap_or_default()
    }

    pub(super) fn is_done(&self, marks: &[Mark]) -> bool {
        self.duties.iter().all(|duty| is_fulfilled(duty, marks))
    }

    /// What went so far.
    pub(super) fn cost(&self, marks: &[Mark]) -> u128 {
        let gone = self.prices.iter().zip(marks).filter(|(_, mark)| **mark == Mark::Gone);
        gone.map(|(price, _)| price).sum()
    }
}

fn is_fulfilled(duty: &[Way], marks: &[Mark]) -> bool {
    duty.iter().any(|way| way.standing(marks) == Standing::Done)
}

/// The ways of a duty that are alive, each with what it lacks; none when the duty is done.
pub(super) fn alive<'a>(duty: &'a [Way], marks: &'a [Mark]) -> impl Iterator<Item = (&'a Way, usize)> + 'a {
    let duty = if is_fulfilled(duty, marks) { &[] } else { duty };
    duty.iter().filter_map(|way| match way.standing(marks) {
        Standing::Lacks(lacks, _) => Some((way, lacks)),
        _ => None,
    })
}
