//! Text that outsiders chose, made harmless, measured, cut and wrapped.
//!
//! Display names come from whoever could name a package or a user: they may hold escape sequences that repaint the
//! terminal, overrides that reverse what is read, or letters nobody can see. [`harmless`] shows all of those as
//! written-out escapes, and everything that reaches a page goes through it.

use super::style::Terminal;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthChar as _;

/// Marks that stack on one letter beyond this many draw over the neighbouring lines, and are written out.
const STACKED_MARKS_MAX: usize = 3;

/// The text on one line, with everything that is not plainly visible written as `\n`, `\t` or `\u{..}`.
///
/// ```
/// use sod_report::terminal::harmless;
/// assert_eq!(harmless("Payroll\u{1b}[2J\nadmin"), "Payroll\\u{1b}[2J\\nadmin");
/// ```
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    // A joiner is honest after a narrow letter; the marks between do not count.
    let mut after_letter = false;
    for letter in text.chars() {
        let width = letter.width().unwrap_or(0);
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Asks for an emoji (or for none) and makes its width anybody's guess: without it the width is known.
            '\u{fe0e}' | '\u{fe0f}' => continue,
            // Joins emoji into one on some terminals only; joins letters in honest names of several scripts.
            '\u{200c}' | '\u{200d}' if !after_letter || marks >= STACKED_MARKS_MAX => continue,
            '\u{200c}' | '\u{200d}' => {
                marks += 1;
                out.push(letter);
                continue;
            }
            _ if is_unseen(letter) => write_escape(&mut out, letter),
            _ if width == 0 && marks >= STACKED_MARKS_MAX => write_escape(&mut out, letter),
            _ if width == 0 => {
                marks += 1;
                out.push(letter);
                continue;
            }
            _ => out.push(letter),
        }
        marks = 0;
        after_letter = width == 1 && letter.is_alphabetic();
    }
    out
}

fn write_escape(out: &mut String, letter: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(letter));
}

/// Controls, bidirectional overrides, blanks without width and other letters that are not seen but are obeyed.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{fe00}'..='\u{fe0d}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Columns that harmless text takes: letter by letter, as terminals count.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|letter| letter.width().unwrap_or(0)).sum()
}

/// The longest beginning that fits `columns`, with an ellipsis for the rest.
pub(crate) fn cut(text: &str, columns: usize, terminal: &Terminal) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let ellipsis = terminal.ellipsis();
    let end = fitting(text.char_indices(), columns.saturating_sub(width(ellipsis)));
    let kept = text.get(..end).unwrap_or_default().trim_end();
    format!("{kept}{ellipsis}")
}

/// The longest end that fits `columns`, with an ellipsis for what comes before: the file is at the end of a path.
pub(crate) fn cut_front(text: &str, columns: usize, terminal: &Terminal) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let ellipsis = terminal.ellipsis();
    let mut room = columns.saturating_sub(width(ellipsis));
    let mut start = text.len();
    for (at, letter) in text.char_indices().rev() {
        let Some(left) = room.checked_sub(letter.width().unwrap_or(0)) else { break };
        (room, start) = (left, at);
    }
    format!("{ellipsis}{}", text.get(start..).unwrap_or_default())
}

/// Where the longest beginning that fits `room` ends. A mark without width stays with its letter.
fn fitting(letters: impl Iterator<Item = (usize, char)>, mut room: usize) -> usize {
    let mut end = 0;
    for (at, letter) in letters {
        let Some(left) = room.checked_sub(letter.width().unwrap_or(0)) else { break };
        (room, end) = (left, at + letter.len_utf8());
    }
    end
}

/// Breaks harmless text at blanks into lines of at most `columns`; a longer word is broken where the line ends.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for mut word in text.split_whitespace() {
        let gap = usize::from(!line.is_empty());
        if width(&line) + gap + width(word) <= columns {
            line.extend(std::iter::repeat_n(' ', gap));
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        while width(word) > columns {
            let (head, tail) = word.split_at(fitting(word.char_indices(), columns));
            lines.push(head.to_owned());
            word = tail;
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: Terminal = Terminal { width: 80, color: false, unicode: true };

    #[test]
    fn what_outsiders_write_is_shown_and_not_obeyed() {
        assert_eq!(harmless("\u{1b}[31mred\u{7}"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(harmless("\u{9b}2J"), "\\u{9b}2J", "the one-byte escape of the C1 set");
        assert_eq!(harmless("pay\u{202e}fdp.exe"), "pay\\u{202e}fdp.exe");
        assert_eq!(harmless("two\nlines\r\tand"), "two\\nlines\\r\\tand");
        assert_eq!(harmless("a\u{200b}b\u{feff}c\u{ad}d"), "a\\u{200b}b\\u{feff}c\\u{ad}d");
        assert_eq!(harmless("Zoë Müller, 田中, Ł"), "Zoë Müller, 田中, Ł");
        assert_eq!(harmless("❤\u{fe0f}"), "❤");
        assert_eq!(harmless("👩\u{200d}💻"), "👩💻", "its width would depend on the terminal");
        assert_eq!(harmless("می\u{200c}خواهم"), "می\u{200c}خواهم", "an honest Persian word");
        let stacked = harmless(&format!("Z{}", "\u{300}".repeat(50)));
        assert!(stacked.starts_with("Z\u{300}\u{300}\u{300}\\u{300}"), "{stacked}");
    }

    #[test]
    fn cutting_keeps_what_fits() {
        assert_eq!(cut("Vendor master editor", 20, &PLAIN), "Vendor master editor");
        assert_eq!(cut("Vendor master editor", 8, &PLAIN), "Vendor…");
        assert_eq!(cut("田中さん", 5, &PLAIN), "田中…", "a wide letter is not split");
        assert_eq!(cut("abcdef", 5, &Terminal { unicode: false, ..PLAIN }), "ab...");
        assert_eq!(cut_front("exports/2026/assignments.json", 18, &PLAIN), "…/assignments.json");
    }

    #[test]
    fn wrapping_breaks_at_blanks_and_long_words_where_they_must() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert!(wrap("  ", 4).is_empty());
    }

    proptest! {
        #[test]
        fn cut_and_wrapped_text_fits(text in "\\PC{0,60}|.{0,60}", columns in 2usize..50) {
            let text = harmless(&text);
            prop_assert!(!text.chars().any(char::is_control));
            prop_assert!(width(&cut(&text, columns, &PLAIN)) <= columns);
            prop_assert!(width(&cut_front(&text, columns, &PLAIN)) <= columns);
            for line in wrap(&text, columns) {
                prop_assert!(width(&line) <= columns);
                prop_assert!(unicode_width::UnicodeWidthStr::width(line.as_str()) <= columns);
            }
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&wrap(&text, columns).concat()), letters(&text));
        }
    }
}
