//! The second compiled form: pieces of fixed length, to be compared 64 bytes at a time, and the gaps between them.
//!
//! A gap whose length is foreseen (see [`habit`](super::habit)) is no gap: it becomes part of the piece around it.
//! Its characters must not be equal to a quote where the constant text must be equal to itself, so one comparison
//! against a pattern serves both: the pattern holds the text, and a quote for each character of a foreseen string;
//! equal bits must be exactly the bits of the text.

use super::habit::{Expected, Shape};
use super::lanes::Lanes;
use super::portable::{self, Portable};
use super::step::{Gap, Mark, NO_SLOT, Part};

/// 64 bytes of a piece. Bits stand for bytes as in [`Lanes`].
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Block {
    /// What the text is compared with.
    pub(super) pattern: [u8; 64],
    /// Where it must be equal; elsewhere it must not.
    pub(super) equal: u64,
    /// Where the text must be plain, see [`Lanes::unplain`].
    pub(super) plain: u64,
    /// Which bytes belong to the piece: all, but in its last block.
    pub(super) inside: u64,
    /// The three once more as words, for portable code.
    pub(super) words: [[u64; 8]; 3],
}

/// The place of a foreseen value, from the beginning of its piece on.
#[derive(Clone, Copy, Debug)]
struct Foreseen {
    slot: u16,
    start: u32,
    end: u32,
}

/// Text of a fixed length and the gap behind it.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    blocks: Box<[Block]>,
    values: Box<[Foreseen]>,
    marks: Box<[Mark]>,
    /// How long the text is.
    pub(super) len: usize,
    /// What follows; `None` at the end of the record.
    pub(super) gap: Option<Gap>,
    /// The parts that the piece consists of, from the first to the last.
    pub(super) parts: [usize; 2],
}

impl Piece {
    /// Whether the text from `at` on fits, all of it.
    #[inline(always)]
    pub(super) fn fits<L: Lanes>(&self, lanes: L, text: &[u8], at: usize) -> bool {
        let blocks = &self.blocks;
        let Some(window) = text.get(at..).and_then(|text| text.get(..blocks.len() * 64)) else {
            return self.fits_at_the_end(text, at);
        };
        let mut misses = 0;
        for (bytes, block) in window.as_chunks().0.iter().zip(blocks) {
            misses |= lanes.misses(bytes, block);
        }
        misses == 0
    }

    /// The same where the last block would reach beyond the text.
    #[cold]
    fn fits_at_the_end(&self, text: &[u8], at: usize) -> bool {
        let Some(text) = text.get(at..).and_then(|text| text.get(..self.len)) else { return false };
        text.chunks(64).zip(&self.blocks).all(|(bytes, block)| Portable.misses(&padded(bytes), block) == 0)
    }

    /// Writes the places that lie at fixed distances from the beginning of the piece.
    #[inline(always)]
    pub(super) fn note(&self, at: usize, places: &mut [[u32; 2]]) {
        let at = at as u32;
        for value in &self.values {
            if let Some(place) = places.get_mut(usize::from(value.slot)) {
                *place = [at + value.start, at + value.end];
            }
        }
        for mark in &self.marks {
            if let Some([start, end]) = places.get_mut(usize::from(mark.slot)) {
                *(if mark.end { end } else { start }) = at + mark.offset;
            }
        }
    }
}

/// The first 64 bytes, with zeros behind them if there are fewer.
pub(super) fn padded(bytes: &[u8]) -> [u8; 64] {
    let mut padded = [0; 64];
    padded.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    padded
}

/// A whole record.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) pieces: Vec<Piece>,
}

impl Plan {
    /// The plan that foresees for the gap of each part what `expected` says, and nothing where it says nothing.
    pub(super) fn new(parts: &[Part], expected: &[Expected]) -> Self {
        let (mut pieces, mut draft) = (Vec::new(), Draft::default());
        for (index, part) in parts.iter().enumerate() {
            draft.text(&part.text, &part.marks);
            let expected = expected.get(index).copied().unwrap_or_default();
            if !part.gap.is_some_and(|gap| draft.foreseen(gap, expected.shape)) {
                let gap = part.gap.map(|gap| Gap { usual: expected.usual, ..gap });
                let done = std::mem::replace(&mut draft, Draft::starting(index + 1));
                pieces.push(done.piece(gap, index));
            }
        }
        Self { pieces }
    }
}

/// A piece of constant text alone.
pub(super) fn constant(text: &[u8]) -> Piece {
    let mut draft = Draft::default();
    draft.text(text, &[]);
    draft.piece(None, 0)
}

/// A piece in the making: for each byte the pattern, whether it must be equal, whether it must be plain.
#[derive(Default)]
struct Draft {
    bytes: Vec<(u8, bool, bool)>,
    values: Vec<Foreseen>,
    marks: Vec<Mark>,
    first: usize,
}

impl Draft {
    fn starting(first: usize) -> Self {
        Self { first, ..Self::default() }
    }

    fn text(&mut self, text: &[u8], marks: &[Mark]) {
        let start = self.bytes.len() as u32;
        self.marks.extend(marks.iter().map(|mark| Mark { offset: mark.offset + start, ..*mark }));
        self.bytes.extend(text.iter().map(|byte| (*byte, true, false)));
    }

    /// Takes a gap in, if its form is known.
    fn foreseen(&mut self, gap: Gap, shape: Shape) -> bool {
        let start = self.bytes.len();
        let place = match shape {
            Shape::Any => return false,
            Shape::Word(word) => {
                self.text(word, &[]);
                (word != b"null").then_some([start, start + word.len()])
            }
            Shape::String(len) => {
                self.text(b"\"", &[]);
                // Of a trusted string only the last character matters: it must not escape the quote.
                let plain = |index| !gap.trusted || index + 1 == len;
                self.bytes.extend((0..len).map(|index| (b'"', false, plain(index))));
                self.text(b"\"", &[]);
                Some([start + 1, start + 1 + len])
            }
        };
        if let (Some([start, end]), true) = (place, gap.slot != NO_SLOT) {
            self.values.push(Foreseen { slot: gap.slot, start: start as u32, end: end as u32 });
        }
        true
    }

    fn piece(self, gap: Option<Gap>, last: usize) -> Piece {
        let block = |bytes: &[(u8, bool, bool)]| {
            let mut block = Block { pattern: [0; 64], equal: 0, plain: 0, inside: 0, words: [[0; 8]; 3] };
            for (place, (to, &(byte, equal, plain))) in block.pattern.iter_mut().zip(bytes).enumerate() {
                *to = byte;
                block.equal |= u64::from(equal) << place;
                block.plain |= u64::from(plain) << place;
                block.inside |= 1 << place;
            }
            block.words = [block.equal, block.plain, block.inside].map(portable::spread);
            block
        };
        Piece {
            blocks: self.bytes.chunks(64).map(block).collect(),
            values: self.values.into(),
            marks: self.marks.into(),
            len: self.bytes.len(),
            gap,
            parts: [self.first, last],
        }
    }
}
