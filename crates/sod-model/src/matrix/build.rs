//! Making rows of holdings, and columns of rows. Everything here is linear in what it is given, but for the sort of each row.

use crate::{PackageId, UserId};
use rayon::prelude::*;
use roaring::RoaringBitmap;

/// Packages whose columns one thread makes at once.
const COLUMNS_AT_ONCE: usize = 64;

/// A counting sort by user; rows come out in the order of the holdings, repeats and all. What is out of range is left out.
pub(super) fn scatter(
    users: usize,
    packages: usize,
    holdings: &[(UserId, PackageId)],
) -> (Vec<u64>, Vec<PackageId>) {
    let in_range =
        |&&(user, package): &&(UserId, PackageId)| user.index() < users && package.index() < packages;
    let mut starts = vec![0u64; users + 1];
    for (user, _) in holdings.iter().filter(in_range) {
        if let Some(length) = starts.get_mut(user.index() + 1) {
            *length += 1;
        }
    }
    accumulate(&mut starts);
    let mut next = starts.clone();
    let mut row_packages = vec![PackageId(0); starts.last().map_or(0, |&last| last as usize)];
    for &(user, package) in holdings.iter().filter(in_range) {
        if let Some(place) = next.get_mut(user.index()) {
            if let Some(slot) = row_packages.get_mut(*place as usize) {
                *slot = package;
            }
            *place += 1;
        }
    }
    (starts, row_packages)
}

/// Lengths, from the second place on, into starts.
fn accumulate(starts: &mut [u64]) {
    let mut total = 0;
    for start in starts {
        total += *start;
        *start = total;
    }
}

/// Whether these are rows already: starts from 0 to the end, each row strictly ascending and in range.
pub(super) fn are_rows(packages: usize, starts: &[u64], row_packages: &[PackageId]) -> bool {
    starts.first() == Some(&0)
        && starts.last() == Some(&(row_packages.len() as u64))
        && starts.par_windows(2).all(|row| match row {
            &[from, to] if from <= to => row_packages.get(from as usize..to as usize).is_some_and(|row| {
                row.is_sorted_by(|a, b| a < b) && row.last().is_none_or(|last| last.index() < packages)
            }),
            _ => false,
        })
}

/// Makes rows of what is none: see [`AssignmentMatrix::from_rows`](super::AssignmentMatrix::from_rows).
pub(super) fn mend(
    packages: usize,
    starts: &[u64],
    mut row_packages: Vec<PackageId>,
) -> (Vec<u64>, Vec<PackageId>) {
    let mut rest = row_packages.as_mut_slice();
    let mut rows = Vec::with_capacity(starts.len());
    let mut at = 0;
    for (place, &start) in starts.iter().enumerate() {
        let upto = (start as usize).clamp(at, at + rest.len());
        let (row, after) = std::mem::take(&mut rest).split_at_mut(upto - at);
        if place > 0 {
            rows.push(row);
        }
        (rest, at) = (after, upto);
    }
    let lengths: Vec<u64> = rows
        .par_iter_mut()
        .map(|row| {
            row.sort_unstable();
            let mut kept = 0;
            for at in 0..row.len() {
                let previous = if kept == 0 { None } else { row.get(kept - 1).copied() };
                if let Some(&package) = row.get(at)
                    && package.index() < packages
                    && previous != Some(package)
                {
                    row.swap(kept, at);
                    kept += 1;
                }
            }
            kept as u64
        })
        .collect();
    let mut mended = Vec::with_capacity(lengths.iter().sum::<u64>() as usize);
    for (row, &kept) in rows.iter().zip(&lengths) {
        mended.extend(row.iter().take(kept as usize));
    }
    let mut starts = vec![0];
    starts.extend(lengths);
    accumulate(&mut starts);
    (starts, mended)
}

/// In how many rows each package is. Rows are cut in as many parts as there are threads.
pub(super) fn holders(packages: usize, row_packages: &[PackageId]) -> Vec<u64> {
    const HOLDINGS_AT_ONCE: usize = 1 << 16;
    let at_once = row_packages.len().div_ceil(rayon::current_num_threads()).max(HOLDINGS_AT_ONCE);
    let count = |held: &[PackageId]| {
        let mut holders = vec![0u64; packages];
        for package in held {
            if let Some(count) = holders.get_mut(package.index()) {
                *count += 1;
            }
        }
        holders
    };
    let mut parts: Vec<Vec<u64>> = row_packages.par_chunks(at_once).map(count).collect();
    let mut holders = parts.pop().unwrap_or_else(|| vec![0; packages]);
    for part in parts {
        holders.iter_mut().zip(part).for_each(|(all, own)| *all += own);
    }
    holders
}

