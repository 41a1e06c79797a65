//! The bytes at which a text is cut, at every level against the definition.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sod_kernel::text::{marks, marks_at};

/// Byte by byte.
fn naive(text: &[u8], of: [u8; 3]) -> Vec<u64> {
    let mut words = vec![0; text.len().div_ceil(64)];
    for (at, _) in text.iter().enumerate().filter(|(_, byte)| of.contains(byte)) {
        words[at / 64] |= 1 << (at % 64);
    }
    words
}

proptest! {
    #![proptest_config(crate::cases(500))]

    #[test]
    fn marks_are_where_the_bytes_are(
        text in vec(select(b",;\"\n\r\0\x01\x7f\x80\x8a\xa2\xac\xffa".to_vec()), 0..if cfg!(miri) { 70 } else { 400 }),
        of in select(vec![*b",\"\n", *b";\"\n", [0, 0x80, 0xff], *b"aaa"]),
    ) {
        let (expected, mut words) = (naive(&text, of), vec![7; 3]);
        marks(&text, of, &mut words);
        prop_assert_eq!(&words, &expected);
        for level in crate::levels() {
            marks_at(level, &text, of, &mut words);
            prop_assert_eq!(&words, &expected, "{}", level);
        }
    }
}
