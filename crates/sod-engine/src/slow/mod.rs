//! Everything once more, by plain sets and loops: what `verify` compares a report with.
//!
//! It shares with [`analyze`](crate::analyze) the nouns, the texts of warnings and the writers of files. It shares no way of
//! counting or judging: what somebody holds is a set, a pair is met by walking the packages of each user, a rule is asked of
//! each user, an exception of each conflict. No bitmaps, no bands, no plan, one thread. Nothing of `sod-core` is in here, and
//! a test keeps it so; another holds the results equal to `sod-spec`.

mod combinations;
mod conflicts;
mod ending;
mod groups;
mod holdings;
mod pairs;

use crate::analyze::{Analysis, state_warnings};
use crate::error::Error;
use crate::exceptions::{exception_findings, exception_warnings};
use crate::judge::{combination_warning, judging_warnings};
use crate::options::RunOptions;
use combinations::combinations;
use conflicts::{Excused, Things, excuse, violations};
use ending::ending;
use groups::groups;
use holdings::holdings;
use pairs::{count_pairs, totals};
use sod_model::{
    AssignmentMatrix, ConflictSet, Event, Observer, PackageId, Phase, Snapshot, Timestamp, UserId,
};
use sod_report::judged::Judged;
use std::collections::BTreeSet;

/// What a user holds: the packages of each user, by user.
pub(crate) type Held = [BTreeSet<PackageId>];

/// So many users are gone through between two looks at whether to stop.
const USERS_AT_ONCE: usize = 1 << 10;

/// Works everything out from a snapshot and what is judged.
///
/// # Errors
/// [`Error::Cancelled`].
pub(crate) fn analyze_slowly(
    snapshot: &Snapshot,
    judged: Judged,
    moment: Option<Timestamp>,
    run: &RunOptions,
    observer: &dyn Observer,
) -> Result<Analysis, Error> {
    observer.event(Event::Began(Phase::Recompute));
    let (directory, holding) = (&snapshot.directory, run.holding());
    let Judged { rules, exceptions, origins } = judged;
    let held = holdings(snapshot, &holding);
    let pairs = count_pairs(&held, observer).ok_or(Error::Cancelled)?;
    let totals = totals(&held, &pairs);
    let things = Things::new(directory, &held);
    let found = violations(&things, &rules, observer).ok_or(Error::Cancelled)?;
    let Excused { conflicts, uses } = excuse(&found, &exceptions, &things, moment);
    let ending =
        run.ending_within.map(|days| ending(&conflicts, &exceptions, &uses, &things, (moment, days)));
    let groups = groups(&conflicts, &rules, &things);
    let matrix = as_matrix(&held, directory.packages().len());
    let conflicts = ConflictSet::new(conflicts);
    let combinations =
        combinations(directory, &held, &rules, &conflicts, observer).ok_or(Error::Cancelled)?;
    let findings = exception_findings(&exceptions, &uses, &matrix, directory);
    let mut warnings = judging_warnings(directory, &rules, &origins);
    warnings.extend(snapshot.provenance.warnings.iter().cloned());
    warnings.extend(state_warnings(snapshot, &holding.states));
    warnings.extend(combination_warning(directory, &rules, &combinations));
    warnings.extend(exception_warnings(&exceptions, &findings));
    warnings.sort_by_key(|warning| warning.code);
    Ok(Analysis {
        holding,
        matrix,
        pairs,
        totals,
        rules,
        origins,
        conflicts,
        groups,
        combinations,
        exceptions,
        exception_uses: uses,
        exception_findings: findings,
        exceptions_ending: ending,
        moment,
        warnings,
        plan: "each pair of each user was counted by itself".to_owned(),
    })
}

/// The same holdings in the form in which writers ask for them.
fn as_matrix(held: &Held, packages: usize) -> AssignmentMatrix {
    let of_user = |(at, packages): (usize, &BTreeSet<PackageId>)| {
        packages.iter().map(move |package| (UserId(at as u32), *package)).collect::<Vec<_>>()
    };
    AssignmentMatrix::from_holdings(held.len(), packages, held.iter().enumerate().flat_map(of_user))
}

/// Tells that users were gone through; `None` if that is enough.
fn go_on(observer: &dyn Observer, at: usize, of: usize) -> Option<()> {
    if (at + 1).is_multiple_of(USERS_AT_ONCE) || at + 1 == of {
        let done =
            if (at + 1).is_multiple_of(USERS_AT_ONCE) { USERS_AT_ONCE } else { (at + 1) % USERS_AT_ONCE };
        observer.event(Event::Recomputed { done: done as u64, of: of as u64 });
        return (!observer.is_cancelled()).then_some(());
    }
    Some(())
}

#[cfg(test)]
mod tests;
