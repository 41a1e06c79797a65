//! Exceptions that end soon, and the conflicts that are open again then.

use super::conflicts::{Things, standing};
use sod_model::{
    Conflict, EndingException, Exception, ExceptionId, ExceptionSet, ExceptionUse, ExceptionsEnding,
    Standing, Timestamp,
};

/// Each exception in force that ends within so many days, the first to end first: how many of the conflicts that it covers
/// nothing else covers at the moment of its end.
pub(super) fn ending(
    conflicts: &[Conflict],
    exceptions: &ExceptionSet,
    uses: &[ExceptionUse],
    things: &Things<'_>,
    (moment, days): (Option<Timestamp>, u32),
) -> ExceptionsEnding {
    let mut ending = ExceptionsEnding { days, exceptions: Vec::new() };
    let Some(moment) = moment else { return ending };
    let last = Timestamp(moment.0.saturating_add(i64::from(days) * 86_400));
    for (at, (exception, own)) in exceptions.exceptions().iter().zip(uses).enumerate() {
        let Some(end) = exception.period.until.filter(|end| *end <= last) else { continue };
        if own.standing != Standing::InForce {
            continue;
        }
        let id = ExceptionId(at as u32);
        let covered = conflicts.iter().filter(|conflict| conflict.exception == Some(id));
        let still_covered = |conflict: &&Conflict| {
            let covers = |other: &Exception| {
                other.rule == conflict.rule
                    && standing(other, Some(end)) == Standing::InForce
                    && things.fits(other, conflict.user)
            };
            exceptions.exceptions().iter().any(covers)
        };
        let reopens = covered.filter(|conflict| !still_covered(conflict)).count() as u64;
        ending.exceptions.push(EndingException { end, exception: id, reopens });
    }
    ending.exceptions.sort();
    ending
}
