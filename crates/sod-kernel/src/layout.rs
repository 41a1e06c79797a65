//! From rows of numbers to bit lines, bit columns, lists and short rows: the layout of one tile, in one pass over its rows.
//!
//! ```text
//! for each member u of the tile, for each number c that the codes give for its row:
//!     c < heavy:           set bit c of the line of u
//!     c < dense:           set bit u of column c
//!     dense <= c:          append u to list c
//!     heavy <= c:          append c to the short row of u
//! ```
//!
//! Departures from this:
//!
//! 1. 64 members are laid out together. Heavy numbers set one bit in a small array of columns, one word for 64 members, which
//!    stays in the L1 cache; then eight 64-by-64 bit matrices at a time are turned into lines. So each holding is one
//!    read-modify-write whatever becomes of it, and neighbours in a row never wait for one another's word.
//! 2. Nothing branches on what a number is: light ones set a bit that is never looked at, and heavy ones are written to the
//!    short row where the next number overwrites them. Which of these stores count is in how far the place moves on.
//! 3. Numbers for the lists are gathered first and appended to their lists afterwards, 64 members at once: one loop without
//!    surprises, and the stores of the one do not wait for the cache misses of the other.

use crate::line::{LINE_BITS, LineTile};
use crate::{Line, transpose};

/// Members that are laid out together: the bits of a word.
pub(crate) const GROUP: usize = 64;
/// Entries of short rows come in multiples of this, filled up with numbers that no anchor has.
pub const ROW_PADDING: usize = 4;
/// Columns that light numbers set bits in; several, so that neighbours seldom meet.
const DUMMIES: usize = 64;

/// The numbers that codes and short rows are made of: `u16` where they suffice, or `u32`.
pub trait Code: Ord + crate::Zeroed + private::Sealed {
    /// The greatest number.
    const MAX: usize;
    /// The number for `at`, which must not exceed `MAX`: what does not fit is cut off.
    fn new(at: usize) -> Self;
    /// The number.
    fn at(self) -> usize;
}

mod private {
    pub trait Sealed {}
    impl Sealed for u16 {}
    impl Sealed for u32 {}
}

impl Code for u16 {
    const MAX: usize = u16::MAX as usize;
    #[inline(always)]
    fn new(at: usize) -> Self {
        at as u16
    }
    #[inline(always)]
    fn at(self) -> usize {
        usize::from(self)
    }
}

impl Code for u32 {
    const MAX: usize = u32::MAX as usize;
    #[inline(always)]
    fn new(at: usize) -> Self {
        at as u32
    }
    #[inline(always)]
    fn at(self) -> usize {
        self as usize
    }
}

/// What each number of the input rows is called in the layout.
///
/// Codes below `dense` get a bit column, codes from `dense` up a list, codes below `heavy` a bit of the lines, codes from
/// `heavy` up a place in the short rows.
#[derive(Clone, Debug)]
pub struct Codes<I> {
    // INVARIANT (codes): dense <= heavy <= total, heavy is a multiple of 512, every code is below total, and
    // total + ROW_PADDING fits in I.
    codes: Vec<I>,
    dense: usize,
    heavy: usize,
    total: usize,
}

impl<I: Code> Codes<I> {
    /// `None` unless dense <= heavy <= total, heavy is a multiple of 512, every code is below total, and the numbers up to
    /// total + [`ROW_PADDING`] fit in `I`.
    #[must_use]
    pub fn new(codes: Vec<I>, dense: usize, heavy: usize, total: usize) -> Option<Self> {
        let sound = dense <= heavy
            && heavy <= total
            && heavy.is_multiple_of(LINE_BITS)
            && total + ROW_PADDING <= I::MAX
            && codes.iter().all(|code| code.at() < total);
        sound.then_some(Self { codes, dense, heavy, total })
    }

    /// Codes below this have a bit column.
    #[must_use]
    pub fn dense(&self) -> usize {
        self.dense
    }

    /// Codes below this have a bit in the lines.
    #[must_use]
    pub fn heavy(&self) -> usize {
        self.heavy
    }

    /// Every code is below this.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The code of an input number.
    #[must_use]
    pub fn code(&self, number: usize) -> Option<I> {
        self.codes.get(number).copied()
    }
}

/// Where the layout of one tile goes. All but the lines is for the caller to size.
#[derive(Debug)]
pub struct TileTarget<'a, I> {
    /// One for each 512 heavy codes.
    pub lines: &'a mut [LineTile],
    /// `words` words for each dense code: bit `u % 64` of word `u / 64` is member `u`.
    pub columns: &'a mut [u64],
    /// Words of one column.
    pub words: usize,
    /// The lists of the codes from `dense` up, one after another.
    pub lists: &'a mut [u16],
    /// For each code from `dense` up: where its list begins, and on return where it ends.
    pub cursors: &'a mut [u32],
    /// The short rows, one after another: at least [`ROW_PADDING`] more entries than they have, rounded up row by row.
    pub rows: &'a mut [I],
    /// For each member, where its short row begins, in groups of [`ROW_PADDING`].
    pub begins: &'a mut [u32],
    /// Where `rows` itself begins, in groups.
    pub first_group: u32,
}

