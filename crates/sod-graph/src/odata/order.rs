//! `$orderby`: which of two rows comes first.

use super::cursor::Cursor;
use super::error::Problem;
use super::lexer::Token;
use super::names::{Owner, members, name_of, property};
use super::row::Row;
use super::values::{Found, order, read};
use crate::edm::{EntityType, Kind, Property};
use crate::shape::ApiVersion;
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

/// One property to order by.
#[derive(Debug)]
pub struct OrderKey {
    /// From the row to the property.
    pub path: Vec<&'static Property>,
    /// Largest first.
    pub descending: bool,
}

impl OrderKey {
    /// Which of two rows comes first by this key.
    #[must_use]
    pub fn compare(&self, left: &dyn Row, right: &dyn Row) -> Ordering {
        let kind = self.path.last().map_or(Kind::Text, |last| last.kind);
        let ordering = compare(&left.value(&self.path), &right.value(&self.path), kind);
        if self.descending { ordering.reverse() } else { ordering }
    }
}

/// Which of two values of one property comes first: what is absent, then what is not of the property's kind, then the
/// others: points in time by when they are, texts without regard to case and then with it.
///
/// ```
/// use serde_json::json;
/// use sod_graph::edm::Kind;
/// use sod_graph::odata::compare;
/// use std::cmp::Ordering;
///
/// let (utc, later) = (json!("2026-01-01T01:00:00Z"), json!("2026-01-01T01:30:00+00:00"));
/// assert_eq!(compare(&utc, &later, Kind::Moment), Ordering::Less);
/// assert_eq!(compare(&json!(null), &json!("a"), Kind::Text), Ordering::Less);
/// assert_eq!(compare(&json!("B"), &json!("a"), Kind::Text), Ordering::Greater);
/// ```
#[must_use]
pub fn compare(left: &Value, right: &Value, kind: Kind) -> Ordering {
    let (a, b) = (read(Cow::Borrowed(left), kind), read(Cow::Borrowed(right), kind));
    rank(&a).cmp(&rank(&b)).then_with(|| match (&a, &b) {
        (Found::Null, Found::Null) => Ordering::Equal,
        (Found::Text(a), Found::Text(b)) => super::text::order(a, b).then_with(|| a.cmp(b)),
        _ => order(&a, &b).unwrap_or_else(|| left.to_string().cmp(&right.to_string())),
    })
}

fn rank(found: &Found<'_>) -> u8 {
    match found {
        Found::Null => 0,
        Found::Unknown => 1,
        _ => 2,
    }
}

/// Reads a list of properties, each with `asc` or `desc` behind it.
pub(super) fn order_by(
    cursor: &mut Cursor<'_>,
    entity: &'static EntityType,
    version: ApiVersion,
) -> Result<Vec<OrderKey>, Problem> {
    let mut keys = Vec::new();
    loop {
        cursor.count()?;
        let path = path(cursor, entity, version)?;
        let descending = cursor.take_word("desc");
        if !descending {
            cursor.take_word("asc");
        }
        keys.push(OrderKey { path, descending });
        if !cursor.take(',') {
            return Ok(keys);
        }
    }
}

fn path(
    cursor: &mut Cursor<'_>,
    entity: &'static EntityType,
    version: ApiVersion,
) -> Result<Vec<&'static Property>, Problem> {
    let (mut owner, mut path) = (Owner::Entity(entity), Vec::new());
    let begin = cursor.start();
    loop {
        let Token::Name(name) = cursor.token() else {
            return Err(cursor.unexpected("the name of a property"));
        };
        let found = property(owner, name, version, cursor.start())?;
        path.push(found);
        cursor.advance();
        let name = name_of(found, version);
        if !cursor.take('/') {
            return if has_order(found.kind) {
                Ok(path)
            } else {
                let message =
                    format!("The property '{name}' has no order; expected a text, number, date or word");
                Err(Problem::new(begin, message))
            };
        }
        owner = members(found).ok_or_else(|| {
            let message = format!("The property '{name}' has no members to order by");
            Problem::new(cursor.start(), message)
        })?;
    }
}

fn has_order(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Word | Kind::Boolean | Kind::Integer | Kind::Moment | Kind::Duration)
}
