//! Exceptions that somebody should decide about: those that do nothing, that never end, that answer for themselves, and those
//! that end soon.

use crate::bearers::{Bearers, bearers, spelling};
use sod_core::excuse;
use sod_model::{
    AssignmentMatrix, ConflictSet, Directory, EndingException, ExceptedUsers, Exception, ExceptionFinding,
    ExceptionId, ExceptionSet, ExceptionUse, ExceptionsEnding, RuleId, Standing, Timestamp, UserId, Warning,
    WarningCode,
};
use std::collections::{BTreeMap, BTreeSet};

/// Everything about exceptions that somebody should decide, by code and then by id.
///
/// `uses` is what [`excuse`](sod_core::excuse) said of them. Of those that are over nothing is told but that; one that is
/// shadowed is not unused as well.
///
/// ```
/// use sod_engine::*;
/// let exceptions = ExceptionSet::new(vec![Exception {
///     id: "EX-1".into(),
///     rule: RuleId(0),
///     users: ExceptedUsers::User(UserId(0)),
///     owner: "cfo".into(),
///     justification: "branch office".into(),
///     control: None,
///     reference: None,
///     period: Period::default(),
/// }]);
/// let own = ExceptionUse { standing: Standing::InForce, covers: 1, fits: 1, shadowed_by: None };
/// let matrix = AssignmentMatrix::from_holdings(1, 0, []);
/// let found = exception_findings(&exceptions, &[own], &matrix, &Directory::default());
/// assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), [WarningCode::ExceptionEndless]);
/// ```
#[must_use]
pub fn exception_findings(
    exceptions: &ExceptionSet,
    uses: &[ExceptionUse],
    matrix: &AssignmentMatrix,
    directory: &Directory,
) -> Vec<ExceptionFinding> {
    let mut findings = Vec::new();
    let mut add = |code, exception, other| findings.push(ExceptionFinding { code, exception, other });
    let owners: BTreeSet<String> =
        exceptions.exceptions().iter().map(|exception| spelling(&exception.owner)).collect();
    let owners = bearers(&owners, directory);
    let mut same: BTreeMap<(RuleId, Whom), Vec<(ExceptionId, &Exception)>> = BTreeMap::new();
    for (at, (exception, own)) in exceptions.exceptions().iter().zip(uses).enumerate() {
        let id = ExceptionId(at as u32);
        match own.standing {
            Standing::Expired => {
                add(WarningCode::ExceptionExpired, id, None);
                continue;
            }
            Standing::NotBegun => add(WarningCode::ExceptionNotBegun, id, None),
            Standing::InForce if own.fits == 0 => add(WarningCode::ExceptionUnused, id, None),
            Standing::InForce if own.covers == 0 => add(WarningCode::ExceptionShadowed, id, own.shadowed_by),
            Standing::InForce => {}
        }
        if exception.period.until.is_none() {
            add(WarningCode::ExceptionEndless, id, None);
        }
        let mut known = owners.get(&spelling(&exception.owner)).into_iter().flat_map(Bearers::meant);
        if known.any(|user| exception.users.includes(user, matrix, directory)) {
            add(WarningCode::ExceptionSelfOwned, id, None);
        }
        let earlier = same.entry((exception.rule, Whom::of(&exception.users))).or_default();
        if let Some((other, _)) = earlier.iter().find(|(_, other)| other.period.overlaps(&exception.period)) {
            add(WarningCode::ExceptionDuplicate, id, Some(*other));
        }
        earlier.push((id, exception));
    }
    findings.sort_unstable();
    findings
}

/// Whom an exception is for, so that two can be compared.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Whom {
    User(UserId),
    HoldersOf(sod_model::PackageId),
    Department(String),
}

impl Whom {
    fn of(users: &ExceptedUsers) -> Self {
        match users {
            ExceptedUsers::User(user) => Self::User(*user),
            ExceptedUsers::HoldersOf(package) => Self::HoldersOf(*package),
            ExceptedUsers::Department(name) => Self::Department(name.trim().to_lowercase()),
        }
    }
}

