//! What a source is, from its first bytes; never from its name.

use crate::columns::Layout;
use crate::open::{HEAD, Text};
use std::io::{self, Cursor, Read};

/// The family of decoders that a source needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Empty,
    Json,
    /// HTML or XML.
    Markup,
    /// A saved HTTP answer, head and all.
    HttpAnswer,
    /// A table whose cells are separated by this byte.
    Table(u8),
    /// Lines of two or three words.
    /// With tabs between them, or blanks alone.
    Words {
        tabs: bool,
    },
    /// Text that is none of these.
    Text,
    Binary,
}

/// Reads the head of the text and gives the text back whole.
pub(crate) fn sniff(text: Text<'_>) -> io::Result<(Content, Text<'_>)> {
    let mut text = match text {
        Text::Whole(whole) => {
            let from = usize::try_from(whole.position()).unwrap_or(usize::MAX);
            let content = content_of(whole.get_ref().get(from..).unwrap_or_default());
            return Ok((content, Text::Whole(whole)));
        }
        Text::Stream(text) => text,
        Text::Ahead(text) => Box::new(text),
    };
    let mut head = Vec::new();
    text.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let content = content_of(&head);
    Ok((content, Text::Stream(Box::new(Cursor::new(head).chain(text)))))
}

fn content_of(head: &[u8]) -> Content {
    // Nearly all of an export, and nothing more has to be known of it.
    if let [b'{' | b'[', ..] = head.trim_ascii_start() {
        return Content::Json;
    }
    let text = String::from_utf8_lossy(head);
    // Files joined or re-saved may have a byte order mark of their own behind the first.
    let body = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match body.as_bytes().first() {
        None => return Content::Empty,
        Some(b'{' | b'[') => return Content::Json,
        // JSON with comments, and JSON in a JSON text, are JSON: refused with their place, not taken for prose.
        Some(b'/') if body.starts_with("//") || body.starts_with("/*") => return Content::Json,
        Some(b'"') if is_escaped_json(body) => return Content::Json,
        Some(b'<') => return Content::Markup,
        _ => {}
    }
    if body.trim_end() == "null" {
        return Content::Empty;
    }
    // Names are written by outsiders: a stray control character does not make a table a picture.
    let controls = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    if head.contains(&0) || controls * 20 > text.len() {
        return Content::Binary;
    }
    if body.starts_with("HTTP/1") || body.starts_with("HTTP/2") {
        return Content::HttpAnswer;
    }
    let first = first_line(body);
    let separators = [b',', b';', b'\t', b'|'].map(|byte| (outside_quotes(first, byte), byte));
    match separators.into_iter().max_by_key(|(count, _)| *count) {
        // Two columns of numbers between tabs have no header, and are words.
        Some((count, byte)) if count > 0 && !(byte == b'\t' && all_words(body) && !has_columns(body)) => {
            Content::Table(byte)
        }
        Some((count, b'\t')) if all_words(body) => Content::Words { tabs: count > 0 },
        _ if all_words(body) => Content::Words { tabs: false },
        // A header without separators is a table of one column: an error that names the columns.
        _ if first.starts_with('"') => Content::Table(b','),
        _ => Content::Text,
    }
}

/// Between tabs there are cells of several words, or a header that sod knows: a table, not words.
fn has_columns(body: &str) -> bool {
    let header: Vec<String> = first_line(body).split('\t').map(str::to_owned).collect();
    let layout = Layout::of_header(&header);
    let several_words = |cell: &str| cell.split_whitespace().count() > 1;
    (layout.names_user() && layout.names_package())
        || body.lines().take(500).any(|line| line.split('\t').any(several_words))
}

/// A text that holds JSON, as when a script converted twice: `"[{\"id\":...`.
fn is_escaped_json(body: &str) -> bool {
    let head: String = body.chars().take(64).filter(|c| !c.is_whitespace()).collect();
    (head.starts_with("\"{") || head.starts_with("\"[")) && head.contains("\\\"")
}

/// The first line; a quoted header may span lines, but none in the field does.
fn first_line(text: &str) -> &str {
    // Line ends of the old Macintosh are line ends, too.
    text.split(['\n', '\r'])
        .find(|line| !line.trim().is_empty() && !line.starts_with("#TYPE") && !line.starts_with("sep="))
        .unwrap_or_default()
}

fn outside_quotes(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    line.bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            *byte == separator && !quoted
        })
        .count()
}

/// Nearly every line at hand has two or three words, none of them quoted or with a separator: a broken line costs
/// itself, not the list.
fn all_words(text: &str) -> bool {
    let complete = text.rfind('\n').map_or(text, |end| text.get(..end).unwrap_or(text));
    let (mut lines, mut fitting) = (0, 0);
    for line in complete.lines().filter(|line| !line.trim().is_empty()).take(500) {
        let words = line.split_whitespace().count();
        lines += 1;
        fitting += usize::from((2..=3).contains(&words) && !line.contains([',', ';', '"', ':', '|', '=']));
    }
    fitting > 0 && fitting * 10 >= lines * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_known_by_its_first_bytes() {
        for (text, expected) in [
            ("", Content::Empty),
            (" \r\n", Content::Empty),
            ("null\r\n", Content::Empty),
            ("  [1]", Content::Json),
            ("\n{\"a\":1}", Content::Json),
            ("<!DOCTYPE html><html>", Content::Markup),
            ("HTTP/1.1 429 Too Many Requests\r\n", Content::HttpAnswer),
            ("user,package\n1,2\n", Content::Table(b',')),
            ("\"a;b\";\"c\"\n", Content::Table(b';')),
            ("user\tpackage\tstate and more\n", Content::Table(b'\t')),
            ("1\t2\n3\t4\n", Content::Words { tabs: true }),
            ("user\tpackage\nann\tpay\n", Content::Table(b'\t')),
            ("ann lee\tpay\nbob\tpay\n", Content::Table(b'\t')),
            ("        1          1\n        6          1\n", Content::Words { tabs: false }),
            ("alice P1\nbob P2", Content::Words { tabs: false }),
            ("#!/bin/bash\nset -e\necho hello world and more\n", Content::Text),
            ("\u{89}PNG\r\n\u{1a}\0", Content::Binary),
        ] {
            assert_eq!(content_of(text.as_bytes()), expected, "{text:?}");
        }
    }
}
