//! Graph PowerShell (beta) through `ConvertTo-Json` of PowerShell 7: PascalCase, ids beside navigations full of nulls.

use super::json::{guid, guid_or_null, moment, raw, string};
use super::powershell::{NO_PACKAGE, NO_POLICY, identity, organization, truncated_subject};
use super::{Pieces, expiration_type, state_pascal};
use crate::row::{PackageFace, Row, UserFace};
use crate::user::GeneratedUser;
use crate::view::View;

const NO_SUBJECT: &str = r#"{"AltSecId":null,"CleanupScheduledDateTime":null,"ConnectedOrganization":{"DisplayName":null,"Id":null},"ConnectedOrganizationId":null,"DisplayName":null,"Email":null,"Id":null,"ObjectId":null,"OnPremisesSecurityIdentifier":null,"PrincipalName":null,"SubjectLifecycle":null,"Type":null}"#;

/// One assignment. `TargetId` is the directory object.
pub(crate) fn row(view: &View<'_>, row: &Row, pieces: Pieces<'_>, out: &mut Vec<u8>) {
    let package = view.tenant.package(row.assignment.package).filter(|_| row.package == PackageFace::Full);
    let catalog = package.and_then(|package| view.tenant.catalogs().get(package.catalog as usize));
    let policy = package.and_then(|package| package.policies.get(usize::from(row.assignment.policy)));
    let target = match row.user {
        UserFace::Full | UserFace::Truncated => Some(pieces.user.object_id),
        UserFace::NullObject => Some(pieces.user.subject_id),
        UserFace::Missing | UserFace::EmailOnly => None,
    };
    raw(out, "{\"AccessPackage\":");
    match row.package {
        PackageFace::NameOnly => out.extend_from_slice(pieces.package),
        _ => raw(out, NO_PACKAGE),
    }
    raw(out, ",\"AccessPackageAssignmentPolicy\":");
    raw(out, NO_POLICY);
    raw(out, ",\"AccessPackageAssignmentRequests\":null,\"AccessPackageId\":");
    guid_or_null(out, package.map(|package| package.id));
    raw(out, ",\"AssignmentPolicyId\":");
    guid_or_null(out, policy.map(|policy| policy.id));
    raw(out, ",\"AssignmentState\":");
    match state_pascal(row) {
        Some(state) => string(out, state),
        None => raw(out, "null"),
    }
    raw(out, ",\"AssignmentStatus\":\"");
    raw(out, row.assignment.status);
    raw(out, "\",\"CatalogId\":");
    guid_or_null(out, catalog.map(|catalog| catalog.id));
    raw(out, ",\"ExpiredDateTime\":");
    super::v1::expired(row, out);
    raw(out, ",\"Id\":");
    guid(out, row.assignment.id);
    raw(out, ",\"IsExtended\":false,\"Schedule\":{\"Expiration\":{\"Duration\":null,\"EndDateTime\":");
    moment(out, row.assignment.end);
    raw(out, ",\"Type\":\"");
    raw(out, expiration_type(row));
    raw(out, "\"},\"Recurrence\":{\"Pattern\":null,\"Range\":null},\"StartDateTime\":");
    moment(out, Some(row.assignment.start));
    raw(out, "},\"Target\":");
    out.extend_from_slice(pieces.subject);
    raw(out, ",\"TargetId\":");
    guid_or_null(out, target);
    raw(out, ",\"AdditionalProperties\":{}}");
}

/// `Target`, a value.
pub(crate) fn subject(view: &View<'_>, user: &GeneratedUser, face: UserFace, out: &mut Vec<u8>) {
    match face {
        UserFace::Missing => return raw(out, NO_SUBJECT),
        UserFace::Truncated => return truncated_subject(view, user, out),
        _ => {}
    }
    organization(view, user, out);
    identity(view, user, face, out);
    raw(out, ",\"Type\":\"User\",\"AdditionalProperties\":{}}");
}

/// `AccessPackage`, a value: only where a row has nothing but the name.
pub(crate) fn package(view: &View<'_>, at: u32, _: PackageFace, out: &mut Vec<u8>) {
    raw(out, "{\"AccessPackagesIncompatibleWith\":null,\"Description\":null,\"DisplayName\":");
    string(out, &view.package_name(at));
    raw(out, ",\"Id\":null,\"IsHidden\":null}");
}
