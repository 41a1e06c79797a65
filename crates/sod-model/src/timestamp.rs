//! Moments, in whole seconds.

use std::fmt;

/// A moment in UTC, in seconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use sod_model::Timestamp;
/// let moment = Timestamp::parse("2019-04-25T23:45:40.42Z").unwrap();
/// assert_eq!(moment.to_string(), "2019-04-25T23:45:40Z");
/// assert_eq!(Timestamp::parse("/Date(1700000000000)/").unwrap().to_string(), "2023-11-14T22:13:20Z");
/// assert_eq!(Timestamp::parse("2026-11-22").unwrap().to_string(), "2026-11-22T00:00:00Z");
/// assert_eq!(Timestamp::parse("null"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The last second of the year 9999, which exports use for "never": jiff's range ends a day earlier.
    pub const FOREVER: Self = Self(253_402_300_799);

    /// Reads the spellings that exports have: RFC 3339, RFC 3339 without a zone (read as UTC), a bare date,
    /// PowerShell 5's `/Date(ms)/`, its invariant-culture `MM/dd/yyyy HH:mm:ss`, and a bare epoch in milliseconds.
    /// `None` when the text is none of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Some(Self(moment.as_second()));
        }
        if text.starts_with("9999-12-31T") {
            return Some(Self::FOREVER);
        }
        if let Some(inner) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
            // PowerShell 5 may append the local offset, which does not move the moment.
            let digits = inner
                .get(1..)
                .and_then(|rest| rest.find(['+', '-']))
                .map_or(inner, |at| inner.get(..=at).unwrap_or(inner));
            return digits.parse::<i64>().ok().map(|ms| Self(ms.div_euclid(1000)));
        }
        if text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse::<i64>().ok().map(|ms| Self(ms.div_euclid(1000)));
        }
        let utc = |moment: jiff::civil::DateTime| {
            moment.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| Self(zoned.timestamp().as_second()))
        };
        if let Ok(moment) = text.parse::<jiff::civil::DateTime>() {
            return utc(moment);
        }
        jiff::civil::DateTime::strptime("%m/%d/%Y %H:%M:%S", text).ok().and_then(utc)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            _ if *self == Self::FOREVER => f.write_str("9999-12-31T23:59:59Z"),
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => write!(f, "{}s", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_moment() {
        for text in [
            "2024-01-13T08:00:00Z",
            "2024-01-13T09:00:00+01:00",
            "2024-01-13T08:00:00.1234567Z",
            "2024-01-13T08:00:00",
            "01/13/2024 08:00:00",
            "1705132800000",
            "/Date(1705132800000)/",
            "/Date(1705132800000+0100)/",
        ] {
            assert_eq!(
                Timestamp::parse(text).map(|t| t.to_string()).as_deref(),
                Some("2024-01-13T08:00:00Z"),
                "{text}"
            );
        }
        for text in ["", "soon", "null", "13/01/2024", "/Date(x)/", "2024-02-31"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        assert_eq!(
            Timestamp::parse("9999-12-31T23:59:59Z").map(|t| t.to_string()).as_deref(),
            Some("9999-12-31T23:59:59Z")
        );
        assert_eq!(Timestamp::parse("/Date(-1000)/"), Some(Timestamp(-1)));
    }
}
