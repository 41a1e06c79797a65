//! The end of a table tells whether it was cut off: by a quote that nobody closed, or in the middle of an id.

use super::TableError;
use crate::quote::is_guid;
use sod_model::{Position, RefusalCode};
use std::cell::RefCell;
use std::io::{self, Read};

const GUID_LENGTH: usize = 36;
/// Holds the last row of any table that is not odd, and the end of the row before it.
pub(super) const TAIL: usize = 1 << 12;

/// What was seen of a text on its way.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// An odd number of them means that a cell stays open to the end, and that the rows within it are lost.
    quotes: u64,
    /// The last bytes.
    tail: Vec<u8>,
}

impl Seen {
    pub(super) fn note(&mut self, text: &[u8]) {
        self.quotes += memchr::memchr_iter(b'"', text).count() as u64;
        let last = text.get(text.len().saturating_sub(TAIL)..).unwrap_or(text);
        self.tail.drain(..(self.tail.len() + last.len()).saturating_sub(TAIL).min(self.tail.len()));
        self.tail.extend_from_slice(last);
    }

    pub(super) fn has_open_quote(&self) -> bool {
        self.quotes % 2 == 1
    }

    /// Refuses a table that ends where it cannot. `broken` is the last row if it has line ends within.
    pub(super) fn refuse_if_cut(&self, broken: Option<Position>, separator: u8) -> Result<(), TableError> {
        match broken.filter(|_| self.has_open_quote()) {
            Some(position) => Err(open_quote(position)),
            None => refuse_if_cut_within_id(&self.tail, separator),
        }
    }
}

/// Notes what it reads.
pub(super) struct Watched<'s, R> {
    pub(super) inner: R,
    pub(super) seen: &'s RefCell<Seen>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.seen.borrow_mut().note(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// The last row is within a quote that nobody closes.
fn open_quote(at: Position) -> TableError {
    let message = format!("{at}: a cell is opened with a quote and never closed; what follows is no table");
    TableError::Refused(RefusalCode::Truncated, message)
}

/// A part of an id would be taken for the id of somebody, or of a package, that does not exist; and whatever followed it is
/// missing.
fn refuse_if_cut_within_id(tail: &[u8], separator: u8) -> Result<(), TableError> {
    let mut rows = tail.rsplit(|byte| matches!(byte, b'\n' | b'\r'));
    let last = last_cell(rows.next(), separator);
    let before = last_cell(rows.find(|row| !row.trim_ascii().is_empty()), separator);
    // A quote or a blank behind the last one says that it is whole.
    let (last, before) = (last.strip_prefix('"').unwrap_or(last), before.trim().trim_matches('"'));
    if !(is_guid(before) && is_begun_guid(last)) {
        return Ok(());
    }
    let message = format!(
        "the last row ends within an id ('{last}', where the row before has all {GUID_LENGTH} characters) and has no line \
         end: the file was cut off, and what followed is missing. Export or copy it again; if this is all of it, add a line \
         end"
    );
    Err(TableError::Refused(RefusalCode::Truncated, message))
}

/// What stands behind the last separator of a row; a blank stands for any.
fn last_cell(row: Option<&[u8]>, separator: u8) -> &str {
    let row = row.unwrap_or_default();
    let separates = |byte: &u8| *byte == separator || (separator == b' ' && byte.is_ascii_whitespace());
    let cell = row.rsplit(separates).next().unwrap_or_default();
    std::str::from_utf8(cell.trim_ascii_start()).unwrap_or_default()
}

/// The beginning of a GUID, and not all of it.
fn is_begun_guid(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    (1..GUID_LENGTH).contains(&text.len()) && text.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "2506aef1-3929-4d24-a61e-7c8b83d95e6f";
    const B: &str = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9fa";

    fn is_cut(pieces: &[&str], separator: u8) -> bool {
        let mut seen = Seen::default();
        pieces.iter().for_each(|piece| seen.note(piece.as_bytes()));
        seen.refuse_if_cut(None, separator).is_err()
    }

    #[test]
    fn an_id_is_cut_anywhere_but_at_its_end() {
        for (quote, line_end) in [("", "\n"), ("\"", "\r\n"), ("", "\r"), ("", "\n \n")] {
            for length in 0..=A.len() {
                let (begun, rest) = B.split_at(length);
                let text = format!("user,package{line_end}ann,{quote}{A}{quote}{line_end}bob,{quote}{begun}");
                let cut = (1..A.len()).contains(&length);
                assert_eq!(is_cut(&[&text], b','), cut, "{text}");
                // In whatever pieces it comes.
                let (one, other) = text.split_at(text.len() - length.min(20));
                assert_eq!(is_cut(&[one, "", other], b','), cut, "{text}");
                let words: Vec<String> = text.chars().map(String::from).collect();
                assert_eq!(
                    is_cut(&words.iter().map(String::as_str).collect::<Vec<_>>(), b','),
                    cut,
                    "{text}"
                );
                for whole in [rest, "\n", "\r\n", " ", "\"", ",", "x"] {
                    assert!(!is_cut(&[&text, whole], b','), "{text} and {whole:?}");
                }
            }
        }
    }

    #[test]
    fn other_words_are_whole() {
        for last in ["4711", "PAY", "2506aef13", "2506aef1_3929", "", "\"\""] {
            assert!(!is_cut(&["user,package\nann,PAY\nbob,", last], b','), "{last}");
        }
        for last in ["PAY", "2506aef13", "2506aef1_3929", "team 4", "", "\"\"", "\"4711\"", "\u{e9}"] {
            assert!(!is_cut(&[&format!("user;package\nann;{A}\nbob;{last}")], b';'), "{last}");
        }
        assert!(is_cut(&[&format!("ann {A}\nbob\t4711")], b' '));
        assert!(!is_cut(&[&format!("ann\t{A}\nteam 4711")], b'\t'));
        assert!(!is_cut(&[&format!("user,package\nbob,{}", &A[..20])], b','), "no row to compare it with");
    }

    #[test]
    fn the_tail_is_all_that_is_kept() {
        let long = "x".repeat(3 * TAIL);
        for filler in ["", &long[..TAIL - 60], &long[..TAIL - 30], &long[..TAIL], &long] {
            let mut seen = Seen::default();
            for text in [filler, &format!(",{A}\n"), "bob,12"] {
                seen.note(text.as_bytes());
                assert!(seen.tail.len() <= TAIL);
            }
            assert!(seen.refuse_if_cut(None, b',').is_err(), "{}", filler.len());
        }
        assert!(!is_cut(&[&format!("ann,{A}\n{long},12")], b','));
    }
}
