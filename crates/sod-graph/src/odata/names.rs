//! Names looked up in a type, and what is said of those that are not there.

use super::error::Problem;
use crate::edm::{self, EntityType, Kind, Property};
use crate::escape::shown;
use crate::shape::ApiVersion;

/// What has the properties that are asked for.
#[derive(Clone, Copy)]
pub(super) enum Owner {
    Entity(&'static EntityType),
    /// An object without a type of its own, by the property that holds it.
    Member(&'static Property, &'static [Property]),
}

impl Owner {
    pub(super) fn properties(self) -> &'static [Property] {
        match self {
            Self::Entity(entity) => entity.properties,
            Self::Member(_, properties) => properties,
        }
    }

    fn named(self, version: ApiVersion) -> String {
        match self {
            Self::Entity(entity) => format!("type 'microsoft.graph.{}'", entity.name),
            Self::Member(property, _) => format!("'{}'", name_of(property, version)),
        }
    }
}

/// What the version calls the property.
pub(super) fn name_of(property: &Property, version: ApiVersion) -> &'static str {
    property.name(version).or(property.v1).or(property.beta).unwrap_or_default()
}

/// What stands behind a `/`: the members of one entity or object.
pub(super) fn members(property: &'static Property) -> Option<Owner> {
    match property.kind {
        Kind::One(entity) => Some(Owner::Entity(entity)),
        Kind::Complex(members) => Some(Owner::Member(property, members)),
        _ => None,
    }
}

/// The property of that name, in any case.
pub(super) fn property(
    owner: Owner,
    name: &str,
    version: ApiVersion,
    at: usize,
) -> Result<&'static Property, Problem> {
    if let Some(found) = edm::find(owner.properties(), name, version) {
        return Ok(found);
    }
    let owned = owner.named(version);
    let advice = advice(owner, name, version);
    let message = format!("Could not find a property named '{}' on {owned}{advice}", shown(name));
    Err(Problem::new(at, message))
}

fn advice(owner: Owner, name: &str, version: ApiVersion) -> String {
    if name.starts_with('$') {
        return "; options in parentheses stand with ';' between them".to_owned();
    }
    if let Some(other) = edm::find_any(owner.properties(), name) {
        return match other.name(version) {
            Some(own) => format!("; {} calls it '{own}'", version.name()),
            None => format!("; {} does not have it", version.name()),
        };
    }
    let names = owner.properties().iter().filter_map(|property| property.name(version));
    near(name, names).map_or_else(String::new, |meant| format!("; did you mean '{meant}'?"))
}

/// The known word that was probably meant.
pub(super) fn near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // Comparing takes as long as both words together are, squared; nobody means a word by something this long.
    if name.len() > 60 {
        return None;
    }
    let name = name.to_lowercase();
    let distance = |word: &&'n str| strsim::damerau_levenshtein(&name, &word.to_lowercase());
    let near = |word: &&'n str| distance(word) <= if word.len() < 6 { 1 } else { 2 };
    known.filter(near).min_by_key(distance)
}
