//! `$filter`: the grammar of conditions.
//!
//! ```text
//! or         = and { "or" and }
//! and        = comparison { "and" comparison }
//! comparison = unary [ operator unary | "in" "(" literal { "," literal } ")" ]
//! unary      = "not" unary | primary
//! primary    = "(" or ")" | literal | function "(" or { "," or } ")" | path
//! ```

use super::check;
use super::cursor::Cursor;
use super::error::Problem;
use super::eval::{Env, Tally, truth};
use super::expr::{Expr, Function, Operand, Operator, Type};
use super::lexer::Token;
use super::literal::literal;
use super::names::near;
use super::path::{Scope, path};
use super::row::Row;
use crate::escape::shown;

/// A condition.
///
/// Texts are compared without regard to case. What is compared with null is neither greater nor less; a function of
/// null, and a value that is not of its property's kind, are neither true nor false, and so is their `not`; nor is what a
/// row does not tell, but that it passes for null. A row is kept only if the whole is true.
#[derive(Debug)]
pub struct Filter {
    pub(super) root: Expr,
}

impl Filter {
    /// Whether the row is kept.
    #[must_use]
    pub fn matches(&self, row: &dyn Row) -> bool {
        self.matches_at(row, &Tally::default())
    }

    /// The same, with note taken of what it costs and leaves open.
    #[must_use]
    pub fn matches_at(&self, row: &dyn Row, tally: &Tally) -> bool {
        truth(&self.root, &Env { row, outer: None, tally }) == Some(true)
    }
}