impl<I: Code> TileTarget<'_, I> {
    /// Whether the rows are rows, and there is room for them.
    pub(crate) fn has_room(&self, codes: &Codes<I>, starts: &[u64], numbers: usize) -> bool {
        let (Some(&first), Some(&last)) = (starts.first(), starts.last()) else {
            return false;
        };
        let members = starts.len() - 1;
        let words = members.div_ceil(GROUP);
        members <= crate::TILE_MEMBERS
            && starts.is_sorted()
            && last - first <= numbers as u64
            && self.lines.len() * LINE_BITS >= codes.heavy
            && self.words >= words
            && self.columns.len() >= codes.dense * self.words
            && self.cursors.len() >= codes.total - codes.dense
            && (codes.heavy == codes.total || self.begins.len() >= members)
    }
}

/// What is kept from tile to tile.
#[derive(Debug)]
pub struct LayoutScratch<I> {
    columns: Vec<u64>,
    listed: Vec<(I, u16)>,
}

impl<I> LayoutScratch<I> {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { columns: Vec::new(), listed: Vec::new() }
    }
}

impl<I> Default for LayoutScratch<I> {
    fn default() -> Self {
        Self::new()
    }
}

/// Lays out the rows `numbers[starts[u]..starts[u + 1]]`, at most 65,536 of them. What does not fit the target is left out.
#[inline(always)]
pub(crate) fn lay_out<I: Code, P: Copy, const LISTS: bool, const ROWS: bool>(
    codes: &Codes<I>,
    starts: &[u64],
    numbers: &[P],
    index: impl Fn(P) -> usize,
    target: &mut TileTarget<'_, I>,
    scratch: &mut LayoutScratch<I>,
) {
    let members = starts.len().saturating_sub(1).min(crate::TILE_MEMBERS);
    let (dense, heavy, total) = (codes.dense, codes.heavy, codes.total);
    let table = codes.codes.as_slice();
    let LayoutScratch { columns, listed } = scratch;
    columns.clear();
    columns.resize(heavy + DUMMIES, 0);
    let columns = columns.as_mut_slice();
    let base = starts.first().copied().unwrap_or(0);
    let mut row_end = 0usize;
    for first in (0..members).step_by(GROUP) {
        let last = (first + GROUP).min(members);
        let most = (starts[last] - starts[first]) as usize;
        if LISTS && listed.len() < most + 1 {
            listed.resize(most + 1, (I::default(), 0));
        }
        let mut listed_len = 0;
        columns.fill(0);
        for member in first..last {
            let bit = 1u64 << (member % GROUP);
            let row = &numbers[(starts[member] - base) as usize..(starts[member + 1] - base) as usize];
            let entries = if LISTS { &mut listed[listed_len..listed_len + row.len() + 1] } else { &mut [] };
            let short = if ROWS {
                let end = (row_end + row.len() + ROW_PADDING).min(target.rows.len());
                target.rows.get_mut(row_end..end).unwrap_or_default()
            } else {
                &mut []
            };
            let (mut entries_len, mut short_len) = (0, 0);
            for &number in row {
                let code = table[index(number)];
                let at = code.at();
                let column = if ROWS && at >= heavy { heavy + at % DUMMIES } else { at };
                columns[column] |= bit;
                if LISTS {
                    entries[entries_len] = (code, member as u16);
                    entries_len += usize::from(at >= dense);
                }
                if ROWS {
                    if let Some(slot) = short.get_mut(short_len) {
                        *slot = code;
                    }
                    short_len += usize::from(at >= heavy);
                }
            }
            listed_len += entries_len;
            if ROWS {
                let padded = short_len.next_multiple_of(ROW_PADDING);
                for (at, slot) in short.iter_mut().skip(short_len).take(ROW_PADDING).enumerate() {
                    *slot = I::new(total + at);
                }
                target.begins[member] = target.first_group + (row_end / ROW_PADDING) as u32;
                row_end += padded;
            }
        }
        if LISTS {
            for &(code, member) in &listed[..listed_len] {
                let cursor = &mut target.cursors[code.at() - dense];
                if let Some(slot) = target.lists.get_mut(*cursor as usize) {
                    *slot = member;
                }
                *cursor += 1;
            }
        }
        turn_group(columns, first, target.lines);
        for (code, &word) in columns[..dense].iter().enumerate() {
            target.columns[code * target.words + first / GROUP] = word;
        }
    }
}

/// Turns the columns of 64 members into their lines.
#[inline(always)]
fn turn_group(columns: &[u64], first: usize, lines: &mut [LineTile]) {
    let blocks = columns.as_chunks::<LINE_BITS>().0;
    for (block, tile) in blocks.iter().zip(lines) {
        let target: Option<&mut [Line; GROUP]> =
            tile.lines_mut().get_mut(first..first + GROUP).and_then(|lines| lines.try_into().ok());
        if let Some(target) = target {
            transpose::turn(block, target);
        }
    }
}
