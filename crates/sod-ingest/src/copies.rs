//! One assignment of the copies of one, and the rows of each source by state.
//!
//! Copies agree when user, package and state do and no date or policy contradicts. Of contradicting copies the one that
//! is held more stays, so that no conflict is lost; when user or package differ, all stay.

use crate::local::Rows;
use crate::warn::Observed;
use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use sod_model::{Assignment, AssignmentTable, ExternalId, StateId};

/// A row that was a copy of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) source: u32,
    pub(crate) state: StateId,
}

/// How many rows of each state every source has.
#[derive(Debug, Default)]
pub(crate) struct SourceTotals {
    totals: HashMap<(u32, StateId), u64, RandomState>,
}

impl SourceTotals {
    /// Counts the rows of users that are known.
    pub(crate) fn of(rows: &Rows, sources: usize) -> Self {
        let mut totals = HashMap::with_capacity_and_hasher(sources, RandomState::default());
        let mut of_run = vec![0u64; usize::from(u16::MAX) + 1];
        let mut met: Vec<StateId> = Vec::new();
        for (source, run) in rows.runs() {
            let table = &rows.table;
            let states = table.states().get(run.clone()).unwrap_or_default();
            let users = table.users().get(run).unwrap_or_default();
            for (state, _) in states.iter().zip(users).filter(|(_, user)| user.0 != crate::join::NONE) {
                if let Some(count) = of_run.get_mut(state.index()) {
                    if *count == 0 {
                        met.push(*state);
                    }
                    *count += 1;
                }
            }
            for state in met.drain(..) {
                let count = of_run.get_mut(state.index()).map(std::mem::take).unwrap_or_default();
                *totals.entry((source, state)).or_default() += count;
            }
        }
        Self { totals }
    }

    /// The same without rows that turned out to be copies.
    pub(crate) fn without(mut self, gone: &[Gone]) -> Self {
        for gone in gone {
            if let Some(count) = self.totals.get_mut(&(gone.source, gone.state)) {
                *count -= 1;
            }
        }
        self
    }

    /// The states of one source that occur, in the order of `states`.
    pub(crate) fn of_source(&self, source: u32, states: &[StateId]) -> Vec<(StateId, u64)> {
        let count = |state: &StateId| self.totals.get(&(source, *state)).copied().unwrap_or(0);
        states.iter().map(|state| (*state, count(state))).filter(|(_, rows)| *rows > 0).collect()
    }
}

/// Sorts the rows and makes one assignment of the copies of one; also tells which rows went.
pub(crate) fn merge_copies(
    rows: Rows,
    users: usize,
    holdings_alone: bool,
    observed: &mut Observed,
) -> (AssignmentTable, Vec<Gone>) {
    // Rows that remember no place still come from somewhere, and it must not matter which arrived first.
    let order = rows.table.order(users, |row| rows.source_of(row));
    let table = &rows.table;
    let pair = |at: u32| (table.users().get(at as usize), table.packages().get(at as usize));
    // Rows of one user and one package are rare, and only they are looked at.
    let repeats =
        order.par_windows(2).with_min_len(1 << 14).any(|two| matches!(two, [a, b] if pair(*a) == pair(*b)));
    let mut reused = reused_ids(table, &order);
    let mut merged = Merged::default();
    let order = if repeats { merged.merge(&rows, &order) } else { order };
    observed.repeated += merged.agreeing;
    reused.append(&mut merged.reused);
    reused.sort_unstable();
    reused.dedup();
    observed.reused_ids += reused.len() as u64;
    observed.reused_example = reused.into_iter().next();
    let Merged { gone, completed, .. } = merged;
    let mut table = rows.table;
    for (at, row) in completed {
        table.complete(at as usize, &row);
    }
    if holdings_alone {
        table.forget_details();
    }
    (table.arranged(&order), gone)
}

#[derive(Default)]
struct Merged {
    gone: Vec<Gone>,
    /// Rows that took something from their copies.
    completed: Vec<(u32, Assignment)>,
    agreeing: u64,
    reused: Vec<ExternalId>,
}

