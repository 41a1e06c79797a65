//! One anchor with its partners: how counts reach a sink.

use sod_kernel::Kernel;
use sod_model::{PackageId, PackagePair, PairCount};
use std::sync::Arc;

/// One package and how many of its holders hold each of many others, as the counting left it.
///
/// Counts below [`least`](Self::least) are no part of the row; so zeroes never are. A sink that looks at whole rows can leave
/// most counts to the vector units; one that does not gets them one by one through [`PairSink::pair`](crate::PairSink::pair).
#[derive(Clone, Copy, Debug)]
pub struct CountRow<'a> {
    kernel: Kernel,
    anchor: PackageId,
    // INVARIANT (row): partner `i` has count `i`; a partner with a count that is not zero is another package than the anchor.
    partners: &'a [u32],
    counts: &'a [u32],
    least: u32,
    // INVARIANT (narrow): if set, partners and counts of the row are below 65,536.
    narrow: bool,
    // INVARIANT (shared): if set, the partners are those of this table from that place on.
    shared: Option<(&'a Arc<[u32]>, usize)>,
}

impl<'a> CountRow<'a> {
    /// `narrow` promises that partners and counts are below 65,536.
    pub(crate) fn new(
        kernel: Kernel,
        anchor: PackageId,
        partners: &'a [u32],
        counts: &'a [u32],
        narrow: bool,
    ) -> Self {
        let len = partners.len().min(counts.len());
        let partners = partners.get(..len).unwrap_or_default();
        Self {
            kernel,
            anchor,
            partners,
            counts: counts.get(..len).unwrap_or_default(),
            least: 1,
            narrow,
            shared: None,
        }
    }

    /// Says that the partners are those of a table, from the place `from` on, that other rows have as well.
    pub(crate) fn sharing(self, table: &'a Arc<[u32]>, from: usize) -> Self {
        Self { shared: Some((table, from)), ..self }
    }

    /// The package that all pairs of the row have in common.
    #[must_use]
    pub fn anchor(&self) -> PackageId {
        self.anchor
    }

    /// The least count that belongs to the row; one at least.
    #[must_use]
    pub fn least(&self) -> u32 {
        self.least
    }

    /// The same row without the counts below `least`.
    #[must_use]
    pub fn at_least(self, least: u32) -> Self {
        Self { least: self.least.max(least), ..self }
    }

    /// How many pairs the row has, their sum, and the greatest count (0 of none).
    #[must_use]
    pub fn summary(&self) -> (u64, u64, u32) {
        self.kernel.summarise(self.counts, self.least)
    }

    /// Every pair of the row, in the order of the partners.
    pub fn for_each(&self, mut take: impl FnMut(PairCount)) {
        self.kernel.scan(self.counts, self.least, |at, holders_both| {
            let partner = self.partners.get(at).and_then(|&id| PackagePair::new(self.anchor, PackageId(id)));
            if let Some(pair) = partner {
                take(PairCount { pair, holders_both });
            }
        });
    }

    /// Partners of the row, those without a common holder included.
    pub(crate) fn width(&self) -> usize {
        self.counts.len()
    }

    /// Whether partners and counts fit in 16 bits.
    pub(crate) fn is_narrow(&self) -> bool {
        self.narrow
    }

    /// Appends `partner | count << 16`; see [`Kernel::pack_narrow`].
    pub(crate) fn pack_narrow(&self, out: &mut Vec<u32>) {
        self.kernel.pack_narrow(self.counts, self.partners, self.least, out);
    }

    /// Appends `partner | count << 32`; see [`Kernel::pack_wide`].
    pub(crate) fn pack_wide(&self, out: &mut Vec<u64>) {
        self.kernel.pack_wide(self.counts, self.partners, self.least, out);
    }

    /// The table that the partners are of, and from where.
    pub(crate) fn shared(&self) -> Option<(&'a Arc<[u32]>, usize)> {
        self.shared
    }

    /// See [`Kernel::pack_bytes`].
    pub(crate) fn pack_bytes(&self, out: &mut Vec<u8>, large: &mut Vec<u32>) -> usize {
        self.kernel.pack_bytes(self.counts, self.least, out, large)
    }
}
