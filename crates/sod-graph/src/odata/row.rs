//! What filters and orders are asked of.

use crate::edm::{Kind, Property};
use crate::shape::ApiVersion;
use serde_json::Value;
use std::borrow::Cow;
use std::ops::ControlFlow;

/// Something with properties.
pub trait Row {
    /// The value at the end of the path, through navigations whether they are expanded or not; `None` where it is not
    /// known. Of an empty path, the row itself.
    fn value(&self, path: &[&'static Property]) -> Option<Cow<'_, Value>>;

    /// Visits the things of a [`Kind::Many`] or [`Kind::Complexes`] at the end of the path, until told to stop. Whether
    /// it is known that there are no others.
    fn each(&self, path: &[&'static Property], visit: &mut dyn FnMut(&dyn Row) -> ControlFlow<()>) -> bool;
}

/// A row that is JSON already, in the names of one version. It is all there is to know: what it lacks is null.
///
/// ```
/// use sod_graph::ApiVersion;
/// use sod_graph::edm::ACCESS_PACKAGE;
/// use sod_graph::odata::{JsonRow, parse_options};
///
/// let options = parse_options("$filter=contains(displayName,'PAY')", &ACCESS_PACKAGE, ApiVersion::V1)?;
/// let package = serde_json::json!({"id": "p1", "displayName": "Payment run"});
/// let row = JsonRow { value: &package, version: ApiVersion::V1 };
/// assert!(options.filter.is_some_and(|filter| filter.matches(&row)));
/// # Ok::<(), sod_graph::odata::OptionError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct JsonRow<'a> {
    /// The object.
    pub value: &'a Value,
    /// In whose names it is written.
    pub version: ApiVersion,
}

impl JsonRow<'_> {
    fn at(&self, path: &[&'static Property]) -> Option<&Value> {
        path.iter().try_fold(self.value, |value, step| value.get(step.name(self.version)?))
    }
}

impl Row for JsonRow<'_> {
    fn value(&self, path: &[&'static Property]) -> Option<Cow<'_, Value>> {
        Some(self.at(path).map_or(Cow::Owned(Value::Null), Cow::Borrowed))
    }

    fn each(&self, path: &[&'static Property], visit: &mut dyn FnMut(&dyn Row) -> ControlFlow<()>) -> bool {
        let elements = self.at(path).and_then(Value::as_array);
        for value in elements.into_iter().flatten() {
            if visit(&JsonRow { value, version: self.version }).is_break() {
                break;
            }
        }
        true
    }
}

/// A text of a list of texts: it has no members.
pub(super) struct Element<'a>(&'a Value);

impl Row for Element<'_> {
    fn value(&self, path: &[&'static Property]) -> Option<Cow<'_, Value>> {
        Some(if path.is_empty() { Cow::Borrowed(self.0) } else { Cow::Owned(Value::Null) })
    }

    fn each(&self, _: &[&'static Property], _: &mut dyn FnMut(&dyn Row) -> ControlFlow<()>) -> bool {
        true
    }
}

/// Visits what is in a collection, be it of things or of texts.
pub(super) fn each(
    row: &dyn Row,
    path: &[&'static Property],
    visit: &mut dyn FnMut(&dyn Row) -> ControlFlow<()>,
) -> bool {
    if !matches!(path.last().map(|last| last.kind), Some(Kind::Texts)) {
        return row.each(path, visit);
    }
    let Some(value) = row.value(path) else { return false };
    for text in value.as_array().into_iter().flatten() {
        if visit(&Element(text)).is_break() {
            break;
        }
    }
    true
}
