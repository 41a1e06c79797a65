//! The sentences that tell how to mend an input. One place, so that every message gives the same command.

use crate::quote;

/// The request that makes a complete v1.0 export.
pub(crate) const V1_URL: &str = "https://graph.microsoft.com/v1.0/identityGovernance/entitlementManagement/assignments?$expand=target,accessPackage";

pub(crate) fn not_expanded() -> String {
    format!(
        "the rows have an id and a state, but neither a user nor a package: a v1.0 export without $expand. Export \
         again with GET {V1_URL} or Get-MgEntitlementManagementAssignment -All -ExpandProperty target,accessPackage"
    )
}

pub(crate) fn no_package() -> String {
    "every row has a user and none a package. Export again with $expand=target,accessPackage, or say which package \
     the file is of: --map package=@file or --map package==ID"
        .to_owned()
}

pub(crate) fn no_user() -> String {
    "every row has a package and none a user. Export again with $expand=target,accessPackage".to_owned()
}

pub(crate) fn no_state() -> String {
    "no row has a state, and rows of this shape normally have one ($select dropped it?). Export again with it, or \
     say --assume-state delivered if the query filtered on it"
        .to_owned()
}

pub(crate) fn cut_off() -> String {
    "in every row the user or the package is cut off ('@{...}' or a type name): ConvertTo-Json stops at depth 2. \
     Export again with ConvertTo-Json -Depth 10"
        .to_owned()
}

pub(crate) fn type_names() -> String {
    "the cells are type names, not values: Export-Csv was given objects. Select the properties first, e.g. \
     Select-Object Id,State,@{n='TargetObjectId';e={$_.Target.ObjectId}},@{n='AccessPackageId';e={$_.AccessPackage.Id}}, \
     or use ConvertTo-Json -Depth 10"
        .to_owned()
}

pub(crate) fn graph_error(body: &str) -> String {
    format!(
        "a Graph error was saved in place of a page: {}. What should have been there is missing: run the export \
         again (after 429, wait as Retry-After says)",
        quote::error(body)
    )
}

pub(crate) fn markup() -> String {
    "an HTML or XML page, not an export: probably a sign-in page or a proxy's error that was saved. Sign in and \
     export again"
        .to_owned()
}

pub(crate) fn http_answer(status: &str) -> String {
    format!("a saved HTTP answer ('{status}'), head and all: save the body alone, e.g. curl without -i")
}

pub(crate) fn unknown_json() -> String {
    "JSON, but nothing in it is an assignment, package, user, group, policy or catalog; expected an export as \
     README.md describes under 'How to make an export'"
        .to_owned()
}

pub(crate) fn not_an_export() -> String {
    "neither JSON nor a table of users and packages; expected an export as README.md describes under 'How to make \
     an export'"
        .to_owned()
}