impl Merged {
    /// The order without the copies.
    fn merge(&mut self, rows: &Rows, order: &[u32]) -> Vec<u32> {
        let mut kept: Vec<u32> = Vec::with_capacity(order.len());
        let mut last: Option<Assignment> = None;
        let mut completed = false;
        let users = rows.table.users();
        let packages = rows.table.packages();
        for &at in order {
            let same = kept.last().is_some_and(|last| {
                let (last, at) = (*last as usize, at as usize);
                users.get(last) == users.get(at) && packages.get(last) == packages.get(at)
            });
            if same && last.is_none() {
                last = kept.last().and_then(|last| rows.table.get(*last as usize));
            }
            if !same {
                if completed {
                    self.completed.extend(kept.last().copied().zip(last.take()));
                }
                (last, completed) = (None, false);
            } else if let (Some(first), Some(row)) = (&mut last, rows.table.get(at as usize)) {
                if first.id == row.id {
                    let agrees = same_content(first, &row);
                    if !agrees {
                        self.reused.extend(row.id.clone());
                    }
                    if agrees || row.id.is_some() {
                        fill(first, &row);
                        completed = true;
                        self.agreeing += u64::from(agrees);
                        self.gone.push(Gone { source: rows.source_of(at as usize), state: row.state });
                        continue;
                    }
                }
                if completed {
                    self.completed.extend(kept.last().copied().zip(last.take()));
                }
                (last, completed) = (Some(row), false);
            }
            kept.push(at);
        }
        if completed {
            self.completed.extend(kept.last().copied().zip(last));
        }
        kept
    }
}

fn same_content(a: &Assignment, b: &Assignment) -> bool {
    let agree = |x: Option<i64>, y: Option<i64>| x.is_none() || y.is_none() || x == y;
    let policies = a.policy.is_none() || b.policy.is_none() || a.policy == b.policy;
    a.user == b.user
        && a.package == b.package
        && a.state == b.state
        && policies
        && agree(a.since.map(|t| t.0), b.since.map(|t| t.0))
        && agree(a.until.map(|t| t.0), b.until.map(|t| t.0))
}

/// Takes what the first copy lacks from another.
fn fill(first: &mut Assignment, other: &Assignment) {
    first.policy = first.policy.or(other.policy);
    if first.state == other.state {
        first.since = first.since.or(other.since);
        first.until = first.until.or(other.until);
    }
}

/// Ids that rows of different users or packages bear.
///
/// One pass marks each id in a table of bits (`met_twice`); only ids that meet a mark (by chance, or as copies) are then compared. So the ids of millions of rows
/// are neither copied nor sorted to find that all differ.
fn reused_ids(table: &AssignmentTable, order: &[u32]) -> Vec<ExternalId> {
    let met = met_twice(table);
    if met.is_empty() {
        return Vec::new();
    }
    let mut candidates: Vec<(ExternalId, u32)> = Vec::new();
    for &at in order {
        if table.id_key(at as usize).is_some_and(|key| met.contains(&key)) {
            candidates.extend(table.id(at as usize).map(|id| (id, at)));
        }
    }
    candidates.sort_unstable();
    let differ =
        |two: &&[(ExternalId, u32)]| matches!(two, [a, b] if a.0 == b.0 && !is_copy(table, a.1, b.1));
    candidates.windows(2).filter(differ).filter_map(|two| two.first().map(|(id, _)| id.clone())).collect()
}

/// Keys of ids that occur twice, and a few more.
///
/// The table of bits is cut into pieces that stay in the cache near a processor, and each piece looks at all keys: reading
/// these in order costs less than waiting for bits that lie anywhere.
fn met_twice(table: &AssignmentTable) -> HashSet<u64, RandomState> {
    const PIECE_BITS: u32 = 21;
    let pieces = ((table.len() * 16) >> PIECE_BITS).next_power_of_two() as u64;
    let met = |piece: u64| {
        let mut marks = vec![0u64; 1 << (PIECE_BITS - 6)];
        let mut met = Vec::new();
        table.for_each_id_key(|key| {
            // The upper bits of a key are the better ones.
            if (key >> 40) & (pieces - 1) == piece {
                let bit = key >> 16 & ((1 << PIECE_BITS) - 1);
                if let Some(word) = marks.get_mut((bit / 64) as usize) {
                    if *word >> (bit % 64) & 1 == 1 {
                        met.push(key);
                    }
                    *word |= 1 << (bit % 64);
                }
            }
        });
        met
    };
    (0..pieces).into_par_iter().flat_map_iter(met).collect::<Vec<u64>>().into_iter().collect()
}

/// Whether two rows of one id are of one user and one package too.
fn is_copy(table: &AssignmentTable, a: u32, b: u32) -> bool {
    let (a, b) = (a as usize, b as usize);
    let pair = |at: usize| (table.users().get(at), table.packages().get(at));
    pair(a) == pair(b) && table.same_id(a, b)
}
