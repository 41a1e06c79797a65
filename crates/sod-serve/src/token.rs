//! The bearer token: what is taken for one, and how it is compared.

use sod_engine::formats::sha256;
use subtle::ConstantTimeEq;

/// Shorter ones can be guessed.
const LENGTH_MIN: usize = 24;
/// A token of few different letters can be guessed as well.
const LETTERS_MIN: usize = 8;
/// Longer ones are files that were named by mistake.
const LENGTH_MAX: usize = 4096;

/// A secret that clients must send. Only its hash is kept, and nothing shows it.
#[derive(Clone)]
pub struct Token([u8; 32]);

/// A text that is no good as a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Nothing, or blanks.
    #[error("the token is empty")]
    Empty,
    /// Too easy.
    #[error(
        "the token is too easy to guess: it has {length} letters, {different} different ones, and at least 24 and 8 are needed"
    )]
    Weak {
        /// How long it is.
        length: usize,
        /// Different letters.
        different: usize,
    },
    /// Too long for a header.
    #[error("the token has {0} bytes, and at most 4096 fit in a header")]
    TooLong(usize),
    /// Something that a header cannot carry.
    #[error(
        "the token has letters that no client can send: only visible ASCII without blanks goes into a header"
    )]
    Unsendable,
}

impl TokenError {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        "make one with `openssl rand -hex 32 > token`, and give it with --token-file token"
    }
}

impl Token {
    /// Takes a text for a token; white space around it does not count.
    ///
    /// ```
    /// use sod_serve::{Token, TokenError};
    /// assert!(Token::new("4f1c0b6e2ad94e7f8c35d1a6b7e09218\n").is_ok());
    /// assert_eq!(Token::new(" ").err(), Some(TokenError::Empty));
    /// assert!(matches!(Token::new("hunter2").err(), Some(TokenError::Weak { length: 7, .. })));
    /// ```
    ///
    /// # Errors
    /// When it is empty, can be guessed, or cannot be sent.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        if text.len() > LENGTH_MAX {
            return Err(TokenError::TooLong(text.len()));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::Unsendable);
        }
        let mut letters: Vec<u8> = text.bytes().collect();
        letters.sort_unstable();
        letters.dedup();
        if text.len() < LENGTH_MIN || letters.len() < LETTERS_MIN {
            return Err(TokenError::Weak { length: text.len(), different: letters.len() });
        }
        Ok(Self(sha256(text.as_bytes())))
    }

    /// Whether the value of an `Authorization` header has this token. Takes the same time for each wrong one: hashes are
    /// compared, so that not even the length shows.
    pub(crate) fn is_in(&self, authorization: &[u8]) -> bool {
        let Some((scheme, given)) = authorization.split_at_checked(b"Bearer ".len()) else { return false };
        scheme.eq_ignore_ascii_case(b"Bearer ") && bool::from(sha256(given.trim_ascii()).ct_eq(&self.0))
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "4f1c0b6e2ad94e7f8c35d1a6b7e09218";

    #[test]
    fn only_the_token_itself_passes() {
        let token = Token::new(GOOD).unwrap();
        for passes in [format!("Bearer {GOOD}"), format!("bearer {GOOD}"), format!("Bearer  {GOOD} ")] {
            assert!(token.is_in(passes.as_bytes()), "{passes}");
        }
        for fails in [
            String::new(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            GOOD.to_owned(),
            format!("Basic {GOOD}"),
            format!("Bearer{GOOD}"),
            format!("Bearer {}", &GOOD[1..]),
            format!("Bearer {GOOD}{GOOD}"),
            format!("Bearer {}", GOOD.to_uppercase()),
        ] {
            assert!(!token.is_in(fails.as_bytes()), "{fails}");
        }
        assert!(!token.is_in(b"Bearer \xff\xfe"));
    }

    #[test]
    fn what_can_be_guessed_is_refused_and_nothing_is_shown() {
        for weak in ["short", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "12341234123412341234123412341234"] {
            assert!(matches!(Token::new(weak), Err(TokenError::Weak { .. })), "{weak}");
        }
        assert_eq!(Token::new("").err(), Some(TokenError::Empty));
        assert_eq!(Token::new("two words of a sentence that is long").err(), Some(TokenError::Unsendable));
        assert_eq!(Token::new(&"ab".repeat(4000)).err(), Some(TokenError::TooLong(8000)));
        assert_eq!(format!("{:?}", Token::new(GOOD).unwrap()), "Token(..)");
    }
}
