//! Graph beta: an assignment has the ids of package, policy and user, and names by `$expand` only.

use super::json::{guid, guid_or_null, raw, string};
use super::v1::{expired, identity, schedule};
use super::{Pieces, state_name, state_pascal};
use crate::guid::Guid;
use crate::row::{PackageFace, Row, UserFace};
use crate::user::GeneratedUser;
use crate::view::View;

/// One assignment. Expanded, `targetId` is the subject record and `target` stands at the end; else `targetId` is the
/// directory object: Microsoft documents both.
pub(crate) fn row(view: &View<'_>, row: &Row, pieces: Pieces<'_>, is_expanded: bool, out: &mut Vec<u8>) {
    raw(out, "{\"id\":");
    guid(out, row.assignment.id);
    ids(view, row, out);
    raw(out, ",\"targetId\":");
    guid_or_null(out, target_id(row, pieces.user, is_expanded));
    raw(out, ",\"assignmentStatus\":\"");
    raw(out, row.assignment.status);
    raw(out, "\"");
    if let Some(state) = state_pascal(row) {
        raw(out, ",\"assignmentState\":\"");
        raw(out, state);
        raw(out, "\"");
    }
    raw(out, ",\"isExtended\":false,\"expiredDateTime\":");
    expired(row, out);
    raw(out, ",\"schedule\":");
    schedule(row, out);
    raw(out, ",\"customExtensionCalloutInstances\":[]");
    if row.package == PackageFace::NameOnly {
        raw(out, ",\"accessPackage\":");
        out.extend_from_slice(pieces.package);
    }
    if is_expanded {
        raw(out, ",\"target\":");
        out.extend_from_slice(pieces.subject);
    }
    raw(out, "}");
}

/// One assignment with names of both versions: beta's package id, v1.0's state and target.
pub(crate) fn mixed_row(view: &View<'_>, row: &Row, pieces: Pieces<'_>, out: &mut Vec<u8>) {
    raw(out, "{\"@odata.type\":\"#microsoft.graph.accessPackageAssignment\",\"id\":");
    guid(out, row.assignment.id);
    ids(view, row, out);
    if let Some(state) = state_name(row) {
        raw(out, ",\"state\":\"");
        raw(out, state);
        raw(out, "\"");
    }
    raw(out, ",\"assignmentStatus\":\"");
    raw(out, row.assignment.status);
    raw(out, "\",\"expiredDateTime\":");
    expired(row, out);
    raw(out, ",\"schedule\":");
    schedule(row, out);
    raw(out, ",\"target\":");
    out.extend_from_slice(pieces.subject);
    raw(out, "}");
}

/// `catalogId`, `accessPackageId` and `assignmentPolicyId`. What has no package has none of the three: each leads to
/// the package.
fn ids(view: &View<'_>, row: &Row, out: &mut Vec<u8>) {
    let package = view.tenant.package(row.assignment.package).filter(|_| row.package == PackageFace::Full);
    let catalog = package.and_then(|package| view.tenant.catalogs().get(package.catalog as usize));
    let policy = package.and_then(|package| package.policies.get(usize::from(row.assignment.policy)));
    raw(out, ",\"catalogId\":");
    guid_or_null(out, catalog.map(|catalog| catalog.id));
    raw(out, ",\"accessPackageId\":");
    guid_or_null(out, package.map(|package| package.id));
    raw(out, ",\"assignmentPolicyId\":");
    guid_or_null(out, policy.map(|policy| policy.id));
}

fn target_id(row: &Row, user: &GeneratedUser, is_expanded: bool) -> Option<Guid> {
    match row.user {
        UserFace::Full if !is_expanded => Some(user.object_id),
        UserFace::Full | UserFace::NullObject => Some(user.subject_id),
        UserFace::Missing | UserFace::EmailOnly | UserFace::Truncated => None,
    }
}

/// `target`, a value.
pub(crate) fn subject(view: &View<'_>, user: &GeneratedUser, face: UserFace, out: &mut Vec<u8>) {
    if matches!(face, UserFace::Missing | UserFace::Truncated) {
        return raw(out, "null");
    }
    raw(out, "{");
    identity(view, user, face, out);
    raw(
        out,
        ",\"altSecId\":null,\"onPremisesSecurityIdentifier\":null,\"type\":\"User\",\"subjectLifecycle\":\"",
    );
    raw(out, if user.is_guest { "governed" } else { "notGoverned" });
    raw(out, "\",\"cleanupScheduledDateTime\":null,\"connectedOrganizationId\":");
    guid_or_null(out, user.organization.map(|at| view.tenant.organization(at).1));
    raw(out, "}");
}

/// `accessPackage`, a value: in beta only where a row has nothing but the name.
pub(crate) fn package(view: &View<'_>, at: u32, _: PackageFace, out: &mut Vec<u8>) {
    raw(out, "{\"displayName\":");
    string(out, &view.package_name(at));
    raw(out, "}");
}
