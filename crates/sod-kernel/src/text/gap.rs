//! The end of a value whose length is not known: one load and a count of zeros for most strings.

use super::lanes::Lanes;
use super::plan::padded;
use super::step::{Gap, NO_SLOT, NONE_USUAL, NULL};

/// A value that has been found.
#[derive(Clone, Copy)]
pub(super) struct Found {
    /// Its place.
    pub(super) place: [u32; 2],
    /// The first byte behind it.
    pub(super) next: usize,
}

impl Found {
    #[inline(always)]
    fn between(start: usize, end: usize, next: usize) -> Option<Self> {
        Some(Self { place: [start as u32, end as u32], next })
    }
}

impl Gap {
    /// The value that begins at `at`, if it is whole and of a kind that belongs here.
    #[inline(always)]
    pub(super) fn find<L: Lanes>(self, lanes: L, text: &[u8], at: usize) -> Option<Found> {
        if self.container {
            let next = self.container_end(lanes, text, at)?;
            return Found::between(at, next, next);
        }
        match *text.get(at)? {
            b'"' => {
                let end = string_end(lanes, text, at + 1, self.trusted, self.usual)?;
                Found::between(at + 1, end, end + 1)
            }
            b'n' if text.get(at..)?.starts_with(b"null") => Some(Found { place: [NULL, NULL], next: at + 4 }),
            _ if self.slot == NO_SLOT => {
                let next = word_or_integer_end(text, at)?;
                Found::between(at, next, next)
            }
            _ => None,
        }
    }

    #[inline(always)]
    fn container_end<L: Lanes>(self, lanes: L, text: &[u8], at: usize) -> Option<usize> {
        match text.get(at..)? {
            [b'[', b']', ..] | [b'{', b'}', ..] => Some(at + 2),
            [b'[' | b'{', ..] if self.trusted => nested_end(lanes, text, at),
            _ => None,
        }
    }
}

/// 64 bytes from `at` on; beyond the text they are zeros, which are neither quotes nor brackets and not plain.
#[inline(always)]
fn window<L: Lanes>(lanes: L, text: &[u8], at: usize) -> Option<L::Bytes> {
    let rest = text.get(at..)?;
    Some(match rest.first_chunk() {
        Some(bytes) => lanes.load(bytes),
        None => lanes.load(&at_the_end(rest)),
    })
}

/// [`padded`], out of the way.
#[cold]
#[inline(never)]
fn at_the_end(rest: &[u8]) -> [u8; 64] {
    padded(rest)
}

/// Where the quote is that closes the string whose content begins at `start`.
#[inline(always)]
fn string_end<L: Lanes>(lanes: L, text: &[u8], start: usize, trusted: bool, usual: u8) -> Option<usize> {
    let watched = if trusted { 0 } else { u64::MAX };
    let mut at = start;
    let [mut stops, mut quotes] = lanes.stops(window(lanes, text, at)?, watched);
    // The lowest bit tells where the string ends. But if it is where it usually is, that is a matter of a branch: what
    // follows can begin at once, and need not wait for the bit to be counted out.
    let usual_bit = 1_u64.checked_shl(u32::from(usual)).unwrap_or(0);
    if stops & (usual_bit | usual_bit.wrapping_sub(1)) == usual_bit && quotes & usual_bit != 0 {
        at += usize::from(usual);
    } else {
        while stops == 0 {
            at += 64;
            [stops, quotes] = lanes.stops(window(lanes, text, at)?, watched);
        }
        // If the lowest is not a quote's, the string is not plain.
        if quotes & stops.wrapping_neg() & stops == 0 {
            return None;
        }
        at += stops.trailing_zeros() as usize;
    }
    // The byte before is the opening quote at least.
    if text.get(at.wrapping_sub(1)) == Some(&b'\\') { escaped_end(text, start) } else { Some(at) }
}

/// The same, byte by byte, for a trusted string that has `\"` or ends in `\\`.
#[cold]
#[inline(never)]
fn escaped_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        match *text.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The first byte behind `true`, `false` or an integer. An integer at the very end of the text may be part of another
/// number and is none.
#[cold]
#[inline(never)]
fn word_or_integer_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if rest.starts_with(b"true") {
        return Some(at + 4);
    }
    if rest.starts_with(b"false") {
        return Some(at + 5);
    }
    let digits = rest.strip_prefix(b"-").unwrap_or(rest);
    let len = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let well_formed = len == 1 || (len > 1 && digits.first() != Some(&b'0'));
    // Longer ones may be beyond all that parsers take.
    let well_formed = well_formed && len <= 300;
    let ended = !matches!(digits.get(len)?, b'.' | b'e' | b'E' | b'+' | b'-');
    (well_formed && ended).then_some(text.len() - digits.len() + len)
}

/// The first byte behind the container that begins at `at`.
///
/// One bit of `kinds` for each open bracket, the innermost lowest: set for `{`.
#[inline(always)]
fn nested_end<L: Lanes>(lanes: L, text: &[u8], mut at: usize) -> Option<usize> {
    let (mut kinds, mut depth) = (0_u64, 0_u32);
    loop {
        let bytes = window(lanes, text, at)?;
        let opening = lanes.equal_to(bytes, b'{') | lanes.equal_to(bytes, b'[');
        let closing = lanes.equal_to(bytes, b'}') | lanes.equal_to(bytes, b']');
        let all = opening | closing | lanes.equal_to(bytes, b'"');
        if all == 0 {
            at += 64;
            continue;
        }
        at += all.trailing_zeros() as usize;
        match *text.get(at)? {
            b'"' => at = string_end(lanes, text, at + 1, true, NONE_USUAL)?,
            byte @ (b'{' | b'[') => {
                kinds = kinds << 1 | u64::from(byte == b'{');
                depth += 1;
                if depth > u64::BITS {
                    return None;
                }
            }
            byte => {
                if kinds & 1 != u64::from(byte == b'}') {
                    return None;
                }
                kinds >>= 1;
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
        }
        at += 1;
    }
}
