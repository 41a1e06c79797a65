//! Computing: the slices of a plan, in parallel, into a sink.
//!
//! Gathered by position and not by arrival: which thread counted what, and when, leaves no trace in the answer.

mod blocks;
mod columns;
mod rows;
mod triangle;

use crate::{CountMethod, CountPlan, CountRow, PairSink};
use rayon::prelude::*;
use sod_model::{AssignmentMatrix, Event, Observer, PackageId, PackagePair, PairCount};
use std::cell::Cell;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// Counts the users who hold both packages of each pair in the plan's scope, and pushes every pair that somebody holds
/// into the sink, once.
///
/// `plan` must have been chosen for this matrix. Uses the current rayon pool. Pairs arrive in the same order and in the
/// same forks of the sink for any number of threads; which order that is depends on the method. Beside the sink's memory,
/// columns and rows take 4 bytes a package for each running thread, a triangle 4 bytes a pair and thread (256 MiB at most), and
/// blocks 2 KiB a package for each 512 heavy ones, some 6 to 10 bytes a light holding, and some MiB for each thread: never a multiple of
/// the number of pairs.
///
/// `None` when the observer cancelled: never a part that could be taken for the whole. Progress is [`Event::Counted`], in
/// packages.
///
/// ```
/// use sod_core::{CountPlan, PairScope, PairTotals, TopPairs, count_pairs};
/// use sod_model::{AssignmentMatrix, PackageId, Silent, UserId};
///
/// let held = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)].map(|(u, p)| (UserId(u), PackageId(p)));
/// let matrix = AssignmentMatrix::from_holdings(2, 3, held);
/// let plan = CountPlan::choose(&matrix, PairScope::All, None);
/// let (totals, top) = count_pairs(&matrix, &plan, (PairTotals::default(), TopPairs::new(1)), &Silent).unwrap();
/// assert_eq!((totals.nonzero, totals.holders_sum), (3, matrix.pair_sum_from_rows()));
/// assert_eq!(top.into_report_order(), Vec::from_iter(totals.largest));
/// ```
pub fn count_pairs<S: PairSink>(
    matrix: &AssignmentMatrix,
    plan: &CountPlan,
    sink: S,
    observer: &dyn Observer,
) -> Option<S> {
    if observer.is_cancelled() {
        return None;
    }
    let mut out = Output { sink, plan, observer };
    match plan.method() {
        CountMethod::Triangle => triangle::count(matrix, &mut out)?,
        CountMethod::Blocks => blocks::count(matrix, &mut out)?,
        CountMethod::Columns => out.gather(
            || (),
            |(), slice, part| {
                by_anchor(plan, observer, slice, |going_on| columns::count(matrix, plan, going_on, part))
            },
        )?,
        CountMethod::Rows => out.gather(
            || (),
            |(), slice, part| {
                by_anchor(plan, observer, slice, |going_on| rows::count(matrix, plan, going_on, part))
            },
        )?,
    }
    Some(out.sink)
}

/// The far end of the counting: a sink, and who looks on.
struct Output<'a, S> {
    sink: S,
    plan: &'a CountPlan,
    observer: &'a dyn Observer,
}

impl<S: PairSink> Output<'_, S> {
    /// Runs every slice of the plan, each into a fork of the sink, and absorbs the forks in order. `run` gets the scratch of its
    /// thread, and gives the number of packages that it counted, or `None` to stop.
    fn gather<T>(
        &mut self,
        scratch: impl Fn() -> T + Sync,
        run: impl Fn(&mut T, Range<usize>, &mut S) -> Option<u64> + Sync,
    ) -> Option<()> {
        let slices: Vec<_> = self.plan.slices().into_iter().map(|slice| (slice, self.sink.fork())).collect();
        let of = match self.plan.method() {
            CountMethod::Triangle | CountMethod::Blocks => self.plan.held().len() as u64,
            CountMethod::Columns | CountMethod::Rows => self.plan.anchors().len() as u64,
        };
        let observer = self.observer;
        let mut parts =
            share_out(slices.into_iter().enumerate(), scratch, |scratch, (at, (slice, mut part))| {
                let done = run(scratch, slice, &mut part)?;
                observer.event(Event::Counted { done, of });
                Some((at, part))
            })?;
        parts.sort_unstable_by_key(|(at, _)| *at);
        for (_, part) in parts {
            self.sink.absorb(part);
        }
        Some(())
    }
}

