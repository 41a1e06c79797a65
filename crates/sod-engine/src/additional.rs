//! Graph's question about one pair.

use crate::error::FindError;
use crate::find::find_package;
use sod_core::AdditionalAccess;
use sod_model::{Assignment, Snapshot, StateFilter};

/// Which assignments to one package belong to users who also hold another.
#[derive(Clone, Debug)]
pub struct Question {
    /// The package whose assignments are wanted: an id, or a name that only one bears.
    pub package: String,
    /// The package that the users must hold besides.
    pub incompatible: String,
    /// The states of the wanted assignments.
    pub states: StateFilter,
    /// The states that count as holding the other package.
    pub incompatible_states: StateFilter,
}

impl Question {
    /// The usual question: delivered on both sides.
    #[must_use]
    pub fn delivered(package: &str, incompatible: &str) -> Self {
        Self {
            package: package.to_owned(),
            incompatible: incompatible.to_owned(),
            states: StateFilter::default(),
            incompatible_states: StateFilter::default(),
        }
    }
}

/// The assignments to `package` of users who also hold `incompatible`, ordered by assignment id. Several assignments
/// of one user are all listed, as Graph lists them.
///
/// # Errors
/// Equal, unknown, malformed and ambiguous packages each have their own [`FindError`]: Microsoft documents only that
/// the two ids must differ, so these are sod's.
pub fn additional_access(snapshot: &Snapshot, question: &Question) -> Result<Vec<Assignment>, FindError> {
    let package = find_package(snapshot, &question.package)?;
    let incompatible = find_package(snapshot, &question.incompatible)?;
    if package == incompatible {
        let id =
            snapshot.directory.package(package).map(|package| package.id.to_string()).unwrap_or_default();
        return Err(FindError::SamePackage { id });
    }
    let asked = AdditionalAccess {
        package,
        incompatible,
        states: question.states.clone(),
        incompatible_states: question.incompatible_states.clone(),
    };
    Ok(sod_core::additional_access(snapshot, &asked))
}
