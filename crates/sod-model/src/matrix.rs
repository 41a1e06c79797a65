//! Who holds what, as rows, and as columns once somebody asks for them.

mod build;

use crate::{PackageId, StateFilter, UserId};
use rayon::prelude::*;
use roaring::RoaringBitmap;
use std::sync::OnceLock;

/// What counts as holding a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// The states that count.
    pub states: StateFilter,
}

/// The user-by-package matrix. Several assignments of one user to one package are one bit.
///
/// Rows (the packages of each user) are what it consists of; columns (a roaring bitmap of users per package) are made of them,
/// in parallel, when one is first asked for: counting pairs never does.
#[derive(Clone, Debug)]
pub struct AssignmentMatrix {
    packages: usize,
    // INVARIANT (rows): `row_starts` ascends from 0 to the length of `row_packages` and is never empty; each row ascends
    // strictly, below `packages`.
    row_starts: Vec<u64>,
    row_packages: Vec<PackageId>,
    // INVARIANT (two views): bit `u` of `columns[p]` is set exactly if `p` is in row `u`.
    columns: OnceLock<Vec<RoaringBitmap>>,
    // INVARIANT (holders): `holders[p]` is how many rows `p` is in.
    holders: OnceLock<Vec<u64>>,
}

/// Two matrices are equal when their rows are: whether columns were made yet is nobody's business.
impl PartialEq for AssignmentMatrix {
    fn eq(&self, other: &Self) -> bool {
        self.packages == other.packages
            && self.row_starts == other.row_starts
            && self.row_packages == other.row_packages
    }
}

impl AssignmentMatrix {
    /// Builds the matrix from holdings in any order, repeated or not. Pairs whose user or package is out of range
    /// are left out; ids come from one [`Directory`](crate::Directory), so there are none.
    ///
    /// Two passes over the holdings and a sort of each row by itself: for a hundred million holdings some seconds less than
    /// sorting them all.
    pub fn from_holdings(
        users: usize,
        packages: usize,
        holdings: impl IntoIterator<Item = (UserId, PackageId)>,
    ) -> Self {
        let holdings: Vec<(UserId, PackageId)> = holdings.into_iter().collect();
        let (row_starts, row_packages) = build::scatter(users, packages, &holdings);
        drop(holdings);
        Self::from_rows(packages, row_starts, row_packages)
    }

    /// Builds the matrix from rows: user `u` holds `row_packages[row_starts[u]..row_starts[u + 1]]`.
    ///
    /// Rows that ascend strictly are taken as they are, after one parallel look at each. Anything else is mended and not
    /// refused: rows are sorted and freed of repeats, packages out of range are left out, starts beyond the packages or below
    /// an earlier start are taken for that border, and packages before the first start belong to nobody.
    ///
    /// ```
    /// use sod_model::{AssignmentMatrix, PackageId, UserId};
    /// let matrix = AssignmentMatrix::from_rows(3, vec![0, 2, 2, 3], [0, 2, 1].map(PackageId).into());
    /// assert_eq!((matrix.users(), matrix.holdings()), (3, 3));
    /// assert_eq!(matrix.row(UserId(0)), [PackageId(0), PackageId(2)]);
    /// let mended = AssignmentMatrix::from_rows(3, vec![0, 4], [2, 0, 2, 9].map(PackageId).into());
    /// assert_eq!(mended.row(UserId(0)), [PackageId(0), PackageId(2)]);
    /// ```
    #[must_use]
    pub fn from_rows(packages: usize, row_starts: Vec<u64>, row_packages: Vec<PackageId>) -> Self {
        let (row_starts, row_packages) = if build::are_rows(packages, &row_starts, &row_packages) {
            (row_starts, row_packages)
        } else {
            build::mend(packages, &row_starts, row_packages)
        };
        Self { packages, row_starts, row_packages, columns: OnceLock::new(), holders: OnceLock::new() }
    }

    /// Users of the snapshot, those who hold nothing included.
    #[must_use]
    pub fn users(&self) -> usize {
        self.row_starts.len() - 1
    }

