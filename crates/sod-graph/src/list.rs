//! Lists: which items, in which order, how many, and where the next page begins.

use crate::desk::Desk;
use crate::item::Item;
use crate::odata::{Filter, Options, Place, Search, Tally};
use crate::store::Entity;
use rayon::prelude::*;
use sod_engine::ExternalId;

/// What a list is taken from.
#[derive(Debug)]
pub(crate) enum Rows<'d> {
    /// A whole table, by position.
    Table(fn(u32) -> Entity, u32),
    /// Some of all assignments.
    Some(Vec<u32>),
    /// Few enough to be made at once.
    Items(Vec<Item<'d>>),
}

impl Rows<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Table(_, length) => *length as usize,
            Self::Some(rows) => rows.len(),
            Self::Items(items) => items.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What stands at a position of a table, and its number there.
    fn at(&self, at: usize) -> Option<(u32, Entity)> {
        match self {
            Self::Table(entity, _) => Some((at as u32, entity(at as u32))),
            Self::Some(rows) => rows.get(at).map(|row| (*row, Entity::Assignment(*row))),
            Self::Items(_) => None,
        }
    }

    /// What has a number in the table.
    fn entity(&self, number: u32) -> Entity {
        match self {
            Self::Table(entity, _) => entity(number),
            Self::Some(_) | Self::Items(_) => Entity::Assignment(number),
        }
    }
}

/// One page of a list.
#[derive(Debug)]
pub(crate) struct Page<'d> {
    pub(crate) items: Vec<Item<'d>>,
    /// Where the next page begins; `None` on the last.
    pub(crate) next: Option<u64>,
    /// How many there are in all, if that was asked.
    pub(crate) count: Option<u64>,
}

/// How many assignments are looked at between two looks at whether that is enough.
const STRIDE: usize = 1 << 14;

/// The assignments that may satisfy the filter: all of a package or of a user where it names one.
pub(crate) fn candidates(desk: &Desk<'_>, filter: Option<&Filter>) -> Option<Vec<u32>> {
    let store = desk.store;
    let snapshot = &store.snapshot;
    let directory = &snapshot.directory;
    let mut best: Option<(Vec<u32>, bool)> = None;
    for required in filter.map(Filter::required).unwrap_or_default() {
        let keys: Vec<&str> = required.path.iter().map(|step| step.key).collect();
        // Other ids are compared without regard to case, which no index does.
        let ids: Option<Vec<ExternalId>> = required
            .values
            .iter()
            .map(|value| Some(ExternalId::new(value)).filter(|id| matches!(id, ExternalId::Guid(_))))
            .collect();
        let Some(ids) = ids else { continue };
        let mut rows: Vec<u32> = match keys.as_slice() {
            ["id"] => ids.iter().flat_map(|id| store.find_assignments(id)).collect(),
            ["accessPackageId"] | ["accessPackage", "id"] => {
                let packages = ids.iter().filter_map(|id| directory.find_package(id));
                packages.flat_map(|package| snapshot.rows_to(package)).copied().collect()
            }
            ["targetId"] | ["target", "id"] | ["target", "objectId"] => {
                // An id that several people have been given is nobody's, and stands in rows all the same.
                let users: Option<Vec<_>> = ids.iter().map(|id| directory.find_user(id)).collect();
                let Some(users) = users else { continue };
                users.into_iter().flat_map(|user| snapshot.rows_of(user)).map(|row| row as u32).collect()
            }
            _ => continue,
        };
        rows.sort_unstable();
        rows.dedup();
        // Rows that do not tell it are not among those of an index, and may be meant all the same.
        let [no_object, no_record, no_target] = store.unnamed;
        let untold = match keys.as_slice() {
            ["target", "objectId"] => no_object,
            ["target", "id"] => no_record,
            ["targetId"] => no_target,
            _ => false,
        };
        if best.as_ref().is_none_or(|(known, _)| rows.len() < known.len()) {
            best = Some((rows, untold));
        }
    }
    let (rows, untold) = best?;
    if untold {
        desk.note_unknown();
    }
    Some(rows)
}

/// What looking for words in the names of a row costs, beside conditions.
const SEARCH: u64 = 8;

/// Whether an item is wanted; none is once the request has gone too far.
fn is_wanted(item: &Item<'_>, filter: Option<&Filter>, search: Option<&Search>) -> bool {
    let desk = item.desk();
    if desk.is_over() {
        return false;
    }
    let tally = Tally::default();
    let is_found = || {
        search.is_none_or(|search| {
            desk.work(SEARCH);
            search.matches(item, &tally)
        })
    };
    let wanted = filter.is_none_or(|filter| filter.matches_at(item, &tally)) && is_found();
    desk.note(&tally);
    wanted
}

/// Where an item belongs.
fn places(options: &Options, item: &Item<'_>) -> Vec<Place> {
    options.order_by.iter().map(|key| key.place(item)).collect()
}

/// Filters and orders what an expansion or a short list holds; how many were wanted, and those of them that `$skip` and
/// `$top` leave.
pub(crate) fn arranged<'d>(items: Vec<Item<'d>>, options: &Options) -> (u64, Vec<Item<'d>>) {
    let mut wanted = ordered(items, options);
    let count = wanted.len() as u64;
    let skip = usize::try_from(options.skip.unwrap_or(0)).unwrap_or(usize::MAX).min(wanted.len());
    wanted.drain(..skip);
    if let Some(top) = options.top {
        wanted.truncate(usize::try_from(top).unwrap_or(usize::MAX));
    }
    (count, wanted)
}

