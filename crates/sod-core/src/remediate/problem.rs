//! What a cohort has to do: for each rule the ways to break it, and which rules cannot be broken.

use super::cohort::{Cohort, Price};
use super::cover::Cover;
use super::search::solve;
use sod_model::{Hindrance, PackageId, Rule, RuleId, RuleSet, Term};
use std::collections::BTreeSet;

/// One way to break a rule: take away at least `need` (one or more) of the holdings `of`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub(super) need: usize,
    /// Places among the holdings of the problem, ascending; at least `need` many.
    pub(super) of: Vec<usize>,
}

/// To break one rule in any one of several ways. There is at least one.
#[derive(Clone, Debug)]
pub(super) struct Duty {
    pub(super) rule: RuleId,
    pub(super) ways: Vec<Way>,
}

/// The problem that all users of a cohort share.
#[derive(Clone, Debug, Default)]
pub(super) struct Problem {
    /// The holdings that may go, ascending, each with its weight.
    pub(super) holdings: Vec<(PackageId, u32)>,
    /// The rules to break, ascending.
    pub(super) duties: Vec<Duty>,
    /// The rules that nothing breaks, ascending.
    pub(super) impossible: Vec<(RuleId, Hindrance)>,
}

/// How a search may treat a holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Access {
    /// As it is weighed.
    Open,
    /// It goes only where nothing else will do: dearer than all that is open.
    Dear,
    /// It stays.
    Shut,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Places of the holdings that go, ascending. None of them can be left out.
    pub(super) removed: Vec<usize>,
    /// The sum of their weights.
    pub(super) cost: u64,
    /// No answer that fulfils the same duties costs less. Means nothing where holdings were dear.
    pub(super) lower_bound: u64,
    /// Places of the duties that cannot be fulfilled because of what was shut, ascending.
    pub(super) lost: Vec<usize>,
}

// A price is the weight, and one more to prefer fewer removals where weights are equal. A dear holding outweighs any sum of
// weights: those stay below 2^96.
const WEIGHT_SHIFT: u32 = 32;
const DEAR: u128 = 1 << 96;

impl Problem {
    pub(super) fn new(cohort: &Cohort, rules: &RuleSet) -> Self {
        let mut problem = Self::default();
        for &(package, price) in &cohort.held {
            if let Price::Weight(weight) = price {
                problem.holdings.push((package, weight));
            }
        }
        for &id in &cohort.rules {
            let Some(rule) = rules.rule(id) else { continue };
            match problem.ways(cohort, rule) {
                Ok(ways) if ways.is_empty() => {}
                Ok(ways) => problem.duties.push(Duty { rule: id, ways }),
                Err(hindrance) => problem.impossible.push((id, hindrance)),
            }
        }
        problem
    }

    /// The ways to break a rule; none if it is not violated, which only conflicts of another matrix can bring about.
    fn ways(&self, cohort: &Cohort, rule: &Rule) -> Result<Vec<Way>, Hindrance> {
        let mut ways = Vec::new();
        let mut hindrance = Hindrance::Memberships;
        for term in &rule.terms {
            let counted = Counted::new(cohort, term);
            let Some(need) = (counted.held() + counted.groups + 1).checked_sub(term.at_least as usize) else {
                return Ok(Vec::new());
            };
            if need == 0 {
                return Ok(Vec::new());
            }
            let place = |package: &PackageId| self.holdings.binary_search_by_key(package, |held| held.0).ok();
            let of: Vec<usize> = counted.removable.iter().filter_map(place).collect();
            if of.len() >= need {
                ways.push(Way { need, of });
            } else if of.len() + counted.at_floor >= need {
                hindrance = Hindrance::Floor;
            } else if counted.held() >= need && hindrance == Hindrance::Memberships {
                hindrance = Hindrance::Kept;
            }
        }
        if ways.is_empty() { Err(hindrance) } else { Ok(ways) }
    }

