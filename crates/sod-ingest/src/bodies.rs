//! What describes the tenant, as exported: kept whole for who must give it back whole.

use crate::kind::Kind;
use sod_model::RecordLocation;

/// What a [`Body`] describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// An access package.
    Package,
    /// An assignment policy.
    Policy,
    /// An Entra catalog.
    Catalog,
    /// A connected organization.
    ConnectedOrganization,
}

impl BodyKind {
    pub(crate) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Package => Some(Self::Package),
            Kind::Policy => Some(Self::Policy),
            Kind::Catalog => Some(Self::Catalog),
            Kind::Other("connected-organization") => Some(Self::ConnectedOrganization),
            _ => None,
        }
    }
}

/// One record of a kind that describes the tenant: its JSON text and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// What it describes.
    pub kind: BodyKind,
    /// Where it lies.
    pub location: RecordLocation,
    /// One JSON object, in the spelling of the export.
    pub text: Box<str>,
}
