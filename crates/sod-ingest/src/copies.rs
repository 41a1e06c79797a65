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

/// Rows that a thread looks at, at least.
const ROWS_AT_ONCE: usize = 1 << 14;

struct MetTwice {
    /// Keys of ids that occur twice, and perhaps a few more: what cannot be told apart counts as met.
    keys: HashSet<u64, RandomState>,
    rows_with_id: usize,
}

/// Enters the keys of all ids. One table of them would not fit into the caches, and each entry would be one wait for memory.
/// So every thread first deals out its keys by their upper bits; a share of all threads together then fits, and is entered
/// into a small table. First those of the lower shares, then the others: half of the memory.
fn met_twice(table: &AssignmentTable) -> MetTwice {
    const SHARE: usize = 1 << 15;
    let bits = table.len().div_ceil(SHARE).next_power_of_two().trailing_zeros().clamp(1, 12);
    let share_of = |key: u64| (key >> (u64::BITS - bits)) as usize;
    let at_once = table.len().div_ceil(rayon::current_num_threads()).max(1);
    let look_at = |dealt: &[Dealt], share: usize| {
        let keys = || dealt.iter().flat_map(|dealt| dealt.share(share)).copied();
        let mut slots = vec![0u32; (2 * keys().count()).next_power_of_two().max(2)];
        let mask = slots.len() - 1;
        let (mut met, mut zero_met) = (Vec::new(), false);
        for key in keys() {
            if key == 0 {
                // Stands for a free slot.
                if std::mem::replace(&mut zero_met, true) {
                    met.push(key);
                }
                continue;
            }
            let mut at = (key.wrapping_mul(0x9e37_79b9) >> 8) as usize & mask;
            while let Some(slot) = slots.get_mut(at) {
                if *slot == key {
                    met.push(key);
                    break;
                } else if *slot == 0 {
                    *slot = key;
                    break;
                }
                at = (at + 1) & mask;
            }
        }
        (share, met)
    };
    let half = 1 << (bits - 1);
    let (mut met, mut rows_with_id) = (Vec::new(), 0);
    for shares in [0..half, half..2 * half] {
        let dealt: Vec<Dealt> = (0..table.len())
            .into_par_iter()
            .step_by(at_once)
            .map(|from| Dealt::deal(table, from..from + at_once, shares.clone(), share_of))
            .collect();
        let of_shares = shares.into_par_iter().map(|share| look_at(&dealt, share));
        met.par_extend(of_shares.filter(|(_, met)| !met.is_empty()));
        rows_with_id += dealt.iter().map(|dealt| dealt.keys.len()).sum::<usize>();
    }
    if met.is_empty() {
        return MetTwice { keys: HashSet::default(), rows_with_id };
    }
    let parts: HashSet<(usize, u32), RandomState> =
        met.into_iter().flat_map(|(share, met)| met.into_iter().map(move |key| (share, key))).collect();
    let mut keys = HashSet::default();
    table.for_each_id_key(0..table.len(), |key| {
        if parts.contains(&(share_of(key), key as u32)) {
            keys.insert(key);
        }
    });
    MetTwice { keys, rows_with_id }
}

/// The lower halves of keys, by shares.
struct Dealt {
    first: usize,
    starts: Vec<u32>,
    keys: Vec<u32>,
}

impl Dealt {
    fn deal(
        table: &AssignmentTable,
        rows: std::ops::Range<usize>,
        shares: std::ops::Range<usize>,
        share_of: impl Fn(u64) -> usize,
    ) -> Self {
        let first = shares.start;
        let place_of = |key: u64| share_of(key).checked_sub(first);
        let mut starts = vec![0u32; shares.len() + 1];
        table.for_each_id_key(rows.clone(), |key| {
            if let Some(count) = place_of(key).and_then(|at| starts.get_mut(at + 1)) {
                *count += 1;
            }
        });
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        // A key of the share behind the last would be put behind the end, which means nowhere.
        let (mut next, mut keys) = (starts.clone(), vec![0u32; total as usize]);
        table.for_each_id_key(rows, |key| {
            if let Some(place) = place_of(key).and_then(|at| next.get_mut(at)) {
                if let Some(slot) = keys.get_mut(*place as usize) {
                    *slot = key as u32;
                }
                *place += 1;
            }
        });
        Self { first, starts, keys }
    }

    fn share(&self, share: usize) -> &[u32] {
        let at = share - self.first;
        match self.starts.get(at..at + 2) {
            Some(&[from, to]) => self.keys.get(from as usize..to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
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
            again in prop::collection::vec((any::<prop::sample::Index>(), 0u32..3), 0..6),
            others in prop::sample::select(vec![0u128, 70_000]),
        ) {
            // Enough others for several shares, all over the place and none twice.
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
