//! Which kind of thing a path asks for, as the log and the counters name it.
//!
//! Paths have ids of people in them, and clients may send any path at all. What is written down is a template of words
//! from the lists below, and nothing else.

use prometheus_client::encoding::{EncodeLabelValue, LabelValueEncoder};
use std::fmt::{self, Write as _};

/// The template of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Route {
    /// What it begins with.
    root: &'static str,
    /// The collection.
    collection: &'static str,
    /// What is asked of it.
    rest: &'static str,
}

/// Paths that stand for themselves.
const FIXED: [&str; 7] = [
    "/",
    "/healthz",
    "/metrics",
    "/sod/v1/pairs",
    "/sod/v1/conflicts",
    "/sod/v1/summary",
    "/sod/v1/openapi.json",
];

const COLLECTIONS: [&str; 14] = [
    "assignments",
    "accessPackageAssignments",
    "assignmentPolicies",
    "accessPackageAssignmentPolicies",
    "accessPackages",
    "catalogs",
    "accessPackageCatalogs",
    "connectedOrganizations",
    "subjects",
    "assignmentRequests",
    "accessPackageAssignmentRequests",
    "resources",
    "accessPackageResources",
    "settings",
];

/// What may follow the name of a collection; `{id}` stands for anything.
const RESTS: [&str; 16] = [
    "additionalAccess",
    "filterByCurrentUser",
    "$count",
    "{id}",
    "{id}/reprocess",
    "{id}/target",
    "{id}/accessPackage",
    "{id}/assignmentPolicy",
    "{id}/accessPackageAssignmentPolicy",
    "{id}/catalog",
    "{id}/assignmentPolicies",
    "{id}/accessPackageAssignmentPolicies",
    "{id}/incompatibleAccessPackages",
    "{id}/accessPackagesIncompatibleWith",
    "{id}/incompatibleGroups",
    "{id}/resourceRoleScopes",
];

const OTHER: Route = Route { root: "other", collection: "", rest: "" };

impl Route {
    /// The template of a path, without its query.
    pub(crate) fn of(path: &str) -> Self {
        if let Some(root) = FIXED.into_iter().find(|fixed| *fixed == path) {
            return Self { root, ..OTHER };
        }
        let mut words = path.split('/').filter(|word| !word.is_empty()).map(name_of);
        let mut word = words.next().unwrap_or_default();
        let mut version = None;
        // Some clients put a whole address behind the version: the last version before the rest counts.
        while let Some(found) = version_of(word) {
            version = Some(found);
            word = words.next().unwrap_or_default();
            if matches!(word, "http:" | "https:") {
                words.next();
                word = words.next().unwrap_or_default();
            }
        }
        let Some((root, batch, metadata)) = version else { return OTHER };
        if word.eq_ignore_ascii_case("$batch") {
            return Self { root: batch, ..OTHER };
        }
        if word.eq_ignore_ascii_case("$metadata") {
            return Self { root: metadata, ..OTHER };
        }
        if !word.eq_ignore_ascii_case("identityGovernance")
            || !words.next().is_some_and(|word| word.eq_ignore_ascii_case("entitlementManagement"))
        {
            return OTHER;
        }
        let collection = words.next().and_then(|word| one_of(&COLLECTIONS, word)).unwrap_or("{other}");
        let (first, second) = (words.next(), words.next());
        Self { root, collection, rest: rest_of(first, second, words.next().is_some()) }
    }
}

/// The part of a segment before its parentheses.
fn name_of(segment: &str) -> &str {
    segment.split_once('(').map_or(segment, |(name, _)| name)
}

fn one_of(list: &[&'static str], word: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| known.eq_ignore_ascii_case(word))
}

type Roots = (&'static str, &'static str, &'static str);

fn version_of(word: &str) -> Option<Roots> {
    if word.eq_ignore_ascii_case("v1.0") {
        return Some(("/v1.0/", "/v1.0/$batch", "/v1.0/$metadata"));
    }
    word.eq_ignore_ascii_case("beta").then_some(("/beta/", "/beta/$batch", "/beta/$metadata"))
}

fn rest_of(first: Option<&str>, second: Option<&str>, more: bool) -> &'static str {
    match (first, second, more) {
        (None, ..) => "",
        (Some(first), None, false) => one_of(&RESTS, first).unwrap_or("{id}"),
        (Some(_), Some(second), false) => {
            let of_item = |rest: &&&str| {
                rest.strip_prefix("{id}/").is_some_and(|name| name.eq_ignore_ascii_case(second))
            };
            RESTS.iter().find(of_item).copied().unwrap_or("{id}/{other}")
        }
        _ => "{id}/{other}",
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.root)?;
        f.write_str(self.collection)?;
        if !self.rest.is_empty() {
            f.write_str("/")?;
        }
        f.write_str(self.rest)
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        write!(encoder, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_have_no_word_of_the_client() {
        let em = "identityGovernance/entitlementManagement";
        for (path, template) in [
            ("/".to_owned(), "/"),
            ("/healthz".to_owned(), "/healthz"),
            ("/sod/v1/pairs".to_owned(), "/sod/v1/pairs"),
            ("/sod/v1/secret".to_owned(), "other"),
            (format!("/v1.0/{em}/assignments"), "/v1.0/assignments"),
            (format!("/V1.0/{em}/ASSIGNMENTS/$count"), "/v1.0/assignments/$count"),
            (format!("/v1.0/{em}/assignments/alice"), "/v1.0/assignments/{id}"),
            (format!("/v1.0/{em}/assignments('alice')"), "/v1.0/assignments"),
            (format!("/v1.0/{em}/assignments/a/reprocess"), "/v1.0/assignments/{id}/reprocess"),
            (format!("/v1.0/{em}/assignments/a/alice"), "/v1.0/assignments/{id}/{other}"),
            (format!("/v1.0/{em}/assignments/a/b/c/d"), "/v1.0/assignments/{id}/{other}"),
            (
                format!("/v1.0/{em}/assignments/additionalAccess(accessPackageId='A',x='B')"),
                "/v1.0/assignments/additionalAccess",
            ),
            (format!("/beta/{em}/alice"), "/beta/{other}"),
            (
                format!("/v1.0/http://127.0.0.1:1/v1.0/{em}/accessPackages/x/incompatibleGroups"),
                "/v1.0/accessPackages/{id}/incompatibleGroups",
            ),
            ("/beta/$batch".to_owned(), "/beta/$batch"),
            ("/v1.0/users/alice".to_owned(), "other"),
            ("//alice//".to_owned(), "other"),
        ] {
            assert_eq!(Route::of(&path).to_string(), template, "{path}");
        }
    }
}
