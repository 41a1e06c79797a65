//! Matching records against a skeleton.
//!
//! In pseudo-code, for one record:
//!
//! ```text
//! for each part of the skeleton:
//!     compare its text with the text here, and go behind it
//!     if a gap follows:
//!         find the end of the value here, write its place, and go behind it
//! ```
//!
//! Where this departs from it:
//!
//! 1. Where a value ends is known only after it has been loaded and searched, and nothing behind it can begin before:
//!    25 values of some 15 cycles each. But most values have one length always. So the lengths are foreseen, and the
//!    parts and values up to the next value of unknown length make one *piece* of fixed length, which is compared with
//!    a pattern in blocks of 64 bytes, none of which waits for another ([`plan`](super::plan)). The places in it lie at
//!    fixed distances.
//! 2. If a piece does not fit, its parts are gone through as in the pseudo-code. A record deviates only if that fails
//!    too, so what was foreseen never changes an answer. What is seen on the way corrects what is foreseen
//!    ([`habit`](super::habit)).
//! 3. One branch for a piece: the blocks' misses are gathered, and a miss is not located.
//! 4. Blocks reach beyond the piece, up to 63 bytes. Near the end of the text they are copied first; no byte outside of
//!    the text is ever read.
//! 5. In trusted strings escapes are not looked for. The first quote ends the string unless a `\` stands before it; only
//!    then is the string gone through byte by byte ([`gap`](super::gap)).
//! 6. Where a value has no fixed length but a usual one, the usual end is taken by a branch that the processor can
//!    guess, so that what follows need not wait for it.

use super::habit::Habit;
use super::lanes::{Lanes, Task};
use super::plan::{Piece, Plan};
use super::skeleton::Scan;
use super::step::{NULL, Part};

/// One call of [`Skeleton::scan`](super::Skeleton::scan).
pub(super) struct Records<'a> {
    /// Piece by piece, as the values' lengths are foreseen; made again when that changes.
    pub(super) plan: &'a mut Plan,
    /// Part by part.
    pub(super) plain: &'a Plan,
    pub(super) habit: &'a mut Habit,
    /// What plans are made of.
    pub(super) parts: &'a [Part],
    pub(super) separator: &'a Piece,
    pub(super) slots: usize,
    /// Shorter than 4 GiB, so that all its places are below [`NULL`].
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    pub(super) max: usize,
    pub(super) places: &'a mut Vec<[u32; 2]>,
}

impl Task for Records<'_> {
    type Output = Scan;

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Scan {
        let Self { plan, plain, habit, text, places, separator, .. } = self;
        let mut scan = Scan { records: 0, end: self.at, separated: false };
        // Room is made for up to 64 records at once.
        let mut used = places.len();
        while scan.records < self.max {
            if let Some(expected) = habit.news() {
                *plan = Plan::new(self.parts, &expected);
            }
            if used + self.slots > places.len() {
                places.resize(used + self.slots * (self.max - scan.records).min(64), [NULL; 2]);
            }
            let of_record = places.get_mut(used..used + self.slots).unwrap_or_default();
            let Some(end) = record(lanes, plan, plain, habit, text, scan.end, of_record) else { break };
            used += self.slots;
            habit.count();
            scan.records += 1;
            scan.end = end;
            scan.separated = separator.fits(lanes, text, end);
            if !scan.separated {
                break;
            }
            scan.end += separator.len;
        }
        places.truncate(used);
        scan
    }
}

/// The end of the record that begins at `at`, if one does.
#[inline(always)]
fn record<L: Lanes>(
    lanes: L,
    plan: &Plan,
    plain: &Plan,
    habit: &mut Habit,
    text: &[u8],
    mut at: usize,
    places: &mut [[u32; 2]],
) -> Option<usize> {
    let sampling = habit.is_sampling();
    for piece in &plan.pieces {
        if sampling || !piece.fits(lanes, text, at) {
            let [first, last] = piece.parts;
            at = part_by_part(lanes, plain.pieces.get(first..=last)?, habit, text, at, places)?;
            continue;
        }
        at = behind(lanes, piece, text, at, places)?;
    }
    Some(at)
}

/// The same for some of its parts.
#[inline(always)]
fn part_by_part<L: Lanes>(
    lanes: L,
    parts: &[Piece],
    habit: &mut Habit,
    text: &[u8],
    mut at: usize,
    places: &mut [[u32; 2]],
) -> Option<usize> {
    for part in parts {
        if !part.fits(lanes, text, at) {
            return None;
        }
        let value = at + part.len;
        at = behind(lanes, part, text, at, places)?;
        habit.see(part.parts[0], text, value, at);
    }
    Some(at)
}

/// Where a piece that fits and the gap behind it end. Writes the places.
#[inline(always)]
fn behind<L: Lanes>(
    lanes: L,
    piece: &Piece,
    text: &[u8],
    at: usize,
    places: &mut [[u32; 2]],
) -> Option<usize> {
    piece.note(at, places);
    let at = at + piece.len;
    let Some(gap) = piece.gap else { return Some(at) };
    let found = gap.find(lanes, text, at)?;
    // No gap without a slot has a number that a place has.
    if let Some(place) = places.get_mut(usize::from(gap.slot)) {
        *place = found.place;
    }
    Some(found.next)
}
