//! What the algorithms ask of an instruction set: 64 bytes at a time, and a bit for each byte in answer.
//!
//! Bit 0 of every answer stands for the first byte. A value that implements [`Lanes`] is also the proof that the
//! processor has the instructions: it comes only from the `detect` of its own file. So the algorithms need no `unsafe`,
//! and cannot be run with instructions that are not there.

use super::guid;
use super::plan::Block;

/// 64 bytes at a time.
///
/// The methods are `#[inline(always)]`, and so is every algorithm that uses them, so that all of it is compiled with
/// the instructions that [`Lanes::enter`] switches on, whatever the build's own target is.
pub(super) trait Lanes: Copy {
    /// 64 bytes in registers.
    type Bytes: Copy;

    /// Does a task, compiled for this instruction set.
    fn enter<T: Task>(self, task: T) -> T::Output;

    /// The bytes, as they are in memory.
    fn load(self, bytes: &[u8; 64]) -> Self::Bytes;

    /// Where two are equal.
    fn equal(self, a: Self::Bytes, b: Self::Bytes) -> u64;

    /// Where one byte stands.
    fn equal_to(self, a: Self::Bytes, byte: u8) -> u64;

    /// Where any of some bytes stands.
    #[inline(always)]
    fn any_of(self, a: Self::Bytes, bytes: [u8; 3]) -> u64 {
        bytes.into_iter().fold(0, |bits, byte| bits | self.equal_to(a, byte))
    }

    /// Where a string is no longer plain: a control character, `\`, or what is not ASCII (not in `0x20..=0x7f`).
    fn unplain(self, a: Self::Bytes) -> u64;

    /// Where the bytes do not fit a block: zero if they do.
    #[inline(always)]
    fn misses(self, bytes: &[u8; 64], block: &Block) -> u64 {
        let bytes = self.load(bytes);
        let equal = self.equal(bytes, self.load(&block.pattern));
        ((equal ^ block.equal) & block.inside) | (self.unplain(bytes) & block.plain)
    }

    /// Where a string may end, and where there are quotes. `watched` is all ones if what is [`unplain`](Self::unplain)
    /// ends it too, and zero if not. Bits above the lowest may be missing.
    #[inline(always)]
    fn stops(self, bytes: Self::Bytes, watched: u64) -> [u64; 2] {
        let quotes = self.equal_to(bytes, b'"');
        [quotes | (self.unplain(bytes) & watched), quotes]
    }

    /// The value of a GUID, see [`guid`](super::guid()), and whether it is one; if not, the value is anything.
    #[inline(always)]
    fn guid(self, text: &[u8; 36]) -> (u128, bool) {
        guid::by_words(text)
    }
}

/// Work that is written once and compiled for each instruction set.
pub(super) trait Task {
    /// What it gives.
    type Output;

    /// Does it. Implementations are `#[inline(always)]`.
    fn run<L: Lanes>(self, lanes: L) -> Self::Output;
}
