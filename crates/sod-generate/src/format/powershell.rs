//! Graph PowerShell (v1.0) through `ConvertTo-Json` of Windows PowerShell: PascalCase, and every member of the SDK's
//! type, null or not.

use super::json::{guid, guid_or_null, moment_powershell, raw, string_powershell};
use super::v1::target_scope;
use super::{Pieces, expiration_type, state_name};
use crate::row::{PackageFace, Row, UserFace};
use crate::user::GeneratedUser;
use crate::view::View;

/// An un-expanded package: an object full of nulls.
pub(crate) const NO_PACKAGE: &str = r#"{"AccessPackagesIncompatibleWith":null,"AssignmentPolicies":null,"Catalog":{"AccessPackages":null,"CatalogType":null,"CreatedDateTime":null,"Description":null,"DisplayName":null,"Id":null,"IsExternallyVisible":null,"ModifiedDateTime":null,"State":null},"CreatedDateTime":null,"Description":null,"DisplayName":null,"Id":null,"IncompatibleAccessPackages":null,"IncompatibleGroups":null,"IsHidden":null,"ModifiedDateTime":null,"ResourceRoleScopes":null}"#;

/// An un-expanded policy.
pub(crate) const NO_POLICY: &str = r#"{"AccessPackage":{"DisplayName":null,"Id":null},"AllowedTargetScope":null,"AutomaticRequestSettings":{"GracePeriodBeforeAccessRemoval":null,"RequestAccessForAllowedTargets":null},"CreatedDateTime":null,"Description":null,"DisplayName":null,"Expiration":{"Duration":null,"EndDateTime":null,"Type":null},"Id":null,"ModifiedDateTime":null,"SpecificAllowedTargets":null}"#;

/// An un-expanded subject.
pub(crate) const NO_SUBJECT: &str = r#"{"ConnectedOrganization":{"DisplayName":null,"Id":null,"State":null},"DisplayName":null,"Email":null,"Id":null,"ObjectId":null,"OnPremisesSecurityIdentifier":null,"PrincipalName":null,"SubjectLifecycle":null,"SubjectType":null}"#;

/// One assignment.
pub(crate) fn row(view: &View<'_>, row: &Row, pieces: Pieces<'_>, out: &mut Vec<u8>) {
    raw(out, "{\"AccessPackage\":");
    out.extend_from_slice(if view.expanded { pieces.package } else { NO_PACKAGE.as_bytes() });
    raw(out, ",\"AssignmentPolicy\":");
    out.extend_from_slice(pieces.policy);
    raw(out, ",\"CustomExtensionCalloutInstances\":null,\"ExpiredDateTime\":");
    if row.null_text {
        raw(out, "\"null\"");
    } else {
        moment_powershell(out, row.assignment.expired);
    }
    raw(out, ",\"Id\":");
    guid(out, row.assignment.id);
    raw(out, ",\"Schedule\":{\"Expiration\":{\"Duration\":null,\"EndDateTime\":");
    moment_powershell(out, row.assignment.end);
    raw(out, ",\"Type\":\"");
    raw(out, expiration_type(row));
    raw(out, "\"},\"Recurrence\":{\"Pattern\":{\"DayOfMonth\":null,\"Interval\":null,\"Type\":null},");
    raw(out, "\"Range\":{\"EndDate\":null,\"Type\":null}},\"StartDateTime\":");
    moment_powershell(out, Some(row.assignment.start));
    raw(out, "},\"State\":");
    match state_name(row) {
        Some(state) => string_powershell(out, state),
        None => raw(out, "null"),
    }
    raw(out, ",\"Status\":\"");
    raw(out, row.assignment.status);
    raw(out, "\",\"Target\":");
    out.extend_from_slice(if view.expanded { pieces.subject } else { NO_SUBJECT.as_bytes() });
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
    raw(out, ",\"SubjectType\":\"user\",\"AdditionalProperties\":{}}");
}

