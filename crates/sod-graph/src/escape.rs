//! Percent-escapes undone, and what outsiders wrote made fit to be shown in a message.

/// Text whose escapes cannot be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EscapeError {
    /// Bytes of the decoded text before the mistake.
    pub(crate) decoded: usize,
    /// Characters of the decoded text before the mistake.
    pub(crate) position: usize,
    /// What is wrong.
    pub(crate) message: String,
}

/// Undoes percent-escapes; in a query `+` is a blank.
pub(crate) fn decode(raw: &str, plus_is_blank: bool) -> Result<String, EscapeError> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let Some(byte) = two_digits(&digits) else {
                    let found = shown(&format!("%{}", String::from_utf8_lossy(&digits)));
                    let message = format!("found '{found}', expected '%' and two hexadecimal digits");
                    return Err(mistake(&bytes, bytes.len(), message));
                };
                byte
            }
            b'+' if plus_is_blank => b' ',
            other => other,
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        mistake(error.as_bytes(), valid, "the escaped bytes are not UTF-8".to_owned())
    })
}

fn mistake(bytes: &[u8], decoded: usize, message: String) -> EscapeError {
    let before = String::from_utf8_lossy(bytes.get(..decoded).unwrap_or(bytes));
    EscapeError { decoded, position: before.chars().count(), message }
}

fn two_digits(digits: &[u8]) -> Option<u8> {
    let value = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match digits {
        [high, low] => Some(value(high)? * 16 + value(low)?),
        _ => None,
    }
}

/// Where in `raw`, in characters, the decoded text has so many bytes.
pub(crate) fn raw_position(raw: &str, decoded: usize) -> usize {
    let (mut bytes, mut position, mut letters) = (0, 0, raw.chars());
    while bytes < decoded {
        match letters.next() {
            Some('%') => {
                letters.nth(1);
                (bytes, position) = (bytes + 1, position + 3);
            }
            Some(letter) => (bytes, position) = (bytes + letter.len_utf8(), position + 1),
            None => break,
        }
    }
    position
}

/// The text as it may stand in a message: on one line, without anything that moves a cursor, and not too long.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out = String::new();
    for (at, letter) in text.chars().enumerate() {
        if at == LONGEST {
            out.push_str("...");
            break;
        }
        if letter.is_control() || !letter.is_ascii() {
            out.extend(letter.escape_debug());
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_once() {
        assert_eq!(decode("a%20b+c%2Bd%2527", true).unwrap(), "a b c+d%27");
        assert_eq!(decode("a+b", false).unwrap(), "a+b");
        assert_eq!(decode("%C3%A9", false).unwrap(), "\u{e9}");
    }

    #[test]
    fn what_cannot_be_undone_has_a_place() {
        for (raw, position, decoded) in [("ab%", 2, 2), ("ab%4", 2, 2), ("%C3%A9%zz", 1, 2), ("a%FFb", 1, 1)]
        {
            let error = decode(raw, true).unwrap_err();
            assert_eq!((error.position, error.decoded), (position, decoded), "{raw}");
        }
        assert_eq!(raw_position("%C3%A9%zz", 2), 6);
        assert_eq!(raw_position("ab", 9), 2);
    }

    #[test]
    fn nothing_shown_moves_a_cursor() {
        assert_eq!(shown("a\u{1b}[2J\n\u{202e}\u{e9}"), "a\\u{1b}[2J\\n\\u{202e}\u{e9}");
        assert_eq!(shown(&"x".repeat(100)).len(), 63);
    }
}
