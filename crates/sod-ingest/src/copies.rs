//! One assignment of the copies of one, and the rows of each source by state.
//!
//! Copies agree when user, package and state do and no date or policy contradicts. Of contradicting copies the one that
//! is held more stays, so that no conflict is lost; when user or package differ, all stay.

use crate::local::{ROWS_AT_ONCE, Rows};
use crate::warn::Observed;
use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use sod_model::{Assignment, AssignmentTable, ExternalId, StateId};
use std::ops::Range;

/// A row that was a copy of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) source: u32,
    pub(crate) state: StateId,
}

type Totals = HashMap<(u32, StateId), u64, RandomState>;

/// How many rows of each state every source has.
#[derive(Debug, Default)]
pub(crate) struct SourceTotals {
    totals: Totals,
}

impl SourceTotals {
    /// Counts the rows of users that are known.
    pub(crate) fn of(rows: &Rows) -> Self {
        let table = &rows.table;
        let count = |(mut totals, mut of_states): (Totals, Vec<u64>), (source, rows): (u32, Range<usize>)| {
            let states = table.states().get(rows.clone()).unwrap_or_default();
            let users = table.users().get(rows).unwrap_or_default();
            for (state, _) in states.iter().zip(users).filter(|(_, user)| user.0 != crate::join::NONE) {
                if of_states.len() <= state.index() {
                    of_states.resize(state.index() + 1, 0);
                }
                if let Some(count) = of_states.get_mut(state.index()) {
                    *count += 1;
                }
            }
            for (state, count) in of_states.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
                *totals.entry((source, StateId(state as u16))).or_default() += std::mem::take(count);
            }
            (totals, of_states)
        };
        let add = |mut all: Totals, own: Totals| {
            own.into_iter().for_each(|(of, rows)| *all.entry(of).or_default() += rows);
            all
        };
        let counted = rows.stretches().fold(Default::default, count);
        Self { totals: counted.map(|(totals, _)| totals).reduce(Totals::default, add) }
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
    let Ids { mut reused, all_differ } = look_at_ids(&rows.table, users);
    if all_differ && holdings_alone {
        // No row is a copy of another: what tells copies is not needed any more.
        return (rows.table.into_holdings(users), Vec::new());
    }
    // Rows that remember no place still come from somewhere, and it must not matter which arrived first.
    let order = rows.table.order(users, |row| rows.source_of(row));
    let mut merged = Merged::default();
    // Rows of one user and one package are rare, and only they are looked at.
    let order = if order.repeats && !all_differ { merged.merge(&rows, &order.rows) } else { order.rows };
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

/// What the ids of assignments tell.
struct Ids {
    /// Those that rows of different users or packages bear.
    reused: Vec<ExternalId>,
    /// Every row has one, and no two rows of known users have the same.
    all_differ: bool,
}

/// Looks for ids that occur twice. Only rows whose id may ([`met_twice`]) are compared: as a rule all ids differ, and nothing
/// is sorted to find that out.
fn look_at_ids(table: &AssignmentTable, users: usize) -> Ids {
    let met = met_twice(table);
    if met.keys.is_empty() {
        return Ids { reused: Vec::new(), all_differ: met.rows_with_id == table.len() };
    }
    let is_candidate = |at: &usize| {
        table.users().get(*at).is_some_and(|user| user.index() < users)
            && table.id_key(*at).is_some_and(|key| met.keys.contains(&key))
    };
    let rows = (0..table.len()).into_par_iter().with_min_len(ROWS_AT_ONCE);
    let mut candidates: Vec<(ExternalId, u32)> =
        rows.filter(is_candidate).filter_map(|at| Some((table.id(at)?, at as u32))).collect();
    candidates.par_sort_unstable();
    let mut all_differ = met.rows_with_id == table.len();
    let mut reused = Vec::new();
    for two in candidates.windows(2) {
        if let [(id, a), (other, b)] = two
            && id == other
        {
            all_differ = false;
            if !is_copy(table, *a, *b) {
                reused.push(id.clone());
            }
        }
    }
    Ids { reused, all_differ }
}

struct MetTwice {
    /// Keys of ids that occur twice, and perhaps a few more: what cannot be told apart counts as met.
    keys: HashSet<u64, RandomState>,
    rows_with_id: usize,
}

/// Every key has its place among bits, eight for each row. A key whose bit is taken, by itself or by another, is looked at
/// once more, together with all that have their bit in common with such a key: a tenth of the keys, and only those are sorted.
///
/// The bits are shared out among threads, and each looks at all keys: no other order of the keys is made.
fn met_twice(table: &AssignmentTable) -> MetTwice {
    /// Threads that look at all keys: more of them hardly wait less.
    const PARTS: usize = 4;
    const KEYS_AT_ONCE: usize = 128;
    let bits = (8 * table.len()).next_power_of_two().max(1 << 12);
    let shift = u64::BITS - bits.trailing_zeros();
    let word_of = |key: u64| (key >> shift) as usize / 64;
    let bit_of = |key: u64| 1u64 << (key >> shift & 63);
    let mut words = vec![0u64; bits / 64];
    let at_once = words.len().div_ceil(rayon::current_num_threads().min(PARTS));
    let taken = |(part, words): (usize, &mut [u64])| {
        let (first, mut again, mut rows_with_id) = (part * at_once, Vec::new(), 0);
        sod_kernel::touch(words);
        let mut enter = |keys: &[u64]| {
            for key in keys {
                if let Some(word) = words.get_mut(word_of(*key).wrapping_sub(first)) {
                    if *word & bit_of(*key) != 0 {
                        again.push(*key);
                    }
                    *word |= bit_of(*key);
                }
            }
        };
        // Whose bit a key has is like the toss of a coin: keys of others are written over, which is no branch to guess.
        let (mut own, mut length) = ([0; KEYS_AT_ONCE], 0);
        table.for_each_id_key(0..table.len(), |key| {
            rows_with_id += 1;
            if let Some(slot) = own.get_mut(length) {
                *slot = key;
            }
            length += usize::from(word_of(key).wrapping_sub(first) < at_once);
            if length == KEYS_AT_ONCE {
                enter(&own);
                length = 0;
            }
        });
        enter(own.get(..length).unwrap_or_default());
        (again, rows_with_id)
    };
    let taken: Vec<(Vec<u64>, usize)> = words.par_chunks_mut(at_once).enumerate().map(taken).collect();
    let rows_with_id = taken.first().map_or(0, |(_, rows)| *rows);
    words.fill(0);
    for key in taken.iter().flat_map(|(again, _)| again) {
        if let Some(word) = words.get_mut(word_of(*key)) {
            *word |= bit_of(*key);
        }
    }
    drop(taken);
    let in_common = |from: usize| {
        let mut keys = Vec::new();
        table.for_each_id_key(from..from + ROWS_AT_ONCE, |key| {
            if words.get(word_of(key)).is_some_and(|word| word & bit_of(key) != 0) {
                keys.push(key);
            }
        });
        keys
    };
    let mut in_common: Vec<u64> =
        (0..table.len()).into_par_iter().step_by(ROWS_AT_ONCE).flat_map_iter(in_common).collect();
    in_common.par_sort_unstable();
    let twice = in_common.chunk_by(|a, b| a == b).filter(|same| same.len() > 1);
    let keys = twice.filter_map(|same| same.first().copied()).collect();
    MetTwice { keys, rows_with_id }
}

/// Whether two rows of one id are of one user and one package too.
fn is_copy(table: &AssignmentTable, a: u32, b: u32) -> bool {
    let (a, b) = (a as usize, b as usize);
    let pair = |at: usize| (table.users().get(at), table.packages().get(at));
    pair(a) == pair(b) && table.same_id(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sod_model::{Guid, PackageId, StateTable, UserId};
    use std::collections::BTreeMap;

    fn row(id: u128, user: u32) -> Assignment {
        Assignment {
            id: Some(ExternalId::Guid(Guid::from_u128(id))),
            user: UserId(user),
            package: PackageId(0),
            policy: None,
            state: StateTable::DELIVERED,
            since: None,
            until: None,
            location: None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

        /// Wherever ids lie among all ids there may be, those that occur twice are found.
        #[test]
        fn ids_that_occur_twice_are_found(
            ids in prop::collection::vec(any::<u128>(), 0..40),
            again in prop::collection::vec((any::<prop::sample::Index>(), 0u32..3), 0..40),
            others in prop::sample::select(vec![0u128, 70_000]),
        ) {
            // Enough others for words of bits in every part, all over the place and none twice.
            let others = (1..=others).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
            let again = again.iter().filter(|_| !ids.is_empty()).map(|(at, user)| (ids[at.index(ids.len())], *user));
            let all = ids.iter().copied().chain(others).map(|id| (id, 0)).chain(again);
            let rows: Vec<(u128, u32)> = all.collect();
            let mut holders: BTreeMap<u128, Vec<u32>> = BTreeMap::new();
            for (id, user) in &rows {
                holders.entry(*id).or_default().push(*user);
            }
            let table: AssignmentTable = rows.iter().map(|(id, user)| row(*id, *user)).collect();
            let mut found = look_at_ids(&table, 3);
            found.reused.sort_unstable();
            found.reused.dedup();
            let reused = holders.iter().filter(|(_, users)| users.iter().any(|user| *user != users[0]));
            let reused: Vec<ExternalId> = reused.map(|(id, _)| ExternalId::Guid(Guid::from_u128(*id))).collect();
            prop_assert_eq!(found.reused, reused);
            prop_assert_eq!(found.all_differ, holders.values().all(|users| users.len() == 1));
        }
    }
}
