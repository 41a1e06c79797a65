//! Choosing: which pairs to count, by which method, and what that should cost.
//!
//! The estimates live in `cost`, the layout of blocks in `blocks`, the cutting into slices in `slice`, the counting in `count`. A
//! plan belongs to the matrix it was chosen for.

mod explain;

use crate::CountMethod;
use crate::blocks::{BlockPlan, Census};
use crate::cost::{self, BlockCost, Estimate};
use roaring::RoaringBitmap;
use sod_kernel::{Kernel, Level};
use sod_model::{AssignmentMatrix, PackageId};
use std::ops::Range;

/// Estimated nanoseconds that are worth a slice: giving one to a thread that sleeps, and a sink to it, takes as long.
const SLICE_NS_MIN: u64 = 100_000;
/// Counters of a triangle that are worth a slice, as above.
const SLICE_CELLS_MIN: u64 = 1 << 16;

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
/// The work is a list of *anchors*: packages whose pairs are counted together. By columns and by rows, an anchor takes every
/// partner that is not itself an anchor, and those anchors that come after it; so each wanted pair is counted once, from one
/// side, and counting everything is the case where every package is an anchor. By triangle and by blocks every package is an
/// anchor, takes the partners before it, and what was not asked for is dropped on the way out.
///
/// # Cost model
///
/// In nanoseconds of one thread, for U users, N packages that somebody holds, and H holdings:
///
/// ```text
/// triangle = increments * INCREMENT(4 bytes a pair) + H * CODE + pairs * 2 EMIT
///     increments = sum over users of k(k-1)/2
/// blocks   = the least over the number of heavy blocks b = 0, 1, ... of
///            H * CODE + listed holdings * LIST + U * b * TURN                        the layout
///          + dense packages * U * COLUMN_USER
///          + sum over the b blocks of  holdings of what is not more popular * LINE   vertical counters
///                                    + packages that are not more popular * tiles * FLUSH
///          + light holdings * (VISIT + light holdings / 2 U * INCREMENT(4 bytes a package))
///          + pairs with a heavy package * EMIT + tiles * ROUND + SETUP
///          + the least of  pairs of light packages * EMIT,  light holdings * light partners of one * NOTE
///     light partners of one = increments / H * light holdings / H
///     a package of the b blocks is dense when its holders * LIST > U * COLUMN_USER
/// columns  = H * MAKE + sum over pairs (a, b) in scope of   PAIR + UNIT * (units(a) + units(b))
///     units(c) = members in sorted-list containers + 1,024 words for each bit-set container
/// rows     = sum over anchors a of   sum over users u who hold a of   VISIT + INCREMENT * partners(u, a)
///                                  + EMIT * min(increments of a, partners of a)
///     partners(u, a) = packages of u after a (all pairs), packages of u (some pairs)
/// ```
///
/// All pairs are counted by triangle or by blocks, whichever is less; the pairs of a few packages by columns or by rows, and
/// by blocks where more than an eighth of the packages is asked for. The figures are constants of the private module `cost`,
/// measured by `benches/` on the machine that `benches/README.md` names. Only their ratio matters, and a wrong one costs time,
/// never an answer.
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
    work: Work,
    asked: Option<CountMethod>,
    estimates: Estimates,
    kernel: Kernel,
    // INVARIANT (held packages): ascends strictly; exactly the packages that somebody holds.
    held: Vec<PackageId>,
    // INVARIANT (anchors): a sorted subset of `held`; `None` stands for all of it.
    chosen: Option<Vec<PackageId>>,
    packages: usize,
}

/// The chosen method, and what it needs to know.
#[derive(Clone, Debug)]
enum Work {
    Triangle { increments: u64 },
    Blocks(Box<BlockPlan>),
    Columns(Estimate),
    // With the users of each anchor where not every package is one: no other columns are needed then, and none are made.
    Rows(Estimate, Vec<RoaringBitmap>),
}

/// Nanoseconds of one thread by each method that was thought about.
#[derive(Clone, Debug, Default)]
struct Estimates {
    triangle: Option<u64>,
    blocks: Option<BlockCost>,
    columns: Option<(u64, u64)>,
    rows: Option<(u64, u64)>,
}

impl CountPlan {
    /// Plans the counting of the pairs in scope, by the cheapest method or by the one asked for. Costs one pass over the
    /// rows that are concerned.
    ///
    /// A triangle that would need more than 256 MiB is never taken, asked for or not: blocks are.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers build the scope for this call alone")]
    pub fn choose(matrix: &AssignmentMatrix, scope: PairScope, forced: Option<CountMethod>) -> Self {
        let census = Census::take(matrix);
        let held = census.holders.iter().enumerate().filter(|(_, holders)| **holders > 0);
        let held: Vec<PackageId> = held.map(|(at, _)| PackageId(at as u32)).collect();
        let chosen = match &scope {
            PairScope::All => None,
            PairScope::Touching(packages) => {
                let mut chosen = packages.clone();
                chosen.sort_unstable();
                chosen.dedup();
                chosen.retain(|package| held.binary_search(package).is_ok());
                Some(chosen)
            }
        };
        let mut estimates = Estimates::default();
        let few = chosen.as_ref().is_some_and(|chosen| chosen.len() <= held.len() / 8);
        let holders = census.holders.as_slice();
        let by_columns = || cost::columns(matrix.users(), holders, &held, chosen.as_deref());
        let by_rows = || {
            let users = chosen.as_ref().map_or_else(Vec::new, |chosen| matrix.columns_of(chosen));
            let anchors = chosen.as_deref().map(|chosen| (chosen, users.as_slice()));
            (cost::rows(matrix, holders, &held, anchors), users)
        };
        let work = match forced {
            Some(CountMethod::Columns) => Work::Columns(by_columns()),
            Some(CountMethod::Rows) => {
                let (estimate, users) = by_rows();
                Work::Rows(estimate, users)
            }
            None if few => {
                let by_columns = by_columns();
                let (by_rows, users) = by_rows();
                let columns_ns = by_columns.total_ns() + cost::making_columns_ns(matrix.holdings());
                estimates.columns = Some((columns_ns, by_columns.steps));
                estimates.rows = Some((by_rows.total_ns(), by_rows.steps));
                if columns_ns < by_rows.total_ns() {
                    Work::Columns(by_columns)
                } else {
                    Work::Rows(by_rows, users)
                }
            }
            _ => whole(matrix, &held, census, forced, &mut estimates),
        };
        match &work {
            Work::Columns(estimate) => {
                let ns = estimate.total_ns() + cost::making_columns_ns(matrix.holdings());
                estimates.columns = Some((ns, estimate.steps));
            }
            Work::Rows(estimate, _) => estimates.rows = Some((estimate.total_ns(), estimate.steps)),
            Work::Triangle { .. } | Work::Blocks(_) => {}
        }
        let (kernel, packages) = (Kernel::best(), matrix.packages());
        Self { work, asked: forced, estimates, kernel, held, chosen, packages }
    }

