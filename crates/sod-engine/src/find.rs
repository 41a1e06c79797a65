//! From what people type to what is meant.

use crate::error::{FindError, Kind};
use crate::near::closest;
use sod_model::{Directory, ExternalId, Guid, PackageId, RuleId, RuleSet, Snapshot, UserId};

/// Finds a package by id, else by its exact display name if only one bears it.
///
/// # Errors
/// [`FindError::Malformed`], [`FindError::Unknown`] and [`FindError::Ambiguous`], each with what was given.
pub fn find_package(snapshot: &Snapshot, text: &str) -> Result<PackageId, FindError> {
    let directory = &snapshot.directory;
    if let Some(found) = directory.find_package(&ExternalId::new(text)) {
        return Ok(found);
    }
    let named = directory.packages_named(text);
    let id_of = |id: &PackageId| directory.package(*id).map(|package| package.id.to_string());
    let missed = || Missed {
        kind: Kind::Package,
        ids: named.iter().filter_map(id_of).collect(),
        all_guids: directory.packages().iter().all(|package| matches!(package.id, ExternalId::Guid(_))),
        known: directory.packages().len(),
        near: package_near(directory, text),
    };
    one(text, &named, missed)
}

/// Finds a user by object id, by any other id that the inputs tie to one (`target.id`, `targetId`), or by principal
/// name or e-mail address in any case.
///
/// # Errors
/// [`FindError::Malformed`], [`FindError::Unknown`] and [`FindError::Ambiguous`], each with what was given.
pub fn find_user(snapshot: &Snapshot, text: &str) -> Result<UserId, FindError> {
    let directory = &snapshot.directory;
    if let Some(found) = directory.find_user(&ExternalId::new(text)) {
        return Ok(found);
    }
    let named = directory.users_named(text);
    let id_of = |id: &UserId| directory.user(*id).map(|user| user.id.to_string());
    let missed = || Missed {
        kind: Kind::User,
        ids: named.iter().filter_map(id_of).collect(),
        all_guids: directory.users().iter().all(|user| matches!(user.id, ExternalId::Guid(_))),
        known: directory.users().len(),
        near: user_near(directory, text),
    };
    one(text, &named, missed)
}

/// Finds a rule by its id.
///
/// # Errors
/// [`FindError::Unknown`] when no rule has that id.
pub fn find_rule(rules: &RuleSet, text: &str) -> Result<RuleId, FindError> {
    let near = || closest(text, rules.rules().iter().map(|rule| rule.id.as_ref()));
    rules.find(text).ok_or_else(|| FindError::Unknown {
        kind: Kind::Rule,
        found: text.to_owned(),
        known: rules.rules().len(),
        near: near().map(|id| format!("`{id}`")),
    })
}

/// What there is to say when not exactly one was found.
struct Missed {
    kind: Kind,
    ids: Vec<String>,
    all_guids: bool,
    known: usize,
    near: Option<String>,
}

fn one<T: Copy>(text: &str, named: &[T], missed: impl FnOnce() -> Missed) -> Result<T, FindError> {
    if let [one] = named {
        return Ok(*one);
    }
    let Missed { kind, ids, all_guids, known, near } = missed();
    let found = text.to_owned();
    Err(match named {
        [] if all_guids && known > 0 && Guid::parse(text.trim()).is_none() => {
            FindError::Malformed { kind, found, near }
        }
        [] => FindError::Unknown { kind, found, known, near },
        _ => FindError::Ambiguous { kind, found, candidates: ids },
    })
}

/// The package with nearly that name or that id, or the few whose names contain the text.
fn package_near(directory: &Directory, text: &str) -> Option<String> {
    const SHOWN_MAX: usize = 3;
    let packages = directory.packages();
    let names = || packages.iter().filter_map(|package| package.display_name.as_deref());
    let shown = |name: &str| match directory.packages_named(name).as_slice() {
        [one] => Some(format!("`{name}`, {}", directory.package(*one)?.id)),
        _ => Some(format!("`{name}`")),
    };
    if let Some(name) = closest(text, names()) {
        return shown(name);
    }
    let part = text.trim().to_lowercase();
    if part.chars().count() >= 3 {
        let containing: Vec<&str> =
            names().filter(|name| name.to_lowercase().contains(&part)).take(SHOWN_MAX + 1).collect();
        if (1..=SHOWN_MAX).contains(&containing.len()) {
            let containing: Vec<String> = containing.into_iter().filter_map(shown).collect();
            return Some(containing.join(", or "));
        }
    }
    let ids: Vec<String> = packages.iter().map(|package| package.id.to_string()).collect();
    closest(text, ids.iter().map(String::as_str)).map(|id| format!("`{id}`"))
}

/// The user with nearly that principal name or e-mail address.
fn user_near(directory: &Directory, text: &str) -> Option<String> {
    let names = directory.users().iter().flat_map(|user| [&user.principal_name, &user.email]);
    closest(text, names.filter_map(|name| name.as_deref())).map(|name| format!("`{name}`"))
}
