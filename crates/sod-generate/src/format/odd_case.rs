//! Upper-case GUIDs and keys in odd case, in place: letters change, lengths do not.

/// Changes one record of JSON: every second letter of keys, and every letter of GUIDs that are string values.
pub(crate) fn odd_json(record: &mut [u8]) {
    let mut at = 0;
    while let Some(start) = find(record, at, b'"') {
        let Some(end) = string_end(record, start + 1) else { return };
        let is_key = record.get(end + 1) == Some(&b':');
        if let Some(inner) = record.get_mut(start + 1..end) {
            if is_key && inner.first() != Some(&b'@') {
                alternate(inner);
            } else if is_guid(inner) {
                inner.make_ascii_uppercase();
            }
        }
        at = end + 1;
    }
}

/// Changes one line of a table: every letter of cells that are GUIDs.
pub(crate) fn odd_table(line: &mut [u8]) {
    for cell in line.split_mut(|byte| matches!(byte, b',' | b';' | b'\t' | b'"' | b'\r' | b'\n')) {
        if is_guid(cell) {
            cell.make_ascii_uppercase();
        }
    }
}

/// Turns the case of every second letter.
pub(crate) fn alternate(word: &mut [u8]) {
    for byte in word.iter_mut().skip(1).step_by(2).filter(|byte| byte.is_ascii_alphabetic()) {
        *byte ^= 0x20;
    }
}

fn find(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|&byte| byte == wanted).map(|at| from + at)
}

/// The closing quote of the string whose text begins at `from`.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut is_escaped = false;
    bytes
        .get(from..)?
        .iter()
        .position(|&byte| {
            let ends = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        })
        .map(|at| from + at)
}

fn is_guid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| {
            if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_guids_change_and_nothing_else() {
        let mut text = br#"{"targetId":"2506aef1-3929-4d24-a61e-7c8b83d95e6f","a\"b":"targetId"}"#.to_vec();
        odd_json(&mut text);
        assert_eq!(text, br#"{"tArGeTID":"2506AEF1-3929-4D24-A61E-7C8B83D95E6F","a\"B":"targetId"}"#);
        let mut line = b"2506aef1-3929-4d24-a61e-7c8b83d95e6f,delivered\n".to_vec();
        odd_table(&mut line);
        assert_eq!(line, b"2506AEF1-3929-4D24-A61E-7C8B83D95E6F,delivered\n");
    }
}
