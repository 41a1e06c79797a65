//! From what people type to what is meant.

use crate::error::FindError;
use sod_model::{ExternalId, Guid, PackageId, RuleId, RuleSet, Snapshot, UserId};

/// Finds a package by id, else by its exact display name if only one bears it.
///
/// # Errors
/// [`FindError::Malformed`], [`FindError::Unknown`] and [`FindError::Ambiguous`], each with what was given.
pub fn find_package(snapshot: &Snapshot, text: &str) -> Result<PackageId, FindError> {
    const KIND: &str = "package";
    let directory = &snapshot.directory;
    if let Some(found) = directory.find_package(&ExternalId::new(text)) {
        return Ok(found);
    }
    let named = directory.packages_named(text);
    let id_of = |id: &PackageId| directory.package(*id).map(|package| package.id.to_string());
    let candidates = named.iter().filter_map(id_of).collect();
    let all_guids = directory.packages().iter().all(|package| matches!(package.id, ExternalId::Guid(_)));
    one(KIND, text, &named, candidates, all_guids, directory.packages().len())
}

/// Finds a user by object id, by any other id that the inputs tie to one (`target.id`, `targetId`), or by principal
/// name or e-mail address in any case.
///
/// # Errors
/// [`FindError::Malformed`], [`FindError::Unknown`] and [`FindError::Ambiguous`], each with what was given.
pub fn find_user(snapshot: &Snapshot, text: &str) -> Result<UserId, FindError> {
    const KIND: &str = "user";
    let directory = &snapshot.directory;
    if let Some(found) = directory.find_user(&ExternalId::new(text)) {
        return Ok(found);
    }
    let named = directory.users_named(text);
    let id_of = |id: &UserId| directory.user(*id).map(|user| user.id.to_string());
    let candidates = named.iter().filter_map(id_of).collect();
    let all_guids = directory.users().iter().all(|user| matches!(user.id, ExternalId::Guid(_)));
    one(KIND, text, &named, candidates, all_guids, directory.users().len())
}

/// Finds a rule by its id.
///
/// # Errors
/// [`FindError::Unknown`] when no rule has that id.
pub fn find_rule(rules: &RuleSet, text: &str) -> Result<RuleId, FindError> {
    let unknown = || FindError::Unknown { kind: "rule", found: text.to_owned(), known: rules.rules().len() };
    rules.find(text).ok_or_else(unknown)
}

fn one<T: Copy>(
    kind: &'static str,
    text: &str,
    named: &[T],
    candidates: Vec<String>,
    all_guids: bool,
    known: usize,
) -> Result<T, FindError> {
    let found = text.to_owned();
    match named {
        [one] => Ok(*one),
        [] if all_guids && known > 0 && Guid::parse(text.trim()).is_none() => {
            Err(FindError::Malformed { kind, found })
        }
        [] => Err(FindError::Unknown { kind, found, known }),
        _ => Err(FindError::Ambiguous { kind, found, candidates }),
    }
}
