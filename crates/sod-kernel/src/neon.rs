//! The vertical counters with the 128-bit vectors that every AArch64 processor has.
//!
//! All other loops are the portable ones, which the compiler turns into the same vectors: NEON is part of the target's
//! baseline, so nothing has to be asked for at run time and nothing else here is `unsafe`.

#![expect(unsafe_code, reason = "vector loads and stores go through pointers")]

use crate::Line;
use crate::vertical::Vector;
use std::arch::aarch64::*;

/// A quarter of a line.
#[derive(Clone, Copy)]
pub(crate) struct Quad(uint64x2_t);

impl Vector for Quad {
    const PARTS: usize = 4;

    #[inline(always)]
    fn zero() -> Self {
        // SAFETY: NEON is part of the target, see `Level::is_available`.
        Self(unsafe { vdupq_n_u64(0) })
    }

    #[inline(always)]
    fn load(line: &Line, part: usize) -> Self {
        // SAFETY: two of the line's eight words.
        Self(unsafe { vld1q_u64(line.0[part * 2..][..2].as_ptr()) })
    }

    #[inline(always)]
    fn store(self, line: &mut Line, part: usize) {
        // SAFETY: as `load`.
        unsafe { vst1q_u64(line.0[part * 2..][..2].as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn full_add(Self(a): Self, Self(b): Self, Self(c): Self) -> (Self, Self) {
        // SAFETY: see `zero`. Where a and b differ, c decides the carry; where they agree, a does.
        unsafe {
            let half = veorq_u64(a, b);
            (Self(veorq_u64(half, c)), Self(vbslq_u64(half, c, a)))
        }
    }
}
