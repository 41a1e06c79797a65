//! Who violates one rule, by whole columns.
//!
//! The plain way: a term is a bitmap of all users, a rule the intersection. For a single rule, and as the twin that tests hold
//! beside [`evaluate_rules`](crate::evaluate_rules), which judges many rules at once.

use roaring::{MultiOps, RoaringBitmap};
use sod_model::{AssignmentMatrix, Directory, GroupId, Rule, Term, UserId};
use std::borrow::Cow;
use std::sync::OnceLock;

/// The users who satisfy every term of one rule, as far as the snapshot tells: `not_evaluable` is not looked at.
///
/// A rule without terms forbids nothing and gives nobody. A group whose members were not exported contributes nobody.
#[must_use]
pub fn violators(matrix: &AssignmentMatrix, directory: &Directory, rule: &Rule) -> RoaringBitmap {
    Tenant::new(matrix, directory).violators(rule).into_owned()
}

/// Who is who, and what was worked out for several rules.
pub(crate) struct Tenant<'a> {
    pub(crate) matrix: &'a AssignmentMatrix,
    directory: &'a Directory,
    // By group: its members as a set, once a rule asks for them. Nobody where none were exported.
    members: Vec<OnceLock<RoaringBitmap>>,
    nobody: RoaringBitmap,
}

impl<'a> Tenant<'a> {
    pub(crate) fn new(matrix: &'a AssignmentMatrix, directory: &'a Directory) -> Self {
        let members = directory.groups().iter().map(|_| OnceLock::new()).collect();
        Self { matrix, directory, members, nobody: RoaringBitmap::new() }
    }

    /// The users who satisfy every term; a set that the tenant has already is not copied.
    pub(crate) fn violators(&self, rule: &Rule) -> Cow<'_, RoaringBitmap> {
        let mut terms = rule.terms.iter();
        let Some(first) = terms.next() else {
            return Cow::Borrowed(&self.nobody);
        };
        let mut users = self.satisfying(first, first.at_least);
        for term in terms {
            if users.is_empty() {
                break;
            }
            let others = self.satisfying(term, term.at_least);
            users = Cow::Owned(match users {
                Cow::Owned(users) => users & &*others,
                Cow::Borrowed(users) => users & &*others,
            });
        }
        users
    }

    /// The users who hold at least so many of the term's set.
    pub(crate) fn satisfying(&self, term: &Term, at_least: u32) -> Cow<'_, RoaringBitmap> {
        match (term.packages.as_slice(), term.groups.as_slice(), at_least) {
            (_, _, 0) => return Cow::Owned((0..self.matrix.users() as u32).collect()),
            (&[package], [], 1) => return Cow::Borrowed(self.matrix.column(package)),
            ([], &[group], 1) => return Cow::Borrowed(self.members_of(group)),
            _ => {}
        }
        let packages = distinct(&term.packages).into_iter().map(|package| self.matrix.column(package));
        let groups = distinct(&term.groups).into_iter().map(|group| self.members_of(group));
        let sets: Vec<&RoaringBitmap> = packages.chain(groups).collect();
        Cow::Owned(match at_least {
            1 => sets.union(),
            at_least => at_least_of(&sets, at_least),
        })
    }

    /// Nobody, where the members of the group were not exported.
    pub(crate) fn members_of(&self, group: GroupId) -> &RoaringBitmap {
        let set = || {
            let members = self.directory.group(group).and_then(|group| group.members.as_ref());
            members.into_iter().flatten().map(|user: &UserId| user.0).collect()
        };
        self.members.get(group.index()).map_or(&self.nobody, |members| members.get_or_init(set))
    }
}

/// Sorted and without repeats: what is named twice is still held once.
pub(crate) fn distinct<T: Ord + Copy>(ids: &[T]) -> Vec<T> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The members of at least so many of the sets, by bit-sliced counters.
///
/// Each user has a counter in binary, and the counters are kept by digit: `digits[i]` is the set of users whose counter has
/// digit `i` set. Adding a set to all counters at once is a ripple of exclusive-or and carry, so n sets cost at most
/// 2 n log n operations on whole sets, whatever `at_least` is.
fn at_least_of(sets: &[&RoaringBitmap], at_least: u32) -> RoaringBitmap {
    let mut digits: Vec<RoaringBitmap> = Vec::new();
    for set in sets {
        let mut carry = RoaringBitmap::clone(set);
        for digit in &mut digits {
            let next = &carry & &*digit;
            *digit ^= &carry;
            carry = next;
            if carry.is_empty() {
                break;
            }
        }
        if !carry.is_empty() {
            digits.push(carry);
        }
    }
    if digits.len() < 32 && at_least >> digits.len() != 0 {
        // The number has more digits than the highest counter.
        return RoaringBitmap::new();
    }
    // From the highest digit down: who is already above, and who is equal so far.
    let mut above = RoaringBitmap::new();
    let mut equal = digits.iter().union();
    for (place, digit) in digits.iter().enumerate().rev() {
        if (at_least >> place) & 1 == 0 {
            above |= &equal & digit;
            equal -= digit;
        } else {
            equal &= digit;
        }
    }
    above | equal
}
