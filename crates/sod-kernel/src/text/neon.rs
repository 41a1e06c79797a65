//! 64 bytes in four registers.
//!
//! There is no instruction for the mask: each byte keeps the bit of its place, and three rounds of pairwise addition
//! bring the bits of eight bytes together.
#![expect(unsafe_code, reason = "processor instructions")]

use super::lanes::{Lanes, Task};
use core::arch::aarch64::*;

/// The proof that the processor has NEON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neon(());

impl Neon {
    /// The only way to get one. The answer is remembered by the standard library.
    #[inline]
    pub(super) fn detect() -> Option<Self> {
        std::arch::is_aarch64_feature_detected!("neon").then_some(Self(()))
    }
}

/// # Safety
///
/// The processor must have NEON, as a value of [`Neon`] proves.
#[target_feature(enable = "neon")]
unsafe fn run<T: Task>(lanes: Neon, task: T) -> T::Output {
    task.run(lanes)
}

/// One bit for each of 64 bytes that are all ones or all zeros.
///
/// # Safety
///
/// The processor must have NEON.
#[inline(always)]
unsafe fn mask([a, b, c, d]: [uint8x16_t; 4]) -> u64 {
    const PLACES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: the caller vouches for NEON; the load is of 16 bytes of 16.
    unsafe {
        let places = vld1q_u8(PLACES.as_ptr());
        let low = vpaddq_u8(vandq_u8(a, places), vandq_u8(b, places));
        let high = vpaddq_u8(vandq_u8(c, places), vandq_u8(d, places));
        let all = vpaddq_u8(low, high);
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(all, all)))
    }
}

impl Lanes for Neon {
    type Bytes = [uint8x16_t; 4];

    #[inline]
    fn enter<T: Task>(self, task: T) -> T::Output {
        // SAFETY: `self` proves NEON.
        unsafe { run(self, task) }
    }

    #[inline(always)]
    fn load(self, bytes: &[u8; 64]) -> [uint8x16_t; 4] {
        let start = bytes.as_ptr();
        // SAFETY: `self` proves NEON; the loads end at 16, 32, 48 and 64 of 64 bytes.
        unsafe {
            [vld1q_u8(start), vld1q_u8(start.add(16)), vld1q_u8(start.add(32)), vld1q_u8(start.add(48))]
        }
    }

    #[inline(always)]
    fn equal(self, [a, b, c, d]: [uint8x16_t; 4], [e, f, g, h]: [uint8x16_t; 4]) -> u64 {
        // SAFETY: `self` proves NEON.
        unsafe { mask([vceqq_u8(a, e), vceqq_u8(b, f), vceqq_u8(c, g), vceqq_u8(d, h)]) }
    }

    #[inline(always)]
    fn equal_to(self, a: [uint8x16_t; 4], byte: u8) -> u64 {
        // SAFETY: `self` proves NEON.
        let byte = unsafe { vdupq_n_u8(byte) };
        self.equal(a, [byte; 4])
    }

    #[inline(always)]
    fn unplain(self, a: [uint8x16_t; 4]) -> u64 {
        // As signed numbers, what is not ASCII is negative and so below the blank too.
        // SAFETY: `self` proves NEON.
        unsafe {
            let (blank, escape) = (vdupq_n_s8(0x20), vdupq_n_u8(b'\\'));
            mask(a.map(|a| vorrq_u8(vcltq_s8(vreinterpretq_s8_u8(a), blank), vceqq_u8(a, escape))))
        }
    }
}
