//! Choosing: which pairs to count, by which method, and what that should cost.
//!
//! The estimates live in `cost`, the cutting into slices in `slice`, the counting in `count`. A plan belongs to the matrix
//! it was chosen for.

use crate::CountMethod;
use crate::cost::{self, Estimate};
use sod_model::{AssignmentMatrix, PackageId};
use std::ops::Range;

/// Which pairs to count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PairScope {
    /// All of them.
    #[default]
    All,
    /// Pairs with at least one of these packages, in any order; repeated and unknown ones do no harm.
    Touching(Vec<PackageId>),
}

/// A method, the work cut out for it, and the estimates that chose it.
///
/// The work is a list of *anchors*: packages whose pairs are counted together. An anchor takes every partner that is not
/// itself an anchor, and those anchors that come after it; so each wanted pair is counted once, from one side, and
/// counting everything is the case where every package is an anchor. Packages that nobody holds are neither.
///
/// # Cost model
///
/// In nanoseconds of one thread, N packages that somebody holds, the plan takes the lesser of
///
/// ```text
/// columns = sum over pairs (a, b) in scope of   PAIR + UNIT * (units(a) + units(b))
///     units(c) = members in sorted-list containers + 1,024 words for each bit-set container
/// rows    = sum over anchors a of   sum over users u who hold a of   VISIT + INCREMENT * partners(u, a)
///                                 + EMIT * min(increments of a, partners of a)
///     partners(u, a) = packages of u after a (all pairs), packages of u (some pairs)
///     INCREMENT grows with the accumulator of 4 bytes a package as it falls out of L1, L2, L3
/// ```
///
/// The figures are constants of the private module `cost`, measured by `benches/` on the machine that `benches/README.md`
/// names. Only their ratio matters, and a wrong one costs time, never an answer.
///
/// ```
/// use sod_core::{CountMethod, CountPlan, PairScope};
/// use sod_model::{AssignmentMatrix, PackageId, UserId};
/// let matrix = AssignmentMatrix::from_holdings(2, 2, [(UserId(0), PackageId(0)), (UserId(0), PackageId(1))]);
/// let plan = CountPlan::choose(&matrix, PairScope::All, Some(CountMethod::Columns));
/// assert_eq!(plan.method(), CountMethod::Columns);
/// assert!(plan.explain().contains("as asked"));
/// ```
#[derive(Clone, Debug)]
pub struct CountPlan {
    method: CountMethod,
    forced: bool,
    columns: Estimate,
    rows: Estimate,
    // INVARIANT (held packages): ascends strictly; exactly the packages that somebody holds.
    held: Vec<PackageId>,
    // INVARIANT (anchors): a sorted subset of `held`; `None` stands for all of it.
    chosen: Option<Vec<PackageId>>,
}

impl CountPlan {
    /// Plans the counting of the pairs in scope, by the cheapest method or by the one asked for. Costs one pass over the
    /// rows that are concerned.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers build the scope for this call alone")]
    pub fn choose(matrix: &AssignmentMatrix, scope: PairScope, forced: Option<CountMethod>) -> Self {
        let columns = matrix.columns();
        let held = columns.iter().enumerate().filter(|(_, column)| !column.is_empty());
        let held: Vec<PackageId> = held.map(|(at, _)| PackageId(at as u32)).collect();
        let chosen = match &scope {
            PairScope::All => None,
            PairScope::Touching(packages) => {
                let mut chosen = packages.clone();
                chosen.sort_unstable();
                chosen.dedup();
                chosen.retain(|&package| !matrix.column(package).is_empty());
                Some(chosen)
            }
        };
        let by_columns = cost::columns(matrix, &held, chosen.as_deref());
        let by_rows = cost::rows(matrix, &held, chosen.as_deref());
        let cheapest =
            if by_columns.total_ns() < by_rows.total_ns() { CountMethod::Columns } else { CountMethod::Rows };
        Self {
            method: forced.unwrap_or(cheapest),
            forced: forced.is_some(),
            columns: by_columns,
            rows: by_rows,
            held,
            chosen,
        }
    }

    /// The chosen method.
    #[must_use]
    pub fn method(&self) -> CountMethod {
        self.method
    }

    /// What was chosen and why, in a sentence for `--verbose`.
    #[must_use]
    pub fn explain(&self) -> String {
        let columns =
            format!("{} ({} intersections)", time(self.columns.total_ns()), number(self.columns.steps));
        let rows = format!("{} ({} increments)", time(self.rows.total_ns()), number(self.rows.steps));
        let (taken, other_name, other) = match self.method {
            CountMethod::Columns => (columns, CountMethod::Rows, rows),
            CountMethod::Rows => (rows, CountMethod::Columns, columns),
        };
        let why = if self.forced { ", as asked" } else { "" };
        format!(
            "counting by {}{why}: estimated at {taken} of one thread, against {other} by {other_name}",
            self.method
        )
    }

    /// The packages whose pairs are counted together, ascending.
    pub(crate) fn anchors(&self) -> &[PackageId] {
        self.chosen.as_deref().unwrap_or(&self.held)
    }

    /// Whether every held package is an anchor, so that partners are simply those that come after.
    pub(crate) fn is_whole(&self) -> bool {
        self.chosen.is_none()
    }

    /// Whether the pair of `anchor` and `partner` is counted from the anchor's side.
    pub(crate) fn takes(&self, anchor: PackageId, partner: PackageId) -> bool {
        match &self.chosen {
            None => partner > anchor,
            Some(chosen) => {
                partner != anchor && (partner > anchor || chosen.binary_search(&partner).is_err())
            }
        }
    }

    /// The partners of `anchor` that somebody holds, ascending.
    pub(crate) fn partners(&self, anchor: PackageId) -> impl Iterator<Item = PackageId> {
        let from = if self.is_whole() { self.held.partition_point(|&held| held <= anchor) } else { 0 };
        let candidates = self.held.get(from..).unwrap_or_default();
        candidates.iter().copied().filter(move |&partner| self.takes(anchor, partner))
    }

    /// The anchors cut into ranges of about equal work. Depends on the matrix alone, never on the number of threads.
    pub(crate) fn slices(&self) -> Vec<Range<usize>> {
        let estimate = match self.method {
            CountMethod::Columns => &self.columns,
            CountMethod::Rows => &self.rows,
        };
        crate::slice::by_work(&estimate.work_ns)
    }
}

fn time(ns: u64) -> String {
    let ns = ns as f64;
    match ns {
        _ if ns < 1e6 => format!("{:.2} ms", ns / 1e6),
        _ if ns < 1e9 => format!("{:.0} ms", ns / 1e6),
        _ => format!("{:.1} s", ns / 1e9),
    }
}

fn number(count: u64) -> String {
    let as_float = count as f64;
    match count {
        0..10_000 => count.to_string(),
        10_000..1_000_000 => format!("{:.0} thousand", as_float / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} million", as_float / 1e6),
        _ => format!("{:.1} thousand million", as_float / 1e9),
    }
}