/// The beginning of `Target`: the connected organisation, of which `$expand=target` brings nothing.
pub(crate) fn organization(view: &View<'_>, user: &GeneratedUser, out: &mut Vec<u8>) {
    raw(out, "{\"ConnectedOrganization\":{\"DisplayName\":null,\"Id\":");
    guid_or_null(out, user.organization.map(|at| view.tenant.organization(at).1));
    raw(out, ",\"State\":null},");
}

/// The members of `Target` that both versions have.
pub(crate) fn identity(view: &View<'_>, user: &GeneratedUser, face: UserFace, out: &mut Vec<u8>) {
    raw(out, "\"DisplayName\":");
    string_powershell(out, &view.user_name(user));
    raw(out, ",\"Email\":");
    string_powershell(out, &user.mail);
    raw(out, ",\"Id\":");
    guid_or_null(out, (face != UserFace::EmailOnly).then_some(user.subject_id));
    raw(out, ",\"ObjectId\":");
    guid_or_null(out, (face == UserFace::Full).then_some(user.object_id));
    raw(out, ",\"OnPremisesSecurityIdentifier\":null,\"PrincipalName\":");
    if face == UserFace::Full {
        string_powershell(out, &user.principal_name);
    } else {
        raw(out, "null");
    }
    raw(out, ",\"SubjectLifecycle\":\"");
    raw(out, if user.is_guest { "governed\"" } else { "notGoverned\"" });
}

/// What `ConvertTo-Json` makes of an object that lies too deep.
pub(crate) fn truncated_subject(view: &View<'_>, user: &GeneratedUser, out: &mut Vec<u8>) {
    let text = format!(
        "@{{ConnectedOrganization=; DisplayName={}; Email={}; Id={}; ObjectId={}}}",
        view.user_name(user),
        user.mail,
        user.subject_id,
        user.object_id,
    );
    string_powershell(out, &text);
}

/// `AccessPackage`, a value.
pub(crate) fn package(view: &View<'_>, at: u32, face: PackageFace, out: &mut Vec<u8>) {
    let Some(package) = view.tenant.package(at).filter(|_| face != PackageFace::Missing) else {
        return raw(out, NO_PACKAGE);
    };
    let is_full = face == PackageFace::Full;
    raw(out, "{\"AccessPackagesIncompatibleWith\":null,\"AssignmentPolicies\":null,");
    raw(out, "\"Catalog\":{\"AccessPackages\":null,\"CatalogType\":null,\"DisplayName\":null,\"Id\":null},");
    raw(out, "\"CreatedDateTime\":");
    moment_powershell(out, is_full.then_some(package.created));
    raw(out, ",\"Description\":");
    if is_full {
        string_powershell(out, &package.description);
    } else {
        raw(out, "null");
    }
    raw(out, ",\"DisplayName\":");
    string_powershell(out, &view.package_name(at));
    raw(out, ",\"Id\":");
    guid_or_null(out, is_full.then_some(package.id));
    raw(out, ",\"IncompatibleAccessPackages\":null,\"IncompatibleGroups\":null,\"IsHidden\":");
    raw(out, if package.is_hidden { "true" } else { "false" });
    raw(out, ",\"ModifiedDateTime\":");
    moment_powershell(out, is_full.then_some(package.created));
    raw(out, ",\"ResourceRoleScopes\":null,\"AdditionalProperties\":{}}");
}

/// `AssignmentPolicy`, a value: every fourth package's is not expanded.
pub(crate) fn policy(view: &View<'_>, at: u32, policy: usize, out: &mut Vec<u8>) {
    let found = view.tenant.package(at).and_then(|package| package.policies.get(policy));
    let Some(policy) = found.filter(|_| view.expanded && !at.is_multiple_of(4)) else {
        return raw(out, NO_POLICY);
    };
    raw(out, "{\"AccessPackage\":{\"DisplayName\":null,\"Id\":null},\"AllowedTargetScope\":\"");
    raw(out, target_scope(policy.kind));
    raw(out, "\",\"DisplayName\":");
    string_powershell(out, &policy.display_name);
    raw(out, ",\"Id\":");
    guid(out, policy.id);
    raw(out, ",\"AdditionalProperties\":{}}");
}
