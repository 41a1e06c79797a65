//! Reading rows back that were stored as a bit for each partner and a byte for each count.

/// The pairs of a row in bytes, in order.
pub(super) struct ByteRow<'a> {
    // Masks that are to come, and the one that is being read.
    masks: std::slice::Iter<'a, [u8; 8]>,
    mask: u64,
    // The partners that are to come after those of `mask`, and those.
    partners: std::slice::Chunks<'a, u32>,
    own: &'a [u32],
    bytes: std::slice::Iter<'a, u8>,
    large: std::slice::Iter<'a, [u8; 4]>,
}

impl<'a> ByteRow<'a> {
    /// `stored` as [`Kernel::pack_bytes`](sod_kernel::Kernel::pack_bytes) left it, with the counts of 255 and more at the end.
    pub(super) fn new(stored: &'a [u8], partners: &'a [u32], taken: usize) -> Self {
        let masks = (partners.len().div_ceil(64) * 8).min(stored.len());
        let (masks, rest) = stored.split_at(masks);
        let (bytes, large) = rest.split_at(taken.min(rest.len()));
        Self {
            masks: masks.as_chunks().0.iter(),
            mask: 0,
            partners: partners.chunks(64),
            own: &[],
            bytes: bytes.iter(),
            large: large.as_chunks().0.iter(),
        }
    }
}

impl Iterator for ByteRow<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        while self.mask == 0 {
            self.mask = u64::from_le_bytes(*self.masks.next()?);
            self.own = self.partners.next()?;
        }
        let partner = *self.own.get(self.mask.trailing_zeros() as usize)?;
        self.mask &= self.mask - 1;
        let holders_both = match *self.bytes.next()? {
            u8::MAX => u32::from_le_bytes(*self.large.next()?),
            count => u32::from(count),
        };
        Some((partner, holders_both))
    }
}