    /// Packages of the snapshot, those that nobody holds included.
    #[must_use]
    pub fn packages(&self) -> usize {
        self.packages
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

    /// How many users hold each package, by package. The first call counts, in one pass over the rows; no columns are made.
    ///
    /// ```
    /// use sod_model::{AssignmentMatrix, PackageId, UserId};
    /// let held = [(0, 1), (2, 1), (2, 2)].map(|(user, package)| (UserId(user), PackageId(package)));
    /// assert_eq!(AssignmentMatrix::from_holdings(3, 3, held).holders(), [0, 2, 1]);
    /// ```
    #[must_use]
    pub fn holders(&self) -> &[u64] {
        self.holders.get_or_init(|| build::holders(self.packages, &self.row_packages))
    }

    /// How many users hold `package`; of one that is not in the matrix, none.
    #[must_use]
    pub fn holders_of(&self, package: PackageId) -> u64 {
        self.holders().get(package.index()).copied().unwrap_or_default()
    }

    /// The users who hold `package`, as a bitmap over user ids. The first call makes all columns.
    #[must_use]
    pub fn column(&self, package: PackageId) -> &RoaringBitmap {
        static NOBODY: OnceLock<RoaringBitmap> = OnceLock::new();
        self.columns().get(package.index()).unwrap_or_else(|| NOBODY.get_or_init(RoaringBitmap::new))
    }

    /// All columns, by package. The first call makes them.
    #[must_use]
    pub fn columns(&self) -> &[RoaringBitmap] {
        self.columns.get_or_init(|| build::columns(self.packages, &self.row_starts, &self.row_packages))
    }

    /// The columns of some packages, in their order: those of packages that are not in the matrix are empty. Costs one pass over
    /// the rows, however few are asked for, and less than making all [`columns`](Self::columns), which it does not do.
    ///
    /// ```
    /// use sod_model::{AssignmentMatrix, PackageId, UserId};
    /// let held = [(0, 1), (2, 1), (2, 2)].map(|(user, package)| (UserId(user), PackageId(package)));
    /// let matrix = AssignmentMatrix::from_holdings(3, 3, held);
    /// let columns = matrix.columns_of(&[PackageId(2), PackageId(1), PackageId(9)]);
    /// assert_eq!(columns.iter().map(|users| users.len()).collect::<Vec<_>>(), [1, 2, 0]);
    /// ```
    #[must_use]
    pub fn columns_of(&self, packages: &[PackageId]) -> Vec<RoaringBitmap> {
        if self.columns.get().is_some() {
            return packages.iter().map(|&package| self.column(package).clone()).collect();
        }
        build::columns_of(packages, self.packages, &self.row_starts, &self.row_packages)
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
        const USERS_AT_ONCE: usize = 1 << 16;
        let sum_of = |starts: &[u64]| -> u64 {
            let lengths = starts.iter().zip(starts.iter().skip(1)).map(|(from, to)| to - from);
            lengths.map(|k| k * k.saturating_sub(1) / 2).sum()
        };
        let chunks = (0..self.users()).into_par_iter().step_by(USERS_AT_ONCE);
        let chunk = |from: usize| {
            self.row_starts.get(from..=(from + USERS_AT_ONCE).min(self.users())).map_or(0, sum_of)
        };
        if self.users() <= USERS_AT_ONCE { sum_of(&self.row_starts) } else { chunks.map(chunk).sum() }
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
        // Before all columns are made, and after.
        let asked = [3, 0, 3, 9].map(PackageId);
        let fresh = AssignmentMatrix { columns: OnceLock::new(), ..matrix.clone() };
        assert_eq!(fresh.columns_of(&asked), matrix.columns_of(&asked));
        assert!(fresh.columns.get().is_none() && matrix.columns.get().is_some());
    }

    /// Enough holdings for several parts, which do not divide evenly.
    #[test]
    fn holders_are_the_lengths_of_columns() {
        let rows: Vec<u64> = (0..=70_001).map(|user| user * 3).collect();
        let held = (0..210_003u32).map(|at| PackageId(at % 3 + 3 * (at / 3 % (1 + at % 7)))).collect();
        let matrix = AssignmentMatrix::from_rows(23, rows, held);
        let lengths: Vec<u64> = matrix.columns().iter().map(|column| column.len()).collect();
        assert_eq!(matrix.holders(), lengths);
        assert_eq!(matrix.holders().iter().sum::<u64>(), matrix.holdings());
        assert_eq!(matrix.holders_of(PackageId(1)), lengths[1]);
        assert_eq!(matrix.holders_of(PackageId(23)), 0);
    }

    #[test]
    fn nobody_and_nothing() {
        let matrix = AssignmentMatrix::from_holdings(0, 0, []);
        assert!(matrix.holders().is_empty());
        assert_eq!(AssignmentMatrix::from_holdings(0, 2, []).holders(), [0, 0]);
        assert_eq!((matrix.users(), matrix.packages(), matrix.pair_sum_from_rows()), (0, 0, 0));
        assert!(matrix.column(PackageId(0)).is_empty());
    }
}
