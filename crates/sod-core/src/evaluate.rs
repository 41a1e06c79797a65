//! Rules over the matrix: who violates what.
//!
//! Set algebra, never user by user: a term is a set of users, a rule the intersection of its terms. The sets are lines of bits over
//! a [band](crate::bands) of users, so that all rules are judged on what is in the cache; a set that several rules ask for is made
//! once for each band. [`violators`](crate::violators) does the same over whole columns, one rule at a time: tests hold the two equal.
//! Exceptions are no business of this file; it tells what is so, not what is excused.

mod lines;
mod terms;

use crate::bands::{Things, users_of};
use crate::pieces::{Piece, Pieces};
use lines::Judge;
use rayon::prelude::*;
use sod_model::{AssignmentMatrix, Conflict, ConflictSet, Directory, RuleId, RuleSet, UserId};
use terms::Demands;

/// Every user who violates a rule, for every rule that can be judged.
///
/// Rules that are [not judged](sod_model::Rule::is_judged) are left out: that they have no conflicts here says nothing, and the
/// caller must say so. Bands of users are judged in parallel.
///
/// ```
/// use sod_core::evaluate_rules;
/// use sod_model::{AssignmentMatrix, Directory, PackageId, Rule, RuleOrigin, RuleSet, Term, UserId};
///
/// let held = [(0, 0), (0, 1), (1, 1)].map(|(u, p)| (UserId(u), PackageId(p)));
/// let matrix = AssignmentMatrix::from_holdings(2, 2, held);
/// let terms = vec![Term::package(PackageId(0)), Term::package(PackageId(1))];
/// let rule = Rule::new("R1", "never both", RuleOrigin::Document, terms);
/// let conflicts = evaluate_rules(&matrix, &Directory::default(), &RuleSet::new(vec![rule]));
/// assert_eq!(conflicts.conflicts().iter().map(|conflict| conflict.user).collect::<Vec<_>>(), [UserId(0)]);
/// ```
#[must_use]
pub fn evaluate_rules(matrix: &AssignmentMatrix, directory: &Directory, rules: &RuleSet) -> ConflictSet {
    let judged = || rules.rules().iter().enumerate().filter(|(_, rule)| rule.is_judged());
    let things = Things::new(matrix, directory, judged().map(|(_, rule)| rule));
    let demands = Demands::new(&things, judged().map(|(at, rule)| (RuleId(at as u32), rule)));
    if demands.rules().is_empty() {
        return ConflictSet::default();
    }
    let judge_band = |judge: &mut Judge<'_>, at: usize| {
        let mut piece = Piece::default();
        judge.go_to(at);
        for (number, rule) in demands.rules().iter().enumerate() {
            if let Some(users) = judge.violators(rule) {
                piece.values.extend(users_of(users).map(|user| user as u16));
                piece.end(number as u32);
            }
        }
        piece
    };
    let bands = (0..things.bands()).into_par_iter();
    let pieces = bands.map_init(|| Judge::new(&things, &demands), judge_band).collect();
    ConflictSet::new(conflicts(&demands, &Pieces::new(demands.rules().len(), pieces)))
}

/// The users that the bands found, by rule.
fn conflicts(demands: &Demands, found: &Pieces<u16>) -> Vec<Conflict> {
    let nothing = Conflict { rule: RuleId(0), user: UserId(0), exception: None };
    let mut conflicts = Vec::new();
    // Written twice, but by all threads: memory that is touched for the first time costs more than writing to it.
    rayon::iter::repeat_n(nothing, found.len()).collect_into_vec(&mut conflicts);
    found.gather(&mut conflicts, |number, band, users, places| {
        let Some(rule) = demands.rules().get(number).map(|rule| rule.id) else { return };
        let first = (band * crate::bands::USERS) as u32;
        for (place, user) in places.iter_mut().zip(users) {
            *place = Conflict { rule, user: UserId(first + u32::from(*user)), exception: None };
        }
    });
    conflicts
}
