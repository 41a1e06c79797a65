//! Conditions asked of rows.

use super::expr::{Expr, Function, Operator, Path};
use super::row::{Row, each};
use super::text::fold;
use super::values::{Found, order, read};
use crate::edm::Kind;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// The row, and around it the rows that each `any` and `all` goes through: the innermost first.
pub(super) struct Env<'a> {
    pub(super) row: &'a dyn Row,
    pub(super) outer: Option<&'a Env<'a>>,
}

impl Env<'_> {
    fn row(&self, outward: usize) -> &dyn Row {
        let mut env = self;
        for _ in 0..outward {
            match env.outer {
                Some(outer) => env = outer,
                None => break,
            }
        }
        env.row
    }
}

/// Whether it is true; `None` where that cannot be said.
pub(super) fn truth(expr: &Expr, env: &Env<'_>) -> Option<bool> {
    match expr {
        Expr::Compare(operator, left, right) => compare(*operator, &value(left, env), &value(right, env)),
        Expr::In(left, values) => {
            let left = value(left, env);
            some(values.iter().map(|value| compare(Operator::Eq, &left, value)))
        }
        Expr::Not(inner) => truth(inner, env).map(|inner| !inner),
        Expr::And(all) => some(all.iter().map(|one| truth(one, env).map(|one| !one))).map(|one| !one),
        Expr::Or(all) => some(all.iter().map(|one| truth(one, env))),
        Expr::Any(path, condition) => quantify(path, env, &|inner| match condition {
            Some(condition) => truth(condition, inner),
            None => Some(true),
        }),
        Expr::All(path, condition) => {
            quantify(path, env, &|inner| truth(condition, inner).map(|met| !met)).map(|one| !one)
        }
        Expr::Call(function, arguments) => match arguments.as_slice() {
            [text, part] => test(*function, &value(text, env), &value(part, env)),
            _ => None,
        },
        Expr::Literal(_) | Expr::Path(_) | Expr::Count(_) => match value(expr, env) {
            Found::Boolean(truth) => Some(truth),
            _ => None,
        },
    }
}

/// Whether one of them is true: one that is decides, and without such one that cannot be said leaves it open.
fn some(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut open = false;
    for one in all {
        match one {
            Some(true) => return Some(true),
            Some(false) => {}
            None => open = true,
        }
    }
    if open { None } else { Some(false) }
}

/// Whether one of a collection meets it.
fn quantify(path: &Path, env: &Env<'_>, met: &dyn Fn(&Env<'_>) -> Option<bool>) -> Option<bool> {
    let mut answer = Some(false);
    each(env.row(path.outward), &path.steps, &mut |row| {
        match met(&Env { row, outer: Some(env) }) {
            Some(true) => {
                answer = Some(true);
                return ControlFlow::Break(());
            }
            Some(false) => {}
            None => answer = None,
        }
        ControlFlow::Continue(())
    });
    answer
}

fn value<'v>(expr: &'v Expr, env: &'v Env<'_>) -> Found<'v> {
    match expr {
        Expr::Literal(found) => borrowed(found),
        Expr::Path(path) => {
            let kind = path.steps.last().map_or(Kind::Text, |last| last.kind);
            read(env.row(path.outward).value(&path.steps), kind)
        }
        Expr::Count(path) => {
            let mut count = 0_u64;
            each(env.row(path.outward), &path.steps, &mut |_| {
                count += 1;
                ControlFlow::Continue(())
            });
            Found::Number(count.into())
        }
        Expr::Call(function, arguments) => match arguments.as_slice() {
            [text] => changed(*function, value(text, env)),
            _ => truth(expr, env).map_or(Found::Null, Found::Boolean),
        },
        _ => truth(expr, env).map_or(Found::Null, Found::Boolean),
    }
}

fn borrowed<'v>(found: &'v Found<'static>) -> Found<'v> {
    match found {
        Found::Text(text) => Found::Text(Cow::Borrowed(text)),
        other => other.clone(),
    }
}

/// Nothing compares to nothing alone; an unknown value is known only not to be nothing.
fn compare(operator: Operator, left: &Found<'_>, right: &Found<'_>) -> Option<bool> {
    let ordering = match (left, right) {
        (Found::Null, Found::Null) => Some(Ordering::Equal),
        (Found::Null, _) | (_, Found::Null) => None,
        _ => Some(order(left, right)?),
    };
    Some(match (operator, ordering) {
        (Operator::Eq, ordering) => ordering == Some(Ordering::Equal),
        (Operator::Ne, ordering) => ordering != Some(Ordering::Equal),
        // Greater or less is never said of null, not even that null is at least null.
        _ if *left == Found::Null => false,
        (Operator::Gt, ordering) => ordering == Some(Ordering::Greater),
        (Operator::Ge, ordering) => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
        (Operator::Lt, ordering) => ordering == Some(Ordering::Less),
        (Operator::Le, ordering) => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
    })
}

fn test(function: Function, text: &Found<'_>, part: &Found<'_>) -> Option<bool> {
    let (Found::Text(text), Found::Text(part)) = (text, part) else { return None };
    let (text, part) = (fold(text), fold(part));
    Some(match function {
        Function::StartsWith => text.starts_with(&*part),
        Function::EndsWith => text.ends_with(&*part),
        _ => text.contains(&*part),
    })
}

fn changed(function: Function, text: Found<'_>) -> Found<'_> {
    let Found::Text(text) = text else { return text };
    match function {
        Function::ToLower => Found::Text(Cow::Owned(text.to_lowercase())),
        Function::ToUpper => Found::Text(Cow::Owned(text.to_uppercase())),
        Function::Trim => Found::Text(Cow::Owned(text.trim().to_owned())),
        _ => Found::Number((text.chars().count() as u64).into()),
    }
}
