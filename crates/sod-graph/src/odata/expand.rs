//! `$expand`: which navigations are wanted, each with options of its own.

use super::cursor::Cursor;
use super::error::Problem;
use super::lexer::Token;
use super::names::{Owner, name_of, property};
use super::options::{Context, Options, nested};
use crate::edm::{Kind, Property};
use crate::escape::shown;

/// How deep expansions may be in one another.
const DEEPEST: usize = 5;
/// How many expansions one query may have.
const MOST: usize = 64;

/// A navigation that is wanted.
#[derive(Debug)]
pub struct Expansion {
    /// The navigation.
    pub property: &'static Property,
    /// What stands in its parentheses.
    pub options: Options,
}

/// Reads a list of navigations. `*` is all that the type has.
pub(super) fn expand(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Vec<Expansion>, Problem> {
    if context.depth >= DEEPEST {
        let message = format!("The $expand depth limit has been exceeded: more than {DEEPEST} levels");
        return Err(Problem::new(cursor.start(), message));
    }
    let (mut wanted, mut all): (Vec<Expansion>, bool) = (Vec::new(), false);
    loop {
        cursor.count()?;
        if cursor.take('*') {
            all = true;
        } else {
            let at = cursor.start();
            let expansion = one(cursor, context)?;
            if wanted.iter().any(|known| known.property.is(expansion.property)) {
                let name = name_of(expansion.property, context.version);
                return Err(Problem::new(at, format!("The property '{name}' is expanded more than once")));
            }
            wanted.push(expansion);
        }
        if !cursor.take(',') {
            break;
        }
    }
    if all {
        add_all(&mut wanted, context);
    }
    if context.expansions > MOST {
        return Err(Problem::new(cursor.start(), format!("More than {MOST} expansions in one query")));
    }
    Ok(wanted)
}

fn add_all(wanted: &mut Vec<Expansion>, context: &mut Context) {
    for property in context.entity.properties {
        let known = wanted.iter().any(|known| known.property.is(property));
        if property.kind.is_navigation() && property.name(context.version).is_some() && !known {
            context.expansions += 1;
            wanted.push(Expansion { property, options: Options::default() });
        }
    }
}

fn one(cursor: &mut Cursor<'_>, context: &mut Context) -> Result<Expansion, Problem> {
    let Token::Name(name) = cursor.token() else {
        return Err(cursor.unexpected("the name of a navigation property or '*'"));
    };
    let at = cursor.start();
    let found = property(Owner::Entity(context.entity), name, context.version, at)?;
    let (Kind::One(entity) | Kind::Many(entity)) = found.kind else {
        let message = format!(
            "Property '{}' on type 'microsoft.graph.{}' is not a navigation property or complex property. Only \
             navigation properties can be expanded",
            shown(name),
            context.entity.name
        );
        return Err(Problem::new(at, message));
    };
    cursor.advance();
    context.expansions += 1;
    let mut options = Options::default();
    if cursor.take('(') {
        let mut inner = Context {
            entity,
            depth: context.depth + 1,
            collection: matches!(found.kind, Kind::Many(_)),
            ..*context
        };
        cursor.down()?;
        options = nested(cursor, &mut inner)?;
        cursor.up();
        context.expansions = inner.expansions;
    } else if cursor.token() == Token::Sign('/') {
        let name = name_of(found, context.version);
        return Err(
            cursor.unexpected(&format!("',' or the end; write {name}($expand=...) for what lies behind"))
        );
    }
    Ok(Expansion { property: found, options })
}
