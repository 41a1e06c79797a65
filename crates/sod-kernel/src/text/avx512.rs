//! 64 bytes in one register, and masks that are registers of their own.
#![expect(unsafe_code, reason = "processor instructions")]

use super::lanes::{Lanes, Task};
use core::arch::x86_64::*;

/// The proof that the processor has AVX-512 BW, VL and VBMI.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx512(());

impl Avx512 {
    /// The only way to get one. The answer is remembered by the standard library.
    #[inline]
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt"))
        .then_some(Self(()))
    }
}

/// # Safety
///
/// The processor must have these features, as a value of [`Avx512`] proves.
#[target_feature(enable = "avx512bw,avx512vl,avx512vbmi,bmi1,bmi2,lzcnt")]
unsafe fn run<T: Task>(lanes: Avx512, task: T) -> T::Output {
    task.run(lanes)
}

impl Lanes for Avx512 {
    type Bytes = __m512i;

    #[inline]
    fn enter<T: Task>(self, task: T) -> T::Output {
        // SAFETY: `self` proves the features.
        unsafe { run(self, task) }
    }

    #[inline(always)]
    fn load(self, bytes: &[u8; 64]) -> __m512i {
        // SAFETY: `self` proves the features; the reference is good for 64 bytes, and no alignment is asked for.
        unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn equal(self, a: __m512i, b: __m512i) -> u64 {
        // SAFETY: `self` proves the features.
        unsafe { _mm512_cmpeq_epi8_mask(a, b) }
    }

    #[inline(always)]
    fn equal_to(self, a: __m512i, byte: u8) -> u64 {
        // SAFETY: `self` proves the features.
        unsafe { _mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8(byte as i8)) }
    }

    #[inline(always)]
    fn unplain(self, a: __m512i) -> u64 {
        // As signed numbers, what is not ASCII is negative and so below the blank too.
        // SAFETY: `self` proves the features.
        unsafe {
            _mm512_cmplt_epi8_mask(a, _mm512_set1_epi8(0x20))
                | _mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8(b'\\' as i8))
        }
    }

    #[inline(always)]
    fn guid(self, text: &[u8; 36]) -> (u128, bool) {
        const ALL: u64 = (1 << 36) - 1;
        const DASHES: u64 = 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23;
        /// The places of the digits, the last one first, as the number lies in memory.
        const DIGITS: [u8; 64] = {
            let (mut places, mut digit, mut place) = ([0; 64], 32, 0);
            while place < 36 {
                if DASHES >> place & 1 == 0 {
                    digit -= 1;
                    places[digit] = place as u8;
                }
                place += 1;
            }
            places
        };
        /// What each ASCII character is worth as a digit; the high bit says that it is none.
        const WORTH: [[u8; 64]; 2] = {
            let (mut worth, mut value) = ([[0x80; 64]; 2], 0);
            while value < 16 {
                let (lower, upper) =
                    (b"0123456789abcdef"[value] as usize, b"0123456789ABCDEF"[value] as usize);
                worth[lower / 64][lower % 64] = value as u8;
                worth[upper / 64][upper % 64] = value as u8;
                value += 1;
            }
            worth
        };
        let [low, high] = [self.load(&WORTH[0]), self.load(&WORTH[1])];
        // SAFETY: `self` proves the features; the masked load touches the 36 bytes of the reference and no other; every
        // 16 bytes are a number.
        unsafe {
            let text = _mm512_maskz_loadu_epi8(ALL, text.as_ptr().cast());
            let dashes = _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8(b'-' as i8));
            let text = _mm512_permutexvar_epi8(self.load(&DIGITS), text);
            // The lookup takes seven bits of each character; the eighth is added to the verdict.
            let worth = _mm512_permutex2var_epi8(low, text, high);
            let (text, worth) = (_mm512_castsi512_si256(text), _mm512_castsi512_si256(worth));
            let wrong = _mm256_movemask_epi8(_mm256_or_si256(text, worth));
            // Two digits to a byte: the second one of a pair, which comes first in the text, counts sixteen.
            let pairs = _mm256_maddubs_epi16(worth, _mm256_set1_epi16(0x1001));
            let value = core::mem::transmute::<__m128i, u128>(_mm256_cvtepi16_epi8(pairs));
            (value, (dashes == DASHES) & (wrong == 0))
        }
    }
}
