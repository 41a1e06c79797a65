//! The order in which assignments are listed: by id, which no other order of theirs has to do with.

use rayon::prelude::*;
use roaring::RoaringBitmap;
use sod_engine::{PackageId, Snapshot, UserId};

/// Puts positions in the order of the ids of their assignments.
pub(crate) fn order_by_id(snapshot: &Snapshot, rows: &mut [u32]) {
    rows.sort_by_cached_key(|row| (snapshot.table().id(*row as usize), *row));
}

/// The positions of the assignments to each package, in the order of their ids: put in order once, and not for each answer.
#[derive(Debug)]
pub(super) struct InOrder {
    rows: Vec<u32>,
    /// Where each package ends.
    ends: Vec<usize>,
}

impl InOrder {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let packages = (0..snapshot.directory.packages().len() as u32).into_par_iter().map(PackageId);
        let sorted = |package| {
            let mut rows = snapshot.rows_to(package).to_vec();
            order_by_id(snapshot, &mut rows);
            rows
        };
        let lists: Vec<Vec<u32>> = packages.map(sorted).collect();
        let ends = lists.iter().scan(0, |end, list| {
            *end += list.len();
            Some(*end)
        });
        Self { ends: ends.collect(), rows: lists.concat() }
    }

    pub(super) fn of(&self, package: PackageId) -> &[u32] {
        let at = package.index();
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let to = self.ends.get(at).copied().unwrap_or(from);
        self.rows.get(from..to).unwrap_or_default()
    }
}

/// A set of users, one bit each: asked of every assignment of a package.
pub(super) struct Marks(Vec<u64>);

impl Marks {
    pub(super) fn new(users: &RoaringBitmap, among: usize) -> Self {
        let mut words = vec![0_u64; among.div_ceil(64)];
        for user in users {
            if let Some(word) = words.get_mut(user as usize / 64) {
                *word |= 1 << (user % 64);
            }
        }
        Self(words)
    }

    pub(super) fn has(&self, user: UserId) -> bool {
        self.0.get(user.index() / 64).is_some_and(|word| word >> (user.index() % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_whom_the_set_has() {
        let users: RoaringBitmap = [0, 63, 64, 199, 300].into_iter().collect();
        let marks = Marks::new(&users, 200);
        let all: Vec<u32> = (0..400).filter(|&user| marks.has(UserId(user))).collect();
        assert_eq!(all, [0, 63, 64, 199], "300 is nobody");
    }
}
