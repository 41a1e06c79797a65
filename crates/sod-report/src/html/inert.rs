//! JSON that is text to an HTML page, and nothing else.
//!
//! Names are chosen by outsiders. Inside of a `<script type="application/json">` nothing is run, but `</script>` would
//! end it: so `<`, `>` and `&` are written as escapes, in every string that is written here. What is not seen but obeyed
//! (controls, overrides of direction, blanks without width) is written out as on the terminal, so a name on the page
//! is what it seems to be.

use crate::WriteError;
use crate::terminal::harmless;
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// Writes a value for the inside of a script element that is data.
pub(super) fn write_inert(value: &impl Serialize, out: &mut dyn Write) -> Result<(), WriteError> {
    // serde_json writes in pieces of a few bytes, and the writer may be a bare file.
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    value.serialize(&mut Serializer::with_formatter(&mut out, Inert)).map_err(io::Error::from)?;
    out.flush()?;
    Ok(())
}

struct Inert;

impl Formatter for Inert {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let plain = |byte: &u8| matches!(byte, b' '..=b'~' if !matches!(byte, b'<' | b'>' | b'&'));
        if fragment.as_bytes().iter().all(plain) {
            return out.write_all(fragment.as_bytes());
        }
        for letter in harmless(fragment).chars() {
            match letter {
                '<' | '>' | '&' => write!(out, "\\u{:04x}", u32::from(letter))?,
                // From a written-out escape: the fragment itself has none.
                '\\' => out.write_all(b"\\\\")?,
                _ => write!(out, "{letter}")?,
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::Quote | CharEscape::ReverseSolidus | CharEscape::Solidus => {
                CompactFormatter.write_char_escape(out, escape)
            }
            CharEscape::LineFeed => out.write_all(b"\\\\n"),
            CharEscape::CarriageReturn => out.write_all(b"\\\\r"),
            CharEscape::Tab => out.write_all(b"\\\\t"),
            CharEscape::Backspace => out.write_all(b"\\\\u{8}"),
            CharEscape::FormFeed => out.write_all(b"\\\\u{c}"),
            CharEscape::AsciiControl(byte) => write!(out, "\\\\u{{{byte:x}}}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inert(text: &str) -> String {
        let mut out = Vec::new();
        write_inert(&text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn nothing_ends_the_element_and_nothing_is_unseen() {
        assert_eq!(inert("</script><!-- &"), r#""\u003c/script\u003e\u003c!-- \u0026""#);
        assert_eq!(inert("a\u{2028}b\u{202e}c\u{1b}\n\"\\"), r#""a\\u{2028}b\\u{202e}c\\u{1b}\\n\"\\""#);
        assert_eq!(inert("Ångström 😀"), "\"Ångström 😀\"");
    }

    proptest! {
        #[test]
        fn it_is_json_of_the_harmless_text(text in any::<String>()) {
            let written = inert(&text);
            prop_assert!(!written.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{}", written);
            prop_assert!(written.chars().all(|letter| !letter.is_control()));
            let read: String = serde_json::from_str(&written).unwrap();
            let plain = text.chars().all(|letter| (' '..='~').contains(&letter));
            prop_assert!(!plain || read == text);
        }
    }
}
