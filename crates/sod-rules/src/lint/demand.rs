//! What it takes to violate a rule: so many things of each of some sets.

use super::things::{ThingId, Things};
use crate::resolve::Missing;
use sod_model::Rule;

/// At least so many of a set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Need {
    /// Ascending, without repeats.
    pub(crate) set: Vec<ThingId>,
    pub(crate) at_least: u32,
}

/// All needs of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    /// By term, as written.
    pub(crate) needs: Vec<Need>,
    /// The same in one spelling: sorted, and without those that another implies. Two rules of one spelling mean the same.
    pub(crate) plain: Vec<Need>,
    /// Whether something could satisfy it: no need asks for more than its set has.
    pub(crate) satisfiable: bool,
}

impl Demand {
    pub(crate) fn of(rule: &Rule, missing: &[Vec<Missing>], things: &mut Things<'_>) -> Self {
        let mut needs = Vec::with_capacity(rule.terms.len());
        for (at, term) in rule.terms.iter().enumerate() {
            let mut set: Vec<ThingId> =
                term.packages.iter().map(|package| things.package(*package)).collect();
            set.extend(term.groups.iter().map(|group| things.group(*group)));
            set.extend(missing.get(at).into_iter().flatten().map(|word| things.word(word)));
            set.sort_unstable();
            set.dedup();
            needs.push(Need { set, at_least: term.at_least });
        }
        let satisfiable = needs.iter().all(|need| need.most(things).is_none_or(|most| most >= need.at_least));
        let plain = plain(&needs, things);
        Self { needs, plain, satisfiable }
    }
}

impl Need {
    /// As many of the set as anybody can hold, if there is an end to it.
    pub(crate) fn most(&self, things: &Things<'_>) -> Option<u32> {
        self.set.iter().all(|thing| things.is_one(*thing)).then_some(self.set.len() as u32)
    }

    /// How many of `set` whoever meets this need holds for certain: what is left when as much as possible lies outside.
    pub(crate) fn certain_of(&self, set: &[ThingId], things: &Things<'_>) -> u32 {
        let mut outside = 0;
        for thing in self.set.iter().filter(|thing| set.binary_search(thing).is_err()) {
            if !things.is_one(*thing) {
                return 0;
            }
            outside += 1;
            if outside >= self.at_least {
                return 0;
            }
        }
        self.at_least - outside
    }
}

/// Sorted and without needs that another one implies.
fn plain(needs: &[Need], things: &Things<'_>) -> Vec<Need> {
    let mut plain = needs.to_vec();
    plain.sort_unstable();
    plain.dedup();
    let implied = |need: &Need| {
        let others = plain.iter().filter(|other| *other != need);
        others.into_iter().any(|other| other.certain_of(&need.set, things) >= need.at_least)
    };
    let kept: Vec<bool> = plain.iter().map(|need| !implied(need)).collect();
    let mut kept = kept.into_iter();
    plain.retain(|_| kept.next().unwrap_or(true));
    plain
}
