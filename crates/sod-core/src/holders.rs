//! Who holds both of one pair.

use roaring::RoaringBitmap;
use sod_model::{AssignmentMatrix, PackageId};

/// The users who hold `a` by the left matrix and `b` by the right one.
///
/// Two matrices of one snapshot, because the states that count may differ by side; pass the same one twice where they do
/// not. The length is the pair's count.
///
/// ```
/// use sod_core::holders_of_both;
/// use sod_model::{AssignmentMatrix, PackageId, UserId};
/// let held = [(0, 0), (1, 0), (1, 1)].map(|(u, p)| (UserId(u), PackageId(p)));
/// let matrix = AssignmentMatrix::from_holdings(2, 2, held);
/// let both = holders_of_both(&matrix, PackageId(0), &matrix, PackageId(1));
/// assert_eq!(Vec::from_iter(both), [1]);
/// ```
#[must_use]
pub fn holders_of_both(
    left: &AssignmentMatrix,
    a: PackageId,
    right: &AssignmentMatrix,
    b: PackageId,
) -> RoaringBitmap {
    left.column(a) & right.column(b)
}
