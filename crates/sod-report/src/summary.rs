//! `summary.json`: the analysis in numbers.
//!
//! Counts only, and the warnings; no times, so the same inputs, rules and options give the same bytes. What each
//! field means stands beside it in the `Summary` struct below.

use crate::combined::CombinationLine;
use crate::coverage::{Coverage, Lines};
use crate::json::{Entries, List, write_pretty};
use crate::source::{WarningLine, state_entries};
use crate::view::RowTotals;
use crate::{ReportView, WriteError};
use serde::Serialize;
use sod_model::{
    EndingException, ExceptionFinding, ExceptionsEnding, PairCount, SideCounts, Snapshot, Standing,
    WarningCode,
};
use std::collections::BTreeMap;
use std::io::Write;

/// The document, field by field.
#[derive(Serialize)]
struct Summary<'a, W, C> {
    /// Users that the inputs tell of, those who hold nothing included.
    users: u64,
    /// Users who hold at least one package.
    users_holding: u64,
    /// Packages that the inputs tell of, those that nobody holds included.
    packages: u64,
    /// Distinct user-package holdings in the states that count.
    assignments: u64,
    rows: Rows<'a>,
    /// Assignments by state, counted or not.
    states: Entries<&'a str>,
    /// The choice of states.
    states_counted: String,
    /// P(P-1)/2.
    pairs_total: u64,
    /// Pairs that somebody holds both of.
    pairs_nonzero: u64,
    /// The sum of `holders_both`.
    pair_holders_sum: u64,
    /// The sum over users of k(k-1)/2.
    row_pair_sum: u64,
    /// Whether the two are equal. They are, unless the counts are wrong.
    pair_sum_identity: bool,
    largest_pair: Option<LargestPair<'a>>,
    rules: u64,
    rules_not_evaluable: u64,
    /// Judged without what they name and the inputs do not know.
    rules_in_part: u64,
    /// Switched off, or outside of their period.
    rules_not_in_force: u64,
    /// Before exceptions: open and excepted.
    conflicts_inherent: u64,
    /// What is left after exceptions.
    conflicts_open: u64,
    conflicts_excepted: u64,
    /// Conflicts with one rule by holding the same of it are one group.
    conflict_groups: u64,
    /// Packages whose resource roles were exported; of the others it is not known what they give.
    packages_with_resource_roles: u64,
    /// Packages that give by themselves what a rule keeps apart. Their holders are no conflicts by that.
    combinations: Vec<CombinationLine>,
    /// Users with any conflict, open or excepted.
    users_in_conflict: u64,
    users_in_open_conflict: u64,
    exceptions: Exceptions<'a>,
    /// By which rules and exceptions are in force or not.
    moment: Option<String>,
    warnings: W,
    /// What was not analysed, and why: never empty, see [`crate::coverage`].
    coverage: C,
    /// Records that are not assignments, by kind.
    records: SideCounts,
    files: Files,
    /// The latest moment of the past that the data itself shows.
    data_moment: Option<String>,
}

#[derive(Serialize)]
struct Rows<'a> {
    #[serde(flatten)]
    totals: RowTotals,
    set_aside_by: BTreeMap<&'a str, u64>,
}

#[derive(Serialize)]
struct LargestPair<'a> {
    package_a: String,
    package_b: String,
    package_a_name: Option<&'a str>,
    package_b_name: Option<&'a str>,
    holders_both: u32,
}

/// The exceptions in numbers.
#[derive(Serialize)]
struct Exceptions<'a> {
    /// Those that have a place in the tenant.
    given: u64,
    in_force: u64,
    expired: u64,
    not_begun: u64,
    /// In force, and fitting no conflict.
    unused: u64,
    /// In force, and fitting only conflicts that others cover.
    shadowed: u64,
    /// Permitting the same as another one, for times that overlap.
    duplicate: u64,
    /// Without an end.
    endless: u64,
    /// Owned by somebody whom they permit.
    self_owned: u64,
    /// Names in exceptions that neither the rules nor the tenant know; such exceptions cover nothing.
    unplaced: u64,
    /// What somebody should decide, by code and then by id.
    findings: Vec<FindingLine<'a>>,
    /// If it was asked for: those that end soon.
    ending: Option<Ending<'a>>,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    code: &'static str,
    id: &'a str,
    rule_id: &'a str,
    owner: &'a str,
    /// The other one that it is about: the one that shadows it, or says the same.
    other: Option<&'a str>,
}

impl<'a> FindingLine<'a> {
    fn of(view: &ReportView<'a>, found: &ExceptionFinding) -> Option<Self> {
        let exception = view.exceptions.exception(found.exception)?;
        Some(Self {
            code: found.code.code(),
            id: &exception.id,
            rule_id: &view.rules.rule(exception.rule)?.id,
            owner: &exception.owner,
            other: found.other.and_then(|other| view.exceptions.exception(other)).map(|other| &*other.id),
        })
    }
}

/// The exceptions that end soon, the first to end first.
#[derive(Serialize)]
struct Ending<'a> {
    within_days: u32,
    exceptions: Vec<EndingLine<'a>>,
}

#[derive(Serialize)]
struct EndingLine<'a> {
    id: &'a str,
    rule_id: &'a str,
    rule_name: &'a str,
    owner: &'a str,
    /// The first moment at which it is over.
    end: String,
    /// Conflicts that are open again then.
    conflicts: u64,
}

