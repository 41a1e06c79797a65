//! A table from digests of names to numbers, for one worker.
//!
//! The table of a large tenant is larger than the caches, so a lookup is one wait for memory, and the rows of a block wait
//! together if the table is [touched](Numbers::touch) for all of them first. A digest is its own hash.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table;
use sod_model::ExternalId;
use std::hash::{BuildHasher, Hash};

/// 96 bits that tell a name from all others: of ten million names, two have the same once in 10^15 runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) low: u64,
    pub(crate) high: u32,
}

/// Makes digests, under keys that are drawn anew for each maker: nobody can prepare two names that meet.
#[derive(Debug)]
pub(crate) struct Digests {
    low: RandomState,
    high: RandomState,
    keys: [u64; 8],
}

impl Default for Digests {
    fn default() -> Self {
        let (low, high) = (RandomState::default(), RandomState::default());
        let keys = std::array::from_fn(|at| low.hash_one(at) | 1);
        Self { low, high, keys }
    }
}

impl Digests {
    /// The digest of any name.
    pub(crate) fn of(&self, name: &impl Hash) -> Digest {
        Digest { low: self.low.hash_one(name), high: self.high.hash_one(name) as u32 }
    }

    /// Sixty-four bits, where a chance in that number does no harm.
    pub(crate) fn short(&self, text: impl Hash) -> u64 {
        self.high.hash_one(text)
    }

    pub(crate) fn of_id(&self, id: &ExternalId) -> Digest {
        match id {
            ExternalId::Guid(guid) => self.of_guid(guid.to_u128()),
            ExternalId::Text(text) => self.of(text),
        }
    }

    pub(crate) fn of_guid(&self, guid: u128) -> Digest {
        self.of_guids([Some(guid), None, None])
    }

    /// The digest of up to three GUIDs.
    pub(crate) fn of_guids(&self, guids: [Option<u128>; 3]) -> Digest {
        let mut sums = Sums::new(&self.keys);
        for guid in guids {
            match guid {
                Some(guid) => sums.add(guid),
                None => sums.add_nothing(),
            }
        }
        sums.digest()
    }

    /// The digest of texts, one after the other.
    pub(crate) fn of_texts<'t>(&self, texts: impl Iterator<Item = &'t [u8]>) -> Digest {
        // Blocks go to two sums by turns: each waits for its own products alone.
        let (mut sums, mut others) = (Sums::new(&self.keys), Sums::new(&self.keys));
        for text in texts {
            let (pairs, rest) = text.as_chunks::<32>();
            for pair in pairs {
                let [one, other] = halves(*pair);
                sums.add(one);
                others.add(other);
            }
            let (blocks, rest) = rest.as_chunks();
            blocks.iter().for_each(|block| sums.add(u128::from_le_bytes(*block)));
            // The last bytes once more, as many as fit; the length tells which of them are meant.
            let last = text.last_chunk().copied().unwrap_or_else(|| {
                let mut last = [0; 16];
                last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                last
            });
            sums.add(u128::from_le_bytes(last));
            others.add(text.len() as u128);
        }
        sums.add_words(others.low, others.high);
        sums.digest()
    }
}

/// A block as two numbers.
fn halves(block: [u8; 32]) -> [u128; 2] {
    let (halves, _) = block.as_chunks();
    [halves.first(), halves.last()].map(|half| half.map_or(0, |half| u128::from_le_bytes(*half)))
}

/// Folded products, as in other keyed hashes of that kind, in two rows that have nothing in common but the keys.
struct Sums<'k> {
    keys: &'k [u64; 8],
    low: u64,
    high: u64,
}

impl<'k> Sums<'k> {
    fn new(keys: &'k [u64; 8]) -> Self {
        let [.., low, high] = *keys;
        Self { keys, low, high }
    }

    #[inline]
    fn add(&mut self, value: u128) {
        let [a, b, ..] = *self.keys;
        self.add_words(value as u64 ^ a, (value >> 64) as u64 ^ b);
    }

    /// Adds what no value is but by chance.
    #[inline]
    fn add_nothing(&mut self) {
        let [_, _, _, _, x, y, ..] = *self.keys;
        self.add_words(x, y);
    }

    #[inline]
    fn add_words(&mut self, x: u64, y: u64) {
        let [_, _, c, d, ..] = *self.keys;
        let fold = |x: u64, y: u64| {
            let product = u128::from(x) * u128::from(y);
            product as u64 ^ (product >> 64) as u64
        };
        self.low = fold(self.low.rotate_left(23) ^ x, y ^ c);
        self.high = fold(self.high.rotate_left(29) ^ y, x ^ d);
    }

    fn digest(self) -> Digest {
        Digest { low: self.low, high: (self.high >> 32) as u32 }
    }
}

