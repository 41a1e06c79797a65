//! The loops with 512-bit vectors.
//!
//! Functions here are safe to call from code that has the same features; [`Kernel`](crate::Kernel) is the only caller and has
//! looked. What is not written in intrinsics is the portable loop, compiled once more with these features.

#![expect(unsafe_code, reason = "vector loads and stores go through pointers")]

use crate::layout::{Code, Codes, LayoutScratch, TileTarget};
use crate::line::{LINE_BITS, TILE_MEMBERS};
use crate::vertical::Vector;
use crate::{Line, layout, portable, rows, vertical};
use std::arch::x86_64::*;

/// A whole line.
#[derive(Clone, Copy)]
struct Zmm(__m512i);

impl Vector for Zmm {
    const PARTS: usize = 1;

    #[inline(always)]
    fn zero() -> Self {
        // SAFETY: only ever inlined into functions of this file, which have the feature.
        Self(unsafe { _mm512_setzero_si512() })
    }

    #[inline(always)]
    fn load(line: &Line, _part: usize) -> Self {
        // SAFETY: a line is 64 bytes on a border of 64; for the feature see `zero`.
        Self(unsafe { _mm512_load_si512(std::ptr::from_ref(line).cast()) })
    }

    #[inline(always)]
    fn store(self, line: &mut Line, _part: usize) {
        // SAFETY: as `load`.
        unsafe { _mm512_store_si512(std::ptr::from_mut(line).cast(), self.0) }
    }

    #[inline(always)]
    fn full_add(Self(a): Self, Self(b): Self, Self(c): Self) -> (Self, Self) {
        // SAFETY: see `zero`. 0x96 is the truth table of a ^ b ^ c, 0xe8 that of the majority.
        unsafe {
            (
                Self(_mm512_ternarylogic_epi64::<0x96>(a, b, c)),
                Self(_mm512_ternarylogic_epi64::<0xe8>(a, b, c)),
            )
        }
    }
}

macro_rules! with_features {
    ($($item:item)*) => {$(
        #[target_feature(
            enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,avx512vpopcntdq,avx2,bmi1,bmi2,popcnt,lzcnt"
        )]
        $item
    )*};
}

