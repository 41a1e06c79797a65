//! Points in time to the seventh digit, and lengths of time.

use sod_engine::Timestamp;

/// A point in time: seconds, and nanoseconds beyond them.
pub(super) type Moment = (Timestamp, u32);

const SECOND: i128 = 1_000_000_000;

/// Reads a point in time in any spelling that exports have; a date is its first moment, UTC.
pub(super) fn parse_moment(text: &str) -> Option<Moment> {
    let (whole, nanoseconds) = without_fraction(text);
    match nanoseconds {
        Some(nanoseconds) => Some((Timestamp::parse(&whole)?, nanoseconds)),
        None => Some((Timestamp::parse(text)?, 0)),
    }
}

/// The text without its fraction of a second, and the fraction: timestamps of the model end at the second.
fn without_fraction(text: &str) -> (String, Option<u32>) {
    let Some((before, behind)) = text.split_once('.') else { return (String::new(), None) };
    let digits = behind.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(behind.len());
    let (Some(fraction), Some(rest)) = (behind.get(..digits), behind.get(digits..)) else {
        return (String::new(), None);
    };
    if fraction.is_empty() {
        return (String::new(), None);
    }
    let nine: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    (format!("{before}{rest}"), nine.parse().ok())
}

/// Reads `P1DT2H3.5S` as nanoseconds. A year is 365 days and a month 30, as the clients have them.
pub(super) fn parse_duration(text: &str) -> Option<i128> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let rest = rest.strip_prefix('P')?;
    let (days, time) = rest.split_once('T').map_or((rest, None), |(days, time)| (days, Some(time)));
    const DAY: i128 = 86_400 * SECOND;
    let mut total = parts(days, &[('Y', 365 * DAY), ('M', 30 * DAY), ('W', 7 * DAY), ('D', DAY)])?;
    if let Some(time) = time {
        total += parts(time, &[('H', 3_600 * SECOND), ('M', 60 * SECOND), ('S', SECOND)])?;
    }
    let says_something = !days.is_empty() || time.is_some_and(|time| !time.is_empty());
    let complete = time.is_none_or(|time| !time.is_empty());
    (says_something && complete).then_some(if negative { -total } else { total })
}

/// Reads numbers with their units, which come in this order and once.
fn parts(text: &str, units: &[(char, i128)]) -> Option<i128> {
    let (mut rest, mut units, mut total) = (text, units.iter(), 0_i128);
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !(letter.is_ascii_digit() || letter == '.'))?;
        let (number, behind) = rest.split_at_checked(end)?;
        let unit = behind.chars().next()?;
        let (_, length) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(times(number, *length, unit == 'S')?)?;
        rest = behind.get(1..)?;
    }
    Some(total)
}

/// So many units; only seconds have fractions.
fn times(number: &str, length: i128, fractions: bool) -> Option<i128> {
    let Some((whole, fraction)) = number.split_once('.') else {
        return i128::from(number.parse::<u32>().ok()?).checked_mul(length);
    };
    if !fractions || fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nine: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    let whole = i128::from(whole.parse::<u32>().ok()?).checked_mul(length)?;
    whole.checked_add(nine.parse::<i128>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("P365D", 31_536_000),
            ("P1Y", 31_536_000),
            ("PT8H", 28_800),
            ("-P1W", -604_800),
            ("P1DT1M", 86_460),
        ] {
            assert_eq!(parse_duration(text), Some(seconds * SECOND), "{text}");
        }
        assert_eq!(parse_duration("PT0.5S"), Some(SECOND / 2));
        for text in
            ["", "P", "PT", "P1DT", "1D", "P1H", "PT1D", "P1D1Y", "P.5D", "PT1.S", "P1", "P-1D", "P1\u{e9}"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn moments_differ_by_their_last_digit() {
        let moment = |text| parse_moment(text).unwrap();
        assert!(moment("2026-01-01T00:00:00.1234567Z") > moment("2026-01-01T00:00:00.1234566Z"));
        assert_eq!(moment("2026-01-01T00:00:00.5+02:00"), moment("2025-12-31T22:00:00.500Z"));
        assert_eq!(moment("2026-01-01"), moment("2026-01-01T00:00:00Z"));
        assert_eq!(parse_moment("2026-13-01"), None);
        assert_eq!(parse_moment("2026-01-01T00:00:00.Z"), None);
    }
}
