//! The main job, as a sentence: matrix, plan, counts, the check of the sum, rules, conflicts.

use crate::error::Error;
use crate::exceptions::{exception_findings, exception_warnings, exceptions_ending};
use crate::judge::{Documents, Prepared, combination_warning, prepare};
use crate::near::closest;
use sod_core::{
    AtLeast, CountMethod, CountPlan, Excused, PairCounts, PairScope, PairTotals, TopPairs, combinations,
    conflict_groups, count_pairs, evaluate_rules, excuse,
};
use sod_model::{
    AssignmentMatrix, Combination, ConflictGroup, ConflictSet, Directory, Event, ExceptionFinding,
    ExceptionSet, ExceptionUse, ExceptionsEnding, Holding, Observer, Origins, PackageId, PairCount, Phase,
    RuleSet, Snapshot, StateFilter, StateTable, Timestamp, Warning, WarningCode,
};
use sod_report::{PairStatistics, ReportView};

/// How to analyse.
#[derive(Clone, Debug, Default)]
pub struct AnalyzeOptions {
    /// What counts as holding.
    pub holding: Holding,
    /// Which pairs to list: all, or those that touch certain packages. The sums are those of the listed ones.
    pub scope: PairScope,
    /// Leave out pairs that fewer users hold.
    pub holders_min: u32,
    /// Keep only so many pairs, the first in report order.
    pub top: Option<usize>,
    /// Count in this way; otherwise the cheapest is chosen.
    pub method: Option<CountMethod>,
    /// Rules and exceptions, beside the incompatibilities that the inputs declare.
    pub documents: Documents,
    /// The moment for which rules and exceptions are in force or not; if not given, the latest that the inputs show.
    pub as_of: Option<Timestamp>,
    /// List the exceptions that end within so many days of the moment.
    pub ending_within: Option<u32>,
}

/// What an analysis found.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// What counted as holding.
    pub holding: Holding,
    /// Who holds what.
    pub matrix: AssignmentMatrix,
    /// The listed pairs: most holders first, then by package ids.
    pub pairs: Vec<PairCount>,
    /// Sums over every pair of the scope, listed or not.
    pub totals: PairStatistics,
    /// What was judged: the incompatibilities that the inputs declare, and the rules of the documents.
    pub rules: RuleSet,
    /// The files in which rules and exceptions stand, and what these name that nobody knows.
    pub origins: Origins,
    /// Who violates it, each conflict with the exception that covers it.
    pub conflicts: ConflictSet,
    /// The same conflicts by what is held: by rule, those of most users first.
    pub groups: Vec<ConflictGroup>,
    /// Packages that give by themselves what a rule keeps apart, by rule; none where no resource roles were exported.
    pub combinations: Vec<Combination>,
    /// The exceptions of the documents.
    pub exceptions: ExceptionSet,
    /// By exception: what it does.
    pub exception_uses: Vec<ExceptionUse>,
    /// What somebody should decide about them, by code.
    pub exception_findings: Vec<ExceptionFinding>,
    /// Those that end soon, if that was asked for.
    pub exceptions_ending: Option<ExceptionsEnding>,
    /// The moment by which rules and exceptions were in force or not.
    pub moment: Option<Timestamp>,
    /// The snapshot's warnings and those of the analysis, by code.
    pub warnings: Vec<Warning>,
    /// How the pairs were counted, and why so.
    pub plan: String,
}

impl Analysis {
    /// The results as every format wants them.
    #[must_use]
    pub fn view<'a>(&'a self, snapshot: &'a Snapshot) -> ReportView<'a> {
        ReportView {
            snapshot,
            holding: &self.holding,
            matrix: &self.matrix,
            rules: &self.rules,
            origins: &self.origins,
            conflicts: &self.conflicts,
            groups: &self.groups,
            combinations: &self.combinations,
            exceptions: &self.exceptions,
            exception_uses: &self.exception_uses,
            exception_findings: &self.exception_findings,
            exceptions_ending: self.exceptions_ending.as_ref(),
            moment: self.moment,
            totals: self.totals,
            warnings: &self.warnings,
        }
    }
}

