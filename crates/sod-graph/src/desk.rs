//! Where one request is worked on, and what it may cost.

use crate::odata::Tally;
use crate::store::Store;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Comparisons of filters and searches, and things that lambdas go through, for one request with all that a batch has in
/// it. Conditions of any length, asked of every row, and lambdas within one another multiply.
const MOST_WORK: u64 = 64_000_000;
/// Things reached through navigations to many, to be shown: expansions within one another multiply, and nobody reads so
/// many.
const MOST_SHOWN: u64 = 200_000;

/// What a request has cost so far, and whether anybody still waits for it.
#[derive(Debug, Default)]
pub(crate) struct Budget<'r> {
    work: AtomicU64,
    shown: AtomicU64,
    stop: Option<&'r AtomicBool>,
}

impl<'r> Budget<'r> {
    pub(crate) fn new(stop: Option<&'r AtomicBool>) -> Self {
        Self { stop, ..Self::default() }
    }
}

/// One request, or one of a batch: the store, what it may still cost, and whether its filter asked for what the export does
/// not tell.
#[derive(Debug)]
pub(crate) struct Desk<'s> {
    pub(crate) store: &'s Store,
    budget: &'s Budget<'s>,
    unknown: AtomicBool,
}

impl<'s> Desk<'s> {
    pub(crate) fn new(store: &'s Store, budget: &'s Budget<'s>) -> Self {
        Self { store, budget, unknown: AtomicBool::new(store.is_partial) }
    }

    /// Takes note of what asking a row has cost and left open.
    pub(crate) fn note(&self, tally: &Tally) {
        self.work(tally.work());
        if tally.met_unknown() {
            self.note_unknown();
        }
    }

    pub(crate) fn note_unknown(&self) {
        self.unknown.store(true, Ordering::Relaxed);
    }

    pub(crate) fn work(&self, units: u64) {
        self.budget.work.fetch_add(units, Ordering::Relaxed);
    }

    /// Takes note of further things that are to be shown; whether they may be.
    pub(crate) fn may_show(&self, things: usize) -> bool {
        self.budget.shown.fetch_add(things as u64, Ordering::Relaxed) + (things as u64) <= MOST_SHOWN
    }

    /// Whether there may be more than was found, because a filter asked for what some rows do not tell.
    pub(crate) fn met_unknown(&self) -> bool {
        self.unknown.load(Ordering::Relaxed)
    }

    /// What comes of looking at something, and whether that met what is not told.
    pub(crate) fn watch<T>(&self, look: impl FnOnce() -> T) -> (T, bool) {
        let before = self.unknown.swap(self.store.is_partial, Ordering::Relaxed);
        let found = look();
        let met = self.unknown.fetch_or(before, Ordering::Relaxed);
        (found, met)
    }

    /// Whether nobody waits for the answer any more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.budget.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Whether to go no further: then what was found is not all there is, and must be neither shown nor kept.
    pub(crate) fn is_over(&self) -> bool {
        let Budget { work, shown, .. } = self.budget;
        work.load(Ordering::Relaxed) > MOST_WORK
            || shown.load(Ordering::Relaxed) > MOST_SHOWN
            || self.is_stopped()
    }
}
