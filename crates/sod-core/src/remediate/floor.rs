//! The floor: no package falls under so many holders.
//!
//! The floor ties users together, so the least for each is not always possible for all. Repair begins with the least for
//! each and moves users, a cohort's at a time, away from packages that would fall too far: first to answers that need no
//! room elsewhere, the cheapest first; then along chains, where one user takes the place that another one leaves; and where
//! neither helps, a conflict stays. No move overdraws a package, so repair ends; at last every user takes what is better
//! and still possible.

use super::problem::{Access, Answer, Problem};
use super::shares::{Question, Share, Shares, Spare};
use sod_model::PackageId;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Questions asked in search of chains before no more chains are searched for: some seconds' worth. Small tenants do not come
/// near it.
const CHAIN_QUESTIONS: u64 = 200_000;

/// Brings every package back to its floor, then every user as near to the least as room is left for.
///
/// `least` is, by cohort, what the shares begin with.
pub(super) fn repair(
    problems: &[Problem],
    least: &[Answer],
    shares: Vec<Share>,
    spare: &Spare,
    nodes_max: u64,
) -> Vec<Share> {
    let shares = Shares::new(problems, shares, spare, nodes_max);
    let mut repair = Repair { shares, blind: BTreeSet::new(), questions: CHAIN_QUESTIONS };
    for package in repair.shares.overdrawn() {
        // Each round brings the package nearer to its floor, and none brings another one farther below.
        while repair.shares.room(package) < 0
            && (repair.move_to_room(package, true)
                || repair.move_along(package)
                || repair.move_to_room(package, false))
        {}
    }
    while repair.improve(least) {}
    repair.shares.into_shares()
}

struct Repair<'a> {
    shares: Shares<'a>,
    /// Packages from which no chain was found: none leads over them either.
    blind: BTreeSet<PackageId>,
    /// How many more questions may be asked for chains.
    questions: u64,
}

impl Repair<'_> {
    /// Moves users away from a package to what they can do within the room there is: first those with the fewest conflicts
    /// more that stay, none if `is_free`, then those for whom it costs the least more. Whether anybody moved.
    fn move_to_room(&mut self, package: PackageId, is_free: bool) -> bool {
        let nothing = BTreeSet::new();
        let question =
            |at| self.shares.question(at, Some(package), &nothing, Access::Shut).map(|one| (at, one));
        let (places, questions): (Vec<usize>, Vec<Question>) =
            self.shares.removers(package).into_iter().filter_map(question).unzip();
        let answers = self.shares.ask(&questions);
        let rank = |(at, answer): (usize, Answer)| {
            let share = self.shares.get(at)?;
            let lost = answer.lost.len() as i64 - share.answer.lost.len() as i64;
            let dearer = i128::from(answer.cost) - i128::from(share.answer.cost);
            (lost <= 0 || !is_free).then_some(((lost, dearer, at), answer))
        };
        let mut ranked: Vec<_> = places.into_iter().zip(answers).filter_map(rank).collect();
        ranked.sort_by_key(|(key, _)| *key);
        let mut moved = 0;
        for ((_, _, at), answer) in ranked {
            let most = -self.shares.room(package);
            if most > 0 {
                moved += self.shares.step(&[(at, answer)], most);
            }
        }
        moved > 0
    }

    /// Finds a chain: a user leaves this package for one that is full, from which another user leaves, and so on, until
    /// there is room. Breadth first, so the chain is a shortest one. Whether anybody moved.
    fn move_along(&mut self, package: PackageId) -> bool {
        if self.blind.contains(&package) {
            return false;
        }
        let mut seen = self.blind.clone();
        seen.insert(package);
        let mut came: BTreeMap<PackageId, (PackageId, (usize, Answer))> = BTreeMap::new();
        let mut queue = VecDeque::from([package]);
        while let Some(from) = queue.pop_front() {
            for at in self.shares.removers(from) {
                while let Some((answer, full)) = self.over_full(at, from, &seen) {
                    if let Some(next) = full {
                        seen.insert(next);
                        came.insert(next, (from, (at, answer)));
                        queue.push_back(next);
                        continue;
                    }
                    let mut steps = vec![(at, answer)];
                    let mut to = from;
                    while let Some((before, step)) = came.get(&to) {
                        steps.push(step.clone());
                        to = *before;
                    }
                    return self.shares.step(&steps, -self.shares.room(package)) > 0;
                }
            }
        }
        self.blind = seen;
        false
    }

    /// What users of a share can do without a package, with at most one full package that was not seen; which one, if any.
    fn over_full(
        &mut self,
        at: usize,
        from: PackageId,
        seen: &BTreeSet<PackageId>,
    ) -> Option<(Answer, Option<PackageId>)> {
        self.questions = self.questions.checked_sub(1)?;
        let question = self.shares.question(at, Some(from), seen, Access::Dear)?;
        let answer = self.shares.ask(&[question]).pop()?;
        let share = self.shares.get(at)?;
        if answer.lost.len() > share.answer.lost.len() {
            return None;
        }
        let taken = self.shares.taken(share, &answer);
        let mut full =
            taken.iter().filter(|(package, taken)| **taken > 0 && self.shares.room(**package) <= 0);
        let first = full.next().map(|(package, _)| *package);
        full.next().is_none().then_some((answer, first))
    }

    /// Lets users who do not have the least take what is better and possible now. Whether anybody did.
    fn improve(&mut self, least: &[Answer]) -> bool {
        let nothing = BTreeSet::new();
        let mut moved = 0;
        for at in 0..self.shares.count() {
            let Some(share) = self.shares.get(at) else { continue };
            if least.get(share.cohort) == Some(&share.answer) {
                continue;
            }
            let value = |answer: &Answer| (answer.lost.len(), answer.cost);
            let now = value(&share.answer);
            let question = self.shares.question(at, None, &nothing, Access::Shut);
            let Some(answer) = self.shares.ask(question.as_slice()).pop() else { continue };
            if value(&answer) < now {
                moved += self.shares.step(&[(at, answer)], i64::MAX);
            }
        }
        moved > 0
    }
}
