//! Words that a tenant does not know, and how much of what they say that leaves open.

use crate::document::printable;

/// What kind of thing the tenant does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum MissingKind {
    Package,
    Group,
    Catalog,
    /// No package has a name like that.
    Pattern,
    /// The group is known, and who is in it is not.
    GroupMembers,
    /// Groups inside it are known, and who is in them is not.
    RestOfGroup,
    /// Some packages may belong to the catalog, for all that is known.
    RestOfCatalog,
    /// Some packages have no name that could be compared.
    Nameless,
}

impl MissingKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Group => "group",
            Self::Catalog => "catalog",
            Self::Pattern => "package like",
            Self::GroupMembers => "members of the group",
            Self::RestOfGroup => "members of groups inside the group",
            Self::RestOfCatalog => "all packages of the catalog",
            Self::Nameless => "packages without a name that may be like",
        }
    }

    /// Whether the word names one thing, and not as many as the tenant has.
    pub(crate) const fn is_one(self) -> bool {
        matches!(self, Self::Package | Self::Group | Self::GroupMembers)
    }

    /// Whether the tenant knows what is meant, and tells a part of it only.
    pub(crate) const fn is_part(self) -> bool {
        matches!(self, Self::GroupMembers | Self::RestOfGroup | Self::RestOfCatalog | Self::Nameless)
    }
}

/// A word that the tenant does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) document: usize,
    pub(crate) at: usize,
    pub(crate) kind: MissingKind,
    pub(crate) name: Box<str>,
}

impl Missing {
    pub(crate) fn shown(&self) -> String {
        format!("{} {}", self.kind.name(), printable(&self.name))
    }
}
