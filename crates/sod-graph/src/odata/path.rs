//! Paths of properties in a filter, with `any` and `all` at their end.

use super::check;
use super::cursor::Cursor;
use super::error::Problem;
use super::expr::{Expr, Operand, Path, Type};
use super::filter::or;
use super::lexer::Token;
use super::names::{Owner, members, name_of, property};
use crate::edm::{EntityType, Kind, Property};
use crate::escape::shown;
use crate::shape::ApiVersion;

/// What names mean where they stand: the row, and the variables of each `any` and `all` around, outermost first.
pub(super) struct Scope {
    pub(super) entity: &'static EntityType,
    pub(super) version: ApiVersion,
    pub(super) variables: Vec<(String, &'static Property)>,
}

impl Scope {
    /// The collection that the variable of that name goes through, and how far out it is.
    fn variable(&self, name: &str) -> Option<(usize, &'static Property)> {
        let mut outward = self.variables.iter().rev().enumerate();
        outward.find(|(_, (own, _))| own == name).map(|(outward, (_, through))| (outward, *through))
    }
}

/// Reads a path and what stands at its end.
pub(super) fn path(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Operand, Problem> {
    let at = cursor.start();
    cursor.count()?;
    let mut path = Path { outward: scope.variables.len(), steps: Vec::new() };
    let Token::Name(name) = cursor.token() else { return Err(cursor.unexpected("the name of a property")) };
    let mut owner = Owner::Entity(scope.entity);
    if name == "$it" {
        cursor.advance();
        cursor.expect('/')?;
    } else if let Some((outward, through)) = scope.variable(name) {
        path.outward = outward;
        cursor.advance();
        match element(through) {
            Some(members) => owner = members,
            None => return Ok(Operand { expr: Expr::Path(path), kind: Type::Text, at }),
        }
        cursor.expect('/')?;
    }
    loop {
        let last = step(cursor, scope, owner, &mut path)?;
        let collection = matches!(last.kind, Kind::Many(_) | Kind::Complexes(_) | Kind::Texts);
        if !cursor.take('/') {
            return if collection {
                Err(needs_any(cursor, scope, last))
            } else {
                Ok(Operand { kind: kind_of(scope, last, at)?, expr: Expr::Path(path), at })
            };
        }
        if collection {
            return behind_collection(cursor, scope, path, last, at);
        }
        owner = members(last).ok_or_else(|| no_members(cursor, scope, last))?;
    }
}

fn step(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    owner: Owner,
    path: &mut Path,
) -> Result<&'static Property, Problem> {
    let Token::Name(name) = cursor.token() else { return Err(cursor.unexpected("the name of a property")) };
    let found = property(owner, name, scope.version, cursor.start())?;
    cursor.advance();
    path.steps.push(found);
    Ok(found)
}

/// What a variable that goes through such a collection has; nothing if it goes through texts.
fn element(through: &'static Property) -> Option<Owner> {
    match through.kind {
        Kind::Many(entity) => Some(Owner::Entity(entity)),
        Kind::Complexes(members) => Some(Owner::Member(through, members)),
        _ => None,
    }
}

/// `any(x: condition)`, `any()`, `all(x: condition)` or `$count`.
fn behind_collection(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    path: Path,
    last: &'static Property,
    at: usize,
) -> Result<Operand, Problem> {
    if cursor.take_word("$count") {
        return Ok(Operand { expr: Expr::Count(path), kind: Type::Number, at });
    }
    let all = matches!(cursor.token(), Token::Name(name) if name.eq_ignore_ascii_case("all"));
    if !all && !matches!(cursor.token(), Token::Name(name) if name.eq_ignore_ascii_case("any")) {
        return Err(cursor.unexpected("any(), all() or $count behind a collection"));
    }
    cursor.down()?;
    cursor.advance();
    cursor.expect('(')?;
    if !all && cursor.take(')') {
        cursor.up();
        return Ok(Operand { expr: Expr::Any(path, None), kind: Type::Boolean, at });
    }
    let condition = lambda(cursor, scope, last)?;
    cursor.expect(')')?;
    cursor.up();
    let expr = if all { Expr::All(path, condition) } else { Expr::Any(path, Some(condition)) };
    Ok(Operand { expr, kind: Type::Boolean, at })
}

/// A variable, a colon and a condition on it.
fn lambda(cursor: &mut Cursor<'_>, scope: &Scope, last: &'static Property) -> Result<Box<Expr>, Problem> {
    let Token::Name(name) = cursor.token() else {
        return Err(cursor.unexpected("a variable, as x in any(x:x/id eq 'value')"));
    };
    if scope.variable(name).is_some() {
        let message = format!("The range variable '{}' has already been declared", shown(name));
        return Err(Problem::new(cursor.start(), message));
    }
    cursor.advance();
    cursor.expect(':')?;
    let mut variables = scope.variables.clone();
    variables.push((name.to_owned(), last));
    let inner = Scope { entity: scope.entity, version: scope.version, variables };
    let condition = or(cursor, &inner)?;
    check::condition(&condition)?;
    Ok(Box::new(condition.expr))
}

fn kind_of(scope: &Scope, last: &Property, at: usize) -> Result<Type, Problem> {
    Ok(match last.kind {
        Kind::Text => Type::Text,
        Kind::Word(_) => Type::Word,
        Kind::Boolean => Type::Boolean,
        Kind::Integer => Type::Number,
        Kind::Moment => Type::Moment,
        Kind::Duration => Type::Duration,
        Kind::Complex(_) | Kind::Open => Type::Structure,
        Kind::One(_) | Kind::Many(_) | Kind::Complexes(_) | Kind::Texts => {
            let name = name_of(last, scope.version);
            let message = format!(
                "The navigation property '{name}' cannot be compared; expected one of its properties, as {name}/id"
            );
            return Err(Problem::new(at, message));
        }
    })
}

fn needs_any(cursor: &Cursor<'_>, scope: &Scope, last: &Property) -> Problem {
    let name = name_of(last, scope.version);
    let message =
        format!("The property '{name}' is a collection; expected {name}/any(x:...) or {name}/all(x:...)");
    Problem::new(cursor.start(), message)
}

fn no_members(cursor: &Cursor<'_>, scope: &Scope, last: &Property) -> Problem {
    let name = name_of(last, scope.version);
    Problem::new(cursor.start(), format!("The property '{name}' has no members that can be asked for"))
}
