//! The answer as every contestant gives it: pairs with a count, the sum of counts, a hash that no order can change.

/// Of pairs (i, j), i < j, of P packages: the hash is the wrapping sum of `count * ((i P + j) * SPREAD >> 32)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    pub pairs: u64,
    pub total: u64,
    pub hash: u64,
}

const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Fingerprint {
    /// Takes one pair in; counts of zero leave no trace.
    pub fn add(&mut self, packages: u64, low: u32, high: u32, count: u64) {
        let cell = u64::from(low) * packages + u64::from(high);
        self.pairs += u64::from(count > 0);
        self.total += count;
        self.hash = self.hash.wrapping_add(count.wrapping_mul(cell.wrapping_mul(SPREAD) >> 32));
    }
}
