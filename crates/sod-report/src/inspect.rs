//! `sod inspect --format json`: what was recognised, input by input, and what was wrong with it.
//!
//! Works on whatever was read, nothing included; judges no rule and counts no pair.

use crate::WriteError;
use crate::json::{Entries, List, write_pretty};
use crate::source::{WarningLine, source_lines, state_entries};
use crate::summary::Files;
use crate::view::{RowTotals, row_totals, set_aside_by, user_id_kind_name};
use serde::Serialize;
use sod_model::{Directory, Holding, RejectCode, SideCounts, Snapshot, UserIdKind, Warning};
use std::collections::BTreeMap;
use std::io::Write;

/// Every kind of user id, best first.
const KINDS: [UserIdKind; 5] = [
    UserIdKind::Object,
    UserIdKind::SubjectRecord,
    UserIdKind::TargetId,
    UserIdKind::Name,
    UserIdKind::Plain,
];

#[derive(Serialize)]
struct Inspection<'a, S, W> {
    sources: S,
    totals: Totals<'a>,
    directory: Known,
    identity: IdentityCounts,
    data_moment: Option<String>,
    warnings: W,
    /// Rejected records by code; codes that do not occur are left out.
    rejected: Entries<&'static str>,
}

#[derive(Serialize)]
struct Totals<'a> {
    files: Files,
    rows: RowTotals,
    set_aside_by: BTreeMap<&'a str, u64>,
    states: Entries<&'a str>,
    states_counted: String,
    records: SideCounts,
}

/// What the inputs tell of, referred to or listed.
#[derive(Serialize)]
struct Known {
    users: u64,
    packages: u64,
    packages_without_name: u64,
    groups: u64,
    policies: u64,
    catalogs: u64,
}

/// How users were identified and joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdentityCounts {
    /// Users by the kind of their canonical id, best first; every kind is listed.
    #[serde(serialize_with = "as_map")]
    pub users_by_id_kind: Vec<(&'static str, u64)>,
    /// Users whom several identifiers were joined to.
    pub users_joined: u64,
    /// Identifiers that were joined to another.
    pub aliases_joined: u64,
}

fn as_map<S: serde::Serializer>(entries: &[(&'static str, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().copied())
}

/// Counts how the users of a directory were identified.
///
/// ```
/// let counts = sod_report::inspect::identity_counts(&sod_model::Directory::default());
/// assert_eq!((counts.users_by_id_kind[0], counts.aliases_joined), (("object", 0), 0));
/// ```
#[must_use]
pub fn identity_counts(directory: &Directory) -> IdentityCounts {
    let users = directory.users();
    let of_kind = |kind| users.iter().filter(|user| user.id_kind == kind).count() as u64;
    IdentityCounts {
        users_by_id_kind: KINDS.into_iter().map(|kind| (user_id_kind_name(kind), of_kind(kind))).collect(),
        users_joined: users.iter().filter(|user| !user.aliases.is_empty()).count() as u64,
        aliases_joined: users.iter().map(|user| user.aliases.len() as u64).sum(),
    }
}

/// Rejected records by code, in the order of the codes; codes that do not occur are left out.
#[must_use]
pub fn rejected_by_code(snapshot: &Snapshot) -> Vec<(RejectCode, u64)> {
    let mut totals = BTreeMap::new();
    for record in &snapshot.provenance.rejected {
        *totals.entry(record.code).or_default() += 1;
    }
    totals.into_iter().collect()
}

/// Writes the inspection as a JSON document.
///
/// # Errors
/// When the writer fails.
pub fn write_inspect(
    snapshot: &Snapshot,
    holding: &Holding,
    warnings: &[Warning],
    out: &mut dyn Write,
) -> Result<(), WriteError> {
    let Snapshot { directory, provenance, .. } = snapshot;
    let unnamed = directory.packages().iter().filter(|package| package.display_name.is_none());
    let inspection = Inspection {
        sources: source_lines(snapshot, holding),
        totals: Totals {
            files: Files::of(snapshot),
            rows: row_totals(snapshot, holding),
            set_aside_by: set_aside_by(snapshot, holding),
            states: state_entries(snapshot, &snapshot.state_totals()),
            states_counted: holding.states.to_string(),
            records: provenance.side(),
        },
        directory: Known {
            users: directory.users().len() as u64,
            packages: directory.packages().len() as u64,
            packages_without_name: unnamed.count() as u64,
            groups: directory.groups().len() as u64,
            policies: directory.policies().len() as u64,
            catalogs: directory.catalogs().len() as u64,
        },
        identity: identity_counts(directory),
        data_moment: provenance.data_moment.map(|moment| moment.to_string()),
        warnings: List(|| warnings.iter().map(WarningLine::from)),
        rejected: Entries(
            rejected_by_code(snapshot).into_iter().map(|(code, total)| (code.code(), total)).collect(),
        ),
    };
    write_pretty(&inspection, out)
}
