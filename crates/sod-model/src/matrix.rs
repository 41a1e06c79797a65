//! Who holds what, as bitmaps and as rows.

use crate::{PackageId, StateFilter, UserId};
use roaring::RoaringBitmap;

/// What counts as holding a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// The states that count.
    pub states: StateFilter,
}

/// The user-by-package matrix, in both directions: a roaring bitmap of users per package, and the packages of each
/// user. Several assignments of one user to one package are one bit.
#[derive(Clone, Debug, PartialEq)]
pub struct AssignmentMatrix {
    // INVARIANT (two views): bit `u` of `columns[p]` is set exactly if `p` is in row `u`; rows ascend strictly.
    columns: Vec<RoaringBitmap>,
    row_starts: Vec<u64>,
    row_packages: Vec<PackageId>,
}

impl AssignmentMatrix {
    /// Builds the matrix from holdings in any order, repeated or not. Pairs whose user or package is out of range
    /// are left out; ids come from one [`Directory`](crate::Directory), so there are none.
    pub fn from_holdings(
        users: usize,
        packages: usize,
        holdings: impl IntoIterator<Item = (UserId, PackageId)>,
    ) -> Self {
        let mut holdings: Vec<(UserId, PackageId)> = holdings
            .into_iter()
            .filter(|(user, package)| user.index() < users && package.index() < packages)
            .collect();
        rayon::slice::ParallelSliceMut::par_sort_unstable(holdings.as_mut_slice());
        holdings.dedup();
        let mut row_starts = Vec::with_capacity(users + 1);
        let mut columns = vec![RoaringBitmap::new(); packages];
        row_starts.push(0);
        for (at, &(user, package)) in holdings.iter().enumerate() {
            while row_starts.len() <= user.index() {
                row_starts.push(at as u64);
            }
            if let Some(column) = columns.get_mut(package.index()) {
                // Users arrive in strictly ascending order, so this always appends.
                let appended = column.try_push(user.0);
                debug_assert!(appended.is_ok(), "holdings are sorted and free of duplicates");
            }
        }
        while row_starts.len() <= users {
            row_starts.push(holdings.len() as u64);
        }
        let row_packages = holdings.into_iter().map(|(_, package)| package).collect();
        Self { columns, row_starts, row_packages }
    }

    /// Users of the snapshot, those who hold nothing included.
    #[must_use]
    pub fn users(&self) -> usize {
        self.row_starts.len() - 1
    }

    /// Packages of the snapshot, those that nobody holds included.
    #[must_use]
    pub fn packages(&self) -> usize {
        self.columns.len()
    }

    /// Distinct holdings: set bits of the matrix.
    #[must_use]
    pub fn holdings(&self) -> u64 {
        self.row_packages.len() as u64
    }

    /// Users who hold at least one package.
    #[must_use]
    pub fn users_holding(&self) -> u64 {
        self.rows().filter(|row| !row.is_empty()).count() as u64
    }

    /// The users who hold `package`, as a bitmap over user ids.
    #[must_use]
    pub fn column(&self, package: PackageId) -> &RoaringBitmap {
        static NOBODY: std::sync::OnceLock<RoaringBitmap> = std::sync::OnceLock::new();
        self.columns.get(package.index()).unwrap_or_else(|| NOBODY.get_or_init(RoaringBitmap::new))
    }

    /// All columns, by package.
    #[must_use]
    pub fn columns(&self) -> &[RoaringBitmap] {
        &self.columns
    }

    /// The packages that `user` holds, ascending.
    #[must_use]
    pub fn row(&self, user: UserId) -> &[PackageId] {
        let at = user.index();
        match (self.row_starts.get(at), self.row_starts.get(at + 1)) {
            (Some(&from), Some(&to)) => self.row_packages.get(from as usize..to as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// All rows, by user.
    pub fn rows(&self) -> impl Iterator<Item = &[PackageId]> {
        (0..self.users()).map(|user| self.row(UserId(user as u32)))
    }

    /// The rows as one array: row `u` is `packages[starts[u]..starts[u + 1]]`.
    #[must_use]
    pub fn row_arrays(&self) -> (&[u64], &[PackageId]) {
        (&self.row_starts, &self.row_packages)
    }

    /// The sum over users of k(k-1)/2, where k is the number of packages a user holds. Equal to the sum of all pair
    /// counts, and computed in one pass by another road: the check that every analysis makes.
    #[must_use]
    pub fn pair_sum_from_rows(&self) -> u64 {
        self.rows().map(|row| row.len() as u64).map(|k| k * k.saturating_sub(1) / 2).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_views_agree_and_duplicates_vanish() {
        let holdings =
            [(2, 1), (0, 3), (2, 1), (2, 0), (9, 0), (0, 9)].map(|(u, p)| (UserId(u), PackageId(p)));
        let matrix = AssignmentMatrix::from_holdings(4, 4, holdings);
        assert_eq!(
            (matrix.users(), matrix.packages(), matrix.holdings(), matrix.users_holding()),
            (4, 4, 3, 2)
        );
        assert_eq!(matrix.row(UserId(2)), [PackageId(0), PackageId(1)]);
        assert!(
            matrix.row(UserId(1)).is_empty()
                && matrix.row(UserId(3)).is_empty()
                && matrix.row(UserId(4)).is_empty()
        );
        for (user, row) in matrix.rows().enumerate() {
            for package in 0..4 {
                assert_eq!(
                    row.contains(&PackageId(package)),
                    matrix.column(PackageId(package)).contains(user as u32)
                );
            }
        }
        assert_eq!(matrix.pair_sum_from_rows(), 1);
    }

    #[test]
    fn nobody_and_nothing() {
        let matrix = AssignmentMatrix::from_holdings(0, 0, []);
        assert_eq!((matrix.users(), matrix.packages(), matrix.pair_sum_from_rows()), (0, 0, 0));
        assert!(matrix.column(PackageId(0)).is_empty());
    }
}
