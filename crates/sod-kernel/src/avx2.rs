//! The loops with 256-bit vectors.
//!
//! As in `avx512`: [`Kernel`](crate::Kernel) is the only caller and has looked, and what is not written in intrinsics is the
//! portable loop, compiled once more with these features.

#![expect(unsafe_code, reason = "vector loads and stores go through pointers")]

use crate::layout::{Code, Codes, LayoutScratch, TileTarget};
use crate::line::{LINE_BITS, TILE_MEMBERS};
use crate::vertical::Vector;
use crate::{Line, layout, portable, rows, vertical};
use std::arch::x86_64::*;

/// Half a line.
#[derive(Clone, Copy)]
struct Ymm(__m256i);

impl Vector for Ymm {
    const PARTS: usize = 2;

    #[inline(always)]
    fn zero() -> Self {
        // SAFETY: only ever inlined into functions of this file, which have the feature.
        Self(unsafe { _mm256_setzero_si256() })
    }

    #[inline(always)]
    fn load(line: &Line, part: usize) -> Self {
        // SAFETY: four of the line's eight words, on a border of 32; for the feature see `zero`.
        Self(unsafe { _mm256_load_si256(line.0[part * 4..][..4].as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, line: &mut Line, part: usize) {
        // SAFETY: as `load`.
        unsafe { _mm256_store_si256(line.0[part * 4..][..4].as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn full_add(Self(a): Self, Self(b): Self, Self(c): Self) -> (Self, Self) {
        // SAFETY: see `zero`.
        unsafe {
            let half = _mm256_xor_si256(a, b);
            let carry = _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(half, c));
            (Self(_mm256_xor_si256(half, c)), Self(carry))
        }
    }
}

macro_rules! with_features {
    ($($item:item)*) => {$(
        #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
        $item
    )*};
}

with_features! {
    pub(crate) fn add_lines(lines: &[Line; TILE_MEMBERS], list: &[u16], upcoming: &[u16], counts: &mut [u32; LINE_BITS]) {
        vertical::add_lines::<Ymm>(lines, list, upcoming, counts, |digits, counts| flush(digits, counts));
    }

    /// 32 counters at once: their bits are spread to bytes by a shuffle and a comparison, a byte for eight digits.
    #[inline]
    fn flush(digits: &[Line], counts: &mut [u32; LINE_BITS]) {
        let copies = _mm256_setr_epi8(
            0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3,
        );
        let bits = _mm256_set1_epi64x(0x8040_2010_0804_0201_u64.cast_signed());
        for (at, counts) in counts.as_chunks_mut::<32>().0.iter_mut().enumerate() {
            for (eight, digits) in digits.chunks(8).enumerate() {
                let mut bytes = _mm256_setzero_si256();
                for (weight, digit) in digits.iter().enumerate() {
                    let word = (digit.0[at / 2] >> (at % 2 * 32)) as u32;
                    let spread = _mm256_shuffle_epi8(_mm256_set1_epi32(word.cast_signed()), copies);
                    let set = _mm256_cmpeq_epi8(_mm256_and_si256(spread, bits), bits);
                    let one = _mm256_set1_epi8((1u8 << weight).cast_signed());
                    bytes = _mm256_or_si256(bytes, _mm256_and_si256(set, one));
                }
                let mut flat = [0u8; 32];
                // SAFETY: 32 bytes.
                unsafe { _mm256_storeu_si256(flat.as_mut_ptr().cast(), bytes) };
                for (count, byte) in counts.iter_mut().zip(flat) {
                    *count += u32::from(byte) << (eight * 8);
                }
            }
        }
    }

    pub(crate) fn places(words: &[u64], inverted: u64, base: u16, list: &mut [u16]) -> usize {
        portable::places(words, inverted, base, list)
    }

    pub(crate) fn summarise(counts: &[u32], least: u32) -> (u64, u64, u32) {
        portable::summarise(counts, least)
    }

    /// Calls `found` with the place and the value of each count of at least `least`.
    pub(crate) fn scan(counts: &[u32], least: u32, mut found: impl FnMut(usize, u32)) {
        let (eights, rest) = counts.as_chunks::<8>();
        let limit = _mm256_set1_epi32(least.cast_signed());
        for (chunk, eight) in eights.iter().enumerate() {
            // SAFETY: eight counts are 32 bytes.
            let count = unsafe { _mm256_loadu_si256(eight.as_ptr().cast()) };
            let enough = _mm256_cmpeq_epi32(_mm256_max_epu32(count, limit), count);
            let mut taken = _mm256_movemask_ps(_mm256_castsi256_ps(enough)).cast_unsigned();
            while taken != 0 {
                let place = taken.trailing_zeros() as usize;
                found(chunk * 8 + place, eight[place]);
                taken &= taken - 1;
            }
        }
        portable::scan(rest, least, |place, count| found(eights.len() * 8 + place, count));
    }

    pub(crate) fn pack_narrow(counts: &[u32], ids: &[u32], least: u32, out: &mut Vec<u32>) {
        scan(counts, least, |at, count| out.extend(ids.get(at).map(|id| id | (count << 16))));
    }

    pub(crate) fn pack_wide(counts: &[u32], ids: &[u32], least: u32, out: &mut Vec<u64>) {
        scan(counts, least, |at, count| out.extend(ids.get(at).map(|&id| u64::from(id) | (u64::from(count) << 32))));
    }

    pub(crate) fn pack_bytes(counts: &[u32], least: u32, out: &mut Vec<u8>, large: &mut Vec<u32>) -> usize {
        portable::pack_bytes(counts, least, out, large)
    }

    pub(crate) fn lay_out<I: Code, P: Copy, const LISTS: bool, const ROWS: bool>(
        codes: &Codes<I>,
        starts: &[u64],
        numbers: &[P],
        index: impl Fn(P) -> usize,
        target: &mut TileTarget<'_, I>,
        scratch: &mut LayoutScratch<I>,
    ) {
        layout::lay_out::<I, P, LISTS, ROWS>(codes, starts, numbers, index, target, scratch);
    }

    pub(crate) fn add_rows<I: Code>(rows: &[I], begins: &[u32], anchor: I, counts: &mut [u32]) {
        rows::add_rows(rows, begins, anchor, counts);
    }
}
