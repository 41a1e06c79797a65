//! Conditions asked of rows.

use super::expr::{Expr, Function, Operator, Path};
use super::row::{Row, each};
use super::text::fold;
use super::values::{Found, order, read};
use crate::edm::Kind;
use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// What asking rows has cost, and whether it met what they do not tell.
#[derive(Debug, Default)]
pub struct Tally {
    work: Cell<u64>,
    unknown: Cell<bool>,
}

impl Tally {
    /// Conditions looked at, and things gone through.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.work.get()
    }

    /// Whether something was asked that a row does not tell.
    #[must_use]
    pub fn met_unknown(&self) -> bool {
        self.unknown.get()
    }

    /// Something was asked that a row does not tell.
    pub(super) fn note_unknown(&self) {
        self.unknown.set(true);
    }

    fn count(&self) {
        self.work.set(self.work.get() + 1);
    }
}

/// The row, and around it the rows that each `any` and `all` goes through: the innermost first.
pub(super) struct Env<'a> {
    pub(super) row: &'a dyn Row,
    pub(super) outer: Option<&'a Env<'a>>,
    pub(super) tally: &'a Tally,
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
    env.tally.count();
    match expr {
        Expr::Compare(operator, left, right) => compare(*operator, &value(left, env), &value(right, env)),
        Expr::In(left, values) => {
            let left = value(left, env);
            some(values.iter().map(|value| {
                env.tally.count();
                compare(Operator::Eq, &left, value)
            }))
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

/// Whether one of a collection meets it. That none does cannot be said of a collection that may have more.
fn quantify(path: &Path, env: &Env<'_>, met: &dyn Fn(&Env<'_>) -> Option<bool>) -> Option<bool> {
    let mut answer = Some(false);
    let is_known = each(env.row(path.outward), &path.steps, &mut |row| {
        env.tally.count();
        match met(&Env { row, outer: Some(env), tally: env.tally }) {
            Some(true) => {
                answer = Some(true);
                return ControlFlow::Break(());
            }
            Some(false) => {}
            None => answer = None,
        }
        ControlFlow::Continue(())
    });
    if !is_known && answer != Some(true) {
        env.tally.unknown.set(true);
        return None;
    }
    answer
}

fn value<'v>(expr: &'v Expr, env: &'v Env<'_>) -> Found<'v> {
    match expr {
        Expr::Literal(found) => borrowed(found),
        Expr::Path(path) => {
            let kind = path.steps.last().map_or(Kind::Text, |last| last.kind);
            match env.row(path.outward).value(&path.steps) {
                Some(value) => read(value, kind),
                None => absent(env),
            }
        }
        Expr::Count(path) => {
            let mut count = 0_u64;
            let is_known = each(env.row(path.outward), &path.steps, &mut |_| {
                env.tally.count();
                count += 1;
                ControlFlow::Continue(())
            });
            if is_known { Found::Number(count.into()) } else { absent(env) }
        }
        Expr::Call(function, arguments) => match arguments.as_slice() {
            [text] => changed(*function, value(text, env)),
            _ => said(expr, env),
        },
        _ => said(expr, env),
    }
}

/// A condition as a value: what cannot be said because a row does not tell is not null.
fn said(expr: &Expr, env: &Env<'_>) -> Found<'static> {
    let before = env.tally.unknown.replace(false);
    let found = truth(expr, env);
    let met = env.tally.unknown.get();
    env.tally.unknown.set(before || met);
    match found {
        Some(truth) => Found::Boolean(truth),
        None if met => Found::Absent,
        None => Found::Null,
    }
}

fn absent(env: &Env<'_>) -> Found<'static> {
    env.tally.unknown.set(true);
    Found::Absent
}

fn borrowed<'v>(found: &'v Found<'static>) -> Found<'v> {
    match found {
        Found::Text(text) => Found::Text(Cow::Borrowed(text)),
        other => other.clone(),
    }
}

/// Nothing compares to nothing alone; an unknown value is known only not to be nothing. What a row does not tell may be
/// anything, and passes for nothing where that is asked for.
fn compare(operator: Operator, left: &Found<'_>, right: &Found<'_>) -> Option<bool> {
    match (left, right) {
        (Found::Absent, Found::Null) | (Found::Null, Found::Absent) => return Some(operator == Operator::Eq),
        (Found::Absent, _) | (_, Found::Absent) => return None,
        _ => {}
    }
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