impl<'a> Exceptions<'a> {
    fn of(view: &ReportView<'a>) -> Self {
        let uses = view.exception_uses;
        let standing = |wanted| uses.iter().filter(|own| own.standing == wanted).count() as u64;
        let found = |code| view.exception_findings.iter().filter(|found| found.code == code).count() as u64;
        Self {
            given: view.exceptions.exceptions().len() as u64,
            in_force: standing(Standing::InForce),
            expired: standing(Standing::Expired),
            not_begun: standing(Standing::NotBegun),
            unused: found(WarningCode::ExceptionUnused),
            shadowed: found(WarningCode::ExceptionShadowed),
            duplicate: found(WarningCode::ExceptionDuplicate),
            endless: found(WarningCode::ExceptionEndless),
            self_owned: found(WarningCode::ExceptionSelfOwned),
            unplaced: view
                .warnings
                .iter()
                .filter(|warning| warning.code == WarningCode::ExceptionUnplaced)
                .map(|warning| warning.count)
                .sum(),
            findings: view
                .exception_findings
                .iter()
                .filter_map(|found| FindingLine::of(view, found))
                .collect(),
            ending: view.exceptions_ending.map(|ending| Ending::of(view, ending)),
        }
    }
}

impl<'a> Ending<'a> {
    fn of(view: &ReportView<'a>, ending: &ExceptionsEnding) -> Self {
        let line = |one: &EndingException| {
            let exception = view.exceptions.exception(one.exception)?;
            let rule = view.rules.rule(exception.rule)?;
            Some(EndingLine {
                id: &exception.id,
                rule_id: &rule.id,
                rule_name: &rule.name,
                owner: &exception.owner,
                end: one.end.to_string(),
                conflicts: one.reopens,
            })
        };
        Self { within_days: ending.days, exceptions: ending.exceptions.iter().filter_map(line).collect() }
    }
}

/// The inputs in numbers.
#[derive(Serialize)]
pub(crate) struct Files {
    read: u64,
    refused: u64,
    bytes: u64,
    by_shape: BTreeMap<&'static str, u64>,
}

impl Files {
    /// Counts the sources; a refused one counts under its shape too.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let sources = &snapshot.provenance.sources;
        let refused = sources.iter().filter(|source| source.refused.is_some()).count() as u64;
        let mut by_shape = BTreeMap::new();
        for source in sources {
            *by_shape.entry(source.shape.name()).or_default() += 1;
        }
        let bytes = sources.iter().map(|source| source.bytes).sum();
        Self { read: sources.len() as u64 - refused, refused, bytes, by_shape }
    }
}

/// Writes `summary.json`.
///
/// # Errors
/// When the writer fails.
pub fn write_summary(view: &ReportView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    write_pretty(&summary(view), out)
}

/// The document, for those who put it into another.
pub(crate) fn summary<'a>(view: &ReportView<'a>) -> impl Serialize + use<'a> {
    let ReportView { snapshot, totals, warnings, .. } = *view;
    let (inherent, open) = (view.conflicts.conflicts().len() as u64, view.conflicts.open() as u64);
    Summary {
        users: snapshot.directory.users().len() as u64,
        users_holding: view.users_holding(),
        packages: snapshot.directory.packages().len() as u64,
        assignments: view.matrix.holdings(),
        rows: Rows { totals: view.rows(), set_aside_by: view.set_aside_by() },
        states: state_entries(snapshot, &snapshot.state_totals()),
        states_counted: view.holding.states.to_string(),
        pairs_total: view.pairs_total(),
        pairs_nonzero: totals.nonzero,
        pair_holders_sum: totals.holders_sum,
        row_pair_sum: totals.row_sum,
        pair_sum_identity: totals.identity_holds(),
        largest_pair: totals.largest.map(|largest| largest_pair(snapshot, largest)),
        rules: view.rules.rules().len() as u64,
        rules_not_evaluable: view.rules_not_evaluable(),
        rules_in_part: view.rules_in_part(),
        rules_not_in_force: view.rules_not_in_force(),
        conflicts_inherent: inherent,
        conflicts_open: open,
        conflicts_excepted: inherent - open,
        conflict_groups: view.groups.len() as u64,
        packages_with_resource_roles: snapshot.directory.resource_roles().packages_known() as u64,
        combinations: view.combinations.iter().filter_map(|one| CombinationLine::of(view, one)).collect(),
        users_in_conflict: view.conflicts.users() as u64,
        users_in_open_conflict: view.conflicts.users_open() as u64,
        exceptions: Exceptions::of(view),
        moment: view.moment.map(|moment| moment.to_string()),
        warnings: List(|| warnings.iter().map(WarningLine::from)),
        coverage: Lines(Coverage::of(view)),
        records: snapshot.provenance.side(),
        files: Files::of(snapshot),
        data_moment: snapshot.provenance.data_moment.map(|moment| moment.to_string()),
    }
}

fn largest_pair(snapshot: &Snapshot, largest: PairCount) -> LargestPair<'_> {
    let package = |package| snapshot.directory.package(package);
    let (a, b) = (package(largest.pair.low()), package(largest.pair.high()));
    LargestPair {
        package_a: a.map(|a| a.id.to_string()).unwrap_or_default(),
        package_b: b.map(|b| b.id.to_string()).unwrap_or_default(),
        package_a_name: a.and_then(|a| a.display_name.as_deref()),
        package_b_name: b.and_then(|b| b.display_name.as_deref()),
        holders_both: largest.holders_both,
    }
}
