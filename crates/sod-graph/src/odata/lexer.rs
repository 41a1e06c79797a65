//! The words of an option: names, literals, signs.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// Nothing is left.
    End,
    /// `displayName`, `eq`, `$count`, `microsoft.graph.assignmentState`.
    Name(&'a str),
    /// What stands between quotes; a doubled quote is still two.
    Text(&'a str),
    /// `duration'P1D'`: the word before the quotes and what stands between them.
    Typed(&'a str, &'a str),
    /// Something that begins as a number does.
    Number(&'a str),
    /// Something that begins as a date does.
    Moment(&'a str),
    /// A GUID without quotes.
    Guid(&'a str),
    /// Quotes that are opened and never closed.
    Unclosed,
    /// Any other character.
    Sign(char),
}

/// The word at or behind `from`: its place, and where it ends.
pub(super) fn token(text: &str, from: usize) -> (Token<'_>, usize, usize) {
    let rest = text.get(from..).unwrap_or("");
    let trimmed = rest.trim_start();
    let start = text.len() - trimmed.len();
    let (token, length) = first(trimmed);
    (token, start, start + length)
}

fn first(text: &str) -> (Token<'_>, usize) {
    let Some(letter) = text.chars().next() else { return (Token::End, 0) };
    if let Some(guid) = text.get(..36)
        && is_guid(guid)
        && !text.chars().nth(36).is_some_and(|next| next.is_alphanumeric() || next == '-')
    {
        return (Token::Guid(guid), 36);
    }
    if letter == '\'' {
        return quoted(text, 0)
            .map_or((Token::Unclosed, text.len()), |(inside, end)| (Token::Text(inside), end));
    }
    let negative = letter == '-' && text.chars().nth(1).is_some_and(|next| next.is_ascii_digit());
    if letter.is_ascii_digit() || negative {
        return number_or_moment(text);
    }
    if letter.is_alphabetic() || matches!(letter, '_' | '$' | '@') {
        return name(text);
    }
    (Token::Sign(letter), letter.len_utf8())
}

fn name(text: &str) -> (Token<'_>, usize) {
    let in_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '@' | '.');
    let end = text.find(|letter| !in_name(letter)).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or(text);
    if !text.get(end..).is_some_and(|rest| rest.starts_with('\'')) {
        return (Token::Name(word), end);
    }
    quoted(text, end).map_or((Token::Unclosed, text.len()), |(inside, end)| (Token::Typed(word, inside), end))
}

/// What stands in the quotes that open at `open`, and where the text behind them begins.
fn quoted(text: &str, open: usize) -> Option<(&str, usize)> {
    let mut letters = text.char_indices().skip_while(|(at, _)| *at <= open).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == '\'' && letters.next_if(|(_, next)| *next == '\'').is_none() {
            return Some((text.get(open + 1..at)?, at + 1));
        }
    }
    None
}

fn number_or_moment(text: &str) -> (Token<'_>, usize) {
    let in_it = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | ':' | '+' | '-' | '_');
    let mut end = text.find(|letter| !in_it(letter)).unwrap_or(text.len());
    let mut word = text.get(..end).unwrap_or(text);
    if !begins_as_date(word) {
        return (Token::Number(word), end);
    }
    // `+02:00` that was sent without its escape has become a blank and `02:00`.
    if word.contains('T')
        && let Some(offset) = text.get(end..end + 6)
        && is_offset(offset)
        && let Some(with_offset) = text.get(..end + 6)
    {
        (word, end) = (with_offset, end + 6);
    }
    (Token::Moment(word), end)
}

/// Whether the text begins with `2026-11-22`.
pub(super) fn begins_as_date(text: &str) -> bool {
    text.len() >= 10 && like(text.as_bytes().iter().take(10), b"dddd-dd-dd")
}

fn is_offset(text: &str) -> bool {
    like(text.as_bytes().iter(), b" dd:dd")
}

fn is_guid(text: &str) -> bool {
    like(text.as_bytes().iter(), b"hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh")
}

/// Whether the bytes are like the pattern: `d` is a digit, `h` a hexadecimal one, all else itself.
fn like<'b>(bytes: impl ExactSizeIterator<Item = &'b u8>, pattern: &[u8]) -> bool {
    bytes.len() == pattern.len()
        && bytes.zip(pattern).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            b'h' => byte.is_ascii_hexdigit(),
            other => byte == other,
        })
}
