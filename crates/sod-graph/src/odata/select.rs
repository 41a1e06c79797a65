//! `$select`: which properties are wanted.

use super::cursor::Cursor;
use super::error::Problem;
use super::lexer::Token;
use super::names::{Owner, members, name_of, property};
use crate::edm::{EntityType, Property};
use crate::shape::ApiVersion;

/// A property that is wanted.
#[derive(Debug)]
pub struct Selection {
    /// The property.
    pub property: &'static Property,
    /// Which of its members; none named are all.
    pub members: Vec<Selection>,
}

/// Reads a list of properties. `*` is what is there without `$select`.
pub(super) fn select(
    cursor: &mut Cursor<'_>,
    entity: &'static EntityType,
    version: ApiVersion,
) -> Result<Option<Vec<Selection>>, Problem> {
    let (mut wanted, mut all) = (Vec::new(), false);
    loop {
        cursor.count()?;
        if cursor.take('*') {
            all = true;
        } else {
            one(cursor, Owner::Entity(entity), version, &mut wanted)?;
        }
        if !cursor.take(',') {
            return Ok((!all).then_some(wanted));
        }
    }
}

fn one(
    cursor: &mut Cursor<'_>,
    owner: Owner,
    version: ApiVersion,
    wanted: &mut Vec<Selection>,
) -> Result<(), Problem> {
    let Token::Name(name) = cursor.token() else {
        return Err(cursor.unexpected("the name of a property or '*'"));
    };
    let found = property(owner, name, version, cursor.start())?;
    cursor.advance();
    let known = wanted.iter().position(|one| one.property.is(found));
    if !cursor.take('/') {
        // The whole of it, whatever part was named before.
        match known.and_then(|at| wanted.get_mut(at)) {
            Some(known) => known.members.clear(),
            None => wanted.push(Selection { property: found, members: Vec::new() }),
        }
        return Ok(());
    }
    let inner = match members(found) {
        Some(owner @ Owner::Member(..)) => owner,
        other => return Err(no_members(cursor, found, version, other.is_some())),
    };
    match known.and_then(|at| wanted.get_mut(at)) {
        // The whole of it was named before.
        Some(known) if known.members.is_empty() => one(cursor, inner, version, &mut Vec::new()),
        Some(known) => one(cursor, inner, version, &mut known.members),
        None => {
            let mut members = Vec::new();
            one(cursor, inner, version, &mut members)?;
            wanted.push(Selection { property: found, members });
            Ok(())
        }
    }
}

fn no_members(cursor: &Cursor<'_>, found: &Property, version: ApiVersion, navigation: bool) -> Problem {
    let name = name_of(found, version);
    let message = if navigation || found.kind.is_navigation() {
        format!("Found a path through the navigation property '{name}'; expected $expand={name}($select=...)")
    } else {
        format!("The property '{name}' has no members that can be selected")
    };
    Problem::new(cursor.start(), message)
}