/// Who holds what, when `holding` says what counts.
///
/// # Errors
/// When none of the chosen states is documented or occurs in the inputs.
pub fn matrix(snapshot: &Snapshot, holding: &Holding) -> Result<AssignmentMatrix, Error> {
    check_states(snapshot, &holding.states)?;
    Ok(snapshot.matrix(holding))
}

/// Counts every pair of the scope and judges the declared incompatibilities.
///
/// # Errors
/// [`Error::NoSuchState`] when none of the chosen states exists; [`Error::Cancelled`]; [`Error::PairSumMismatch`] when
/// the check of the sum fails, which would be a defect of sod.
pub fn analyze(
    snapshot: &Snapshot,
    options: &AnalyzeOptions,
    observer: &dyn Observer,
) -> Result<Analysis, Error> {
    let (matrix, prepared) = begin(snapshot, options)?;
    analyze_matrix(matrix, &snapshot.directory, prepared, options, observer)
}

/// The same, but the assignments are freed as soon as it is known who holds what: for large tenants, when only pairs and
/// conflicts are wanted and nobody will ask for the assignments behind them.
///
/// # Errors
/// As [`analyze`].
pub fn analyze_and_forget(
    snapshot: &mut Snapshot,
    options: &AnalyzeOptions,
    observer: &dyn Observer,
) -> Result<Analysis, Error> {
    let (matrix, prepared) = begin(snapshot, options)?;
    snapshot.forget_assignments();
    analyze_matrix(matrix, &snapshot.directory, prepared, options, observer)
}

/// Who holds what, and what is judged.
fn begin(snapshot: &Snapshot, options: &AnalyzeOptions) -> Result<(AssignmentMatrix, Prepared), Error> {
    // Rules first: whoever misspelt one need not wait for a matrix.
    let mut prepared = prepare(snapshot, &options.documents, options.as_of)?;
    let matrix = matrix(snapshot, &options.holding)?;
    prepared.warnings.extend(snapshot.provenance.warnings.iter().cloned());
    prepared.warnings.extend(state_warnings(snapshot, &options.holding.states));
    Ok((matrix, prepared))
}

fn analyze_matrix(
    matrix: AssignmentMatrix,
    directory: &Directory,
    prepared: Prepared,
    options: &AnalyzeOptions,
    observer: &dyn Observer,
) -> Result<Analysis, Error> {
    observer.event(Event::Began(Phase::Count));
    let plan = CountPlan::choose(&matrix, options.scope.clone(), options.method);
    let (pairs, totals) = count(&matrix, &plan, options, observer).ok_or(Error::Cancelled)?;
    let row_sum = match &options.scope {
        PairScope::All => matrix.pair_sum_from_rows(),
        PairScope::Touching(packages) => sum_touching_from_rows(&matrix, packages),
    };
    if row_sum != totals.holders_sum {
        return Err(Error::PairSumMismatch { pair_sum: totals.holders_sum, row_sum });
    }
    let totals = PairStatistics {
        nonzero: totals.nonzero,
        holders_sum: totals.holders_sum,
        largest: totals.largest,
        row_sum,
    };
    let Prepared { rules, exceptions, origins, moment, mut warnings } = prepared;
    let conflicts = evaluate_rules(&matrix, directory, &rules);
    let Excused { conflicts, uses } = excuse(conflicts, &exceptions, &matrix, directory, moment);
    let groups = conflict_groups(&matrix, directory, &rules, &conflicts);
    let combinations = combinations(&matrix, directory, &rules, &conflicts);
    warnings.extend(combination_warning(directory, &rules, &combinations));
    let findings = exception_findings(&exceptions, &uses, &matrix, directory);
    warnings.extend(exception_warnings(&exceptions, &findings));
    let ending = |days| exceptions_ending(&conflicts, &exceptions, &uses, &matrix, directory, (moment, days));
    let exceptions_ending = options.ending_within.map(ending);
    warnings.sort_by_key(|warning| warning.code);
    Ok(Analysis {
        holding: options.holding.clone(),
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
        exceptions_ending,
        moment,
        warnings,
        plan: plan.explain(),
    })
}

