//! Rules over the matrix: who violates what.
//!
//! Set algebra over whole columns, never user by user: a term is a set of users, a rule their intersection. Exceptions are
//! no business of this file; it tells what is so, not what is excused.

use rayon::prelude::*;
use roaring::{MultiOps, RoaringBitmap};
use sod_model::{
    AssignmentMatrix, Conflict, ConflictSet, Directory, PackageId, Rule, RuleId, RuleSet, Term, UserId,
};

/// Every user who violates a rule, for every rule that can be judged.
///
/// Rules with a reason in `not_evaluable` are left out: that they have no conflicts here says nothing, and the caller must
/// say so. Rules are judged in parallel.
///
/// ```
/// use sod_core::evaluate_rules;
/// use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleOrigin, RuleSet, Severity, Term, UserId};
///
/// let held = [(0, 0), (0, 1), (1, 1)].map(|(u, p)| (UserId(u), PackageId(p)));
/// let matrix = AssignmentMatrix::from_holdings(2, 2, held);
/// let rule = Rule {
///     id: "R1".into(),
///     name: "never both".into(),
///     severity: Severity::High,
///     origin: RuleOrigin::DeclaredPackages { low_declares: true, high_declares: false },
///     terms: vec![Term::package(PackageId(0)), Term::package(PackageId(1))],
///     not_evaluable: None,
/// };
/// let conflicts = evaluate_rules(&matrix, &Directory::default(), &RuleSet::new(vec![rule]));
/// assert_eq!(conflicts.conflicts().iter().map(|conflict| conflict.user).collect::<Vec<_>>(), [UserId(0)]);
/// ```
#[must_use]
pub fn evaluate_rules(matrix: &AssignmentMatrix, directory: &Directory, rules: &RuleSet) -> ConflictSet {
    let conflicts_of = |(at, rule): (usize, &Rule)| -> Vec<Conflict> {
        if rule.not_evaluable.is_some() {
            return Vec::new();
        }
        let users = violators(matrix, directory, rule);
        users.iter().map(|user| Conflict { rule: RuleId(at as u32), user: UserId(user) }).collect()
    };
    let conflicts: Vec<Vec<Conflict>> = rules.rules().par_iter().enumerate().map(conflicts_of).collect();
    ConflictSet::new(conflicts.concat())
}

/// The users who satisfy every term of one rule, as far as the snapshot tells: `not_evaluable` is not looked at.
///
/// A rule without terms forbids nothing and gives nobody. A group whose members were not exported contributes nobody.
#[must_use]
pub fn violators(matrix: &AssignmentMatrix, directory: &Directory, rule: &Rule) -> RoaringBitmap {
    let mut terms = rule.terms.iter();
    let Some(first) = terms.next() else {
        return RoaringBitmap::new();
    };
    let mut users = satisfying(matrix, directory, first);
    for term in terms {
        if users.is_empty() {
            break;
        }
        users &= satisfying(matrix, directory, term);
    }
    users
}

/// The users who hold at least so many of the term's set.
fn satisfying(matrix: &AssignmentMatrix, directory: &Directory, term: &Term) -> RoaringBitmap {
    let packages = distinct(&term.packages);
    let groups = distinct(&term.groups);
    let members = |group| {
        let members = directory.group(group).and_then(|group| group.members.as_ref());
        members.map(|members| members.iter().map(|user: &UserId| user.0).collect::<RoaringBitmap>())
    };
    let members: Vec<RoaringBitmap> = groups.into_iter().filter_map(members).collect();
    let columns = packages.into_iter().map(|package: PackageId| matrix.column(package));
    let sets: Vec<&RoaringBitmap> = columns.chain(&members).collect();
    match term.at_least {
        0 => (0..matrix.users() as u32).collect(),
        1 => sets.union(),
        at_least => at_least_of(&sets, at_least),
    }
}

/// Sorted and without repeats: what is named twice is still held once.
fn distinct<T: Ord + Copy>(ids: &[T]) -> Vec<T> {
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
