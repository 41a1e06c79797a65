//! Who does what while repair goes on: shares of cohorts, what they take from each package, and what else they could do.

use super::problem::{Access, Answer, Problem};
use rayon::prelude::*;
use sod_model::{PackageId, UserId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Users of one cohort who do the same.
#[derive(Clone, Debug)]
pub(super) struct Share {
    pub(super) cohort: usize,
    pub(super) answer: Answer,
    pub(super) users: Vec<UserId>,
}

/// The packages concerned, and how many holders each can spare.
pub(super) type Spare = BTreeMap<PackageId, i64>;

/// A question to a cohort: what is the least under this access, by place?
pub(super) type Question = (usize, Vec<Access>);

pub(super) struct Shares<'a> {
    problems: &'a [Problem],
    nodes_max: u64,
    shares: Vec<Share>,
    /// Holders that each package can still spare; negative where it is overdrawn.
    room: Spare,
    /// By package: the places of the shares that remove it, emptied ones included.
    removers: BTreeMap<PackageId, BTreeSet<usize>>,
    /// By cohort: the places of its shares.
    of_cohort: BTreeMap<usize, Vec<usize>>,
    /// Questions that were answered: few change from one move to the next.
    answers: HashMap<Question, Answer>,
}

impl<'a> Shares<'a> {
    pub(super) fn new(problems: &'a [Problem], shares: Vec<Share>, spare: &Spare, nodes_max: u64) -> Self {
        let mut new = Self {
            problems,
            nodes_max,
            shares: Vec::new(),
            room: spare.clone(),
            removers: BTreeMap::new(),
            of_cohort: BTreeMap::new(),
            answers: HashMap::new(),
        };
        for share in shares {
            for package in new.packages(share.cohort, &share.answer) {
                new.room.entry(package).and_modify(|room| *room -= share.users.len() as i64);
            }
            new.push(share);
        }
        new
    }

    fn push(&mut self, share: Share) {
        let at = self.shares.len();
        for package in self.packages(share.cohort, &share.answer) {
            self.removers.entry(package).or_default().insert(at);
        }
        self.of_cohort.entry(share.cohort).or_default().push(at);
        self.shares.push(share);
    }

    /// All shares that have users, each with its users ascending.
    pub(super) fn into_shares(mut self) -> Vec<Share> {
        self.shares.retain(|share| !share.users.is_empty());
        self.shares.iter_mut().for_each(|share| share.users.sort_unstable());
        self.shares
    }

    pub(super) fn count(&self) -> usize {
        self.shares.len()
    }

    /// The share of that place, if it has users.
    pub(super) fn get(&self, at: usize) -> Option<&Share> {
        self.shares.get(at).filter(|share| !share.users.is_empty())
    }

    pub(super) fn room(&self, package: PackageId) -> i64 {
        self.room.get(&package).copied().unwrap_or(i64::MAX)
    }

    pub(super) fn overdrawn(&self) -> Vec<PackageId> {
        self.room.iter().filter(|(_, room)| **room < 0).map(|(package, _)| *package).collect()
    }

    /// The packages that an answer of a cohort removes.
    pub(super) fn packages(&self, cohort: usize, answer: &Answer) -> Vec<PackageId> {
        self.problems.get(cohort).map(|problem| problem.packages(answer)).unwrap_or_default()
    }

    /// The places of the shares with users that remove a package, in order.
    pub(super) fn removers(&self, package: PackageId) -> Vec<usize> {
        let places = self.removers.get(&package).into_iter().flatten().copied();
        places.filter(|&at| self.get(at).is_some()).collect()
    }

    /// Asks what users of a share can do without the package that they leave and without those of `shut`. Packages without
    /// room that they do not remove already are treated as `full` says.
    pub(super) fn question(
        &self,
        at: usize,
        leaving: Option<PackageId>,
        shut: &BTreeSet<PackageId>,
        full: Access,
    ) -> Option<Question> {
        let share = self.get(at)?;
        let holdings = &self.problems.get(share.cohort)?.holdings;
        let access = |(place, &(package, _)): (usize, &(PackageId, u32))| match share
            .answer
            .removed
            .binary_search(&place)
            .is_ok()
        {
            true if leaving == Some(package) => Access::Shut,
            true => Access::Open,
            false if shut.contains(&package) => Access::Shut,
            false if self.room(package) <= 0 => full,
            false => Access::Open,
        };
        Some((share.cohort, holdings.iter().enumerate().map(access).collect()))
    }

    /// Answers questions, those not asked before in parallel.
    pub(super) fn ask(&mut self, questions: &[Question]) -> Vec<Answer> {
        let new: BTreeSet<&Question> =
            questions.iter().filter(|one| !self.answers.contains_key(*one)).collect();
        let new: Vec<&Question> = new.into_iter().collect();
        let answer = |(cohort, access): &Question| {
            self.problems
                .get(*cohort)
                .map(|problem| problem.solve(self.nodes_max, &[], access))
                .unwrap_or_default()
        };
        let answers: Vec<Answer> = new.par_iter().map(|question| answer(question)).collect();
        self.answers.extend(new.into_iter().cloned().zip(answers));
        questions.iter().map(|question| self.answers.get(question).cloned().unwrap_or_default()).collect()
    }

    /// What one user more with the new answer in place of the share's takes from each package; negative is given.
    pub(super) fn taken(&self, share: &Share, answer: &Answer) -> BTreeMap<PackageId, i64> {
        let mut taken = BTreeMap::new();
        self.packages(share.cohort, answer)
            .into_iter()
            .for_each(|package| *taken.entry(package).or_default() += 1);
        let old = self.packages(share.cohort, &share.answer);
        old.into_iter().for_each(|package| *taken.entry(package).or_default() -= 1);
        taken.retain(|_, taken| *taken != 0);
        taken
    }

    /// Moves users: each move takes one user of each of these shares to the answer beside it, and there are up to `most`
    /// moves, as many as there are users and as there is room for. How many were made.
    pub(super) fn step(&mut self, steps: &[(usize, Answer)], most: i64) -> i64 {
        let mut taken: BTreeMap<PackageId, i64> = BTreeMap::new();
        let mut leaving: BTreeMap<usize, i64> = BTreeMap::new();
        for (at, answer) in steps {
            let Some(share) = self.get(*at) else { return 0 };
            for (package, more) in self.taken(share, answer) {
                *taken.entry(package).or_default() += more;
            }
            *leaving.entry(*at).or_default() += 1;
        }
        let users =
            leaving.iter().map(|(at, times)| self.get(*at).map_or(0, |s| s.users.len() as i64 / times));
        let room = taken.iter().filter(|(_, taken)| **taken > 0);
        let room = room.map(|(package, taken)| self.room(*package).max(0) / taken);
        let count = users.chain(room).min().unwrap_or(0).min(most);
        if count <= 0 {
            return 0;
        }
        for (package, taken) in taken {
            self.room.entry(package).and_modify(|room| *room -= taken * count);
        }
        for (at, answer) in steps {
            let Some(share) = self.shares.get_mut(*at) else { continue };
            // The last go: who comes first keeps the least.
            let users = share.users.split_off(share.users.len() - (count as usize).min(share.users.len()));
            let cohort = share.cohort;
            let same = |at: &&usize| self.shares.get(**at).is_some_and(|other| other.answer == *answer);
            let same = self.of_cohort.get(&cohort).and_then(|places| places.iter().find(same)).copied();
            match same.and_then(|at| self.shares.get_mut(at)) {
                Some(other) => other.users.extend(users),
                None => self.push(Share { cohort, answer: answer.clone(), users }),
            }
        }
        count
    }
}
