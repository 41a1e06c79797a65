//! Sorting numbers by their digits, in parallel and in a fixed number of passes.
//!
//! ```text
//! for each digit, the lowest first:
//!     each part of the numbers: how often each digit occurs
//!     the room of a digit follows that of the digit below it, and in it the parts follow one another
//!     each part of the numbers: every number to the next place in its digit's room
//! ```
//!
//! This is LSD radix sort (Knuth, "The Art of Computer Programming", volume 3, 5.2.5). Each part writes slices that are its own,
//! so that nothing is shared and nothing waits.

use rayon::prelude::*;

/// Bits of a digit at most: places for so many digits are still found without a miss of the page table.
const DIGIT_BITS: u32 = 11;
/// Numbers that are worth a thread of their own.
const PART_MIN: usize = 1 << 15;

/// Sorts numbers below `2^bits`, ascending. Takes as much memory again.
pub(super) fn sort(mut numbers: Vec<u64>, bits: u32) -> Vec<u64> {
    let parts = (numbers.len() / PART_MIN).min(rayon::current_num_threads());
    if parts == 0 {
        numbers.sort_unstable();
        return numbers;
    }
    let passes = bits.div_ceil(DIGIT_BITS).max(1);
    // Digits of equal size: the passes cost the same, and the smaller digits are, the better.
    let digit_bits = bits.div_ceil(passes);
    let mut other = vec![0; numbers.len()];
    for pass in 0..passes {
        scatter(&numbers, &mut other, parts, pass * digit_bits, digit_bits);
        std::mem::swap(&mut numbers, &mut other);
    }
    numbers
}

/// One pass: by the digit that begins at bit `shift`; equal digits stay in order.
fn scatter(from: &[u64], to: &mut [u64], parts: usize, shift: u32, digit_bits: u32) {
    let digits = 1usize << digit_bits;
    let digit = |number: u64| (number >> shift) as usize & (digits - 1);
    let at_once = from.len().div_ceil(parts).max(1);
    let counts = from.par_chunks(at_once).map(|part| {
        let mut counts = vec![0usize; digits];
        for &number in part {
            if let Some(count) = counts.get_mut(digit(number)) {
                *count += 1;
            }
        }
        counts
    });
    let counts: Vec<Vec<usize>> = counts.collect();
    let mut rooms: Vec<Vec<&mut [u64]>> = counts.iter().map(|_| Vec::with_capacity(digits)).collect();
    let mut rest = to;
    for digit in 0..digits {
        for (counts, rooms) in counts.iter().zip(&mut rooms) {
            let len = counts.get(digit).copied().unwrap_or(0);
            let (room, after) = rest.split_at_mut(len.min(rest.len()));
            rooms.push(room);
            rest = after;
        }
    }
    from.par_chunks(at_once).zip(rooms).with_max_len(1).for_each(|(part, mut rooms)| {
        for &number in part {
            if let Some(room) = rooms.get_mut(digit(number))
                && let Some((slot, after)) = std::mem::take(room).split_first_mut()
            {
                *slot = number;
                *room = after;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_the_library_does() {
        for (len, bits) in [(0, 1), (9, 64), (PART_MIN + 7, 3), (3 * PART_MIN + 1, 33), (5 * PART_MIN, 64)] {
            let mut state = 1u64;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state ^ (state >> 29)) >> (64 - bits)
            };
            let numbers: Vec<u64> = (0..len).map(|_| next()).collect();
            let mut expected = numbers.clone();
            expected.sort_unstable();
            assert!(sort(numbers, bits) == expected, "{len} numbers of {bits} bits");
        }
    }
}
