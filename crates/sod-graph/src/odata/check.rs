//! Whether the two sides of a comparison can be compared; texts become dates and durations where those are wanted.

use super::cursor::Cursor;
use super::error::Problem;
use super::expr::{Expr, Operand, Operator, Type};
use super::literal::parse_sent_moment;
use super::names::near;
use super::time::parse_duration;
use super::values::Found;
use crate::edm::Kind;
use crate::escape::shown;

/// Compares two values.
pub(super) fn comparison(
    operator: Operator,
    mut left: Operand,
    mut right: Operand,
) -> Result<Operand, Problem> {
    fit(&mut left, right.kind)?;
    fit(&mut right, left.kind)?;
    let structured = left.kind == Type::Structure || right.kind == Type::Structure;
    let words = left.kind == Type::Word || right.kind == Type::Word;
    if (structured || words) && operator.is_order() && left.kind != Type::Null && right.kind != Type::Null {
        let message = format!(
            "Words and objects have no order: found operator kind '{}', expected eq, ne or in",
            operator.kind_name()
        );
        return Err(Problem::new(left.at, message));
    }
    if !comparable(left.kind, right.kind) {
        return Err(incompatible(left.kind, &right, operator.kind_name()));
    }
    let at = left.at;
    let expr = Expr::Compare(operator, Box::new(left.expr), Box::new(right.expr));
    Ok(Operand { expr, kind: Type::Boolean, at })
}

/// Notes a text that stands beside a property with a list of words and is none of them.
pub(super) fn word(cursor: &mut Cursor<'_>, property: &Operand, literal: &Operand) {
    let (Expr::Path(path), Expr::Literal(Found::Text(text))) = (&property.expr, &literal.expr) else {
        return;
    };
    let Some(Kind::Word(words)) = path.steps.last().map(|last| last.kind) else { return };
    if words.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return;
    }
    let advice = match near(text, words.iter().copied()) {
        Some(meant) => format!("did you mean '{meant}'?"),
        None => format!("expected {}", words.join(", ")),
    };
    let message = format!("The string '{}' is not a valid enumeration type constant; {advice}", shown(text));
    cursor.doubt(text.clone().into_owned(), Problem::new(literal.at, message));
}

/// A value of a list that `in` goes through.
pub(super) fn listed(left: &Operand, mut literal: Operand) -> Result<Found<'static>, Problem> {
    fit(&mut literal, left.kind)?;
    if !comparable(left.kind, literal.kind) {
        return Err(incompatible(left.kind, &literal, "In"));
    }
    match literal.expr {
        Expr::Literal(found) => Ok(found),
        _ => Err(Problem::new(literal.at, "Syntax error: expected a value, found a property")),
    }
}

fn comparable(left: Type, right: Type) -> bool {
    match (left, right) {
        (Type::Null, _) | (_, Type::Null) => true,
        (Type::Structure, _) | (_, Type::Structure) => false,
        _ => left == right || (left.is_text() && right.is_text()),
    }
}

/// A text that stands beside a date or duration must be one.
fn fit(operand: &mut Operand, other: Type) -> Result<(), Problem> {
    let Expr::Literal(Found::Text(text)) = &operand.expr else { return Ok(()) };
    let found = match other {
        Type::Moment => parse_sent_moment(text).map(Found::Moment),
        Type::Duration => parse_duration(text).map(Found::Duration),
        _ => return Ok(()),
    };
    let Some(found) = found else {
        let message = format!("Syntax error: found '{}', expected {}", shown(text), other.spelling());
        return Err(Problem::new(operand.at, message));
    };
    operand.expr = Expr::Literal(found);
    operand.kind = other;
    Ok(())
}

fn incompatible(left: Type, right: &Operand, operator: &str) -> Problem {
    let message = format!(
        "A binary operator with incompatible types was detected. Found operand types '{}' and '{}' for operator \
         kind '{operator}'; expected {}",
        left.name(),
        right.kind.name(),
        left.spelling()
    );
    Problem::new(right.at, message)
}

/// Something that is true or false.
pub(super) fn condition(operand: &Operand) -> Result<(), Problem> {
    if operand.kind.is_condition() {
        return Ok(());
    }
    let message = format!(
        "The $filter expression must evaluate to a single boolean value: found '{}', expected a comparison",
        operand.kind.name()
    );
    Err(Problem::new(operand.at, message))
}
