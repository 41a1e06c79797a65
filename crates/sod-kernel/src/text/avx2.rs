//! 64 bytes in two registers.
#![expect(unsafe_code, reason = "processor instructions")]

use super::lanes::{Lanes, Task};
use core::arch::x86_64::*;

/// The proof that the processor has AVX2.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx2(());

impl Avx2 {
    /// The only way to get one. The answer is remembered by the standard library.
    #[inline]
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt"))
        .then_some(Self(()))
    }
}

/// # Safety
///
/// The processor must have these features, as a value of [`Avx2`] proves.
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
unsafe fn run<T: Task>(lanes: Avx2, task: T) -> T::Output {
    task.run(lanes)
}

/// The high bits of 64 bytes, side by side.
///
/// # Safety
///
/// The processor must have AVX2.
#[inline(always)]
unsafe fn mask(low: __m256i, high: __m256i) -> u64 {
    // SAFETY: the caller vouches for AVX2.
    let (low, high) = unsafe { (_mm256_movemask_epi8(low) as u32, _mm256_movemask_epi8(high) as u32) };
    u64::from(high) << 32 | u64::from(low)
}

impl Lanes for Avx2 {
    type Bytes = [__m256i; 2];

    #[inline]
    fn enter<T: Task>(self, task: T) -> T::Output {
        // SAFETY: `self` proves the features.
        unsafe { run(self, task) }
    }

    #[inline(always)]
    fn load(self, bytes: &[u8; 64]) -> [__m256i; 2] {
        // SAFETY: `self` proves AVX2; the reference is good for 64 bytes, and no alignment is asked for.
        unsafe {
            let bytes: *const __m256i = bytes.as_ptr().cast();
            [_mm256_loadu_si256(bytes), _mm256_loadu_si256(bytes.add(1))]
        }
    }

    #[inline(always)]
    fn equal(self, [a, b]: [__m256i; 2], [c, d]: [__m256i; 2]) -> u64 {
        // SAFETY: `self` proves AVX2.
        unsafe { mask(_mm256_cmpeq_epi8(a, c), _mm256_cmpeq_epi8(b, d)) }
    }

    #[inline(always)]
    fn equal_to(self, a: [__m256i; 2], byte: u8) -> u64 {
        // SAFETY: `self` proves AVX2.
        let byte = unsafe { _mm256_set1_epi8(byte as i8) };
        self.equal(a, [byte, byte])
    }

    #[inline(always)]
    fn unplain(self, [a, b]: [__m256i; 2]) -> u64 {
        // As signed numbers, what is not ASCII is negative and so below the blank too.
        // SAFETY: `self` proves AVX2.
        unsafe {
            let (blank, escape) = (_mm256_set1_epi8(0x20), _mm256_set1_epi8(b'\\' as i8));
            let a = _mm256_or_si256(_mm256_cmpgt_epi8(blank, a), _mm256_cmpeq_epi8(a, escape));
            let b = _mm256_or_si256(_mm256_cmpgt_epi8(blank, b), _mm256_cmpeq_epi8(b, escape));
            mask(a, b)
        }
    }

    #[inline(always)]
    fn guid(self, text: &[u8; 36]) -> (u128, bool) {
        const DASHES: i32 = 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23;
        // SAFETY: `self` proves AVX2; the loads end at 16, 32 and 36 of 36 bytes; every 16 bytes are a number.
        unsafe {
            let (start, alone) = (text.as_ptr(), [text[16], text[17], text[19]]);
            let dashes = _mm256_cmpeq_epi8(_mm256_loadu_si256(start.cast()), _mm256_set1_epi8(b'-' as i8));
            // Characters 0 to 15 hold digits 0 to 13, characters 20 to 35 digits 17 to 31; the other three one by one.
            // The last one comes first, as the number lies in memory.
            let head = _mm_shuffle_epi8(
                _mm_loadu_si128(start.cast()),
                _mm_setr_epi8(-1, -1, 15, 14, 12, 11, 10, 9, 7, 6, 5, 4, 3, 2, 1, 0),
            );
            let head = _mm_insert_epi16::<0>(head, i32::from(u16::from_be_bytes([alone[0], alone[1]])));
            let tail = _mm_shuffle_epi8(
                _mm_loadu_si128(start.add(20).cast()),
                _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1, 0, -1),
            );
            let tail = _mm_insert_epi8::<15>(tail, i32::from(alone[2]));
            let text = _mm256_set_m128i(head, tail);
            // A character is a digit if it is at most 9 above `0`, or in lower case at most 5 above `a`.
            let digit = _mm256_sub_epi8(text, _mm256_set1_epi8(b'0' as i8));
            let is_digit = _mm256_cmpeq_epi8(_mm256_min_epu8(digit, _mm256_set1_epi8(9)), digit);
            let letter = _mm256_or_si256(text, _mm256_set1_epi8(0x20));
            let letter = _mm256_sub_epi8(letter, _mm256_set1_epi8(b'a' as i8));
            let is_letter = _mm256_cmpeq_epi8(_mm256_min_epu8(letter, _mm256_set1_epi8(5)), letter);
            let right = _mm256_movemask_epi8(_mm256_or_si256(is_digit, is_letter));
            let letter = _mm256_add_epi8(letter, _mm256_set1_epi8(10));
            let worth = _mm256_blendv_epi8(letter, digit, is_digit);
            // Two digits to a byte: the second one of a pair, which comes first in the text, counts sixteen.
            let pairs = _mm256_maddubs_epi16(worth, _mm256_set1_epi16(0x1001));
            let bytes = _mm256_permute4x64_epi64::<0b1000>(_mm256_packus_epi16(pairs, pairs));
            let value = core::mem::transmute::<__m128i, u128>(_mm256_castsi256_si128(bytes));
            (value, (_mm256_movemask_epi8(dashes) & DASHES == DASHES) & (right == -1))
        }
    }
}
