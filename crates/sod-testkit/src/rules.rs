//! Generated rules over a generated matrix, for the engine and for the specification.

use crate::{Holdings, directory};
use proptest::collection::vec;
use proptest::prelude::*;
use sod_model::{Directory, GroupId, PackageId, Rule, RuleOrigin, RuleSet, Term};

/// One term: packages, groups, how many of them.
pub type TermSketch = (Vec<u32>, Vec<u32>, u32);

/// Rules over a matrix, and the groups they speak of.
#[derive(Clone, Debug)]
pub struct GeneratedRules {
    /// Who holds what.
    pub holdings: Holdings,
    /// Members of each group, ascending; `None` when not exported.
    pub groups: Vec<Option<Vec<u32>>>,
    /// The terms of each rule.
    pub rules: Vec<Vec<TermSketch>>,
}

impl GeneratedRules {
    /// The directory behind the ids, with the groups.
    #[must_use]
    pub fn directory(&self) -> Directory {
        let name = |kind: char| move |at: u32| format!("{kind}{at:06}");
        let users: Vec<String> = (0..self.holdings.users).map(name('u')).collect();
        let packages: Vec<String> = (0..self.holdings.packages).map(name('p')).collect();
        let groups: Vec<String> = (0..self.groups.len() as u32).map(name('g')).collect();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
        let groups: Vec<(&str, Option<Vec<u32>>)> =
            groups.iter().zip(&self.groups).map(|(name, members)| (name.as_str(), members.clone())).collect();
        directory(&users, &packages, &groups)
    }

    /// The rules as the engine takes them; rule `n` of the sketch has id `n` in the set.
    #[must_use]
    pub fn rule_set(&self) -> RuleSet {
        let rule = |(at, terms): (usize, &Vec<TermSketch>)| {
            let terms = terms.iter().map(term).collect();
            Rule::new(&format!("R{at:04}"), "generated", RuleOrigin::Document, terms)
        };
        RuleSet::new(self.rules.iter().enumerate().map(rule).collect())
    }

    /// The terms of rule `n` as the specification takes them: group `g` is a thing with a number that
    /// no package has.
    #[must_use]
    pub fn spec_terms(&self, rule: usize) -> Vec<sod_spec::Term<u32>> {
        let things = |(packages, groups, at_least): &TermSketch| sod_spec::Term {
            set: packages.iter().copied().chain(groups.iter().map(|group| thing(*group))).collect(),
            at_least: *at_least as usize,
        };
        self.rules[rule].iter().map(things).collect()
    }

    /// What each user holds, groups included; users who hold nothing are listed.
    #[must_use]
    pub fn spec_holdings(&self) -> sod_spec::Holdings<u32> {
        let mut held = self.holdings.spec();
        for user in 0..self.holdings.users {
            held.entry(user).or_default();
        }
        for (group, members) in self.groups.iter().enumerate() {
            for user in members.iter().flatten() {
                held.entry(*user).or_default().insert(thing(group as u32));
            }
        }
        held
    }
}

/// Groups are numbered from the far end, out of the way of packages, unknown ones included.
fn thing(group: u32) -> u32 {
    u32::MAX - group
}

fn term((packages, groups, at_least): &TermSketch) -> Term {
    Term {
        packages: packages.iter().map(|&package| PackageId(package)).collect(),
        groups: groups.iter().map(|&group| GroupId(group)).collect(),
        at_least: *at_least,
    }
}

/// Rules over matrices of the given strategy: up to three terms of up to ten members with repeats, any number required
/// (none, and more than there are, included), groups exported or not.
pub fn rules_over(holdings: impl Strategy<Value = Holdings>) -> impl Strategy<Value = GeneratedRules> {
    const GROUPS: u32 = 3;
    holdings.prop_flat_map(|holdings| {
        let package = 0..holdings.packages.max(1);
        let term = (vec(package, 0..10), vec(0..GROUPS, 0..3), prop_oneof![3 => Just(1u32), 4 => 0u32..9]);
        let members = prop::collection::btree_set(0..holdings.users.max(1), 0..10);
        let users = holdings.users;
        let members = members.prop_map(move |members| {
            Some(members.into_iter().filter(|&user| user < users).collect::<Vec<u32>>())
        });
        let group = prop_oneof![1 => Just(None), 3 => members];
        (vec(group, GROUPS as usize), vec(vec(term, 0..4), 0..5))
            .prop_map(move |(groups, rules)| GeneratedRules { holdings: holdings.clone(), groups, rules })
    })
}
