//! Text that outsiders chose, as Markdown that shows it and does nothing else.

use crate::terminal::harmless;

/// Letters of one name: enough to know it by.
const LENGTH_MAX: usize = 80;

/// A code span that shows the text, also within a table: nothing in it is a link, a mention, HTML or the end of a cell.
/// What cannot be seen is written out, a long text is cut, and an empty one is a dash.
///
/// ```
/// use sod_report::markdown::code_span;
/// assert_eq!(code_span("Vendor master editor"), "`Vendor master editor`");
/// assert_eq!(code_span("@all <b>[x](http://y)"), "`@all <b>[x](http://y)`");
/// assert_eq!(code_span("a`b | c"), "`a\\u{60}b \\| c`");
/// assert_eq!(code_span("two\nlines"), "`two\\nlines`");
/// assert_eq!(code_span(" "), "—");
/// ```
#[must_use]
pub fn code_span(text: &str) -> String {
    span(text, LENGTH_MAX)
}

/// The same for a sentence.
pub(crate) fn sentence_span(text: &str) -> String {
    // Messages of ours quote with backticks, which are no part of what they say.
    span(&text.replace('`', "'"), 4 * LENGTH_MAX)
}

fn span(text: &str, length_max: usize) -> String {
    let text = harmless(text);
    let text = text.trim();
    if text.is_empty() {
        return "—".to_owned();
    }
    let mut out = String::from("`");
    let mut last = ' ';
    for (at, letter) in text.chars().enumerate() {
        if at >= length_max {
            out.push('…');
            break;
        }
        match letter {
            // No fence is longer than the text could have one.
            '`' => out.push_str("\\u{60}"),
            // A table takes `\|` for a bar and `\\|` for a backslash before the end of the cell.
            '|' if last == '\\' => out.push_str("\\u{7c}"),
            '|' => out.push_str("\\|"),
            _ => out.push(letter),
        }
        last = letter;
    }
    out.push('`');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Read as a cell of a table is: bars with an odd number of backslashes before them are none.
        #[test]
        fn no_text_ends_its_span_or_its_cell(text in "\\PC{0,100}|.{0,100}|[`|\\\\<>@ \n]{0,20}") {
            let span = code_span(&text);
            prop_assert!(!span.contains(['\n', '\r']));
            if span != "—" {
                let inner = span.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).unwrap();
                prop_assert!(!inner.contains('`') && !inner.is_empty(), "{}", span);
                prop_assert!(inner.chars().count() <= 7 * (LENGTH_MAX + 1));
                let mut backslashes = 0;
                for letter in inner.chars() {
                    prop_assert!(letter != '|' || backslashes % 2 == 1, "{}", span);
                    backslashes = if letter == '\\' { backslashes + 1 } else { 0 };
                }
            }
        }
    }
}
