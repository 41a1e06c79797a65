//! The loops in plain Rust, which every other version must equal.

use crate::line::LINE_BITS;
use crate::vertical::Vector;
use crate::{Line, transpose};

/// How many bits are set in both of two bit sets: |A & B|, without building A & B.
///
/// Use it where both sets are dense (more than about one member in 32): the cost is one step per word, whatever the
/// words hold. Words beyond the shorter slice have no partner and count nothing.
///
/// ```
/// use sod_kernel::intersection_len;
/// let (a, b) = ([0b0110_u64, u64::MAX], [0b0011_u64, 1 << 63]);
/// assert_eq!(intersection_len(&a, &b), 2);
/// assert_eq!(intersection_len(&a, &a), 2 + 64);
/// assert_eq!(intersection_len(&a, &[]), 0);
/// ```
#[must_use]
pub fn intersection_len(a: &[u64], b: &[u64]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from((a & b).count_ones())).sum()
}

/// Half a line in plain words: any wider, and the digits do not fit the registers of baseline x86-64.
#[derive(Clone, Copy)]
pub(crate) struct Words([u64; 2]);

impl Vector for Words {
    const PARTS: usize = 4;

    #[inline(always)]
    fn zero() -> Self {
        Self([0; 2])
    }

    #[inline(always)]
    fn load(line: &Line, part: usize) -> Self {
        Self([line.0[part * 2], line.0[part * 2 + 1]])
    }

    #[inline(always)]
    fn store(self, line: &mut Line, part: usize) {
        line.0[part * 2] = self.0[0];
        line.0[part * 2 + 1] = self.0[1];
    }

    #[inline(always)]
    fn full_add(Self(a): Self, Self(b): Self, Self(c): Self) -> (Self, Self) {
        let mut sum = [0; 2];
        let mut carry = [0; 2];
        for lane in 0..2 {
            let half = a[lane] ^ b[lane];
            sum[lane] = half ^ c[lane];
            carry[lane] = (a[lane] & b[lane]) | (half & c[lane]);
        }
        (Self(sum), Self(carry))
    }
}

/// Eight bits as eight bytes of 0 or 1, the lowest bit in the lowest byte.
#[inline(always)]
fn spread(byte: u8) -> u64 {
    let copies = u64::from(byte).wrapping_mul(0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
    // A byte that is not zero has its own bit alone; adding 127 carries it to the top of the byte.
    ((copies + 0x7f7f_7f7f_7f7f_7f7f) >> 7) & 0x0101_0101_0101_0101
}

/// Adds digit lines, the lowest first, to the counters: eight counters at once, a byte each for up to eight digits.
#[inline(always)]
pub(crate) fn flush(digits: &[Line], counts: &mut [u32; LINE_BITS]) {
    for (eight, digits) in digits.chunks(8).enumerate() {
        for (at, counts) in counts.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let mut bytes = 0u64;
            for (weight, digit) in digits.iter().enumerate() {
                bytes += spread((digit.0[at / 8] >> (at % 8 * 8)) as u8) << weight;
            }
            for (count, byte) in counts.iter_mut().zip(bytes.to_le_bytes()) {
                *count += u32::from(byte) << (eight * 8);
            }
        }
    }
}

/// Appends the places of the set bits of `words` (of their complement, where `inverted`), numbered from `base`.
#[inline(always)]
pub(crate) fn places(words: &[u64], inverted: u64, base: u16, list: &mut [u16]) -> usize {
    let mut len = 0;
    for (word, at) in words.iter().zip((0u16..).step_by(64)) {
        len = transpose::append_places(word ^ inverted, base.wrapping_add(at), list, len);
    }
    len
}

/// Nonzero counts of at least `least`, their sum, and the greatest of them.
#[inline(always)]
pub(crate) fn summarise(counts: &[u32], least: u32) -> (u64, u64, u32) {
    let (mut number, mut sum, mut greatest) = (0u64, 0u64, 0u32);
    for chunk in counts.chunks(1024) {
        let (mut chunk_number, mut chunk_sum) = (0u32, 0u64);
        for &count in chunk {
            let taken = u32::from(count >= least);
            chunk_number += taken;
            chunk_sum += u64::from(count * taken);
            greatest = greatest.max(count * taken);
        }
        number += u64::from(chunk_number);
        sum += chunk_sum;
    }
    (number, sum, greatest)
}

/// Calls `found` with the place and the value of each count of at least `least`.
#[inline(always)]
pub(crate) fn scan(counts: &[u32], least: u32, mut found: impl FnMut(usize, u32)) {
    for (place, &count) in counts.iter().enumerate() {
        if count >= least {
            found(place, count);
        }
    }
}

/// Appends `id | count << 16` for each count of at least `least`.
pub(crate) fn pack_narrow(counts: &[u32], ids: &[u32], least: u32, out: &mut Vec<u32>) {
    let taken = counts.iter().zip(ids).filter(|(count, _)| **count >= least);
    out.extend(taken.map(|(count, id)| id | (count << 16)));
}

/// Appends `id | count << 32` for each count of at least `least`.
pub(crate) fn pack_wide(counts: &[u32], ids: &[u32], least: u32, out: &mut Vec<u64>) {
    let taken = counts.iter().zip(ids).filter(|(count, _)| **count >= least);
    out.extend(taken.map(|(&count, &id)| u64::from(id) | (u64::from(count) << 32)));
}

/// See [`Kernel::pack_bytes`](crate::Kernel::pack_bytes).
#[inline(always)]
pub(crate) fn pack_bytes(counts: &[u32], least: u32, out: &mut Vec<u8>, large: &mut Vec<u32>) -> usize {
    let masks = out.len();
    out.resize(masks + counts.len().div_ceil(64) * 8, 0);
    let begin = out.len();
    for (word, counts) in counts.chunks(64).enumerate() {
        let (mut mask, mut bytes, mut len) = (0u64, [0u8; 64], 0);
        for (at, &count) in counts.iter().enumerate() {
            let taken = count >= least;
            mask |= u64::from(taken) << at;
            bytes[len] = count.min(255) as u8;
            len += usize::from(taken);
        }
        out[masks + word * 8..][..8].copy_from_slice(&mask.to_le_bytes());
        out.extend_from_slice(&bytes[..len]);
        large.extend(counts.iter().copied().filter(|&count| count >= least.max(255)));
    }
    out.len() - begin
}
