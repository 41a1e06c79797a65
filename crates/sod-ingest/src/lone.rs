//! Names that were cut in the middle of a letter.
//!
//! Programs that count UTF-16 units cut names in the middle of an emoji, and JSON then has half of it: `"\ud83d"`. No letter is
//! written so, and a strict parser refuses the whole record. But access is not lost for a name: in a name, half a letter is read
//! as U+FFFD, as everything shows it. In an id it is not, for two ids could become one.

use crate::node::{Node, Object};
use std::borrow::Cow;

/// Stands for half a letter while it is asked where it stands: no letter, so no honest text has it.
const MARK: char = '\u{ffff}';

/// Texts about a thing that never tell which thing it is.
const TEXTS: [&str; 8] = [
    "description",
    "targetdisplayname",
    "givenname",
    "surname",
    "jobtitle",
    "companyname",
    "policydisplayname",
    "justification",
];

/// The text, with U+FFFD for half letters in names and in texts about things; `None` if it has none, or has one elsewhere. It is
/// as long as before, byte by byte, so that places within it stay what they are.
pub(crate) fn mended(text: &str) -> Option<String> {
    let halves = lone_escapes(text);
    if halves.is_empty() || text.contains(MARK) || text.to_ascii_lowercase().contains("\\uffff") {
        return None;
    }
    let marked = replaced(text, &halves, "\\uffff");
    let node: Node<'_> = serde_json::from_str(&marked).ok()?;
    is_harmless(&node).then(|| replaced(text, &halves, "\\ufffd"))
}

/// The same, or the text as it is.
pub(crate) fn readable(text: &str) -> Cow<'_, str> {
    mended(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Where the escapes of half letters begin.
fn lone_escapes(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    // The first half of a letter, right before.
    let mut first = None;
    while let Some(ahead) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        let here = at + ahead;
        if ahead > 0 {
            found.extend(first.take());
        }
        match unit(text, here) {
            Some(0xd800..0xdc00) => found.extend(first.replace(here)),
            // Two halves make a letter.
            Some(0xdc00..0xe000) if first.take().is_some() => {}
            Some(0xdc00..0xe000) => found.push(here),
            _ => found.extend(first.take()),
        }
        at = here + if unit(text, here).is_some() { 6 } else { 2 };
    }
    found.extend(first);
    found
}

/// What `\u` and four digits stand for.
fn unit(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| all)
}

fn replaced(text: &str, places: &[usize], by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for &place in places {
        out.push_str(text.get(copied..place).unwrap_or_default());
        out.push_str(by);
        copied = place + by.len();
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// Whether half letters stand only where nothing is told apart by them.
fn is_harmless(node: &Node<'_>) -> bool {
    match node {
        Node::String(text) => !text.contains(MARK),
        Node::Array(items) => items.iter().all(is_harmless),
        Node::Object(object) => object.members.iter().all(|(name, value)| {
            let is_text = matches!(value, Node::String(_)) && is_name(&name.to_ascii_lowercase(), object);
            !name.contains(MARK) && (is_text || is_harmless(value))
        }),
        Node::Null | Node::Bool(_) | Node::Number(_) => true,
    }
}

/// A display name, of what has an id: without one, its name is what it is known by.
fn is_name(member: &str, object: &Object<'_>) -> bool {
    match member {
        "displayname" => object.first_text(&["id", "objectid"]).is_some(),
        "accesspackagedisplayname" => object.text("accesspackageid").is_some(),
        _ => TEXTS.contains(&member),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn half_letters_are_mended_in_names_alone() {
        for (text, expected) in [
            (r#"{"id":"a","displayName":"x\ud83d"}"#, Some(r#"{"id":"a","displayName":"x\ufffd"}"#)),
            (r#"{"DisplayName":"\uDE00y","ID":7}"#, Some(r#"{"DisplayName":"\ufffdy","ID":7}"#)),
            (r#"[{"description":"\ud83d\ud83d\ude00"}]"#, Some(r#"[{"description":"\ufffd\ud83d\ude00"}]"#)),
            (r#"{"description":"\ud83d\n\ude00"}"#, Some(r#"{"description":"\ufffd\n\ufffd"}"#)),
            // Whole letters, and backslashes that escape nothing of the kind.
            (r#"{"id":"a","displayName":"\ud83d\ude00"}"#, None),
            (r#"{"id":"a","displayName":"\\ud83d"}"#, None),
            // What tells one from another.
            (r#"{"id":"a\ud83d","displayName":"b"}"#, None),
            (r#"{"displayName":"\ud83d"}"#, None),
            (r#"{"id":"","displayName":"\ud83d"}"#, None),
            (r#"{"id":"a","displayName":["\ud83d"]}"#, None),
            (r#"{"id":"a","display\ud83dName":""}"#, None),
            (r#"{"id":"a","userPrincipalName":"\ud83d"}"#, None),
            // Broken otherwise, or taken for a mark.
            (r#"{"id":"a","displayName":"\ud83d",}"#, None),
            (r#"{"id":"a\uFFFF","displayName":"\ud83d"}"#, None),
        ] {
            assert_eq!(mended(text).as_deref(), expected, "{text}");
        }
    }

    proptest! {
        /// By another reader: what UTF-16 shows for half letters, where the text is a name and nothing else.
        #[test]
        fn a_name_reads_as_utf_16_shows_it(units in prop::collection::vec(prop_oneof![0xd7fe_u16..0xe002, 0x20_u16..0x7f], 0..8)) {
            let escaped: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let text = format!(r#"{{"id":"a","displayName":"{escaped}"}}"#);
            let read: serde_json::Value = serde_json::from_str(&readable(&text)).unwrap();
            prop_assert_eq!(read["displayName"].as_str().unwrap(), String::from_utf16_lossy(&units));
            prop_assert_eq!(readable(&text).len(), text.len());
        }
    }
}
