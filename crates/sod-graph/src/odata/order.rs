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
    /// Where a row belongs by this key.
    #[must_use]
    pub fn place(&self, row: &dyn Row) -> Place {
        let kind = self.path.last().map_or(Kind::Text, |last| last.kind);
        let value = row.value(&self.path).unwrap_or(Cow::Owned(Value::Null));
        Place::of(&value, kind, self.descending)
    }
}

/// What a row is put in order by. It is read once, and a row compared with many others.
#[derive(Clone, Debug)]
pub struct Place {
    found: Found<'static>,
    /// What has no order of its own, as it is written.
    written: Option<String>,
    descending: bool,
}

impl Place {
    fn of(value: &Value, kind: Kind, descending: bool) -> Self {
        let found = read(Cow::Borrowed(value), kind).into_owned();
        let written = matches!(found, Found::Unknown | Found::Structure).then(|| value.to_string());
        Self { found, written, descending }
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (&self.found, &other.found);
        let ordering = rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
            (Found::Text(a), Found::Text(b)) => super::text::order(a, b).then_with(|| a.cmp(b)),
            _ => order(a, b).unwrap_or_else(|| self.written.cmp(&other.written)),
        });
        if self.descending { ordering.reverse() } else { ordering }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place {}

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
    Place::of(left, kind, false).cmp(&Place::of(right, kind, false))
}

fn rank(found: &Found<'_>) -> u8 {
    match found {
        Found::Null | Found::Absent => 0,
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
    matches!(kind, Kind::Text | Kind::Word(_) | Kind::Boolean | Kind::Integer | Kind::Moment | Kind::Duration)
}
