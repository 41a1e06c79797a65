//! Values that stand in a filter.

use super::cursor::Cursor;
use super::error::Problem;
use super::expr::{Expr, Operand, Type};
use super::lexer::{Token, begins_as_date};
use super::time::{Moment, parse_duration, parse_moment};
use super::values::{Found, number};
use crate::escape::shown;
use std::borrow::Cow;

/// Reads a value, if one is next.
pub(super) fn literal(cursor: &mut Cursor<'_>) -> Result<Option<Operand>, Problem> {
    let at = cursor.start();
    let (found, kind) = match cursor.token() {
        Token::Text(text) => (unquoted(text), Type::Text),
        Token::Guid(text) => (unquoted(text), Type::Text),
        Token::Typed(prefix, text) => typed(prefix, text, at)?,
        Token::Number(text) => {
            let number = number(text).ok_or_else(|| wrong(text, "a number", at))?;
            (Found::Number(number), Type::Number)
        }
        Token::Moment(text) => (moment(text, at)?, Type::Moment),
        Token::Name(name) if name.eq_ignore_ascii_case("true") => (Found::Boolean(true), Type::Boolean),
        Token::Name(name) if name.eq_ignore_ascii_case("false") => (Found::Boolean(false), Type::Boolean),
        Token::Name(name) if name.eq_ignore_ascii_case("null") => (Found::Null, Type::Null),
        _ => return Ok(None),
    };
    cursor.count()?;
    cursor.advance();
    Ok(Some(Operand { expr: Expr::Literal(found), kind, at }))
}

/// The text between quotes, where two quotes are one.
fn unquoted(text: &str) -> Found<'static> {
    Found::Text(Cow::Owned(text.replace("''", "'")))
}

/// `duration'P1D'`, and words of a list with the name of the list before them.
fn typed(prefix: &str, text: &str, at: usize) -> Result<(Found<'static>, Type), Problem> {
    match prefix.to_ascii_lowercase().as_str() {
        "duration" => {
            let length = parse_duration(text);
            let length = length.ok_or_else(|| wrong(text, Type::Duration.spelling(), at))?;
            Ok((Found::Duration(length), Type::Duration))
        }
        "date" | "datetime" | "datetimeoffset" => Ok((moment(text, at)?, Type::Moment)),
        "guid" => Ok((unquoted(text), Type::Text)),
        word if word.starts_with("microsoft.graph.") => Ok((unquoted(text), Type::Word)),
        _ => {
            let expected =
                "duration, datetime, guid or the name of a list of words, as microsoft.graph.name'word'";
            Err(Problem::new(
                at,
                format!("Unrecognized literal prefix: found '{}', expected {expected}", shown(prefix)),
            ))
        }
    }
}

fn moment(text: &str, at: usize) -> Result<Found<'static>, Problem> {
    parse_sent_moment(text).map(Found::Moment).ok_or_else(|| wrong(text, Type::Moment.spelling(), at))
}

/// A date as it arrives: the `+` of an offset may have become a blank on the way. Bare epochs and other spellings of
/// exports are for exports, not for questions.
pub(super) fn parse_sent_moment(text: &str) -> Option<Moment> {
    let spelled = text.replace(' ', "+");
    begins_as_date(text).then(|| parse_moment(text).or_else(|| parse_moment(&spelled))).flatten()
}

fn wrong(text: &str, expected: &str, at: usize) -> Problem {
    Problem::new(at, format!("Syntax error: found '{}', expected {expected}", shown(text)))
}