    /// The same plan, to be carried out with the instructions of `level`; as it was where this machine does not have them. For
    /// tests and benches: the best level is taken anyway.
    #[must_use]
    pub fn on(mut self, level: Level) -> Self {
        self.kernel = Kernel::new(level).unwrap_or(self.kernel);
        self
    }

    /// The chosen method.
    #[must_use]
    pub fn method(&self) -> CountMethod {
        match &self.work {
            Work::Triangle { .. } => CountMethod::Triangle,
            Work::Blocks(_) => CountMethod::Blocks,
            Work::Columns(_) => CountMethod::Columns,
            Work::Rows(..) => CountMethod::Rows,
        }
    }

    /// The instructions that the counting will use.
    #[must_use]
    pub fn level(&self) -> Level {
        self.kernel.level()
    }

    pub(crate) fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// The packages that somebody holds, ascending.
    pub(crate) fn held(&self) -> &[PackageId] {
        &self.held
    }

    /// The layout, where blocks were chosen.
    pub(crate) fn blocks(&self) -> Option<&BlockPlan> {
        match &self.work {
            Work::Blocks(blocks) => Some(blocks),
            _ => None,
        }
    }

    /// The sum of all counts, where a triangle was chosen.
    pub(crate) fn increments(&self) -> u64 {
        match self.work {
            Work::Triangle { increments } => increments,
            _ => 0,
        }
    }

    /// Whether 16 bits hold every package id.
    pub(crate) fn has_narrow_ids(&self) -> bool {
        self.packages <= 1 << 16
    }

    /// By package: whether its pairs are wanted. `None` when all pairs are.
    pub(crate) fn asked_for(&self) -> Option<Vec<bool>> {
        let chosen = self.chosen.as_ref()?;
        let mut asked = vec![false; self.packages];
        for package in chosen {
            if let Some(slot) = asked.get_mut(package.index()) {
                *slot = true;
            }
        }
        Some(asked)
    }

    /// The packages whose pairs are counted together, ascending.
    pub(crate) fn anchors(&self) -> &[PackageId] {
        self.chosen.as_deref().unwrap_or(&self.held)
    }

    /// The users of an anchor.
    pub(crate) fn users_of<'a>(
        &'a self,
        matrix: &'a AssignmentMatrix,
        anchor: PackageId,
    ) -> &'a RoaringBitmap {
        let own = match &self.work {
            Work::Rows(_, users) => self.anchors().binary_search(&anchor).ok().and_then(|at| users.get(at)),
            _ => None,
        };
        own.unwrap_or_else(|| matrix.column(anchor))
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

    /// The work cut into ranges of about equal size: anchors by place, rows of the triangle by place, or codes of the blocks.
    /// Depends on the matrix alone, never on the number of threads.
    pub(crate) fn slices(&self) -> Vec<Range<usize>> {
        match &self.work {
            Work::Triangle { .. } => {
                let widths: Vec<u64> = (1..=self.held.len() as u64).collect();
                crate::slice::by_work(&widths, SLICE_CELLS_MIN)
            }
            Work::Blocks(blocks) => crate::slice::by_work(&blocks.row_ns, SLICE_NS_MIN),
            Work::Columns(estimate) | Work::Rows(estimate, _) => {
                crate::slice::by_work(&estimate.work_ns, SLICE_NS_MIN)
            }
        }
    }
}

/// A triangle or blocks, for all pairs or most of them.
fn whole(
    matrix: &AssignmentMatrix,
    held: &[PackageId],
    census: Census,
    forced: Option<CountMethod>,
    estimates: &mut Estimates,
) -> Work {
    let fits = cost::triangle_bytes(held.len()) <= cost::TRIANGLE_BYTES_MAX;
    let increments = if fits { matrix.pair_sum_from_rows() } else { 0 };
    if fits {
        estimates.triangle = Some(cost::triangle(held.len(), matrix.holdings(), increments));
    }
    if forced == Some(CountMethod::Triangle) && fits {
        return Work::Triangle { increments };
    }
    let (blocks, cost) = BlockPlan::choose(matrix, census);
    let by_triangle = forced.is_none() && estimates.triangle.is_some_and(|triangle| triangle < cost.total_ns);
    estimates.blocks = Some(cost);
    if by_triangle { Work::Triangle { increments } } else { Work::Blocks(Box::new(blocks)) }
}