/// The exceptions in force that end within so many days, and what happens then.
///
/// Each is looked at alone, at the moment of its end: what other exceptions cover at that time stays covered.
#[must_use]
pub fn exceptions_ending(
    conflicts: &ConflictSet,
    exceptions: &ExceptionSet,
    uses: &[ExceptionUse],
    matrix: &AssignmentMatrix,
    directory: &Directory,
    (moment, days): (Option<Timestamp>, u32),
) -> ExceptionsEnding {
    const DAY: i64 = 86_400;
    let mut ending = ExceptionsEnding { days, exceptions: Vec::new() };
    // Whatever has an end is in force at a moment; without one there is nothing to end.
    let Some(moment) = moment else { return ending };
    let last = Timestamp(moment.0.saturating_add(i64::from(days) * DAY));
    let mut by_end: BTreeMap<Timestamp, Vec<ExceptionId>> = BTreeMap::new();
    for (at, (exception, own)) in exceptions.exceptions().iter().zip(uses).enumerate() {
        let until = exception.period.until.filter(|until| *until <= last);
        if let Some(until) = until.filter(|_| own.standing == Standing::InForce) {
            by_end.entry(until).or_default().push(ExceptionId(at as u32));
        }
    }
    for (end, ids) in by_end {
        let then = excuse(conflicts.clone(), exceptions, matrix, directory, Some(end)).conflicts;
        let mut reopened: BTreeMap<ExceptionId, u64> = BTreeMap::new();
        for (now, then) in conflicts.conflicts().iter().zip(then.conflicts()) {
            if let Some(id) = now.exception.filter(|_| then.exception.is_none()) {
                *reopened.entry(id).or_default() += 1;
            }
        }
        ending.exceptions.extend(ids.into_iter().map(|exception| EndingException {
            end,
            exception,
            reopens: reopened.get(&exception).copied().unwrap_or_default(),
        }));
    }
    ending
}

/// The findings as warnings: one for each code, with the first as an example.
pub(crate) fn exception_warnings(exceptions: &ExceptionSet, findings: &[ExceptionFinding]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for of_code in findings.chunk_by(|a, b| a.code == b.code) {
        let Some(first) = of_code.first() else { continue };
        let Some(exception) = exceptions.exception(first.exception) else { continue };
        let other = first.other.and_then(|other| exceptions.exception(other)).map_or("", |other| &*other.id);
        // Which ones, each once: an exception may have two findings, but not two of one code.
        let count = of_code.iter().map(|finding| finding.exception).collect::<BTreeSet<_>>().len() as u64;
        warnings.push(Warning {
            code: first.code,
            count,
            message: message(first.code, exception, other).into(),
        });
    }
    warnings
}

fn message(code: WarningCode, exception: &Exception, other: &str) -> String {
    let id = &exception.id;
    match code {
        WarningCode::ExceptionNotBegun => {
            let from = exception.period.start_shown().unwrap_or_default();
            format!("exceptions begin later and cover nothing yet, e.g. {id} on {from}")
        }
        WarningCode::ExceptionExpired => {
            let end = exception.period.end_shown().unwrap_or_default();
            format!("exceptions are over and cover nothing, e.g. {id} since the end of {end}")
        }
        WarningCode::ExceptionUnused if matches!(exception.users, ExceptedUsers::Department(_)) => {
            format!(
                "exceptions are in force and fit no conflict, e.g. {id}: the conflict is gone, or never was, or the \
                 inputs do not tell who is in that department"
            )
        }
        WarningCode::ExceptionUnused => {
            format!(
                "exceptions are in force and fit no conflict, e.g. {id}: the conflict is gone, or never was"
            )
        }
        WarningCode::ExceptionShadowed => {
            format!(
                "exceptions cover nothing, because others in force cover it all, e.g. {other} in place of {id}"
            )
        }
        WarningCode::ExceptionDuplicate => {
            format!("exceptions permit the same as another one at the same time, e.g. {id} and {other}")
        }
        WarningCode::ExceptionEndless => format!("exceptions have no end, e.g. {id}"),
        _ => format!("exceptions are owned by somebody whom they permit, e.g. {id} by {}", exception.owner),
    }
}
