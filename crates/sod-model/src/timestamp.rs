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

    /// Reads the one spelling that Graph itself writes, `2019-04-25T23:45:40Z` with or without a fraction, and does so
    /// quickly. `None` for everything else, although [`parse`](Self::parse) may understand it; where both understand a
    /// text, they agree.
    ///
    /// ```
    /// use sod_model::Timestamp;
    /// assert_eq!(Timestamp::parse_utc(b"2019-04-25T23:45:40.42Z"), Timestamp::parse("2019-04-25T23:45:40.42Z"));
    /// assert_eq!(Timestamp::parse_utc(b"2019-04-25T23:45:40+02:00"), None);
    /// ```
    #[must_use]
    pub fn parse_utc(text: &[u8]) -> Option<Self> {
        let (whole, rest) = text.split_first_chunk::<19>()?;
        let fraction = match rest {
            [b'Z'] => true,
            [b'.', digits @ .., b'Z'] => {
                (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
            }
            _ => false,
        };
        // The digits as numbers in bytes of their own, or nothing: each word less "0000-00-", "00T00:00" and ":00".
        let [date, time] = [word(whole, 0), word(whole, 8)];
        let date = digits(date, *b"0000-00-")?;
        let time = digits(time, *b"00T00:00")?;
        let seconds = digits(word(whole, 11) & !0xff_ffff_ffff, *b"\0\0\0\0\0:00")?;
        let two = |word: u64, at: u32| {
            let pair = word >> (8 * at);
            (pair & 0xff) as i64 * 10 + (pair >> 8 & 0xff) as i64
        };
        let (year, month, day) = (two(date, 0) * 100 + two(date, 2), two(date, 5), two(time, 0));
        let (hour, minute, second) = (two(time, 3), two(time, 6), two(seconds, 6));
        if !fraction {
            return None;
        }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 59 || year < 1 {
            return None;
        }
        match (year, month, day) {
            (9999, 12, 31) => return Some(Self::FOREVER),
            (9999, 12, 30) => return None,
            _ => {}
        }
        // Days since 1970-01-01, with years that begin in March (Hinnant, "chrono-compatible low-level date algorithms").
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (era, of_era) = (year / 400, year % 400);
        let of_year = (153 * month + 2) / 5 + day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second;
        // Fractions before 1970 round the other way; nobody is in a hurry there.
        (seconds >= 0 || rest.len() == 1).then_some(Self(seconds))
    }

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

/// Eight bytes, the first one lowest.
fn word(text: &[u8; 19], at: usize) -> u64 {
    text.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// The word less the pattern, if its bytes are digits where the pattern has `0`, and those of the pattern elsewhere.
fn digits(word: u64, pattern: [u8; 8]) -> Option<u64> {
    // Added to what is right, it does not reach the high bit; to any more, it does.
    let headroom = u64::from_le_bytes(pattern.map(|byte| if byte == b'0' { 0x76 } else { 0x7f }));
    let less = word ^ u64::from_le_bytes(pattern);
    let high = u64::from_ne_bytes([0x80; 8]);
    ((((less & !high) + headroom) | less) & high == 0).then_some(less)
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

    proptest::proptest! {
        #[test]
        fn the_quick_way_agrees_with_the_general_one(
            text in "(0000|0001|19[0-9]{2}|20[0-9]{2}|9999)-(0[0-9]|1[0-3])-([0-2][0-9]|3[0-2])T([01][0-9]|2[0-5]):[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?Z?"
        ) {
            if let Some(quick) = Timestamp::parse_utc(text.as_bytes()) {
                proptest::prop_assert_eq!(Some(quick), Timestamp::parse(&text));
            }
            let usual = text.ends_with('Z') && text.len() == 20 && !text.starts_with("0000") && !text.starts_with("9999-12-3");
            // Leap seconds and the last days there are, are left to the general one.
            if usual && !text.contains(":60Z") {
                proptest::prop_assert_eq!(Timestamp::parse_utc(text.as_bytes()), Timestamp::parse(&text));
            }
        }
    }

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
