//! Everything, as one JSON document.

use crate::WriteError;
use crate::json::{List, write_pretty};
use serde::Serialize;
use sod_model::{
    CauseCode, ChangeCause, ConflictChange, ConflictStatus, DiffCounts, DiffWarning, Named, PairChange,
    SideFacts, SnapshotDiff,
};
use std::io::Write;

#[derive(Serialize)]
struct Document<'a, C, P, D, S> {
    old: SideLine<'a>,
    new: SideLine<'a>,
    counts: Counts,
    conflicts: C,
    /// Pairs with another number of holders; the others are counted.
    pairs: P,
    documents: D,
    scope: S,
    untold: &'a [Box<str>],
    warnings: Vec<WarningLine>,
}

#[derive(Serialize)]
struct WarningLine {
    code: &'static str,
    message: &'static str,
}

#[derive(Serialize)]
struct SideLine<'a> {
    label: &'a str,
    kind: &'static str,
    moment: Option<String>,
    states_counted: &'a str,
    users: u64,
    packages: u64,
    assignments: u64,
    conflicts_open: u64,
    conflicts_excepted: u64,
    pseudonyms: Option<&'a str>,
}

/// Each conflict of either side is counted once; `resolved`, `judged_otherwise`, `out_of_sight` and `untold` add up to `gone`.
#[derive(Serialize)]
struct Counts {
    new_open: u64,
    new_excepted: u64,
    reopened: u64,
    excepted: u64,
    gone: u64,
    resolved: u64,
    judged_otherwise: u64,
    out_of_sight: u64,
    untold: u64,
    unchanged_open: u64,
    unchanged_excepted: u64,
    pairs_new: u64,
    pairs_gone: u64,
    pairs_changed: u64,
    pairs_unchanged: u64,
}

#[derive(Serialize)]
struct ConflictLine<'a> {
    change: &'static str,
    ending: Option<&'static str>,
    rule_id: &'a str,
    rule_name: Option<&'a str>,
    severity: &'static str,
    user_id: &'a str,
    user_name: Option<&'a str>,
    user_principal_name: Option<&'a str>,
    before: Option<StatusLine<'a>>,
    after: Option<StatusLine<'a>>,
    held_packages: Vec<NamedLine<'a>>,
    causes: Vec<CauseLine<'a>>,
}

#[derive(Serialize)]
struct StatusLine<'a> {
    status: &'static str,
    exception_id: Option<&'a str>,
}

#[derive(Serialize)]
struct NamedLine<'a> {
    id: &'a str,
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct CauseLine<'a> {
    code: &'static str,
    subject: Option<&'a str>,
    package: Option<NamedLine<'a>>,
    before: Option<&'a str>,
    after: Option<&'a str>,
    detail: Option<&'a str>,
}

#[derive(Serialize)]
struct PairLine<'a> {
    change: &'static str,
    package_a: NamedLine<'a>,
    package_b: NamedLine<'a>,
    holders_both_before: u64,
    holders_both_after: u64,
    causes: Vec<PairCause>,
}

#[derive(Serialize)]
struct PairCause {
    code: &'static str,
    users: u64,
}

impl<'a> From<&'a SideFacts> for SideLine<'a> {
    fn from(side: &'a SideFacts) -> Self {
        Self {
            label: &side.label,
            kind: if side.is_report { "report" } else { "export" },
            moment: side.moment.map(|moment| moment.to_string()),
            states_counted: &side.states,
            users: side.users,
            packages: side.packages,
            assignments: side.assignments,
            conflicts_open: side.conflicts_open,
            conflicts_excepted: side.conflicts_excepted,
            pseudonyms: side.pseudonyms.as_deref(),
        }
    }
}

