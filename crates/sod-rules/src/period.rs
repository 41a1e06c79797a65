//! Days and moments of documents.

use sod_model::Timestamp;

/// Which end of a period a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// A day counts from its beginning.
    Start,
    /// A day counts to its end.
    End,
}

/// A day (UTC) or a moment; the end of a period is the first moment that is no longer part of it.
pub(crate) fn read_moment(text: &str, bound: Bound) -> Option<Timestamp> {
    const DAY: i64 = 86_400;
    let text = text.trim();
    // As RFC 3339 begins, and not in any of the spellings that exports have.
    let (year, rest) = text.split_at_checked(4)?;
    if !year.bytes().all(|byte| byte.is_ascii_digit()) || !rest.starts_with('-') {
        return None;
    }
    let moment = if text.len() == "2026-01-31".len() {
        Timestamp::parse(&format!("{text}T00:00:00Z"))?
    } else {
        Timestamp::parse(text)?
    };
    let is_day = text.len() == "2026-01-31".len();
    Some(if is_day && bound == Bound::End && moment != Timestamp::FOREVER {
        Timestamp(moment.0.saturating_add(DAY))
    } else {
        moment
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_part_of_it() {
        let at = |text| Timestamp::parse(text).unwrap();
        assert_eq!(read_moment("2026-01-31", Bound::Start), Some(at("2026-01-31T00:00:00Z")));
        assert_eq!(read_moment("2026-01-31", Bound::End), Some(at("2026-02-01T00:00:00Z")));
        assert_eq!(read_moment("2026-01-31T12:00:00Z", Bound::End), Some(at("2026-01-31T12:00:00Z")));
        assert_eq!(read_moment("9999-12-31", Bound::End), Some(Timestamp::FOREVER));
        for text in ["", "soon", "2026-02-30", "1705132800000", "31.01.2026", "/Date(1-1)/"] {
            assert_eq!(read_moment(text, Bound::Start), None, "{text}");
        }
    }
}
