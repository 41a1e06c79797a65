//! Finds the bytes that mean something in a table, 64 bytes at a time.

/// Goes through the separators, quotes and line ends of a text.
pub(super) struct Specials<'t> {
    text: &'t [u8],
    separator: u8,
    /// Where the block at hand begins, and what of it was not given out yet.
    block: usize,
    left: u64,
}

const BLOCK: usize = 64;

impl<'t> Specials<'t> {
    pub(super) fn new(text: &'t [u8], from: usize, separator: u8) -> Self {
        let mut specials = Self { text, separator, block: from, left: 0 };
        specials.look();
        specials
    }

    /// Looks at the block at hand.
    #[inline]
    fn look(&mut self) {
        let rest = self.text.get(self.block..).unwrap_or_default();
        self.left = match rest.first_chunk::<BLOCK>() {
            Some(block) => marks(block, self.separator),
            None => {
                // Zeros mean nothing.
                let mut block = [0; BLOCK];
                for (to, from) in block.iter_mut().zip(rest) {
                    *to = *from;
                }
                marks(&block, self.separator)
            }
        };
    }
}

impl Iterator for Specials<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.block = (self.block + BLOCK).min(self.text.len());
            if self.block == self.text.len() {
                return None;
            }
            self.look();
        }
        let at = self.block + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(at)
    }
}

/// One bit for each byte that means something. Written so that the compiler compares many bytes at once.
#[inline]
fn marks(block: &[u8; BLOCK], separator: u8) -> u64 {
    let mut flags = [0u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(*byte == separator) | u8::from(*byte == b'\n') | u8::from(*byte == b'"');
    }
    // The product brings the lowest bits of eight bytes together in the highest byte: byte `i` times `2^(56 - 7i)`.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (words, _) = flags.as_chunks::<8>();
    words
        .iter()
        .rev()
        .fold(0, |marks, word| marks << 8 | u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56)
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