/// The users of each package. Users are cut in as many parts as there are threads; a part sorts its holdings by package, and
/// each column then appends its share of every part, in order.
pub(super) fn columns(packages: usize, starts: &[u64], row_packages: &[PackageId]) -> Vec<RoaringBitmap> {
    let users = starts.len().saturating_sub(1);
    let at_once = users.div_ceil(rayon::current_num_threads()).max(1);
    let parts: Vec<(Vec<u64>, Vec<u32>)> = (0..users)
        .into_par_iter()
        .step_by(at_once)
        .map(|from| part(packages, starts.get(from..).unwrap_or_default(), from, at_once, row_packages))
        .collect();
    let column = |package: usize| {
        let users =
            parts.iter().flat_map(|(starts, users)| match (starts.get(package), starts.get(package + 1)) {
                (Some(&from), Some(&to)) => users.get(from as usize..to as usize).unwrap_or_default(),
                _ => &[],
            });
        // Users ascend within a part and from part to part, so every one is appended; an error would keep what came before.
        RoaringBitmap::from_sorted_iter(users.copied()).unwrap_or_default()
    };
    (0..packages).into_par_iter().with_min_len(COLUMNS_AT_ONCE).map(column).collect()
}

/// The users of each of some packages.
pub(super) fn columns_of(
    wanted: &[PackageId],
    packages: usize,
    starts: &[u64],
    row_packages: &[PackageId],
) -> Vec<RoaringBitmap> {
    const NOT_WANTED: u32 = u32::MAX;
    let mut slots = vec![NOT_WANTED; packages];
    for (at, package) in wanted.iter().enumerate() {
        // Of one that is asked for twice, the first place stands for both.
        if let Some(slot) = slots.get_mut(package.index()).filter(|slot| **slot == NOT_WANTED) {
            *slot = at as u32;
        }
    }
    let users = starts.len().saturating_sub(1);
    let at_once = users.div_ceil(rayon::current_num_threads()).max(1);
    let lists = |from: usize| {
        let mut lists = vec![Vec::new(); wanted.len()];
        let rows = starts.get(from..).unwrap_or_default();
        for (user, (&from, &to)) in (from as u32..).zip(rows.iter().zip(rows.iter().skip(1))).take(at_once) {
            for package in row_packages.get(from as usize..to as usize).unwrap_or_default() {
                let slot = slots.get(package.index()).copied().unwrap_or(NOT_WANTED);
                if let Some(list) = lists.get_mut(slot as usize) {
                    list.push(user);
                }
            }
        }
        lists
    };
    let parts: Vec<Vec<Vec<u32>>> = (0..users).into_par_iter().step_by(at_once).map(lists).collect();
    let column = |package: &PackageId| {
        let slot = slots.get(package.index()).copied().unwrap_or(NOT_WANTED) as usize;
        let users = parts.iter().filter_map(|lists| lists.get(slot)).flatten();
        // Ascending, as in `columns`.
        RoaringBitmap::from_sorted_iter(users.copied()).unwrap_or_default()
    };
    wanted.par_iter().map(column).collect()
}

/// The holdings of up to `at_once` users from `first` on, by package: where each package begins, and the users.
fn part(
    packages: usize,
    starts: &[u64],
    first: usize,
    at_once: usize,
    row_packages: &[PackageId],
) -> (Vec<u64>, Vec<u32>) {
    let starts = starts.get(..=at_once).unwrap_or(starts);
    let row = |from: u64, to: u64| row_packages.get(from as usize..to as usize).unwrap_or_default();
    let rows = || starts.iter().zip(starts.iter().skip(1)).map(|(&from, &to)| row(from, to));
    let mut ends = vec![0u64; packages + 1];
    for package in rows().flatten() {
        if let Some(count) = ends.get_mut(package.index() + 1) {
            *count += 1;
        }
    }
    accumulate(&mut ends);
    let mut next = ends.clone();
    let mut users = vec![0u32; ends.last().map_or(0, |&last| last as usize)];
    for (user, row) in (first as u32..).zip(rows()) {
        for package in row {
            if let Some(place) = next.get_mut(package.index()) {
                if let Some(slot) = users.get_mut(*place as usize) {
                    *slot = user;
                }
                *place += 1;
            }
        }
    }
    (ends, users)
}
