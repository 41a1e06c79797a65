//! Plain lists: lines of a user and a package between blanks.

use super::tail::Watched;
use super::{PART, PartSink, TableEnd, TableError, TableSource, decode, hand_on, reject};
use crate::columns::{Layout, ValueOf};
use crate::decoded::DecodedPart;
use crate::table_kind::{Row, TableKind, read_row};
use sod_model::{Position, RecordLocation, RefusalCode, RejectCode, Shape, SourceId};
use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read};

/// Reads lines of `user package` between blanks; a third word is ignored. A first line of known headers is one.
pub(crate) fn read_words(
    text: impl Read,
    source: &TableSource<'_>,
    sink: &mut PartSink<'_>,
) -> Result<TableEnd, TableError> {
    let seen = RefCell::default();
    let mut text = BufReader::with_capacity(1 << 18, Watched { inner: text, seen: &seen });
    let mut layout = Layout {
        user_plain: Some(ValueOf::Cell(0)),
        package_id: Some(ValueOf::Cell(1)),
        ..Layout::default()
    };
    if let Some(map) = &source.options.map {
        let columns = ["#1", "#2", "#3"].map(str::to_owned);
        layout.apply(map, &columns, source.stem).map_err(|column| {
            let message =
                format!("--map names the column {column}, but words have no header: say #1, #2 or #3");
            TableError::Refused(RefusalCode::UnknownColumns, message)
        })?;
    }
    let mut part = DecodedPart::default();
    let mut line = Vec::new();
    let mut at = Position { byte: source.offset, line: 1 };
    loop {
        line.clear();
        let length = text.read_until(b'\n', &mut line).map_err(TableError::Io)?;
        if length == 0 {
            break;
        }
        let location = RecordLocation {
            source: SourceId(source.source),
            offset: at.byte,
            length: u32::try_from(length).unwrap_or(u32::MAX),
            line: u32::try_from(at.line).unwrap_or(u32::MAX),
        };
        let decoded = decode(&line, &mut part.not_utf8);
        let cells: Vec<Cow<'_, str>> =
            decoded.split_whitespace().map(|word| Cow::Owned(word.to_owned())).collect();
        let is_header = at.line == 1 && {
            let words: Vec<String> = cells.iter().map(|cell| cell.to_string()).collect();
            let found = Layout::of_header(&words);
            let known = found.names_user() && found.names_package();
            if known && source.options.map.is_none() {
                layout = found;
            }
            known
        };
        let outcome = match cells.len() {
            0 => Ok(()),
            _ if is_header => Ok(()),
            2 | 3 => {
                read_row(&Row { cells, location, separator: ' ' }, &layout, TableKind::Assignments, &mut part)
            }
            words => Err((RejectCode::MalformedRow, format!("{words} words, expected 'user package'"))),
        };
        reject(outcome, at, &mut part);
        at = Position { byte: at.byte + length as u64, line: at.line + 1 };
        hand_on(&mut part, PART, sink)?;
    }
    seen.borrow().refuse_if_cut(None, b' ')?;
    hand_on(&mut part, 0, sink)?;
    Ok(TableEnd { shape: Shape::PlainList, delivered_by_construction: layout.state.is_none() })
}
