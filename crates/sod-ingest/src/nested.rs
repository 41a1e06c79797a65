//! Finds the values inside one JSON object or list, with their places, so that rows in a wrapper or in a package are
//! records of their own: decoded, placed and read again like all others.
//!
//! Takes for granted that the text was parsed before; of text that is not JSON it finds something or nothing.

use memchr::memchr2;
use std::ops::Range;

/// One value in an object (with its name) or in a list (without).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Child {
    /// Lower case, escapes as written.
    pub(crate) name: String,
    pub(crate) place: Range<usize>,
}

/// The members of an object or the elements of a list.
pub(crate) fn children(text: &[u8]) -> Vec<Child> {
    let mut found = Vec::new();
    let is_object = text.first() == Some(&b'{');
    let mut at = 1;
    loop {
        at = skip_blanks(text, at);
        let mut name = String::new();
        if is_object {
            if text.get(at) != Some(&b'"') {
                return found;
            }
            let end = value_end(text, at);
            name =
                String::from_utf8_lossy(text.get(at + 1..end - 1).unwrap_or_default()).to_ascii_lowercase();
            at = skip_blanks(text, end);
            if text.get(at) != Some(&b':') {
                return found;
            }
            at = skip_blanks(text, at + 1);
        }
        let end = value_end(text, at);
        if end == at {
            return found;
        }
        found.push(Child { name, place: at..end });
        at = skip_blanks(text, end);
        if text.get(at) != Some(&b',') {
            return found;
        }
        at += 1;
    }
}

fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// Where the value that begins at `at` ends; at most the end of the text.
fn value_end(text: &[u8], at: usize) -> usize {
    match text.get(at) {
        Some(b'"') => string_end(text, at),
        Some(b'{' | b'[') => {
            let (mut depth, mut at) = (0u32, at);
            while let Some(byte) = text.get(at) {
                match byte {
                    b'"' => {
                        at = string_end(text, at);
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    break;
                }
            }
            at
        }
        _ => {
            let rest = text.get(at..).unwrap_or_default();
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
            at + rest.iter().position(ends).unwrap_or(rest.len())
        }
    }
}

fn string_end(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    loop {
        let Some(ahead) = memchr2(b'"', b'\\', text.get(at..).unwrap_or_default()) else { return text.len() };
        match text.get(at + ahead) {
            Some(b'"') => return at + ahead + 1,
            _ => at = (at + ahead + 2).min(text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, &str)> {
        children(text.as_bytes()).into_iter().map(|child| (child.name, &text[child.place])).collect()
    }

    #[test]
    fn members_and_elements_with_their_places() {
        let text = r#"{ "A" : [1,{"x":"]}"}] ,"b\"c":"d\\", "e":-1.5e3,"f":null}"#;
        let expected = [("a", r#"[1,{"x":"]}"}]"#), ("b\\\"c", r#""d\\""#), ("e", "-1.5e3"), ("f", "null")];
        assert_eq!(found(text), expected.map(|(name, value)| (name.to_owned(), value)));
        let elements: Vec<&str> = found("[ {} ,[2] , \"x\"]").into_iter().map(|(_, value)| value).collect();
        assert_eq!(elements, ["{}", "[2]", "\"x\""]);
        for text in ["{", "[", "{}", "[]", "{\"", "{\"a\"", "{\"a\":", "[\"\\", "x", "", "[1,"] {
            assert!(found(text).len() <= 1, "{text}");
        }
    }
}
