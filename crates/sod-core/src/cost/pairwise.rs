//! What the methods that go anchor by anchor would cost: columns, and rows.

use super::Estimate;
use rayon::prelude::*;
use roaring::RoaringBitmap;
use sod_model::{AssignmentMatrix, PackageId, UserId};

/// One intersection, before any member is looked at.
const PAIR_NS: f64 = 25.0;
/// One list member or bit-set word of either side of an intersection.
const UNIT_NS: f64 = 0.8;
/// One row fetched from wherever it lies.
const VISIT_NS: f64 = 50.0;
/// One non-zero count put in order, handed to the sink and cleared.
const EMIT_NS: f64 = 25.0;
/// One holding put into its column.
const MAKE_NS: f64 = 5.0;
/// Members of a container that is a list, at most.
const CONTAINER_LIST_MAX: f64 = 4096.0;
/// Words of a bit-set container.
const CONTAINER_WORDS: f64 = 1024.0;

/// One increment, by the bytes of the accumulator.
fn increment_ns(packages: usize) -> f64 {
    match packages * size_of::<u32>() {
        0..0x1_0000 => 1.5,
        0x1_0000..0x10_0000 => 2.0,
        0x10_0000..0x80_0000 => 4.0,
        _ => 12.0,
    }
}

/// Partners of the anchor at place `at`: every held package but itself and the anchors before it.
fn partners_of(held: &[PackageId], at: usize) -> u64 {
    (held.len() as u64).saturating_sub(at as u64 + 1)
}

/// The cost of making the columns of so many holdings, which rows do without.
pub(crate) fn making_columns_ns(holdings: u64) -> u64 {
    (holdings as f64 * MAKE_NS) as u64
}

/// The cost of intersecting columns; `chosen` anchors, or all of `held`. `holders` go by package.
pub(crate) fn columns(
    users: usize,
    holders: &[u64],
    held: &[PackageId],
    chosen: Option<&[PackageId]>,
) -> Estimate {
    let units = |package: PackageId| units(users, holders.get(package.index()).copied().unwrap_or(0));
    let all_units: f64 = held.iter().map(|&package| units(package)).sum();
    let mut estimate = Estimate { work_ns: Vec::new(), steps: 0 };
    let mut units_up_to_here = 0.0;
    for (at, &anchor) in chosen.unwrap_or(held).iter().enumerate() {
        let own = units(anchor);
        units_up_to_here += own;
        let partners = partners_of(held, at);
        let partner_units = all_units - units_up_to_here;
        let ns = partners as f64 * (PAIR_NS + UNIT_NS * own) + UNIT_NS * partner_units;
        estimate.work_ns.push(ns as u64);
        estimate.steps += partners;
    }
    estimate
}

/// What an intersection has to look at in one column, if its users are spread evenly: members of lists, words of bit sets.
fn units(users: usize, holders: u64) -> f64 {
    let containers = users.div_ceil(1 << 16).max(1) as f64;
    if holders as f64 > containers * CONTAINER_LIST_MAX {
        containers * CONTAINER_WORDS
    } else {
        holders as f64
    }
}

/// The cost of walking rows; `chosen` anchors with their users, or all of `held`. `holders` go by package.
pub(crate) fn rows(
    matrix: &AssignmentMatrix,
    holders: &[u64],
    held: &[PackageId],
    chosen: Option<(&[PackageId], &[RoaringBitmap])>,
) -> Estimate {
    let anchors = chosen.map_or(held, |(anchors, _)| anchors);
    let increments: Vec<u64> = match chosen {
        None => {
            let by_package = increments_after(matrix);
            held.iter().map(|package| by_package.get(package.index()).copied().unwrap_or(0)).collect()
        }
        Some((_, users)) => users.par_iter().map(|users| increments_around(matrix, users)).collect(),
    };
    let increment_ns = increment_ns(matrix.packages());
    let work_ns = anchors.iter().zip(&increments).enumerate().map(|(at, (&anchor, &increments))| {
        let visits = holders.get(anchor.index()).copied().unwrap_or(0);
        let emitted = increments.min(partners_of(held, at));
        (visits as f64 * VISIT_NS + increments as f64 * increment_ns + emitted as f64 * EMIT_NS) as u64
    });
    Estimate { work_ns: work_ns.collect(), steps: increments.iter().sum() }
}

/// For each package, the packages that follow it in the rows of its users: a row of k gives its first k - 1, its second
/// k - 2, and so on.
fn increments_after(matrix: &AssignmentMatrix) -> Vec<u64> {
    const USERS_AT_ONCE: usize = 1 << 16;
    let none = || vec![0u64; matrix.packages()];
    let add_row = |mut sums: Vec<u64>, user: usize| {
        let row = matrix.row(UserId(user as u32));
        for (following, package) in row.iter().rev().enumerate() {
            if let Some(sum) = sums.get_mut(package.index()) {
                *sum += following as u64;
            }
        }
        sums
    };
    let add = |mut left: Vec<u64>, right: Vec<u64>| {
        left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
        left
    };
    let users = (0..matrix.users()).into_par_iter().with_min_len(USERS_AT_ONCE);
    users.fold(none, add_row).reduce(none, add)
}

/// All packages in the rows of some users.
fn increments_around(matrix: &AssignmentMatrix, users: &RoaringBitmap) -> u64 {
    users.iter().map(|user| matrix.row(UserId(user)).len() as u64).sum()
}
