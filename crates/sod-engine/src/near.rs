//! What somebody probably meant. For error messages alone: nothing is ever done with a guess.

use strsim::levenshtein;

/// The candidate that differs least from `text`, if it differs little: in case and blanks, or in about one letter of
/// three. Of several the first.
///
/// ```
/// let states = ["delivered", "expired"];
/// assert_eq!(sod_engine::closest("delivred", states), Some("delivered"));
/// assert_eq!(sod_engine::closest("EXPIERD ", states), Some("expired"));
/// assert_eq!(sod_engine::closest("banana", states), None);
/// ```
pub fn closest<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = letters(text);
    let length = wanted.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = letters(candidate);
        if other.is_empty() || other.chars().count().abs_diff(length) > allowed {
            continue;
        }
        let distance = levenshtein(&wanted, &other);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn letters(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_are_not_guessed_from_nothing() {
        assert_eq!(closest("P9", ["P1", "Q7"]), Some("P1"));
        assert_eq!(closest("x", ["", "yz"]), None);
    }
}