/// 24 bytes, so the parts of the digest lie apart.
#[derive(Clone, Copy, Debug)]
struct Entry {
    low: u64,
    /// How the name was described last; see [`Numbers::described`].
    description: u64,
    high: u32,
    number: u32,
}

impl Entry {
    fn digest(&self) -> Digest {
        Digest { low: self.low, high: self.high }
    }
}

/// The numbers of one kind of names.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    table: HashTable<Entry>,
}

impl Numbers {
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// Looks up several names, so that the processor fetches what it needs of all of them at once.
    pub(crate) fn touch(&self, digests: &[Digest]) {
        let number = |digest: &Digest| self.entry(*digest).map_or(0, |entry| entry.number);
        std::hint::black_box(digests.iter().map(number).fold(0, |all, number| all ^ number));
    }

    fn entry(&self, digest: Digest) -> Option<&Entry> {
        self.table.find(digest.low, |entry| entry.digest() == digest)
    }

    /// The number of a name.
    pub(crate) fn find(&self, digest: Digest) -> Option<u32> {
        self.entry(digest).map(|entry| entry.number)
    }

    /// The number of a name that was described in just this way before.
    pub(crate) fn described(&self, digest: Digest, description: u64) -> Option<u32> {
        self.entry(digest).filter(|entry| entry.description == description).map(|entry| entry.number)
    }

    /// The number of a name, and whether it is new.
    pub(crate) fn number(&mut self, digest: Digest) -> (u32, bool) {
        let known = self.len();
        let number = self.entry_of(digest).number;
        (number, self.len() > known)
    }

    /// The entry of a name, which is a new one if it has none.
    fn entry_of(&mut self, digest: Digest) -> &mut Entry {
        let number = self.len() as u32;
        match self.table.entry(digest.low, |entry| entry.digest() == digest, |entry| entry.low) {
            hash_table::Entry::Occupied(known) => known.into_mut(),
            hash_table::Entry::Vacant(free) => {
                let Digest { low, high } = digest;
                free.insert(Entry { low, description: 0, high, number }).into_mut()
            }
        }
    }

    /// Notes how the name was described last, if it has a number.
    pub(crate) fn describe(&mut self, digest: Digest, description: u64) {
        if let Some(entry) = self.table.find_mut(digest.low, |entry| entry.digest() == digest) {
            entry.description = description;
        }
    }

    /// Notes a value under a digest.
    pub(crate) fn note(&mut self, digest: Digest, value: u64) {
        self.entry_of(digest).description = value;
    }

    /// The value that was [noted](Numbers::note) last.
    pub(crate) fn noted(&self, digest: Digest) -> Option<u64> {
        self.entry(digest).map(|entry| entry.description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn texts_have_one_digest_only_if_they_are_the_same() {
        let digests = Digests::default();
        let text: Vec<u8> = (0..60).map(|at| if at % 7 == 0 { 0 } else { at }).collect();
        let mut met = HashMap::new();
        for from in 0..text.len() {
            for to in from..text.len() {
                let one = [&text[from..to]];
                let all = [&text[..from], &text[from..to], &text[to..]];
                for texts in [&one[..], &all[..]] {
                    let digest = digests.of_texts(texts.iter().copied());
                    let key = (digest.low, digest.high);
                    assert_eq!(*met.entry(key).or_insert_with(|| texts.to_vec()), texts);
                }
            }
        }
        assert_eq!(
            digests.of_texts([&b"one"[..], b"two"].into_iter()),
            digests.of_texts([&b"one"[..], b"two"].into_iter())
        );
    }

    #[test]
    fn numbers_are_those_of_a_map() {
        let (mut numbers, mut map) = (Numbers::default(), HashMap::new());
        let mut seed = 1u64;
        for step in 0..20_000u64 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Few low values, so that many meet in one place.
            let digest = Digest { low: (seed >> 33) % 500, high: (seed >> 45) as u32 % 40 };
            let next = map.len() as u32;
            let expected = *map.entry((digest.low, digest.high)).or_insert(next);
            numbers.touch(&[digest]);
            assert_eq!(numbers.number(digest), (expected, expected == next));
            assert_eq!((numbers.find(digest), numbers.len()), (Some(expected), map.len()));
            numbers.describe(digest, step | 1);
            assert_eq!(numbers.described(digest, step | 1), Some(expected));
            assert_eq!(numbers.described(digest, step | 1 << 40), None);
        }
        assert_eq!(numbers.find(Digest { low: 501, high: 0 }), None);
        numbers.describe(Digest { low: 501, high: 0 }, 1);
        assert_eq!(numbers.find(Digest { low: 501, high: 0 }), None);
    }
}
