//! Where the bytes stand at which a text is cut.

use super::dispatch;
use super::lanes::{Lanes, Task};
use super::plan::padded;
use crate::Level;

/// Where any of three bytes stands in a text: one bit for each byte, 64 bytes to a word, the first byte lowest.
///
/// `words` is cleared first, and gets as many words as the text has beginnings of 64 bytes; bits beyond the text are
/// zero.
///
/// ```
/// let mut words = Vec::new();
/// sod_kernel::text::marks(b"a,\"b\"\n", *b",\"\n", &mut words);
/// assert_eq!(words, [0b11_0110]);
/// ```
pub fn marks(text: &[u8], of: [u8; 3], words: &mut Vec<u64>) {
    marks_at(Level::best(), text, of, words);
}

/// [`marks`] with other instructions: for tests and benches. Where the processor lacks them, the best below them run.
///
/// ```
/// use sod_kernel::{Level, text::{marks, marks_at}};
/// let (text, mut words, mut twin) = ([b'a'; 99], Vec::new(), Vec::new());
/// marks(&text, *b"abc", &mut words);
/// marks_at(Level::Portable, &text, *b"abc", &mut twin);
/// assert_eq!((words.as_slice(), twin.as_slice()), ([u64::MAX, (1 << 35) - 1].as_slice(), words.as_slice()));
/// ```
pub fn marks_at(level: Level, text: &[u8], of: [u8; 3], words: &mut Vec<u64>) {
    words.clear();
    dispatch::run(level, Marks { text, of, words });
}

struct Marks<'a> {
    text: &'a [u8],
    of: [u8; 3],
    words: &'a mut Vec<u64>,
}

impl Task for Marks<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let word = |block: &[u8; 64]| lanes.any_of(lanes.load(block), self.of);
        let (blocks, rest) = self.text.as_chunks();
        self.words.extend(blocks.iter().map(word));
        if !rest.is_empty() {
            self.words.push(word(&padded(rest)) & ((1 << rest.len()) - 1));
        }
    }
}