/// Of `k` packages, `t` of them asked for, a user holds k(k-1)/2 pairs, and (k-t)(k-t-1)/2 of them touch none of those.
fn sum_touching_from_rows(matrix: &AssignmentMatrix, packages: &[PackageId]) -> u64 {
    let mut asked = vec![false; matrix.packages()];
    for package in packages {
        if let Some(slot) = asked.get_mut(package.index()) {
            *slot = true;
        }
    }
    let is_asked = |package: &&PackageId| asked.get(package.index()).copied().unwrap_or(false);
    let pairs = |held: u64| held * held.saturating_sub(1) / 2;
    let touching = |row: &[PackageId]| {
        let (held, others) =
            (row.len() as u64, row.iter().filter(|package| !is_asked(package)).count() as u64);
        pairs(held) - pairs(others)
    };
    matrix.rows().map(touching).sum()
}

fn count(
    matrix: &AssignmentMatrix,
    plan: &CountPlan,
    options: &AnalyzeOptions,
    observer: &dyn Observer,
) -> Option<(Vec<PairCount>, PairTotals)> {
    let min = options.holders_min;
    Some(match options.top {
        Some(limit) => {
            let sink = (AtLeast { min, inner: TopPairs::new(limit) }, PairTotals::default());
            let (pairs, totals) = count_pairs(matrix, plan, sink, observer)?;
            (pairs.inner.into_report_order(), totals)
        }
        None => {
            let sink = (AtLeast { min, inner: PairCounts::default() }, PairTotals::default());
            let (pairs, totals) = count_pairs(matrix, plan, sink, observer)?;
            (pairs.inner.into_report_order(), totals)
        }
    })
}

/// A list of states of which none exists would make everybody hold nothing.
///
/// # Errors
/// [`Error::NoSuchState`], with the states that exist.
pub fn check_states(snapshot: &Snapshot, filter: &StateFilter) -> Result<(), Error> {
    let exists = |filter: &StateFilter| {
        snapshot.states.iter().any(|(state, _)| filter.matches(state, &snapshot.states))
    };
    if exists(filter) {
        return Ok(());
    }
    let present: Vec<&str> =
        snapshot.state_totals().into_iter().map(|(state, _)| snapshot.states.name(state)).collect();
    let documented = StateTable::new();
    let documented: Vec<&str> = documented.iter().map(|(_, name)| name).collect();
    let found: Vec<String> = filter.unknown_to(&snapshot.states).into_iter().map(str::to_owned).collect();
    let near = found.iter().find_map(|name| closest(name, present.iter().chain(&documented).copied()));
    let near = near.map(str::to_owned);
    let present = if present.is_empty() { "none".to_owned() } else { present.join(", ") };
    Err(Error::NoSuchState { found, present, documented: documented.join(", "), near })
}

/// What must be known about a choice of states: names that nothing has, and that nobody holds anything.
#[must_use]
pub fn state_warnings(snapshot: &Snapshot, filter: &StateFilter) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut add = |code, count: usize, message: String| {
        warnings.push(Warning { code, count: count as u64, message: message.into() });
    };
    let totals = snapshot.state_totals();
    if !totals.is_empty() && !totals.iter().any(|(state, _)| filter.matches(*state, &snapshot.states)) {
        let states = totals.iter().map(|(state, count)| format!("{} {count}", snapshot.states.name(*state)));
        let message = format!(
            "assignments were read, but none is in a state that counts ({filter}), so nobody holds anything; the \
             states are: {}",
            states.collect::<Vec<_>>().join(", ")
        );
        add(WarningCode::NothingInStates, snapshot.assignments().len(), message);
    }
    let unknown = filter.unknown_to(&snapshot.states);
    if !unknown.is_empty() {
        let message = format!("states were asked for that the inputs do not have: {}", unknown.join(", "));
        add(WarningCode::StateNotFound, unknown.len(), message);
    }
    warnings
}
