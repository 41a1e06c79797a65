//! Randomness as a pure function of `(seed, stream, index)`, the same on every platform.
//!
//! Integers only: no float ever decides what a tenant contains, so a tenant is the same wherever it is made. The mixer
//! is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014); it
//! is written out here, because the bytes of a tenant must not change with the version of a dependency.

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a random number is for; numbers of different streams are unrelated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Stream {
    Blueprint = 1,
    Popularity,
    PackageId,
    PackageTrait,
    PolicyId,
    CatalogId,
    GroupId,
    GroupMember,
    Incompatible,
    ObjectId,
    SubjectId,
    UserTrait,
    RowWeight,
    Holdings,
    AssignmentId,
    ExtraAssignmentId,
    OrganizationId,
    StrangerId,
}

const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The random number at one place: the same for ever for the same arguments.
pub(crate) const fn hash(seed: u64, stream: Stream, index: u64) -> u64 {
    let key = mix(seed ^ (stream as u64).wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_add(GOLDEN);
    mix(mix(key.wrapping_add(index.wrapping_mul(GOLDEN))))
}

/// A sequence of random numbers, begun at one place.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    /// The sequence that belongs to `(seed, stream, index)`.
    pub(crate) const fn at(seed: u64, stream: Stream, index: u64) -> Self {
        Self(hash(seed, stream, index))
    }

    /// The next 64 random bits.
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number in `0..bound`, 0 for an empty range. The bias of the multiplication is below 2^-32 for our bounds.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        ((self.next() as u128 * bound as u128) >> 64) as u64
    }

    /// True `percent` times in a hundred.
    pub(crate) const fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Puts the items into a random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end as u64 + 1) as usize);
        }
    }
}

/// Ranks drawn with a frequency proportional to `1 / (rank + 1)`.
///
/// One table serves every shorter list too: its prefix is the table of that list.
#[derive(Clone, Debug)]
pub(crate) struct Zipf {
    /// `cumulative[r]` is the sum of the fixed-point weights of the ranks `0..=r`.
    cumulative: Vec<u64>,
}

impl Zipf {
    /// A table for `ranks` ranks.
    pub(crate) fn new(ranks: usize) -> Self {
        let mut sum = 0_u64;
        let cumulative = (1..=ranks as u64)
            .map(|place| {
                sum += (1 << 36) / place;
                sum
            })
            .collect();
        Self { cumulative }
    }

    /// A rank in `0..ranks`; 0 when there is none.
    pub(crate) fn sample(&self, rng: &mut Rng, ranks: usize) -> usize {
        let prefix = self.cumulative.get(..ranks).unwrap_or(&self.cumulative);
        let draw = rng.below(prefix.last().copied().unwrap_or(0));
        prefix.partition_point(|&sum| sum <= draw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_fixed_for_ever() {
        // Changing these changes every tenant ever generated: a deliberate, announced step.
        assert_eq!(hash(42, Stream::ObjectId, 7), 11_843_643_026_294_842_992);
        let mut rng = Rng::at(42, Stream::Holdings, 0);
        assert_eq!([rng.below(100), rng.below(100), rng.below(100)], [63, 34, 93]);
    }

    #[test]
    fn zipf_prefers_low_ranks() {
        let zipf = Zipf::new(1000);
        let mut rng = Rng::at(1, Stream::Holdings, 0);
        let mut seen = vec![0_u32; 1000];
        for _ in 0..100_000 {
            seen[zipf.sample(&mut rng, 1000)] += 1;
        }
        assert!(seen[0] > 8 * seen[9] && seen[0] < 12 * seen[9], "{} {}", seen[0], seen[9]);
        assert!((0..100_000).all(|_| zipf.sample(&mut rng, 3) < 3));
    }
}
