//! GUIDs: 36 characters in, 128 bits out.
//!
//! The portable form takes eight digits at a time as a word; the instruction sets have theirs in their own files.

use super::dispatch;
use super::lanes::{Lanes, Task};
use crate::Level;

/// The 128 bits of a GUID in the form `8-4-4-4-12`, the most significant digit first; `None` for anything else.
///
/// Upper and lower case are the same. For many of them [`guids`] is faster.
///
/// ```
/// use sod_kernel::text::guid;
/// assert_eq!(guid(b"2506AEF1-3929-4d24-a61e-7c8b83d95e6f"), Some(0x2506aef139294d24a61e7c8b83d95e6f));
/// assert_eq!(guid(b"2506aef139294d24a61e7c8b83d95e6f"), None);
/// ```
#[must_use]
pub fn guid(text: &[u8]) -> Option<u128> {
    let (value, right) = by_words(text.try_into().ok()?);
    right.then_some(value)
}

/// The GUIDs of up to 64 records: of the first place, the one `stride` places on, and so forth, as
/// [`Skeleton::scan`](super::Skeleton::scan) gives them.
///
/// Bit `i` of the answer is set if place `i` is a GUID, and then `out[i]` is its value as [`guid`] gives it; otherwise
/// `out[i]` is zero. There are as many as `out` and `places` have, at most 64. A stride of zero counts as one.
///
/// ```
/// use sod_kernel::text::{NULL, guids};
/// let text = b"2506aef1-3929-4d24-a61e-7c8b83d95e6f Delivered";
/// let places = [[0, 36], [37, 46], [NULL, NULL], [37, 46]]; // two records of two places
/// let mut out = [7; 2];
/// assert_eq!(guids(text, &places, 2, &mut out), 0b01);
/// assert_eq!(out, [0x2506aef139294d24a61e7c8b83d95e6f, 0]);
/// ```
pub fn guids(text: &[u8], places: &[[u32; 2]], stride: usize, out: &mut [u128]) -> u64 {
    guids_at(Level::best(), text, places, stride, out)
}

/// [`guids`] with other instructions: for tests and benches. Where the processor lacks them, the best below them run.
///
/// ```
/// use sod_kernel::{Level, text::{guids, guids_at}};
/// let (mut out, mut twin) = ([0; 64], [0; 64]);
/// let (text, places) = ([b'a'; 99], [[9, 45]]);
/// assert_eq!(guids_at(Level::Portable, &text, &places, 1, &mut twin), guids(&text, &places, 1, &mut out));
/// ```
pub fn guids_at(level: Level, text: &[u8], places: &[[u32; 2]], stride: usize, out: &mut [u128]) -> u64 {
    dispatch::run(level, Batch { text, places, stride: stride.max(1), out })
}

struct Batch<'a> {
    text: &'a [u8],
    places: &'a [[u32; 2]],
    stride: usize,
    out: &'a mut [u128],
}

impl Task for Batch<'_> {
    type Output = u64;

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> u64 {
        let (mut good, mut at) = (0, 0_usize);
        for (index, out) in self.out.iter_mut().take(64).enumerate() {
            let Some(&[start, end]) = self.places.get(at) else { break };
            at = at.saturating_add(self.stride);
            let text = self.text.get(start as usize..end as usize).and_then(|text| text.try_into().ok());
            let (value, right) = text.map_or((0, false), |text| lanes.guid(text));
            *out = if right { value } else { 0 };
            good |= u64::from(right) << index;
        }
        good
    }
}

/// A GUID, eight digits at a time, and whether it is one.
#[inline]
pub(super) fn by_words(text: &[u8; 36]) -> (u128, bool) {
    let word =
        |places: [usize; 8]| u64::from_be_bytes(places.map(|place| text.get(place).copied().unwrap_or(0)));
    let words = [
        word([0, 1, 2, 3, 4, 5, 6, 7]),
        word([9, 10, 11, 12, 14, 15, 16, 17]),
        word([19, 20, 21, 22, 24, 25, 26, 27]),
        word([28, 29, 30, 31, 32, 33, 34, 35]),
    ];
    let dashes = [text[8], text[13], text[18], text[23]];
    let (mut value, mut right) = (0, dashes == [b'-'; 4]);
    for word in words {
        let (digits, are_digits) = eight_digits(word);
        value = value << 32 | u128::from(digits);
        right &= are_digits;
    }
    (value, right)
}

/// Eight digits, the first in the highest byte, and whether they are digits.
#[inline]
fn eight_digits(word: u64) -> (u32, bool) {
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    // With the high bits cleared no sum carries into the next byte, and a byte has its high bit set after the addition
    // of `0x80 - limit` if it is at least `limit`.
    let low = word & each(0x7f);
    let at_least = |word: u64, limit: u8| word + each(0x80 - limit);
    let lower_case = low | each(0x20);
    let digits = at_least(low, b'0') & !at_least(low, b'9' + 1);
    let letters = at_least(lower_case, b'a') & !at_least(lower_case, b'f' + 1);
    let right = (digits | letters) & !word & each(0x80) == each(0x80);
    // Letters have bit 6, and `a` ends in 1.
    let worth = (low & each(0x0f)) + ((low >> 6) & each(1)) * 9;
    let worth = (worth | worth >> 4) & 0x00ff_00ff_00ff_00ff;
    let worth = (worth | worth >> 8) & 0x0000_ffff_0000_ffff;
    ((worth | worth >> 16) as u32, right)
}
