//! Data on its way to a terminal. Names come from outsiders, and a terminal obeys what it is told.

use std::io::{self, Write};

/// Passes text on, with everything that a terminal would obey, but colours, as an escape.
pub(crate) struct Shown<W> {
    out: W,
    /// The beginning of a letter or of a colour that the next piece ends.
    held: Vec<u8>,
}

impl<W: Write> Shown<W> {
    pub(crate) const fn new(out: W) -> Self {
        Self { out, held: Vec::new() }
    }

    fn text(&mut self, mut text: &str) -> io::Result<()> {
        while let Some(at) = text.find(is_obeyed) {
            let (plain, rest) = text.split_at(at);
            self.out.write_all(plain.as_bytes())?;
            if let Some(color) = color(rest) {
                self.out.write_all(color.as_bytes())?;
                text = rest.strip_prefix(color).unwrap_or_default();
            } else {
                let mut letters = rest.chars();
                let letter = letters.next().unwrap_or_default();
                write!(self.out, "\\u{{{:x}}}", u32::from(letter))?;
                text = letters.as_str();
            }
        }
        self.out.write_all(text.as_bytes())
    }
}

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(piece);
        let whole = bytes.len() - unended(&bytes);
        self.held = bytes.split_off(whole);
        self.text(&String::from_utf8_lossy(&bytes))?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.held);
        self.text(&String::from_utf8_lossy(&rest))?;
        self.out.flush()
    }
}

/// Whether a terminal would do something else with it than show it.
pub(crate) fn is_obeyed(letter: char) -> bool {
    (letter.is_control() && !matches!(letter, '\n' | '\t'))
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The longest colour that is waited for.
const COLOR: usize = 24;

/// The colour that a text begins with.
fn color(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|letter: char| !letter.is_ascii_digit() && letter != ';')?;
    parameters.get(end..)?.starts_with('m').then(|| text.get(..end + 3))?
}

/// How many bytes at the end belong to a letter or a colour that is not complete.
fn unended(bytes: &[u8]) -> usize {
    let tail = bytes.get(bytes.len().saturating_sub(COLOR)..).unwrap_or_default();
    if let Some(at) = tail.iter().rposition(|byte| *byte == 0x1b) {
        let sequence = tail.get(at..).unwrap_or_default();
        let body = sequence.get(1..).unwrap_or_default();
        let is_open = body.is_empty()
            || (body.starts_with(b"[")
                && body.iter().skip(1).all(|byte| byte.is_ascii_digit() || *byte == b';'));
        if is_open {
            return sequence.len();
        }
    }
    match bytes.utf8_chunks().last().map(|chunk| chunk.invalid()) {
        // What cannot become a letter any more is not waited for.
        Some(invalid)
            if !invalid.is_empty()
                && std::str::from_utf8(invalid).is_err_and(|why| why.error_len().is_none()) =>
        {
            invalid.len()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends here")]

    use super::*;

    fn shown(pieces: &[&[u8]]) -> String {
        let mut out = Shown::new(Vec::new());
        for piece in pieces {
            out.write_all(piece).unwrap();
        }
        out.flush().unwrap();
        String::from_utf8(out.out).unwrap()
    }

    #[test]
    fn nothing_but_colours_is_obeyed() {
        let text =
            "a\u{1b}[1;31mred\u{1b}[0m\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m\r\u{202e}é\t\u{feff}\n\u{1b}";
        let expected = "a\u{1b}[1;31mred\u{1b}[0m\\u{1b}]0;title\\u{7}\\u{1b}[2J\\u{9b}31m\\u{d}\\u{202e}é\t\\u{feff}\n\\u{1b}";
        assert_eq!(shown(&[text.as_bytes()]), expected);
        // However it is cut.
        for at in 0..text.len() {
            let (before, after) = text.as_bytes().split_at(at);
            assert_eq!(shown(&[before, after]), expected, "{at}");
        }
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(shown(&bytes), expected);
    }

    #[test]
    fn what_is_no_text_is_shown_as_such_and_not_held_back() {
        assert_eq!(shown(&[b"a\xff", b"b\xc3"]), "a\u{fffd}b\u{fffd}");
        let mut out = Shown::new(Vec::new());
        out.write_all(&[b'\x1b', b'['].into_iter().chain([b'1'; 99]).collect::<Vec<u8>>()).unwrap();
        assert!(out.held.len() <= COLOR);
    }
}
