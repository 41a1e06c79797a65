//! What a filter asks of every row: the way into an index.

use super::expr::{Expr, Operator, Path};
use super::filter::Filter;
use super::values::Found;
use crate::edm::Property;

/// A property that must be one of some texts, or the filter does not hold. Case does not count.
#[derive(Debug)]
pub struct Required<'a> {
    /// From the row to the property.
    pub path: &'a [&'static Property],
    /// Its values, as they are written in the filter.
    pub values: Vec<&'a str>,
}

impl Filter {
    /// What must be so for the filter to hold, of properties of the row itself: the parts that `and` joins, each an
    /// `eq` or `in`, or several of one property that `or` joins. Nothing is certain of rows that meet it; for that
    /// there is [`matches`](Self::matches).
    ///
    /// ```
    /// use sod_graph::ApiVersion;
    /// use sod_graph::edm::ASSIGNMENT;
    /// use sod_graph::odata::parse_options;
    ///
    /// let query = "$filter=accessPackage/id eq 'P1' and (state eq 'Delivered' or state eq 'Expired')";
    /// let filter = parse_options(query, &ASSIGNMENT, ApiVersion::V1)?.filter.ok_or("no filter")?;
    /// let values: Vec<_> = filter.required().into_iter().map(|required| required.values).collect();
    /// assert_eq!(values, [vec!["P1"], vec!["Delivered", "Expired"]]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn required(&self) -> Vec<Required<'_>> {
        let mut found = Vec::new();
        gather(&self.root, &mut found);
        found
    }
}

fn gather<'a>(expr: &'a Expr, found: &mut Vec<Required<'a>>) {
    match expr {
        Expr::And(all) => all.iter().for_each(|one| gather(one, found)),
        other => found.extend(one_of(other)),
    }
}

fn one_of(expr: &Expr) -> Option<Required<'_>> {
    match expr {
        Expr::Compare(Operator::Eq, left, right) => match (&**left, &**right) {
            (Expr::Path(path), Expr::Literal(value)) | (Expr::Literal(value), Expr::Path(path)) => {
                let values = vec![text(value)?];
                Some(Required { path: of_row(path)?, values })
            }
            _ => None,
        },
        Expr::In(left, values) => {
            let Expr::Path(path) = &**left else { return None };
            let values = values.iter().map(text).collect::<Option<_>>()?;
            Some(Required { path: of_row(path)?, values })
        }
        Expr::Or(all) => {
            let mut all = all.iter();
            let mut joined = one_of(all.next()?)?;
            for one in all {
                let one = one_of(one)?;
                if !same_path(joined.path, one.path) {
                    return None;
                }
                joined.values.extend(one.values);
            }
            Some(joined)
        }
        _ => None,
    }
}

/// Outside of every `any` and `all`, where all that is gathered stands, a path begins at the row.
fn of_row(path: &Path) -> Option<&[&'static Property]> {
    (path.outward == 0).then_some(path.steps.as_slice())
}

fn text<'a>(value: &'a Found<'static>) -> Option<&'a str> {
    match value {
        Found::Text(text) => Some(text),
        _ => None,
    }
}

fn same_path(left: &[&'static Property], right: &[&'static Property]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.is(right))
}
