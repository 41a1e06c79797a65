//! What every format needs to know: the results of one analysis, side by side.
//!
//! Takes for granted that all parts come from one snapshot and one choice of states. Computes sums only; it judges
//! nothing and changes nothing.

use crate::pairs::PairContext;
use serde::Serialize;
use sod_model::{
    AssignmentMatrix, Combination, ConflictGroup, ConflictSet, ExceptionFinding, ExceptionSet, ExceptionUse,
    ExceptionsEnding, Holding, Origins, PairCount, RowCounts, RuleId, RuleSet, Severity, Snapshot, StateId,
    Timestamp, UserIdKind, Warning,
};
use std::collections::BTreeMap;

/// The results of one analysis.
#[derive(Clone, Copy, Debug)]
pub struct ReportView<'a> {
    /// Everything that was read.
    pub snapshot: &'a Snapshot,
    /// Which states count.
    pub holding: &'a Holding,
    /// Who holds what in those states.
    pub matrix: &'a AssignmentMatrix,
    /// The rules that were judged.
    pub rules: &'a RuleSet,
    /// The files in which they stand, and what these name that nobody knows.
    pub origins: &'a Origins,
    /// What the judging found, each conflict with the exception that covers it.
    pub conflicts: &'a ConflictSet,
    /// The same conflicts by what is held: by rule, those of most users first.
    pub groups: &'a [ConflictGroup],
    /// Packages that give by themselves what a rule keeps apart, by rule.
    pub combinations: &'a [Combination],
    /// The exceptions.
    pub exceptions: &'a ExceptionSet,
    /// By exception: what it does.
    pub exception_uses: &'a [ExceptionUse],
    /// What somebody should decide about them.
    pub exception_findings: &'a [ExceptionFinding],
    /// Those that end soon, if that was asked for.
    pub exceptions_ending: Option<&'a ExceptionsEnding>,
    /// The moment by which rules and exceptions are in force or not.
    pub moment: Option<Timestamp>,
    /// What the counting of pairs found, in sum.
    pub totals: PairStatistics,
    /// What a reader of the results must know: the snapshot's warnings and any that came later.
    pub warnings: &'a [Warning],
}

/// The co-holding table in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairStatistics {
    /// Pairs that somebody holds both of.
    pub nonzero: u64,
    /// The sum of `holders_both` over all pairs.
    pub holders_sum: u64,
    /// The pair with the most holders, the first in report order among equals.
    pub largest: Option<PairCount>,
    /// The sum over users of k(k-1)/2, where k is the number of packages a user holds: found by another road.
    pub row_sum: u64,
}

impl PairStatistics {
    /// Whether both roads to the sum agree. When they do not, the counts are wrong and the report says so.
    #[must_use]
    pub const fn identity_holds(&self) -> bool {
        self.holders_sum == self.row_sum
    }
}

/// Assignment rows under one choice of states: `read = accepted + rejected + set_aside`.
///
/// The snapshot's own [`RowCounts`] know nothing of that choice; there, `accepted` is every row that was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowTotals {
    /// Rows read.
    pub read: u64,
    /// Assignments in a state that counts.
    pub accepted: u64,
    /// Rows rejected, each with a place and a code.
    pub rejected: u64,
    /// Assignments in other states, and rows that repeat another word for word.
    pub set_aside: u64,
}

impl RowTotals {
    /// Whether every row read is accounted for.
    #[must_use]
    pub const fn add_up(&self) -> bool {
        self.read == self.accepted + self.rejected + self.set_aside
    }
}

impl<'a> ReportView<'a> {
    /// Users who hold at least one package. Walks the rows once.
    #[must_use]
    pub fn users_holding(&self) -> u64 {
        self.matrix.users_holding()
    }

    /// P(P-1)/2: how many pairs there are, held or not.
    #[must_use]
    pub fn pairs_total(&self) -> u64 {
        let packages = self.matrix.packages() as u64;
        packages * packages.saturating_sub(1) / 2
    }

