//! GUIDs at every level against the definition.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use proptest::prelude::*;
use proptest::sample::select;
use sod_kernel::text::{NULL, guid, guids, guids_at};

/// Digit by digit.
fn naive(text: &[u8]) -> Option<u128> {
    let mut value = 0;
    for (place, &byte) in text.iter().enumerate() {
        if matches!(place, 8 | 13 | 18 | 23) {
            if byte != b'-' {
                return None;
            }
        } else {
            value = value << 4 | u128::from((byte as char).to_digit(16)?);
        }
    }
    (text.len() == 36).then_some(value)
}

/// One text, alone and in the middle of others, at every level.
fn check(text: &[u8]) {
    let expected = naive(text);
    assert_eq!(guid(text), expected, "{}", String::from_utf8_lossy(text));
    let whole = [b"0-0", text].concat();
    let place = [3, whole.len() as u32];
    let odd = [[NULL; 2], [5, 3], [0, 900], [0, 3], [3, 3]];
    let places = [&[place], &odd[..], &[place]].concat();
    for level in crate::levels() {
        let mut out = [1; 8];
        let good = guids_at(level, &whole, &places, 1, &mut out);
        assert_eq!(good, if expected.is_some() { 0b100_0001 } else { 0 }, "{level}");
        let value = expected.unwrap_or(0);
        assert_eq!(out, [value, 0, 0, 0, 0, 0, value, 1], "{level}");
    }
}

#[test]
fn guids_with_every_byte_everywhere() {
    let text = b"2506AEF1-3929-4d24-a61e-7c8b83d95e6f";
    for place in (0..36).step_by(crate::one_in(7)) {
        for byte in (0..=255).step_by(crate::one_in(23)) {
            let mut text = *text;
            text[place] = byte;
            check(&text);
        }
    }
    for len in (0..36).step_by(crate::one_in(7)) {
        check(&text[..len]);
    }
    check(&[&text[..], b"0"].concat());
}

#[test]
fn guids_by_stride_and_count() {
    let text = b"00000000-0000-0000-0000-00000000000700000000-0000-0000-0000-000000000009";
    let places: Vec<[u32; 2]> =
        (0..200).map(|index| if index % 3 == 0 { [36, 72] } else { [0, 36] }).collect();
    let mut out = [0; 80];
    assert_eq!(guids(text, &places, 3, &mut out), u64::MAX);
    assert_eq!((out[0], out[63], out[64]), (9, 9, 0));
    assert_eq!(guids(text, &places[1..], 3, &mut out[..5]), 0b1_1111);
    assert_eq!((out[4], out[5]), (7, 9));
    assert_eq!(guids(text, &places[..2], 0, &mut out), 0b11);
    assert_eq!(guids(text, &[], 1, &mut out), 0);
    assert_eq!(guids(b"", &places, 1, &mut out), 0);
}

proptest! {
    #[test]
    fn guids_equal_naive(value in any::<u128>(), upper in any::<bool>(), stray in prop_oneof![
        3 => Just(None), 1 => (0usize..36, select(b"-/:@G`g\x00\x80\xb0\xff 0aF".to_vec())).prop_map(Some),
    ]) {
        let digits = if upper { format!("{value:032X}") } else { format!("{value:032x}") };
        let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        let mut text = groups.join("-").into_bytes();
        prop_assert_eq!(guid(&text), Some(value));
        if let Some((place, byte)) = stray {
            text[place] = byte;
        }
        check(&text);
    }
}
