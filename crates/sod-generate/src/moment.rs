//! Moments, as seconds since 1970, and the ways exports spell them. There is no clock: all is relative to [`BASE`].

/// The moment at which every generated tenant was exported: 2026-06-01T06:00:00Z.
///
/// A constant, so that the same seed gives the same bytes in any year.
pub const BASE: i64 = 1_780_293_600;

/// One day, in seconds.
pub(crate) const DAY: i64 = 86_400;

/// A moment taken apart.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

/// Days to a date of the Gregorian calendar, after Hinnant's `civil_from_days`: eras of 400 years, years from March.
fn civil(moment: i64) -> Civil {
    let (days, seconds) = (moment.div_euclid(DAY) + 719_468, moment.rem_euclid(DAY));
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * march_month + 2) / 5 + 1,
        hour: seconds / 3600,
        minute: seconds / 60 % 60,
        second: seconds % 60,
    }
}

/// Writes `width` decimal digits.
fn digits(out: &mut Vec<u8>, value: i64, width: u32) {
    for place in (0..width).rev() {
        out.push(b'0' + (value / 10_i64.pow(place) % 10) as u8);
    }
}

/// `2026-06-01`.
pub(crate) fn write_date(out: &mut Vec<u8>, moment: i64) {
    let civil = civil(moment);
    digits(out, civil.year, 4);
    out.push(b'-');
    digits(out, civil.month, 2);
    out.push(b'-');
    digits(out, civil.day, 2);
}

fn write_time(out: &mut Vec<u8>, moment: i64) {
    let civil = civil(moment);
    digits(out, civil.hour, 2);
    out.push(b':');
    digits(out, civil.minute, 2);
    out.push(b':');
    digits(out, civil.second, 2);
}

/// `2026-06-01T06:00:00Z`, as Graph and PowerShell 7 write it.
pub(crate) fn write_iso(out: &mut Vec<u8>, moment: i64) {
    write_date(out, moment);
    out.push(b'T');
    write_time(out, moment);
    out.push(b'Z');
}

/// `06/01/2026 06:00:00`: a .NET date turned into text in the invariant culture, as the ADX scripts do.
pub(crate) fn write_invariant(out: &mut Vec<u8>, moment: i64) {
    let civil = civil(moment);
    digits(out, civil.month, 2);
    out.push(b'/');
    digits(out, civil.day, 2);
    out.push(b'/');
    digits(out, civil.year, 4);
    out.push(b' ');
    write_time(out, moment);
}

/// `\/Date(1780293600000)\/`, as `ConvertTo-Json` of Windows PowerShell writes it.
pub(crate) fn write_powershell(out: &mut Vec<u8>, moment: i64) {
    out.extend_from_slice(br"\/Date(");
    out.extend_from_slice((moment * 1000).to_string().as_bytes());
    out.extend_from_slice(br")\/");
}

/// The text that one of the writers above makes.
pub(crate) fn text(write: fn(&mut Vec<u8>, i64), moment: i64) -> String {
    let mut out = Vec::new();
    write(&mut out, moment);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        assert_eq!(text(write_iso, BASE), "2026-06-01T06:00:00Z");
        assert_eq!(text(write_iso, 951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(text(write_date, 951_782_400), "2000-02-29");
        assert_eq!(text(write_invariant, 0), "01/01/1970 00:00:00");
        assert_eq!(text(write_powershell, 1_700_000_000), r"\/Date(1700000000000)\/");
    }
}
