//! Figures as people read them.

/// With a comma between groups of three digits: 1,234,567.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1 pair", "1,234 pairs".
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A share in whole percent, which says 0% and 100% only where nobody and everybody is meant.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let rounded = (u128::from(part) * 200 + u128::from(whole)) / (2 * u128::from(whole));
    match rounded {
        0 if part > 0 => "<1%".to_owned(),
        100 if part < whole => ">99%".to_owned(),
        rounded => format!("{rounded}%"),
    }
}

/// A ratio with as many decimals as it is worth: 0.04, 3.2, 1,250.
pub(crate) fn ratio(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    if value >= 99.95 {
        return grouped(value.round() as u64);
    }
    if value > 0.0 && value < 0.095 { format!("{value:.2}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        let groups = [0, 7, 999, 1_000, 1_234_567, u64::MAX].map(grouped);
        assert_eq!(groups, ["0", "7", "999", "1,000", "1,234,567", "18,446,744,073,709,551,615"]);
        assert_eq!([counted(1, "user", "users"), counted(0, "user", "users")], ["1 user", "0 users"]);
    }

    #[test]
    fn shares_never_round_to_nobody_or_everybody() {
        let shares = [(0, 5), (1, 1_000), (1, 2), (999, 1_000), (5, 5), (0, 0)]
            .map(|(part, whole)| percent(part, whole));
        assert_eq!(shares, ["0%", "<1%", "50%", ">99%", "100%", "-"]);
        let ratios = [1.0 / 0.0, 0.04, 3.2, 99.96, 1250.0].map(ratio);
        assert_eq!(ratios, ["-", "0.04", "3.2", "100", "1,250"]);
    }
}