impl From<DiffCounts> for Counts {
    fn from(counts: DiffCounts) -> Self {
        Self {
            new_open: counts.new_open,
            new_excepted: counts.new_excepted,
            reopened: counts.reopened,
            excepted: counts.excepted,
            gone: counts.gone,
            resolved: counts.resolved,
            judged_otherwise: counts.judged_otherwise,
            out_of_sight: counts.out_of_sight,
            untold: counts.untold,
            unchanged_open: counts.unchanged_open,
            unchanged_excepted: counts.unchanged_excepted,
            pairs_new: counts.pairs_new,
            pairs_gone: counts.pairs_gone,
            pairs_changed: counts.pairs_changed,
            pairs_unchanged: counts.pairs_unchanged,
        }
    }
}

impl<'a> From<&'a Named> for NamedLine<'a> {
    fn from(named: &'a Named) -> Self {
        Self { id: &named.id, name: named.name.as_deref() }
    }
}

impl<'a> From<&'a ConflictStatus> for StatusLine<'a> {
    fn from(status: &'a ConflictStatus) -> Self {
        Self { status: status.name(), exception_id: status.exception.as_deref() }
    }
}

impl<'a> From<&'a ChangeCause> for CauseLine<'a> {
    fn from(cause: &'a ChangeCause) -> Self {
        Self {
            code: cause.code.code(),
            subject: cause.subject.as_deref(),
            package: cause.package.as_ref().map(NamedLine::from),
            before: cause.before.as_deref(),
            after: cause.after.as_deref(),
            detail: cause.detail.as_deref(),
        }
    }
}

impl<'a> From<&'a ConflictChange> for ConflictLine<'a> {
    fn from(conflict: &'a ConflictChange) -> Self {
        Self {
            change: conflict.class.name(),
            ending: conflict.ending().map(sod_model::Ending::name),
            rule_id: &conflict.rule.id,
            rule_name: conflict.rule.name.as_deref(),
            severity: conflict.severity.name(),
            user_id: &conflict.user.id,
            user_name: conflict.user.name.as_deref(),
            user_principal_name: conflict.user.principal_name.as_deref(),
            before: conflict.before.as_ref().map(StatusLine::from),
            after: conflict.after.as_ref().map(StatusLine::from),
            held_packages: conflict.packages.iter().map(NamedLine::from).collect(),
            causes: conflict.causes.iter().map(CauseLine::from).collect(),
        }
    }
}

impl<'a> From<&'a PairChange> for PairLine<'a> {
    fn from(pair: &'a PairChange) -> Self {
        let cause = |(code, users): &(CauseCode, u64)| PairCause { code: code.code(), users: *users };
        Self {
            change: pair.class(),
            package_a: (&pair.package_a).into(),
            package_b: (&pair.package_b).into(),
            holders_both_before: pair.before,
            holders_both_after: pair.after,
            causes: pair.causes.iter().map(cause).collect(),
        }
    }
}

/// Writes everything as JSON.
///
/// ```
/// let mut out = Vec::new();
/// sod_report::diff::write_diff_json(&sod_model::SnapshotDiff::default(), &mut out).unwrap();
/// assert!(out.starts_with(b"{\n  \"old\": {"));
/// ```
///
/// # Errors
/// When the writer fails.
pub fn write_diff_json(diff: &SnapshotDiff, out: &mut dyn Write) -> Result<(), WriteError> {
    let warning = |warning: &DiffWarning| WarningLine { code: warning.code(), message: warning.message() };
    let document = Document {
        old: (&diff.old).into(),
        new: (&diff.new).into(),
        counts: diff.counts().into(),
        conflicts: List(|| diff.conflicts.iter().map(ConflictLine::from)),
        pairs: List(|| diff.pairs.iter().map(PairLine::from)),
        documents: List(|| diff.documents.iter().map(CauseLine::from)),
        scope: List(|| diff.scope.iter().map(CauseLine::from)),
        untold: &diff.untold,
        warnings: diff.warnings.iter().map(warning).collect(),
    };
    write_pretty(&document, out)
}