    /// The groups of one rule.
    #[must_use]
    pub fn groups_of(&self, rule: RuleId) -> &'a [ConflictGroup] {
        groups_of(self.groups, rule)
    }

    /// Rules that could not be judged on this snapshot.
    #[must_use]
    pub fn rules_not_evaluable(&self) -> u64 {
        self.rules.rules().iter().filter(|rule| rule.not_evaluable.is_some()).count() as u64
    }

    /// Rules that are switched off, or outside of their period.
    #[must_use]
    pub fn rules_not_in_force(&self) -> u64 {
        self.rules.rules().iter().filter(|rule| rule.inactive.is_some()).count() as u64
    }

    /// Rules that name what the inputs do not know, and were judged without it.
    #[must_use]
    pub fn rules_in_part(&self) -> u64 {
        self.rules.rules().iter().filter(|rule| rule.is_judged() && !rule.unknown.is_empty()).count() as u64
    }

    /// Open and excepted conflicts of each severity, worst first.
    #[must_use]
    pub fn conflicts_by_severity(&self) -> [(Severity, u64, u64); 4] {
        let mut counts = Severity::ALL.map(|severity| (severity, 0, 0));
        for conflict in self.conflicts.conflicts() {
            let severity = self.rules.rule(conflict.rule).map(|rule| rule.severity);
            for (_, open, excepted) in counts.iter_mut().filter(|(one, ..)| Some(*one) == severity) {
                *(if conflict.exception.is_none() { open } else { excepted }) += 1;
            }
        }
        counts
    }

    /// The rows of all inputs under the chosen states.
    #[must_use]
    pub fn rows(&self) -> RowTotals {
        row_totals(self.snapshot, self.holding)
    }

    /// Why rows were set aside, see [`set_aside_by`].
    #[must_use]
    pub fn set_aside_by(&self) -> BTreeMap<&'a str, u64> {
        set_aside_by(self.snapshot, self.holding)
    }

    /// Names and holders for the formats of the pair table, computed once.
    #[must_use]
    pub fn pair_context(&self) -> PairContext {
        PairContext::new(&self.snapshot.directory, self.matrix)
    }
}

/// Those of one rule, of groups that ascend by rule.
pub(crate) fn groups_of(groups: &[ConflictGroup], rule: RuleId) -> &[ConflictGroup] {
    let from = groups.partition_point(|group| group.rule < rule);
    let to = groups.partition_point(|group| group.rule <= rule);
    groups.get(from..to).unwrap_or_default()
}

/// The rows of all inputs, when only the states of `holding` count.
#[must_use]
pub fn row_totals(snapshot: &Snapshot, holding: &Holding) -> RowTotals {
    let RowCounts { read, rejected, .. } = snapshot.provenance.rows();
    let accepted = snapshot.state_totals().into_iter().filter(|&(state, _)| counts(snapshot, holding, state));
    let accepted = accepted.map(|(_, total)| total).sum();
    let set_aside = set_aside_by(snapshot, holding).values().sum();
    let totals = RowTotals { read, accepted, rejected, set_aside };
    debug_assert!(totals.add_up(), "rows are lost between reading and reporting: {totals:?}");
    totals
}

/// Rows that are set aside, by the name of their state, and `repeated` for those that repeat another row.
#[must_use]
pub fn set_aside_by<'a>(snapshot: &'a Snapshot, holding: &Holding) -> BTreeMap<&'a str, u64> {
    let mut reasons = BTreeMap::new();
    for (state, total) in snapshot.state_totals() {
        if !counts(snapshot, holding, state) {
            *reasons.entry(snapshot.states.name(state)).or_default() += total;
        }
    }
    let repeated = snapshot.provenance.rows().repeated;
    if repeated > 0 {
        *reasons.entry("repeated").or_default() += repeated;
    }
    reasons
}

fn counts(snapshot: &Snapshot, holding: &Holding, state: StateId) -> bool {
    holding.states.matches(state, &snapshot.states)
}

/// The word for a kind of user id in every format.
///
/// ```
/// use sod_model::UserIdKind;
/// assert_eq!(sod_report::view::user_id_kind_name(UserIdKind::SubjectRecord), "subject-record");
/// ```
#[must_use]
pub const fn user_id_kind_name(kind: UserIdKind) -> &'static str {
    match kind {
        UserIdKind::Object => "object",
        UserIdKind::SubjectRecord => "subject-record",
        UserIdKind::TargetId => "target-id",
        UserIdKind::Name => "name",
        UserIdKind::Plain => "plain",
    }
}
