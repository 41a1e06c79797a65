//! 64 bytes as eight words, in plain Rust: for every processor, and the twin that every other level must equal.
//!
//! The word tricks are the exact ones: no carry crosses from byte to byte, so each answer is right for every byte and
//! not only for the first.

use super::lanes::{Lanes, Task};
use super::plan::Block;

/// Plain Rust. It needs no proof.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portable;

const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const HIGH: u64 = !LOW;

/// The same byte eight times.
#[inline(always)]
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The high bit of every byte that is not zero; other bits are anything.
#[inline(always)]
const fn non_zero(word: u64) -> u64 {
    ((word & LOW) + LOW) | word
}

/// The high bits of eight bytes, side by side.
#[inline(always)]
const fn gather(flags: u64) -> u64 {
    (((flags & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080)) >> 56
}

/// One bit per byte of eight words, from words that carry the answer in their bytes' high bits.
#[inline(always)]
fn mask(words: [u64; 8], flags: impl Fn(u64) -> u64) -> u64 {
    let mut bits = 0;
    for (place, word) in words.into_iter().enumerate() {
        bits |= gather(flags(word)) << (place * 8);
    }
    bits
}

/// The high bit of every byte that is not plain, see [`Lanes::unplain`]; other bits are anything.
#[inline(always)]
const fn unplain(word: u64) -> u64 {
    // 0x60 + byte reaches the high bit from 0x20 on.
    word | !((word & LOW) + each(0x60)) | !non_zero(word ^ each(b'\\'))
}

/// A bit for each byte becomes the high bit of that byte.
pub(super) fn spread(bits: u64) -> [u64; 8] {
    bits.to_le_bytes().map(|bits| (0..8).map(|place| u64::from(bits >> place & 1) << (place * 8 + 7)).sum())
}

impl Lanes for Portable {
    type Bytes = [u64; 8];

    #[inline]
    fn enter<T: Task>(self, task: T) -> T::Output {
        task.run(self)
    }

    #[inline(always)]
    fn load(self, bytes: &[u8; 64]) -> [u64; 8] {
        let mut words = [0; 8];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        words
    }

    #[inline(always)]
    fn equal(self, mut a: [u64; 8], b: [u64; 8]) -> u64 {
        for (a, b) in a.iter_mut().zip(b) {
            *a ^= b;
        }
        mask(a, |difference| !non_zero(difference))
    }

    #[inline(always)]
    fn equal_to(self, a: [u64; 8], byte: u8) -> u64 {
        mask(a, |word| !non_zero(word ^ each(byte)))
    }

    // One row of bits for all of them.
    #[inline(always)]
    fn any_of(self, a: [u64; 8], bytes: [u8; 3]) -> u64 {
        mask(a, |word| bytes.into_iter().fold(0, |bits, byte| bits | !non_zero(word ^ each(byte))))
    }

    #[inline(always)]
    fn unplain(self, a: [u64; 8]) -> u64 {
        mask(a, unplain)
    }

    // Without the bits side by side, which take a multiplication each.
    #[inline(always)]
    fn misses(self, bytes: &[u8; 64], block: &Block) -> u64 {
        let (text, pattern) = (self.load(bytes), self.load(&block.pattern));
        let [equal, plain, inside] = &block.words;
        let mut misses = 0;
        for place in 0..8 {
            let unequal = non_zero(text[place] ^ pattern[place]);
            misses |= !(unequal ^ equal[place]) & inside[place] | unplain(text[place]) & plain[place];
        }
        misses
    }

    // Most strings are short: no further than the first word that has a stop.
    #[inline(always)]
    fn stops(self, bytes: [u64; 8], watched: u64) -> [u64; 2] {
        for (place, word) in bytes.into_iter().enumerate() {
            let quotes = !non_zero(word ^ each(b'"'));
            let stops = (quotes | (unplain(word) & watched)) & HIGH;
            if stops != 0 {
                return [gather(stops) << (place * 8), gather(quotes) << (place * 8)];
            }
        }
        [0, 0]
    }
}
