//! Counting into a triangle: one counter for each pair, and each user's pairs one after another.
//!
//! ```text
//! for each user:  for each two packages a < b of the user:  counts[b (b - 1) / 2 + a] += 1
//! ```
//!
//! Users are cut into one part for each thread, and each part has a triangle of its own; these are added up in the end. Packages
//! are numbered anew without those that nobody holds. Counters have 16 bits where no part has more users than that can count:
//! the smaller a triangle is, the nearer the cache that holds it.

use super::{Output, Partners, push_row};
use crate::PairSink;
use rayon::prelude::*;
use sod_kernel::{Counter, Triangle};
use sod_model::{AssignmentMatrix, PackageId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Increments that are worth a thread and a triangle of their own, at the least.
const INCREMENTS_AT_LEAST: u64 = 500_000;
/// Users between two questions whether to go on.
const USERS_AT_ONCE: usize = 4096;

/// Counts everything; `None` when cancelled.
pub(super) fn count<S: PairSink>(matrix: &AssignmentMatrix, out: &mut Output<'_, S>) -> Option<()> {
    let plan = out.plan;
    let mut numbers = vec![0u32; matrix.packages()];
    for (at, package) in plan.held().iter().enumerate() {
        if let Some(slot) = numbers.get_mut(package.index()) {
            *slot = at as u32;
        }
    }
    let parts = plan.increments() / INCREMENTS_AT_LEAST;
    let parts = (parts as usize).clamp(1, rayon::current_num_threads());
    // A counter never exceeds the users of its part.
    let largest = (0..parts).map(|part| cut(matrix, part + 1, parts) - cut(matrix, part, parts)).max();
    if largest <= Some(usize::from(u16::MAX)) {
        count_parts::<u16, S>(matrix, parts, &numbers, out)
    } else {
        count_parts::<u32, S>(matrix, parts, &numbers, out)
    }
}

/// Counts with counters of type `T`, which must be able to hold the users of any part.
fn count_parts<T: Counter, S: PairSink>(
    matrix: &AssignmentMatrix,
    parts: usize,
    numbers: &[u32],
    out: &mut Output<'_, S>,
) -> Option<()> {
    let (plan, observer) = (out.plan, out.observer);
    let held = plan.held().len();
    let cancelled = AtomicBool::new(false);
    let (starts, packages) = matrix.row_arrays();
    let number = |package: PackageId| numbers.get(package.index()).copied().unwrap_or(0);
    let count_part = |part| {
        let mut triangle = Triangle::<T>::new(held as u32);
        let users = cut(matrix, part, parts)..cut(matrix, part + 1, parts);
        for from in users.clone().step_by(USERS_AT_ONCE) {
            if observer.is_cancelled() {
                cancelled.store(true, Ordering::Relaxed);
                break;
            }
            let to = (from + USERS_AT_ONCE).min(users.end);
            triangle.add_rows(starts.get(from..=to).unwrap_or_default(), packages, number);
        }
        triangle
    };
    let triangles: Vec<Triangle<T>> = if parts == 1 {
        vec![count_part(0)]
    } else {
        (0..parts).into_par_iter().with_max_len(1).map(count_part).collect()
    };
    if cancelled.into_inner() {
        return None;
    }
    let asked = plan.asked_for();
    let partners: Arc<[u32]> = plan.held().iter().map(|package| package.0).collect();
    out.gather(
        || vec![0u32; held],
        |counts, slice, sink| {
            if observer.is_cancelled() {
                return None;
            }
            let done = slice.len() as u64;
            for at in slice {
                let (Some(&anchor), Some(counts)) = (plan.held().get(at), counts.get_mut(..at)) else {
                    continue;
                };
                counts.fill(0);
                for triangle in &triangles {
                    counts
                        .iter_mut()
                        .zip(triangle.row(at as u32))
                        .for_each(|(count, &more)| *count += more.into());
                }
                let partners = Partners::Of(&partners, 0);
                push_row(plan, asked.as_deref(), anchor, partners, counts, matrix.users() as u64, sink);
            }
            Some(done)
        },
    )
}

/// The first user of a part: parts have about as many holdings each.
fn cut(matrix: &AssignmentMatrix, part: usize, parts: usize) -> usize {
    let starts = matrix.row_arrays().0;
    if part == parts {
        return matrix.users();
    }
    let wanted = matrix.holdings() * part as u64 / parts as u64;
    starts.partition_point(|&start| start < wanted).min(matrix.users())
}