/// Does every item of a list, each thread taking the next one when it is ready for it, with scratch memory of its own. What comes
/// of the items is in no particular order. `None` when one of them said so: no further item is begun then.
fn share_out<I: Iterator<Item: Send> + Send, T, R: Send>(
    items: I,
    scratch: impl Fn() -> T + Sync,
    run: impl Fn(&mut T, I::Item) -> Option<R> + Sync,
) -> Option<Vec<R>> {
    let at_most = items.size_hint().1.unwrap_or(usize::MAX);
    let items = Mutex::new(items);
    // A thread that panicked has ended the whole already.
    let next = || items.lock().map_or(None, |mut items| items.next());
    let worker = |first| {
        let mut scratch = scratch();
        let mut results = Vec::new();
        let mut item = Some(first);
        while let Some(taken) = item {
            match run(&mut scratch, taken) {
                Some(result) => results.push(result),
                None => {
                    // Nothing is left for the others.
                    while next().is_some() {}
                    return None;
                }
            }
            item = next();
        }
        Some(results)
    };
    // Waking a thread for nothing takes longer than the smallest tenants.
    let workers = rayon::current_num_threads().min(at_most).max(1);
    let worker = |_| next().map_or(Some(Vec::new()), worker);
    let results: Option<Vec<Vec<R>>> = if workers == 1 {
        worker(0).map(|results| vec![results])
    } else {
        (0..workers).into_par_iter().with_max_len(1).map(worker).collect()
    };
    results.map(|results| results.into_iter().flatten().collect())
}

/// Runs one slice of anchors, asking before each whether to go on.
fn by_anchor(
    plan: &CountPlan,
    observer: &dyn Observer,
    slice: Range<usize>,
    run: impl FnOnce(&mut dyn Iterator<Item = PackageId>),
) -> Option<u64> {
    let own = plan.anchors().get(slice).unwrap_or_default();
    let cancelled = Cell::new(false);
    let mut going_on = own.iter().copied().take_while(|_| {
        cancelled.set(observer.is_cancelled());
        !cancelled.get()
    });
    run(&mut going_on);
    if cancelled.get() { None } else { Some(own.len() as u64) }
}

/// Pushes one count, if there is anything to count.
fn push(sink: &mut impl PairSink, anchor: PackageId, partner: PackageId, holders_both: u32) {
    if let (Some(pair), 1..) = (PackagePair::new(anchor, partner), holders_both) {
        sink.pair(PairCount { pair, holders_both });
    }
}

/// The partners of a row: some ids, or those of a table from a place on.
#[derive(Clone, Copy)]
enum Partners<'a> {
    Own(&'a [u32]),
    Of(&'a Arc<[u32]>, usize),
}

/// Hands a row to the sink, without what was not asked for.
fn push_row(
    plan: &CountPlan,
    asked: Option<&[bool]>,
    anchor: PackageId,
    from: Partners<'_>,
    counts: &mut [u32],
    holders: u64,
    sink: &mut impl PairSink,
) {
    let partners = match from {
        Partners::Own(ids) => ids,
        Partners::Of(table, from) => table.get(from..).unwrap_or_default(),
    };
    let is_asked = |id: u32| asked.is_none_or(|asked| asked.get(id as usize).copied().unwrap_or(false));
    if !is_asked(anchor.0) {
        for (count, &partner) in counts.iter_mut().zip(partners) {
            if !is_asked(partner) {
                *count = 0;
            }
        }
    }
    let narrow = plan.has_narrow_ids() && holders < 1 << 16;
    let row = CountRow::new(plan.kernel(), anchor, partners, counts, narrow);
    sink.row(&match from {
        Partners::Own(_) => row,
        Partners::Of(table, from) => row.sharing(table, from),
    });
}
