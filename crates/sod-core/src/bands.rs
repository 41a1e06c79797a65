//! Bands: two thousand users at a time, with a line of bits for each thing that rules name.
//!
//! A rule asks of sets of users, and a set of all users is too long to stay in a cache while ten thousand rules ask for it. So the
//! users are cut into bands; in a band a set is a line of 32 words, and the lines of a few thousand packages fit into the cache of
//! one core together. What is judged or looked up for the band is then done on lines.

use sod_model::{AssignmentMatrix, Directory, GroupId, PackageId, Rule, UserId};
use std::collections::BTreeMap;

/// Words of a line.
pub(crate) const WORDS: usize = 32;

/// Users of a band.
pub(crate) const USERS: usize = WORDS * 64;

/// A set of users of one band.
pub(crate) type Line = [u64; WORDS];

/// Nobody.
pub(crate) const NOBODY: Line = [0; WORDS];

/// Puts a user of the band into a set.
pub(crate) fn insert(line: &mut Line, user: usize) {
    if let Some(word) = line.get_mut(user / 64) {
        *word |= 1 << (user % 64);
    }
}

/// Whether a user of the band is in a set.
pub(crate) fn contains(line: &Line, user: usize) -> bool {
    line.get(user / 64).is_some_and(|word| word >> (user % 64) & 1 == 1)
}

/// The users of a set, ascending.
pub(crate) fn users_of(line: &Line) -> impl Iterator<Item = usize> {
    line.iter().enumerate().flat_map(|(at, &word)| {
        let mut left = word;
        std::iter::from_fn(move || {
            let bit = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (bit < 64).then_some(at * 64 + bit)
        })
    })
}

/// The packages and groups that some rules name, as numbers from 0. What nobody can have, a package that is not in the matrix or
/// a group whose members were not exported, has no number.
pub(crate) struct Things<'a> {
    pub(crate) matrix: &'a AssignmentMatrix,
    // By package.
    numbers: Vec<u32>,
    packages: usize,
    // By group: its number, and its members, ascending.
    groups: BTreeMap<GroupId, (u32, &'a [UserId])>,
}

/// What no rule names.
const NOT_NAMED: u32 = u32::MAX;

impl<'a> Things<'a> {
    pub(crate) fn new<'r>(
        matrix: &'a AssignmentMatrix,
        directory: &'a Directory,
        rules: impl Iterator<Item = &'r Rule>,
    ) -> Self {
        let (mut numbers, mut packages) = (vec![NOT_NAMED; matrix.packages()], 0);
        let mut named = Vec::new();
        for term in rules.flat_map(|rule| &rule.terms) {
            for package in &term.packages {
                if let Some(number) = numbers.get_mut(package.index()).filter(|number| **number == NOT_NAMED)
                {
                    *number = packages;
                    packages += 1;
                }
            }
            named.extend_from_slice(&term.groups);
        }
        let mut groups = BTreeMap::new();
        for group in named {
            let next = packages + groups.len() as u32;
            if let Some(members) = directory.group(group).and_then(|group| group.members.as_deref()) {
                groups.entry(group).or_insert((next, members));
            }
        }
        Self { matrix, numbers, packages: packages as usize, groups }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.packages + self.groups.len()
    }

    pub(crate) fn package(&self, package: PackageId) -> Option<u32> {
        self.numbers.get(package.index()).copied().filter(|number| *number != NOT_NAMED)
    }

    pub(crate) fn group(&self, group: GroupId) -> Option<u32> {
        self.groups.get(&group).map(|(number, _)| *number)
    }

    /// How many bands the users make.
    pub(crate) fn bands(&self) -> usize {
        self.matrix.users().div_ceil(USERS)
    }

    /// By number, about how many users have it: those of some rows, and all members of groups.
    pub(crate) fn holders(&self) -> Vec<u64> {
        const ROWS: usize = 1 << 16;
        let step = self.matrix.users().div_ceil(ROWS).max(1);
        let mut holders = vec![0; self.len()];
        for user in (0..self.matrix.users()).step_by(step) {
            for &package in self.matrix.row(UserId(user as u32)) {
                let number = self.package(package);
                if let Some(holders) = number.and_then(|number| holders.get_mut(number as usize)) {
                    *holders += step as u64;
                }
            }
        }
        for (number, members) in self.groups.values() {
            if let Some(holders) = holders.get_mut(*number as usize) {
                *holders = members.len() as u64;
            }
        }
        holders
    }
}

/// The lines of one band after the other, by number of the thing.
pub(crate) struct Band<'a> {
    things: &'a Things<'a>,
    lines: Vec<Line>,
    // INVARIANT (lines): a line that has a bit is in `used`, once.
    is_used: Vec<bool>,
    used: Vec<u32>,
    first: usize,
    /// Everybody who is in the band.
    pub(crate) everybody: Line,
}

impl<'a> Band<'a> {
    pub(crate) fn new(things: &'a Things<'a>) -> Self {
        let (lines, is_used) = (vec![NOBODY; things.len()], vec![false; things.len()]);
        Self { things, lines, is_used, used: Vec::new(), first: 0, everybody: NOBODY }
    }

    /// Who has a thing; `None` if nobody has.
    pub(crate) fn line(&self, thing: u32) -> Option<&Line> {
        let is_used = self.is_used.get(thing as usize).copied().unwrap_or(false);
        if is_used { self.lines.get(thing as usize) } else { None }
    }

    /// Moves on to band `at`, with the lines of all its users.
    pub(crate) fn fill(&mut self, at: usize) {
        self.go_to(at);
        let matrix = self.things.matrix;
        for user in 0..USERS.min(matrix.users() - self.first) {
            insert(&mut self.everybody, user);
            self.add_row(user);
        }
        self.add_members(|_| true);
    }

    /// Moves on to band `at`, with the lines of `users` alone.
    pub(crate) fn fill_with(&mut self, at: usize, users: &Line) {
        self.go_to(at);
        self.everybody = *users;
        for user in users_of(users) {
            self.add_row(user);
        }
        self.add_members(|user| contains(users, user));
    }

    fn go_to(&mut self, at: usize) {
        self.first = (at * USERS).min(self.things.matrix.users());
        self.everybody = NOBODY;
        for thing in self.used.drain(..) {
            if let (Some(line), Some(is_used)) =
                (self.lines.get_mut(thing as usize), self.is_used.get_mut(thing as usize))
            {
                (*line, *is_used) = (NOBODY, false);
            }
        }
    }

    fn add_row(&mut self, user: usize) {
        for &package in self.things.matrix.row(UserId((self.first + user) as u32)) {
            if let Some(thing) = self.things.package(package) {
                self.add(thing, user);
            }
        }
    }

    fn add_members(&mut self, is_asked: impl Fn(usize) -> bool) {
        let (things, first) = (self.things, self.first);
        for (thing, members) in things.groups.values() {
            let from = members.partition_point(|user| user.index() < first);
            let after = members.get(from..).unwrap_or_default();
            let upto = (first + USERS).min(things.matrix.users());
            for user in after.iter().take_while(|user| user.index() < upto).map(|user| user.index() - first) {
                if is_asked(user) {
                    self.add(*thing, user);
                }
            }
        }
    }

    fn add(&mut self, thing: u32, user: usize) {
        if let (Some(line), Some(is_used)) =
            (self.lines.get_mut(thing as usize), self.is_used.get_mut(thing as usize))
        {
            insert(line, user);
            if !*is_used {
                *is_used = true;
                self.used.push(thing);
            }
        }
    }
}
