//! A place in an option's value, and the bounds of what may be read there.

use super::error::Problem;
use super::lexer::{Token, token};
use crate::escape::shown;

/// How deep parentheses, functions, `not` and `$expand` may be in one another.
const DEEPEST: usize = 50;
/// How many things one option may name.
const MOST: usize = 2_000;

/// Reads one decoded value from its beginning to its end.
pub(super) struct Cursor<'a> {
    text: &'a str,
    token: Token<'a>,
    start: usize,
    end: usize,
    depth: usize,
    things: usize,
    doubts: Vec<(String, Problem)>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let (token, start, end) = token(text, 0);
        Self { text, token, start, end, depth: 0, things: 0, doubts: Vec::new() }
    }

    /// The whole value.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The next word.
    pub(super) fn token(&self) -> Token<'a> {
        self.token
    }

    /// Where it begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Whether the word after the next one is this sign, with nothing between.
    pub(super) fn touches(&self, sign: char) -> bool {
        self.text.get(self.end..).is_some_and(|rest| rest.starts_with(sign))
    }

    pub(super) fn advance(&mut self) {
        self.jump(self.end);
    }

    /// Goes on at a byte of the value.
    pub(super) fn jump(&mut self, to: usize) {
        (self.token, self.start, self.end) = token(self.text, to);
    }

    /// Whether the next word is this sign; if so it is read.
    pub(super) fn take(&mut self, sign: char) -> bool {
        let found = self.token == Token::Sign(sign);
        if found {
            self.advance();
        }
        found
    }

    /// Whether the next word is this one, in any case; if so it is read.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.token, Token::Name(name) if name.eq_ignore_ascii_case(word));
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect(&mut self, sign: char) -> Result<(), Problem> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected(&format!("'{sign}'"))) }
    }

    /// The next word is not what it should be.
    pub(super) fn unexpected(&self, expected: &str) -> Problem {
        let found = match self.token {
            Token::End => "the end".to_owned(),
            Token::Unclosed => {
                return Problem::new(self.start, "Unterminated string literal: a closing quote is missing");
            }
            _ => format!("'{}'", shown(self.text.get(self.start..self.end).unwrap_or(""))),
        };
        Problem::new(self.start, format!("Syntax error: found {found}, expected {expected}"))
    }

    /// Goes one level down; `up` comes back.
    pub(super) fn down(&mut self) -> Result<(), Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("Recursion depth exceeded allowed limit: more than {DEEPEST} levels");
            return Err(Problem::new(self.start, message));
        }
        Ok(())
    }

    pub(super) fn up(&mut self) {
        self.depth -= 1;
    }

    /// Counts one thing that was named.
    pub(super) fn count(&mut self) -> Result<(), Problem> {
        self.things += 1;
        if self.things > MOST {
            let message =
                format!("The node count limit has been exceeded: more than {MOST} names and values");
            return Err(Problem::new(self.start, message));
        }
        Ok(())
    }

    /// Takes note of a word of which only the data can say whether it is one, and of what is wrong if it is not.
    pub(super) fn doubt(&mut self, word: String, problem: Problem) {
        self.doubts.push((word, problem));
    }

    pub(super) fn into_doubts(self) -> Vec<(String, Problem)> {
        self.doubts
    }
}
