//! Where one request is worked on.

use crate::store::Store;
use std::sync::atomic::{AtomicU64, Ordering};

/// What one request may cost: things reached through navigations to many. Expansions and lambdas within one another
/// multiply, and nobody means so many.
const MOST: u64 = 200_000;

/// Where one request is worked on: the store, and what the request has cost so far.
#[derive(Debug)]
pub(crate) struct Desk<'s> {
    pub(crate) store: &'s Store,
    reached: AtomicU64,
}

impl<'s> Desk<'s> {
    pub(crate) const fn new(store: &'s Store) -> Self {
        Self { store, reached: AtomicU64::new(0) }
    }

    /// Takes note of further things; whether they may be looked at.
    pub(crate) fn may_reach(&self, things: usize) -> bool {
        self.reached.fetch_add(things as u64, Ordering::Relaxed) + (things as u64) <= MOST
    }

    /// Whether the request went too far: then what was found is not all there is, and must not be shown.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.reached.load(Ordering::Relaxed) > MOST
    }
}
