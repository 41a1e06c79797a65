//! What somebody probably meant. For error messages alone: nothing is ever done with a guess.

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
    let allowed = (wanted.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = letters(candidate);
        if other.is_empty() || other.len().abs_diff(wanted.len()) > allowed {
            continue;
        }
        let distance = distance(&wanted, &other);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn letters(text: &str) -> Vec<char> {
    text.trim().to_lowercase().chars().collect()
}

/// Levenshtein's distance, by rows: insertions, deletions and replacements that make one text of the other.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.iter().enumerate() {
        let mut left = at + 1;
        let mut diagonal = at;
        for (above, other) in row.iter_mut().skip(1).zip(to) {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = *above;
            left = replaced.min(left + 1).min(*above + 1);
            *above = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_textbook() {
        let measured = |a: &str, b: &str| distance(&letters(a), &letters(b));
        for (a, b, expected) in
            [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("same", "same", 0)]
        {
            assert_eq!((measured(a, b), measured(b, a)), (expected, expected), "{a} {b}");
        }
    }

    #[test]
    fn short_words_are_not_guessed_from_nothing() {
        assert_eq!(closest("P9", ["P1", "Q7"]), Some("P1"));
        assert_eq!(closest("x", ["", "yz"]), None);
    }
}