    /// The least that fulfils every duty that can be: those in `skip` and those that `access`, by place and open beyond its
    /// end, makes impossible apart.
    pub(super) fn solve(&self, nodes_max: u64, skip: &[usize], access: &[Access]) -> Answer {
        let access_of = |place: usize| access.get(place).copied().unwrap_or(Access::Open);
        let is_open = |place: usize| access_of(place) != Access::Shut;
        let mut lost = Vec::new();
        let mut duties = Vec::new();
        for (at, duty) in self.duties.iter().enumerate().filter(|(at, _)| !skip.contains(at)) {
            let open = duty.ways.iter().map(|way| Way {
                need: way.need,
                of: way.of.iter().copied().filter(|&place| is_open(place)).collect(),
            });
            let ways: Vec<Way> = open.filter(|way| way.of.len() >= way.need).collect();
            if ways.is_empty() {
                lost.push(at);
            } else {
                duties.push(ways);
            }
        }
        let price = |(place, held): (usize, &(PackageId, u32))| {
            let dear = if access_of(place) == Access::Dear { DEAR } else { 0 };
            (u128::from(held.1) << WEIGHT_SHIFT) + 1 + dear
        };
        let prices = self.holdings.iter().enumerate().map(price).collect();
        let found = solve(&Cover::new(prices, duties), nodes_max);
        let cost = found.removed.iter().filter_map(|&place| self.holdings.get(place));
        let cost = cost.map(|held| u64::from(held.1)).sum();
        // Fewer than 2^32 removals: what a bound has beyond the shift is a number of removals and no weight.
        let lower_bound = u64::try_from(found.lower_bound >> WEIGHT_SHIFT).unwrap_or(u64::MAX).min(cost);
        Answer { removed: found.removed, cost, lower_bound, lost }
    }

    /// The packages that an answer removes, ascending.
    pub(super) fn packages(&self, answer: &Answer) -> Vec<PackageId> {
        answer.removed.iter().filter_map(|&place| self.holdings.get(place)).map(|held| held.0).collect()
    }

    /// What goes: package, weight, and the rules it helps to clear.
    pub(super) fn removals(&self, answer: &Answer) -> Vec<(PackageId, u32, Vec<RuleId>)> {
        let goes = |place: &&usize| answer.removed.binary_search(place).is_ok();
        let is_broken = |way: &&Way| way.of.iter().filter(goes).count() >= way.need;
        let mut clears: Vec<BTreeSet<RuleId>> = vec![BTreeSet::new(); self.holdings.len()];
        for duty in &self.duties {
            for place in duty.ways.iter().filter(is_broken).flat_map(|way| way.of.iter().filter(goes)) {
                if let Some(clears) = clears.get_mut(*place) {
                    clears.insert(duty.rule);
                }
            }
        }
        let removal = |&place: &usize| {
            let &(package, weight) = self.holdings.get(place)?;
            Some((package, weight, clears.get(place)?.iter().copied().collect()))
        };
        answer.removed.iter().filter_map(removal).collect()
    }

    /// The packages that some duty cannot be fulfilled without.
    pub(super) fn needed(&self) -> impl Iterator<Item = PackageId> {
        let is_needed = |place: usize| {
            self.duties.iter().any(|duty| {
                let mut ways = duty.ways.iter();
                ways.all(|way| way.of.len() == way.need && way.of.binary_search(&place).is_ok())
            })
        };
        self.holdings.iter().enumerate().filter(move |(place, _)| is_needed(*place)).map(|(_, held)| held.0)
    }
}

/// What of a cohort counts towards a term. What a term names twice counts once.
struct Counted {
    removable: BTreeSet<PackageId>,
    at_floor: usize,
    kept: usize,
    groups: usize,
}

impl Counted {
    fn new(cohort: &Cohort, term: &Term) -> Self {
        let mut counted = Self { removable: BTreeSet::new(), at_floor: 0, kept: 0, groups: 0 };
        let packages: BTreeSet<PackageId> = term.packages.iter().copied().collect();
        for (package, price) in cohort.held.iter().filter(|(package, _)| packages.contains(package)) {
            match price {
                Price::Weight(_) => _ = counted.removable.insert(*package),
                Price::AtFloor => counted.at_floor += 1,
                Price::Kept => counted.kept += 1,
            }
        }
        counted.groups = cohort.groups.iter().filter(|group| term.groups.contains(group)).count();
        counted
    }

    fn held(&self) -> usize {
        self.removable.len() + self.at_floor + self.kept
    }
}
