//! A cause as a sentence. Names in it come from outside: whoever shows it makes it harmless for the place it goes to.

use sod_model::{CauseCode, ChangeCause, PairChange};

/// What a cause says, with the things that it is about.
///
/// ```
/// use sod_model::{CauseCode, ChangeCause, Named};
/// use sod_report::diff::cause_sentence;
/// let cause = ChangeCause {
///     before: Some("delivered".into()),
///     after: Some("expired".into()),
///     ..ChangeCause::new(CauseCode::AssignmentExpired)
///         .about("a-17")
///         .of_package(Named { id: "p-1".into(), name: Some("Payment run".into()) })
/// };
/// assert_eq!(cause_sentence(&cause), "assignment expired: a-17 to Payment run, delivered -> expired");
/// ```
#[must_use]
pub fn cause_sentence(cause: &ChangeCause) -> String {
    let mut text = cause.code.words().to_owned();
    let package = cause.package.as_ref().map(|package| package.name.as_ref().unwrap_or(&package.id));
    let mut parts = Vec::new();
    match (&cause.subject, package) {
        (Some(subject), Some(package)) if is_assignment(cause.code) => {
            parts.push(format!("{subject} to {package}"));
        }
        (Some(subject), Some(package)) => parts.push(format!("{package} ({subject})")),
        (Some(subject), None) => parts.push(subject.to_string()),
        (None, Some(package)) => parts.push(package.to_string()),
        (None, None) => {}
    }
    match (&cause.before, &cause.after) {
        (Some(before), Some(after)) if before == after => parts.push(before.to_string()),
        (Some(before), Some(after)) => parts.push(format!("{before} -> {after}")),
        (Some(before), None) => parts.push(format!("was {before}")),
        (None, Some(after)) => parts.push(format!("is {after}")),
        (None, None) => {}
    }
    parts.extend(cause.detail.as_deref().map(str::to_owned));
    if !parts.is_empty() {
        text.push_str(": ");
        text.push_str(&parts.join(", "));
    }
    text
}

const fn is_assignment(code: CauseCode) -> bool {
    matches!(
        code,
        CauseCode::AssignmentAdded
            | CauseCode::AssignmentRemoved
            | CauseCode::AssignmentExpired
            | CauseCode::AssignmentStateChanged
    )
}

/// Why a pair has another number of holders, in few words.
#[must_use]
pub fn pair_causes(pair: &PairChange) -> String {
    let causes =
        pair.causes.iter().map(|(code, users): &(CauseCode, u64)| format!("{} {users}", code.words()));
    causes.collect::<Vec<_>>().join(", ")
}
