//! Bit lines: 512 bits of one member, and a tile of up to 65,536 members.

use crate::Pages;

/// Bits of one line, and counters of one block.
pub const LINE_BITS: usize = 512;
/// Members of one tile: as many as 16 bits can name.
pub const TILE_MEMBERS: usize = 1 << 16;

/// 512 bits in one cache line. Bit `s` is bit `s % 64` of word `s / 64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Line(pub [u64; 8]);

impl Line {
    /// No bit set.
    pub const EMPTY: Self = Self([0; 8]);
}

impl Default for Line {
    fn default() -> Self {
        Self::EMPTY
    }
}

/// One line for each member of a tile: exactly [`TILE_MEMBERS`], so that no 16-bit number is out of range.
///
/// Lines that were never written take address space and no memory.
///
/// ```
/// use sod_kernel::{Line, LineTile, TILE_MEMBERS};
/// let mut tile = LineTile::new(TILE_MEMBERS);
/// tile.lines_mut()[65_535].0[0] = 5;
/// assert_eq!((tile.lines()[65_535], tile.lines()[0]), (Line([5, 0, 0, 0, 0, 0, 0, 0]), Line::EMPTY));
/// ```
#[derive(Debug)]
pub struct LineTile {
    // INVARIANT (tile): TILE_MEMBERS lines.
    lines: Pages<Line>,
}

impl LineTile {
    /// A tile of empty lines, of which the first `members` will be written to.
    #[must_use]
    pub fn new(members: usize) -> Self {
        Self { lines: Pages::used_up_to(TILE_MEMBERS, members) }
    }

    /// The lines, by member.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The lines in a type that says how many there are. By the invariant there always are so many.
    pub(crate) fn array(&self) -> Option<&[Line; TILE_MEMBERS]> {
        self.lines.first_chunk()
    }

    /// The lines, to be written.
    pub fn lines_mut(&mut self) -> &mut [Line] {
        &mut self.lines
    }
}