fn ordered<'d>(items: Vec<Item<'d>>, options: &Options) -> Vec<Item<'d>> {
    let (filter, search) = (options.filter.as_ref(), options.search.as_ref());
    let mut wanted: Vec<Item<'d>> =
        items.into_iter().filter(|item| is_wanted(item, filter, search)).collect();
    wanted.sort_by_cached_key(|item| places(options, item));
    wanted
}

/// Where a page begins and how long it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    /// Where the page before ended; `None` on the first.
    pub(crate) from: Option<u64>,
    pub(crate) size: usize,
}

/// The page of the list that the options ask for. `sorted` keeps what was put in order for the next page.
pub(crate) fn page<'d>(
    desk: &'d Desk<'d>,
    rows: Rows<'d>,
    options: &Options,
    slice: Slice,
    sorted: impl FnOnce(&dyn Fn() -> Vec<u32>) -> std::sync::Arc<Vec<u32>>,
) -> Page<'d> {
    match rows {
        Rows::Items(items) => {
            let all = ordered(items, options);
            let from = slice.from.unwrap_or_else(|| options.skip.unwrap_or(0));
            let (total, from) = (all.len() as u64, usize::try_from(from).unwrap_or(usize::MAX));
            let end = from.saturating_add(slice.size);
            let items = all.into_iter().skip(from).take(slice.size).collect();
            Page {
                items,
                next: (end < total as usize).then_some(end as u64),
                count: options.count.then_some(total),
            }
        }
        Rows::Table(..) | Rows::Some(_) if options.order_by.is_empty() => scan(desk, &rows, options, slice),
        Rows::Table(..) | Rows::Some(_) => {
            let all = sorted(&|| {
                let mut wanted: Vec<(u32, Item<'_>)> = matching(desk, &rows, 0..rows.len(), options);
                wanted.par_sort_by_cached_key(|(_, item)| places(options, item));
                wanted.into_iter().map(|(row, _)| row).collect()
            });
            let from = slice.from.unwrap_or_else(|| options.skip.unwrap_or(0));
            let from = usize::try_from(from).unwrap_or(usize::MAX).min(all.len());
            let end = from.saturating_add(slice.size).min(all.len());
            let shown = all.get(from..end).unwrap_or_default();
            Page {
                items: shown.iter().map(|row| Item::new(desk, rows.entity(*row))).collect(),
                next: (end < all.len()).then_some(end as u64),
                count: options.count.then_some(all.len() as u64),
            }
        }
    }
}

/// The wanted assignments of a stretch of candidates, in their order.
fn matching<'d>(
    desk: &'d Desk<'d>,
    rows: &Rows<'_>,
    stretch: std::ops::Range<usize>,
    options: &Options,
) -> Vec<(u32, Item<'d>)> {
    let (filter, search) = (options.filter.as_ref(), options.search.as_ref());
    let wanted = |at: usize| {
        let (row, entity) = rows.at(at)?;
        let item = Item::new(desk, entity);
        is_wanted(&item, filter, search).then_some((row, item))
    };
    if stretch.len() < STRIDE || (filter.is_none() && search.is_none()) {
        stretch.filter_map(wanted).collect()
    } else {
        stretch.into_par_iter().with_min_len(1 << 10).filter_map(wanted).collect()
    }
}

/// A page in the order of the table: looks at no more than it takes, unless all are to be counted. The next page begins at
/// a position among the candidates.
fn scan<'d>(desk: &'d Desk<'d>, rows: &Rows<'d>, options: &Options, slice: Slice) -> Page<'d> {
    let total = rows.len();
    let plain = options.filter.is_none() && options.search.is_none();
    let mut skip = if slice.from.is_none() { options.skip.unwrap_or(0) } else { 0 };
    let start = usize::try_from(slice.from.unwrap_or(0)).unwrap_or(usize::MAX).min(total);
    let mut page = Page { items: Vec::new(), next: None, count: None };
    let mut at = start;
    if plain {
        let skipped = usize::try_from(skip).unwrap_or(usize::MAX);
        (at, skip) = (at.saturating_add(skipped).min(total), 0);
    }
    // One more than the page, to know whether there is a next one.
    while at < total && page.next.is_none() && !desk.is_over() {
        let left = slice.size - page.items.len();
        let stride = if plain { left + 1 } else { STRIDE.max(left) };
        let end = at.saturating_add(stride).min(total);
        let found = matching(desk, rows, at..end, options);
        for (row, item) in found {
            if skip > 0 {
                skip -= 1;
            } else if page.items.len() < slice.size {
                page.items.push(item);
            } else {
                page.next = position(rows, at..end, row).map(|position| position as u64);
                break;
            }
        }
        at = end;
    }
    if options.count {
        page.count = Some(if plain { total as u64 } else { count(desk, rows, options) });
    }
    page
}

/// Where among the candidates of a stretch a row stands.
fn position(rows: &Rows<'_>, mut stretch: std::ops::Range<usize>, row: u32) -> Option<usize> {
    match rows {
        Rows::Table(..) => Some(row as usize),
        Rows::Some(rows) => stretch.find(|at| rows.get(*at) == Some(&row)),
        Rows::Items(_) => None,
    }
}

/// How many are wanted in all.
pub(crate) fn count(desk: &Desk<'_>, rows: &Rows<'_>, options: &Options) -> u64 {
    let (filter, search) = (options.filter.as_ref(), options.search.as_ref());
    if filter.is_none() && search.is_none() {
        return rows.len() as u64;
    }
    match rows {
        Rows::Items(items) => items.iter().filter(|item| is_wanted(item, filter, search)).count() as u64,
        Rows::Table(..) | Rows::Some(_) => {
            let total = rows.len();
            let stretch =
                |at: usize| matching(desk, rows, at..(at + STRIDE).min(total), options).len() as u64;
            (0..total).step_by(STRIDE).collect::<Vec<_>>().into_par_iter().map(stretch).sum()
        }
    }
}
