//! Vertical counters: how many of the listed lines have each bit set, 512 counts at once.
//!
//! ```text
//! for each listed line:  for each bit s of it that is set:  counts[s] += 1
//! ```
//!
//! Departures from this:
//!
//! 1. Counters are kept by digit: `ones`, `twos`, `fours`, ... are lines whose bit `s` is a binary digit of counter `s`. Three
//!    lines of one weight become one of that weight and one of twice the weight by a full adder (carry-save addition; Harley
//!    and Seal, in Warren, "Hacker's Delight", 2nd edition, section 5-1), so that eight lines cost seven full adders, and
//!    most of those 512 bits wide, whatever the bits are.
//! 2. A group of eight lines gives one carry of weight 8. Carries wait in pairs, level by level, as the digits of a counter of
//!    groups do: level k is touched by every 2^k-th group.
//! 3. Only at the end are the digits turned into numbers and added to `counts`: that costs as much as some fifty lines, so
//!    lists should be long.
//! 4. Lines lie anywhere in a tile that is larger than the nearer caches. Those of the list that comes next are asked for while
//!    this one is added.

use crate::Line;
use crate::hint::prefetch;
use crate::line::{LINE_BITS, TILE_MEMBERS};

/// Lists are cut so that no counter has more than 16 digits.
const LIST_MAX: usize = (1 << 16) - 8;
/// Digits of a counter.
pub(crate) const DIGITS: usize = 16;

/// A part of a line in a register. Methods must be inlined into a function that has the instruction set.
pub(crate) trait Vector: Copy {
    /// Registers to a line.
    const PARTS: usize;
    /// All zeroes.
    fn zero() -> Self;
    /// Part `part`, below `PARTS`, of a line.
    fn load(line: &Line, part: usize) -> Self;
    /// Writes part `part`, below `PARTS`, of a line.
    fn store(self, line: &mut Line, part: usize);
    /// The sum bits and the carry bits of three lines.
    fn full_add(a: Self, b: Self, c: Self) -> (Self, Self);
}

/// Adds the listed lines to the counters; `flush` adds digit lines (the lowest first) to them.
#[inline(always)]
pub(crate) fn add_lines<V: Vector>(
    lines: &[Line; TILE_MEMBERS],
    list: &[u16],
    upcoming: &[u16],
    counts: &mut [u32; LINE_BITS],
    flush: impl Fn(&[Line], &mut [u32; LINE_BITS]),
) {
    let mut upcoming = upcoming.as_chunks::<8>().0;
    for list in list.chunks(LIST_MAX) {
        let mut digits = [Line::EMPTY; DIGITS];
        let used = (usize::BITS - list.len().leading_zeros()) as usize;
        for part in 0..V::PARTS {
            add_part::<V>(lines, list, std::mem::take(&mut upcoming), part, &mut digits);
        }
        flush(&digits[..used.min(DIGITS)], counts);
    }
}

/// The digits of one part of the counters.
struct Counter<V> {
    ones: V,
    twos: V,
    fours: V,
    // Level k holds the digit of weight 8 * 2^k, and a carry that waits when bit k of `groups` is set.
    level: [V; LEVELS],
    waiting: [V; LEVELS],
    groups: usize,
}

/// Digits of weight eight and more.
const LEVELS: usize = DIGITS - 3;

// Everything that touches a vector is inlined by force: a vector type belongs to the instruction set of the outermost function,
// and a call in between would hand it over through memory.
impl<V: Vector> Counter<V> {
    #[inline(always)]
    fn new() -> Self {
        let zero = V::zero();
        Self {
            ones: zero,
            twos: zero,
            fours: zero,
            level: [zero; LEVELS],
            waiting: [zero; LEVELS],
            groups: 0,
        }
    }

    #[inline(always)]
    fn add(&mut self, x: [V; 8]) {
        let (sum, a) = V::full_add(self.ones, x[0], x[1]);
        let (sum, b) = V::full_add(sum, x[2], x[3]);
        let (sum, c) = V::full_add(sum, x[4], x[5]);
        let (sum, d) = V::full_add(sum, x[6], x[7]);
        self.ones = sum;
        let (sum, a) = V::full_add(self.twos, a, b);
        let (sum, b) = V::full_add(sum, c, d);
        self.twos = sum;
        let (sum, mut carry) = V::full_add(self.fours, a, b);
        self.fours = sum;
        let mut at = 0;
        let mut groups = self.groups;
        // Lists are cut before the last level would carry.
        while groups & 1 == 1 && at < LEVELS - 1 {
            (self.level[at], carry) = V::full_add(self.level[at], self.waiting[at], carry);
            groups >>= 1;
            at += 1;
        }
        self.waiting[at] = carry;
        self.groups += 1;
    }
}

#[inline(always)]
fn load<V: Vector>(lines: &[Line; TILE_MEMBERS], member: u16, part: usize) -> V {
    V::load(&lines[usize::from(member)], part)
}

/// One part of the lines, into one part of the digits.
#[inline(always)]
fn add_part<V: Vector>(
    lines: &[Line; TILE_MEMBERS],
    list: &[u16],
    upcoming: &[[u16; 8]],
    part: usize,
    digits: &mut [Line; DIGITS],
) {
    let mut counter = Counter::<V>::new();
    let (eights, rest) = list.as_chunks::<8>();
    let mut upcoming = upcoming.iter();
    for eight in eights {
        for &member in upcoming.next().into_iter().flatten() {
            prefetch(lines, usize::from(member));
        }
        counter.add([
            load(lines, eight[0], part),
            load(lines, eight[1], part),
            load(lines, eight[2], part),
            load(lines, eight[3], part),
            load(lines, eight[4], part),
            load(lines, eight[5], part),
            load(lines, eight[6], part),
            load(lines, eight[7], part),
        ]);
    }
    if !rest.is_empty() {
        let mut last = [V::zero(); 8];
        for (slot, &member) in last.iter_mut().zip(rest) {
            *slot = load(lines, member, part);
        }
        counter.add(last);
    }
    counter.ones.store(&mut digits[0], part);
    counter.twos.store(&mut digits[1], part);
    counter.fours.store(&mut digits[2], part);
    // Carries that wait are added now, from the lowest level up; `carry` is what each level hands on.
    let mut carry = V::zero();
    for at in 0..(usize::BITS - counter.groups.leading_zeros()) as usize {
        let pending = if (counter.groups >> at) & 1 == 1 { counter.waiting[at] } else { V::zero() };
        let (sum, next) = V::full_add(counter.level[at], pending, carry);
        sum.store(&mut digits[at + 3], part);
        carry = next;
    }
}
