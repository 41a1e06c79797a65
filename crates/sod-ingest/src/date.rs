//! Dates of records, counted when they cannot be read.

use crate::decoded::DecodedPart;
use sod_model::Timestamp;

/// Reads a date; a text that is none is counted, not fatal: the assignment stands, its date is unknown.
pub(crate) fn date(text: Option<std::borrow::Cow<'_, str>>, part: &mut DecodedPart) -> Option<Timestamp> {
    let text = text?;
    let moment = Timestamp::parse_utc(text.as_bytes()).or_else(|| Timestamp::parse(&text));
    if moment.is_none() {
        part.unreadable_dates += 1;
    }
    moment
}