with_features! {
    pub(crate) fn add_lines(lines: &[Line; TILE_MEMBERS], list: &[u16], upcoming: &[u16], counts: &mut [u32; LINE_BITS]) {
        vertical::add_lines::<Zmm>(lines, list, upcoming, counts, |digits, counts| flush(digits, counts));
    }

    /// Digit by digit, under a mask, into one byte for each counter and eight digits; then bytes are widened and added.
    #[inline]
    fn flush(digits: &[Line], counts: &mut [u32; LINE_BITS]) {
        let (low, high) = digits.split_at(digits.len().min(8));
        for (word, counts) in counts.as_chunks_mut::<64>().0.iter_mut().enumerate() {
            let bytes = |digits: &[Line]| {
                let mut bytes = _mm512_setzero_si512();
                for (weight, digit) in digits.iter().enumerate() {
                    let one = _mm512_set1_epi8((1u8 << weight).cast_signed());
                    bytes = _mm512_mask_add_epi8(bytes, digit.0[word], bytes, one);
                }
                bytes
            };
            let low = quarters(bytes(low));
            let high = if high.is_empty() { None } else { Some(quarters(bytes(high))) };
            for (at, counts) in counts.as_chunks_mut::<16>().0.iter_mut().enumerate() {
                let mut sum = _mm512_cvtepu8_epi32(low[at]);
                if let Some(high) = high {
                    sum = _mm512_add_epi32(sum, _mm512_slli_epi32::<8>(_mm512_cvtepu8_epi32(high[at])));
                }
                let counts = counts.as_mut_ptr().cast::<__m512i>();
                // SAFETY: sixteen counters are 64 bytes; the unaligned forms ask for no border.
                unsafe { _mm512_storeu_si512(counts, _mm512_add_epi32(sum, _mm512_loadu_si512(counts))) };
            }
        }
    }

    #[inline]
    fn quarters(bytes: __m512i) -> [__m128i; 4] {
        [
            _mm512_castsi512_si128(bytes),
            _mm512_extracti32x4_epi32::<1>(bytes),
            _mm512_extracti32x4_epi32::<2>(bytes),
            _mm512_extracti32x4_epi32::<3>(bytes),
        ]
    }

    /// As the portable one; up to 32 entries beyond the result are overwritten.
    pub(crate) fn places(words: &[u64], inverted: u64, base: u16, list: &mut [u16]) -> usize {
        let mut len = 0;
        let step = _mm512_set1_epi16(32);
        let mut numbers = _mm512_add_epi16(_mm512_set1_epi16(base.cast_signed()), iota());
        for word in words {
            let word = word ^ inverted;
            for half in [word as u32, (word >> 32) as u32] {
                if let Some(target) = list.get_mut(len..len + 32) {
                    let packed = _mm512_maskz_compress_epi16(half, numbers);
                    // SAFETY: the target is 32 entries of two bytes.
                    unsafe { _mm512_storeu_si512(target.as_mut_ptr().cast(), packed) };
                    len += half.count_ones() as usize;
                }
                numbers = _mm512_add_epi16(numbers, step);
            }
        }
        len
    }

    #[inline]
    fn iota() -> __m512i {
        const NUMBERS: [u16; 32] = {
            let mut numbers = [0; 32];
            let mut at = 0;
            while at < 32 {
                numbers[at] = at as u16;
                at += 1;
            }
            numbers
        };
        // SAFETY: the constant is 64 bytes.
        unsafe { _mm512_loadu_si512(NUMBERS.as_ptr().cast()) }
    }

    pub(crate) fn summarise(counts: &[u32], least: u32) -> (u64, u64, u32) {
        portable::summarise(counts, least)
    }

    /// Appends `id | count << 16` for each count of at least `least`.
    pub(crate) fn pack_narrow(counts: &[u32], ids: &[u32], least: u32, out: &mut Vec<u32>) {
        let len = counts.len().min(ids.len());
        out.reserve(len + 16);
        let limit = _mm512_set1_epi32(least.cast_signed());
        let mut filled = out.len();
        let base = out.as_mut_ptr();
        for at in (0..len).step_by(16) {
            let lanes = lanes(len - at);
            // SAFETY: the mask leaves out the lanes at and beyond `len`.
            let (count, id) = unsafe {
                (
                    _mm512_maskz_loadu_epi32(lanes, counts.as_ptr().add(at).cast()),
                    _mm512_maskz_loadu_epi32(lanes, ids.as_ptr().add(at).cast()),
                )
            };
            let taken = _mm512_mask_cmpge_epu32_mask(lanes, count, limit);
            let packed = _mm512_or_si512(id, _mm512_slli_epi32::<16>(count));
            // SAFETY: `filled` grew by at most `at` since room for `len` + 16 was reserved.
            unsafe {
                _mm512_storeu_si512(base.add(filled).cast(), _mm512_maskz_compress_epi32(taken, packed));
            }
            filled += taken.count_ones() as usize;
        }
        // SAFETY: so many entries were written, and they fit.
        unsafe { out.set_len(filled) };
    }

    /// Appends `id | count << 32` for each count of at least `least`.
    pub(crate) fn pack_wide(counts: &[u32], ids: &[u32], least: u32, out: &mut Vec<u64>) {
        let len = counts.len().min(ids.len());
        out.reserve(len + 8);
        let limit = _mm512_set1_epi64(i64::from(least));
        let mut filled = out.len();
        let base = out.as_mut_ptr();
        for at in (0..len).step_by(8) {
            let lanes = lanes(len - at) as u8;
            // SAFETY: the mask leaves out the lanes at and beyond `len`.
            let (count, id) = unsafe {
                (
                    _mm512_cvtepu32_epi64(_mm256_maskz_loadu_epi32(lanes, counts.as_ptr().add(at).cast())),
                    _mm512_cvtepu32_epi64(_mm256_maskz_loadu_epi32(lanes, ids.as_ptr().add(at).cast())),
                )
            };
            let taken = _mm512_mask_cmpge_epu64_mask(lanes, count, limit);
            let packed = _mm512_or_si512(id, _mm512_slli_epi64::<32>(count));
            // SAFETY: `filled` grew by at most `at` since room for `len` + 8 was reserved.
            unsafe {
                _mm512_storeu_si512(base.add(filled).cast(), _mm512_maskz_compress_epi64(taken, packed));
            }
            filled += taken.count_ones() as usize;
        }
        // SAFETY: so many entries were written, and they fit.
        unsafe { out.set_len(filled) };
    }

    /// See [`Kernel::pack_bytes`](crate::Kernel::pack_bytes).
    pub(crate) fn pack_bytes(counts: &[u32], least: u32, out: &mut Vec<u8>, large: &mut Vec<u32>) -> usize {
        let words = counts.len().div_ceil(64);
        // A whole vector is written at a time.
        out.reserve(words * 8 + counts.len() + 64);
        let masks = out.len();
        let begin = masks + words * 8;
        let mut filled = begin;
        let base = out.as_mut_ptr();
        let limit = _mm512_set1_epi32(least.cast_signed());
        for (word, counts) in counts.chunks(64).enumerate() {
            let (mut mask, mut bytes) = (0u64, _mm512_setzero_si512());
            for (quarter, sixteen) in counts.chunks(16).enumerate() {
                // SAFETY: the mask leaves out the lanes at and beyond the end.
                let count = unsafe { _mm512_maskz_loadu_epi32(lanes(sixteen.len()), sixteen.as_ptr().cast()) };
                let taken = _mm512_mask_cmpge_epu32_mask(lanes(sixteen.len()), count, limit);
                mask |= u64::from(taken) << (quarter * 16);
                let narrow = _mm512_cvtusepi32_epi8(count);
                bytes = match quarter {
                    0 => _mm512_inserti32x4::<0>(bytes, narrow),
                    1 => _mm512_inserti32x4::<1>(bytes, narrow),
                    2 => _mm512_inserti32x4::<2>(bytes, narrow),
                    _ => _mm512_inserti32x4::<3>(bytes, narrow),
                };
            }
            let mut full = _mm512_mask_cmpeq_epi8_mask(mask, bytes, _mm512_set1_epi8(-1));
            // SAFETY: room was reserved for all masks, and behind them for a byte a count and one vector more.
            unsafe {
                base.add(masks + word * 8).cast::<[u8; 8]>().write(mask.to_le_bytes());
                _mm512_storeu_si512(base.add(filled).cast(), _mm512_maskz_compress_epi8(mask, bytes));
            }
            filled += mask.count_ones() as usize;
            while full != 0 {
                large.push(counts[full.trailing_zeros() as usize]);
                full &= full - 1;
            }
        }
        // SAFETY: all masks and so many bytes behind them were written, and they fit.
        unsafe { out.set_len(filled) };
        filled - begin
    }

    /// Calls `found` with the place and the value of each count of at least `least`.
    pub(crate) fn scan(counts: &[u32], least: u32, mut found: impl FnMut(usize, u32)) {
        let limit = _mm512_set1_epi32(least.cast_signed());
        for at in (0..counts.len()).step_by(16) {
            let lanes = lanes(counts.len() - at);
            // SAFETY: the mask leaves out the lanes at and beyond the end.
            let count = unsafe { _mm512_maskz_loadu_epi32(lanes, counts.as_ptr().add(at).cast()) };
            let mut taken = _mm512_mask_cmpge_epu32_mask(lanes, count, limit);
            while taken != 0 {
                let place = at + taken.trailing_zeros() as usize;
                found(place, counts[place]);
                taken &= taken - 1;
            }
        }
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

/// The lowest `count` lanes of sixteen, or all.
#[inline(always)]
fn lanes(count: usize) -> u16 {
    if count >= 16 { u16::MAX } else { (1 << count) - 1 }
}
