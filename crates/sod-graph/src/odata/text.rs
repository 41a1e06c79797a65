//! Texts compared without regard to case, as the service's store compares them.

use std::borrow::Cow;
use std::cmp::Ordering;

/// The text in small letters, letter by letter: what is equal here is equal to every comparison below.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    Cow::Owned(small(text).collect())
}

fn small(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}

/// Which comes first.
pub(super) fn order(left: &str, right: &str) -> Ordering {
    if left.eq_ignore_ascii_case(right) {
        return Ordering::Equal;
    }
    small(left).cmp(small(right))
}
