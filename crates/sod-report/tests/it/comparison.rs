//! What is written against what lies there.

use proptest::prelude::*;
use sod_report::comparison::{Comparison, FirstDifference};
use std::io::{Cursor, Write};

/// Writes `recomputed` in pieces of some length beside a file of `found`.
fn compare(found: &[u8], recomputed: &[u8], piece: usize) -> Option<FirstDifference> {
    let mut comparison = Comparison::new(Cursor::new(found));
    for piece in recomputed.chunks(piece) {
        comparison.write_all(piece).unwrap();
    }
    comparison.finish().unwrap()
}

fn shown(found: &str, recomputed: &str) -> String {
    let difference = compare(found.as_bytes(), recomputed.as_bytes(), 1 << 20).unwrap();
    format!("line {:?}: {difference}", difference.line)
}

#[test]
fn lines_are_shown_around_the_difference() {
    let long = "x".repeat(200);
    let shown = [
        shown("a,1\nb,2\n", "a,1\nb,3\n"),
        shown("a\nb\n", "a\nb\nc\n"),
        shown("a\nb\nc\n", "a\nb\n"),
        shown("a\nbc\n", "a\nb\n"),
        shown("", "a\n"),
        shown(&format!("{long}1{long}"), &format!("{long}2{long}")),
        shown("näme ü\n", "näme ö\n"),
    ];
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn other_files_differ_in_a_byte() {
    let difference = compare(b"PAR1\0\x01\x02", b"PAR1\0\x01\x03\x04", 3).unwrap();
    assert_eq!((difference.byte, difference.line), (6, None));
    assert_eq!(difference.to_string(), "found `02`, recomputed `03 04`");
}

proptest! {
    #[test]
    fn the_first_difference_is_found_however_it_is_written(
        found in "[ab\n]{0,40}",
        recomputed in "[ab\n]{0,40}",
        piece in 1usize..9,
    ) {
        let difference = compare(found.as_bytes(), recomputed.as_bytes(), piece);
        prop_assert_eq!(difference.is_none(), found == recomputed);
        if let Some(difference) = difference {
            let same = found.bytes().zip(recomputed.bytes()).take_while(|(a, b)| a == b).count();
            prop_assert_eq!(difference.byte, same as u64);
            let lines = found.as_bytes()[..same].iter().filter(|byte| **byte == b'\n').count();
            prop_assert_eq!(difference.line, Some(lines as u64 + 1));
        }
    }
}