/// Reads a condition and stops behind it.
pub(super) fn filter(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Filter, Problem> {
    let root = or(cursor, scope)?;
    check::condition(&root)?;
    Ok(Filter { root: root.expr })
}

pub(super) fn or(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Operand, Problem> {
    chain(cursor, scope, "or", and, Expr::Or)
}

fn and(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Operand, Problem> {
    chain(cursor, scope, "and", comparison, Expr::And)
}

type Reader = fn(&mut Cursor<'_>, &Scope) -> Result<Operand, Problem>;

fn chain(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    word: &str,
    read: Reader,
    join: fn(Vec<Expr>) -> Expr,
) -> Result<Operand, Problem> {
    let first = read(cursor, scope)?;
    if !matches!(cursor.token(), Token::Name(name) if name.eq_ignore_ascii_case(word)) {
        return Ok(first);
    }
    check::condition(&first)?;
    let at = first.at;
    let mut all = vec![first.expr];
    while cursor.take_word(word) {
        let next = read(cursor, scope)?;
        check::condition(&next)?;
        all.push(next.expr);
    }
    Ok(Operand { expr: join(all), kind: Type::Boolean, at })
}

/// Operators that OData has and this service has not.
const UNSUPPORTED: [&str; 7] = ["add", "sub", "mul", "div", "divby", "mod", "has"];

fn comparison(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Operand, Problem> {
    let left = unary(cursor, scope)?;
    let Token::Name(word) = cursor.token() else { return Ok(left) };
    let compared = if let Some(operator) = named(&Operator::ALL, word) {
        cursor.advance();
        let right = right(cursor, scope)?;
        check::word(cursor, &left, &right);
        check::word(cursor, &right, &left);
        check::comparison(operator, left, right)?
    } else if word.eq_ignore_ascii_case("in") {
        cursor.advance();
        list(cursor, left)?
    } else if UNSUPPORTED.iter().any(|operator| operator.eq_ignore_ascii_case(word)) {
        let message =
            format!("The operator '{}' is not supported; expected eq, ne, gt, ge, lt, le or in", shown(word));
        return Err(Problem::new(cursor.start(), message));
    } else {
        return Ok(left);
    };
    if let Token::Name(word) = cursor.token()
        && (named(&Operator::ALL, word).is_some() || word.eq_ignore_ascii_case("in"))
    {
        return Err(cursor.unexpected("and, or, or parentheses around the first comparison"));
    }
    Ok(compared)
}

/// The other side of a comparison. What is no property there was probably meant as text.
fn right(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Operand, Problem> {
    let (begin, is_name) = (cursor.start(), matches!(cursor.token(), Token::Name(_)));
    unary(cursor, scope).map_err(|mut problem| {
        if is_name && problem.at == begin {
            problem.message += "; text stands in single quotes";
        }
        problem
    })
}

fn list(cursor: &mut Cursor<'_>, left: Operand) -> Result<Operand, Problem> {
    cursor.expect('(')?;
    let mut values = Vec::new();
    loop {
        let Some(value) = literal(cursor)? else { return Err(cursor.unexpected("a value")) };
        check::word(cursor, &left, &value);
        values.push(check::listed(&left, value)?);
        if !cursor.take(',') {
            break;
        }
    }
    if !cursor.take(')') {
        return Err(cursor.unexpected("',' or ')'"));
    }
    let at = left.at;
    Ok(Operand { expr: Expr::In(Box::new(left.expr), values), kind: Type::Boolean, at })
}

fn unary(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Operand, Problem> {
    let at = cursor.start();
    if !cursor.take_word("not") {
        return primary(cursor, scope);
    }
    cursor.down()?;
    let inner = unary(cursor, scope)?;
    cursor.up();
    if !inner.kind.is_condition() {
        let message = format!(
            "A unary operator with an incompatible type was detected. Found operand type '{}' for operator kind \
             'Not'; expected parentheses around the comparison",
            inner.kind.name()
        );
        return Err(Problem::new(inner.at, message));
    }
    Ok(Operand { expr: Expr::Not(Box::new(inner.expr)), kind: Type::Boolean, at })
}

fn primary(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Operand, Problem> {
    if let Some(value) = literal(cursor)? {
        return Ok(value);
    }
    match cursor.token() {
        Token::Sign('(') => {
            cursor.down()?;
            cursor.advance();
            let inner = or(cursor, scope)?;
            cursor.up();
            if !cursor.take(')') {
                return Err(cursor.unexpected("')' or an operator"));
            }
            Ok(inner)
        }
        Token::Name(name) if cursor.touches('(') => call(cursor, scope, name),
        Token::Name(_) => path(cursor, scope),
        Token::Sign('"') => Err(cursor.unexpected("text in single quotes")),
        _ => Err(cursor.unexpected("a property, a value or a function")),
    }
}

fn call(cursor: &mut Cursor<'_>, scope: &Scope, name: &str) -> Result<Operand, Problem> {
    let at = cursor.start();
    let Some(function) = named(&Function::ALL, name) else { return Err(unknown_function(name, at)) };
    cursor.count()?;
    cursor.down()?;
    cursor.advance();
    cursor.expect('(')?;
    let mut arguments = Vec::new();
    for nth in 0..function.arguments() {
        if nth > 0 {
            cursor.expect(',')?;
        }
        let argument = or(cursor, scope)?;
        if !argument.kind.is_text() {
            let message = format!(
                "Found type '{}' as an argument of '{}'; expected {}",
                argument.kind.name(),
                name.to_ascii_lowercase(),
                Type::Text.spelling()
            );
            return Err(Problem::new(argument.at, message));
        }
        arguments.push(argument.expr);
    }
    cursor.expect(')')?;
    cursor.up();
    Ok(Operand { expr: Expr::Call(function, arguments), kind: function.gives(), at })
}

fn unknown_function(name: &str, at: usize) -> Problem {
    let known = Function::ALL.map(|(name, _)| name);
    let advice = match near(name, known.into_iter()) {
        Some(meant) => format!("did you mean '{meant}'?"),
        None => format!("expected {}", known.join(", ")),
    };
    Problem::new(at, format!("An unknown function with name '{}' was found; {advice}", shown(name)))
}

fn named<T: Copy>(known: &[(&str, T)], word: &str) -> Option<T> {
    known.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, thing)| *thing)
}
