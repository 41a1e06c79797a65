//! JSON, byte by byte: for the rows a value tree each would be ten times the work.

use crate::guid::Guid;
use crate::moment::{write_iso, write_powershell};

/// Appends raw text.
pub(crate) fn raw(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Appends a quoted string.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    escaped(out, text, |byte| byte < 0x20 || byte == b'"' || byte == b'\\');
}

/// Appends a quoted string as Windows PowerShell does, which escapes what could end a script too.
pub(crate) fn string_powershell(out: &mut Vec<u8>, text: &str) {
    escaped(out, text, |byte| byte < 0x20 || matches!(byte, b'"' | b'\\' | b'\'' | b'<' | b'>' | b'&'));
}

fn escaped(out: &mut Vec<u8>, text: &str, must_escape: fn(u8) -> bool) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| must_escape(byte)) {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((&byte, tail)) = tail.split_first() else { break };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        }
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Appends a quoted GUID.
pub(crate) fn guid(out: &mut Vec<u8>, id: Guid) {
    out.push(b'"');
    out.extend_from_slice(&id.to_ascii());
    out.push(b'"');
}

/// Appends a quoted GUID or `null`.
pub(crate) fn guid_or_null(out: &mut Vec<u8>, id: Option<Guid>) {
    match id {
        Some(id) => guid(out, id),
        None => raw(out, "null"),
    }
}

/// Appends a quoted moment or `null`.
pub(crate) fn moment(out: &mut Vec<u8>, moment: Option<i64>) {
    quoted(out, moment, write_iso);
}

/// Appends a quoted moment as Windows PowerShell spells it, or `null`.
pub(crate) fn moment_powershell(out: &mut Vec<u8>, moment: Option<i64>) {
    quoted(out, moment, write_powershell);
}

/// Appends a quoted moment in some spelling, or `null`.
pub(crate) fn quoted(out: &mut Vec<u8>, moment: Option<i64>, write: fn(&mut Vec<u8>, i64)) {
    match moment {
        Some(moment) => {
            out.push(b'"');
            write(out, moment);
            out.push(b'"');
        }
        None => raw(out, "null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_survive_the_way_there_and_back() {
        for text in ["", "plain", "a\"b\\c\nd\u{1}é😀\u{7f}", "'<&>'", "\r\n"] {
            for write in [string, string_powershell] {
                let mut out = Vec::new();
                write(&mut out, text);
                assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
            }
        }
    }
}
