//! What Graph's entitlement management has: types, properties and navigations, in the names of both versions.
//!
//! From the published schema of both versions. A property that has one meaning is one [`Property`], whatever each
//! version calls it: so a snapshot of one version is served in the other, as far as the fields exist.

mod types;

pub use types::{
    ACCESS_PACKAGE, ASSIGNMENT, CATALOG, CONNECTED_ORGANIZATION, CUSTOM_EXTENSION, CUSTOM_EXTENSION_STAGE,
    GROUP, POLICY, QUESTION, SUBJECT,
};

use crate::shape::ApiVersion;
use std::fmt;

/// A type of Graph.
pub struct EntityType {
    /// As it stands behind `#microsoft.graph.`.
    pub name: &'static str,
    /// What it has.
    pub properties: &'static [Property],
}

/// A property or a navigation.
pub struct Property {
    /// Its name in v1.0; `None` if that has none.
    pub v1: Option<&'static str>,
    /// Its name in beta.
    pub beta: Option<&'static str>,
    /// Under what it is kept: the name, unless both versions use one name for two things.
    pub key: &'static str,
    /// Beta begins its words with a capital letter, v1.0 with a small one.
    pub capital_in_beta: bool,
    /// What it holds.
    pub kind: Kind,
}

/// What a property holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text, and ids, which are text in this service.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A point in time, in ISO 8601.
    Moment,
    /// A length of time, `P365D`.
    Duration,
    /// A word of a list. The service may add words to it, so records may have others.
    Word(&'static [&'static str]),
    /// An object with members of its own.
    Complex(&'static [Property]),
    /// A list of texts.
    Texts,
    /// A list of objects with members of their own.
    Complexes(&'static [Property]),
    /// Something of many forms, of which members cannot be asked.
    Open,
    /// One other entity, with `$expand`.
    One(&'static EntityType),
    /// Other entities, with `$expand`.
    Many(&'static EntityType),
}

impl Kind {
    /// Whether it is left out unless `$expand` asks for it.
    #[must_use]
    pub const fn is_navigation(&self) -> bool {
        matches!(self, Self::One(_) | Self::Many(_))
    }
}

impl Property {
    /// What the version calls it.
    #[must_use]
    pub const fn name(&self, version: ApiVersion) -> Option<&'static str> {
        match version {
            ApiVersion::V1 => self.v1,
            ApiVersion::Beta => self.beta,
        }
    }

    /// Whether it is this very property, and not only one like it.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

// Types hold one another in a circle: to show all of one would never end.
impl fmt::Debug for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.v1.or(self.beta).unwrap_or_default())
    }
}

/// The property that the version calls so, in any case.
#[must_use]
pub fn find(properties: &'static [Property], name: &str, version: ApiVersion) -> Option<&'static Property> {
    let named =
        |property: &&Property| property.name(version).is_some_and(|own| own.eq_ignore_ascii_case(name));
    properties.iter().find(named)
}

/// The property that either version calls so: what an export calls it does not depend on where it is served.
#[must_use]
pub fn find_any(properties: &'static [Property], name: &str) -> Option<&'static Property> {
    find(properties, name, ApiVersion::V1).or_else(|| find(properties, name, ApiVersion::Beta))
}
