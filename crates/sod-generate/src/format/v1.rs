//! Graph v1.0: an assignment has neither user nor package but by `$expand`.

use super::json::{guid, guid_or_null, moment, raw, string};
use super::{Pieces, expiration_type, state_name};
use crate::package::PolicyKind;
use crate::row::{PackageFace, Row, UserFace};
use crate::user::GeneratedUser;
use crate::view::View;

/// One assignment.
pub(crate) fn row(view: &View<'_>, row: &Row, pieces: Pieces<'_>, out: &mut Vec<u8>) {
    raw(out, "{\"id\":");
    guid(out, row.assignment.id);
    if let Some(state) = state_name(row) {
        raw(out, ",\"state\":\"");
        raw(out, state);
        raw(out, "\"");
    }
    raw(out, ",\"status\":\"");
    raw(out, row.assignment.status);
    raw(out, "\",\"expiredDateTime\":");
    expired(row, out);
    raw(out, ",\"schedule\":");
    schedule(row, out);
    raw(out, ",\"customExtensionCalloutInstances\":[]");
    if view.expanded {
        raw(out, ",\"target\":");
        out.extend_from_slice(pieces.subject);
        raw(out, ",\"accessPackage\":");
        out.extend_from_slice(pieces.package);
        raw(out, ",\"assignmentPolicy\":");
        out.extend_from_slice(pieces.policy);
    }
    raw(out, "}");
}

/// `expiredDateTime`, a value.
pub(crate) fn expired(row: &Row, out: &mut Vec<u8>) {
    if row.null_text {
        raw(out, "\"null\"");
    } else {
        moment(out, row.assignment.expired);
    }
}

/// `schedule`, a value.
pub(crate) fn schedule(row: &Row, out: &mut Vec<u8>) {
    raw(out, "{\"startDateTime\":");
    moment(out, Some(row.assignment.start));
    raw(out, ",\"recurrence\":null,\"expiration\":{\"endDateTime\":");
    moment(out, row.assignment.end);
    raw(out, ",\"duration\":null,\"type\":\"");
    raw(out, expiration_type(row));
    raw(out, "\"}}");
}

/// `target`, a value.
pub(crate) fn subject(view: &View<'_>, user: &GeneratedUser, face: UserFace, out: &mut Vec<u8>) {
    if matches!(face, UserFace::Missing | UserFace::Truncated) {
        return raw(out, "null");
    }
    raw(out, "{");
    identity(view, user, face, out);
    raw(out, ",\"onPremisesSecurityIdentifier\":null,\"subjectType\":\"user\",\"subjectLifecycle\":\"");
    raw(out, if user.is_guest { "governed\"}" } else { "notGoverned\"}" });
}

/// The members of `target` that both versions have.
pub(crate) fn identity(view: &View<'_>, user: &GeneratedUser, face: UserFace, out: &mut Vec<u8>) {
    let is_named = face != UserFace::EmailOnly;
    raw(out, "\"id\":");
    guid_or_null(out, is_named.then_some(user.subject_id));
    raw(out, ",\"objectId\":");
    guid_or_null(out, (face == UserFace::Full).then_some(user.object_id));
    raw(out, ",\"displayName\":");
    string(out, &view.user_name(user));
    raw(out, ",\"principalName\":");
    if face == UserFace::Full {
        string(out, &user.principal_name);
    } else {
        raw(out, "null");
    }
    raw(out, ",\"email\":");
    string(out, &user.mail);
}

/// `accessPackage`, a value.
pub(crate) fn package(view: &View<'_>, at: u32, face: PackageFace, out: &mut Vec<u8>) {
    let Some(package) = view.tenant.package(at).filter(|_| face != PackageFace::Missing) else {
        return raw(out, "null");
    };
    raw(out, "{");
    if face == PackageFace::Full {
        raw(out, "\"id\":");
        guid(out, package.id);
        raw(out, ",");
    }
    raw(out, "\"displayName\":");
    string(out, &view.package_name(at));
    if face == PackageFace::Full {
        raw(out, ",\"description\":");
        string(out, &package.description);
        raw(out, if package.is_hidden { ",\"isHidden\":true" } else { ",\"isHidden\":false" });
        raw(out, ",\"createdDateTime\":");
        moment(out, Some(package.created));
        raw(out, ",\"modifiedDateTime\":");
        moment(out, Some(package.created));
    }
    raw(out, "}");
}

/// The word for who may ask.
pub(crate) const fn target_scope(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::AutoAssignment => "specificDirectoryUsers",
        PolicyKind::RequestBased => "allMemberUsers",
        PolicyKind::AdminDirect => "notSpecified",
    }
}

/// `assignmentPolicy`, a value.
pub(crate) fn policy(view: &View<'_>, at: u32, policy: usize, out: &mut Vec<u8>) {
    let Some(package) = view.tenant.package(at) else { return raw(out, "null") };
    let Some(policy) = package.policies.get(policy) else { return raw(out, "null") };
    raw(out, "{\"id\":");
    guid(out, policy.id);
    raw(out, ",\"displayName\":");
    string(out, &policy.display_name);
    raw(out, ",\"description\":\"\",\"allowedTargetScope\":\"");
    raw(out, target_scope(policy.kind));
    raw(out, "\",\"createdDateTime\":");
    moment(out, Some(package.created));
    raw(out, ",\"modifiedDateTime\":");
    moment(out, Some(package.created));
    raw(out, "}");
}
