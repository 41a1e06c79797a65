//! The values that filters compare, out of JSON.

use super::time::{Moment, parse_duration, parse_moment};
use crate::edm::Kind;
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A value of a row or of a literal.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found<'a> {
    /// Nothing.
    Null,
    /// Not told: the export does not have it.
    Absent,
    /// Something that is not of the kind that it should be. Nothing is known of it but that it is not null.
    Unknown,
    Boolean(bool),
    Number(Number),
    Text(Cow<'a, str>),
    Moment(Moment),
    /// Nanoseconds.
    Duration(i128),
    /// An object or a list, of which only this can be told: it is there.
    Structure,
}

impl Found<'_> {
    /// The same, of no row.
    pub(super) fn into_owned(self) -> Found<'static> {
        match self {
            Found::Null => Found::Null,
            Found::Absent => Found::Absent,
            Found::Unknown => Found::Unknown,
            Found::Boolean(truth) => Found::Boolean(truth),
            Found::Number(number) => Found::Number(number),
            Found::Text(text) => Found::Text(Cow::Owned(text.into_owned())),
            Found::Moment(moment) => Found::Moment(moment),
            Found::Duration(length) => Found::Duration(length),
            Found::Structure => Found::Structure,
        }
    }
}

/// Reads a value as what its property holds. Tables have texts only, so a text may hold any kind.
pub(super) fn read(value: Cow<'_, Value>, kind: Kind) -> Found<'_> {
    if value.is_null() {
        return Found::Null;
    }
    match kind {
        Kind::Text | Kind::Word(_) => text(value),
        Kind::Boolean => match &*value {
            Value::Bool(truth) => Found::Boolean(*truth),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Found::Boolean(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Found::Boolean(false),
            _ => Found::Unknown,
        },
        Kind::Integer => match &*value {
            Value::Number(number) => Found::Number(number.clone()),
            Value::String(text) => number(text).map_or(Found::Unknown, Found::Number),
            _ => Found::Unknown,
        },
        Kind::Moment => timed(&value, parse_moment, Found::Moment),
        Kind::Duration => timed(&value, parse_duration, Found::Duration),
        _ => Found::Structure,
    }
}

fn text(value: Cow<'_, Value>) -> Found<'_> {
    match value {
        Cow::Borrowed(Value::String(text)) => Found::Text(Cow::Borrowed(text)),
        Cow::Owned(Value::String(text)) => Found::Text(Cow::Owned(text)),
        other if other.is_object() || other.is_array() => Found::Unknown,
        other => Found::Text(Cow::Owned(other.to_string())),
    }
}

/// Graph's own examples have the text "null" where a date is missing.
fn timed<T>(value: &Value, parse: fn(&str) -> Option<T>, found: fn(T) -> Found<'static>) -> Found<'static> {
    match value.as_str().map(str::trim) {
        Some(text) if text.is_empty() || text.eq_ignore_ascii_case("null") => Found::Null,
        Some(text) => parse(text).map_or(Found::Unknown, found),
        None => Found::Unknown,
    }
}

/// A number, whole if it can be.
pub(super) fn number(text: &str) -> Option<Number> {
    let whole = text.parse::<i64>().ok().map(Number::from);
    whole.or_else(|| {
        let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
        plain.then(|| text.parse::<f64>().ok().and_then(Number::from_f64)).flatten()
    })
}

/// How two values of one kind stand to each other; `None` for others.
pub(super) fn order(left: &Found<'_>, right: &Found<'_>) -> Option<Ordering> {
    match (left, right) {
        (Found::Boolean(left), Found::Boolean(right)) => Some(left.cmp(right)),
        (Found::Number(left), Found::Number(right)) => Some(order_numbers(left, right)),
        (Found::Text(left), Found::Text(right)) => Some(super::text::order(left, right)),
        (Found::Moment(left), Found::Moment(right)) => Some(left.cmp(right)),
        (Found::Duration(left), Found::Duration(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

pub(super) fn order_numbers(left: &Number, right: &Number) -> Ordering {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.as_f64().unwrap_or(f64::MAX).total_cmp(&right.as_f64().unwrap_or(f64::MAX)),
    }
}
