//! Cuts one record into cells, byte by byte: for the records that are odd.

use std::borrow::Cow;

/// The cells of one record, which may begin with blank lines, as the `csv` crate gives them.
pub(super) fn cells_of(record: &[u8], separator: u8) -> Vec<Cow<'_, [u8]>> {
    let blank = record.iter().take_while(|byte| **byte == b'\n').count();
    let mut rest = record.get(blank..).unwrap_or_default();
    let mut cells = Vec::new();
    loop {
        let (cell, end) = match rest.first() {
            Some(b'"') => unquoted(rest, separator),
            _ => {
                let end = rest.iter().position(|byte| *byte == separator || *byte == b'\n');
                let end = end.unwrap_or(rest.len());
                (Cow::Borrowed(rest.get(..end).unwrap_or_default()), end)
            }
        };
        cells.push(cell);
        if rest.get(end) != Some(&separator) {
            return cells;
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
}

/// What a cell says that may stand with its quotes; see [`split_records`](super::split::split_records).
pub(super) fn content(cell: &[u8], separator: u8) -> Cow<'_, [u8]> {
    if is_quoted(cell) { unquoted(cell, separator).0 } else { Cow::Borrowed(cell) }
}

pub(super) fn is_quoted(cell: &[u8]) -> bool {
    cell.first() == Some(&b'"')
}

/// What a cell says that begins with a quote, and where it ends: a quote is special within quotes alone, two of them are
/// one, and what follows the closing quote belongs to the cell as it stands.
fn unquoted(text: &[u8], separator: u8) -> (Cow<'_, [u8]>, usize) {
    let (mut cell, mut quoted, mut at) = (Vec::new(), true, 1);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' if quoted && text.get(at + 1) == Some(&b'"') => {
                cell.push(byte);
                at += 1;
            }
            b'"' if quoted => quoted = false,
            byte if !quoted && (byte == separator || byte == b'\n') => break,
            byte => cell.push(byte),
        }
        at += 1;
    }
    (Cow::Owned(cell), at)
}
