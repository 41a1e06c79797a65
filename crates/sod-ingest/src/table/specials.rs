//! Goes through the bytes that mean something in a table.

use sod_kernel::text::marks;

/// The separators, quotes and line ends of a text, one after the other.
pub(super) struct Specials {
    /// A bit for each byte from `from` on.
    words: Vec<u64>,
    from: usize,
    /// Of which word the bits at hand are.
    word: usize,
    left: u64,
}

impl Specials {
    pub(super) fn new(text: &[u8], from: usize, separator: u8) -> Self {
        let mut words = Vec::new();
        marks(text.get(from..).unwrap_or_default(), [separator, b'\n', b'"'], &mut words);
        let left = words.first().copied().unwrap_or(0);
        Self { words, from, word: 0, left }
    }
}

impl Iterator for Specials {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.left = *self.words.get(self.word + 1)?;
            self.word += 1;
        }
        let at = self.from + self.word * 64 + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_byte_is_found_in_its_place() {
        let mut seed = 7u32;
        for length in 0..200 {
            let text: Vec<u8> = (0..length)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    b";\"\n\r,a\0\xbb\x8a"[(seed >> 24) as usize % 9]
                })
                .collect();
            for from in [0, length / 3, length] {
                let found: Vec<usize> = Specials::new(&text, from, b';').collect();
                let expected: Vec<usize> =
                    (from..length).filter(|at| matches!(text[*at], b';' | b'"' | b'\n')).collect();
                assert_eq!(found, expected);
            }
        }
    }
}
