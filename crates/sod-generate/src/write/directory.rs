//! The files beside the assignments: packages, catalogs, policies, users, groups.

use super::container::{Container, Kind};
use super::folder::Folder;
use super::objects::{Spelling, employee_id, member_id, user_type};
use super::pascal::{escape_dates, sdk_object};
use crate::error::GenerateError;
use crate::format::odd_case::odd_json;
use crate::moment::{BASE, text, write_date, write_iso};
use crate::shape::{Dialect, ExportShape};
use crate::view::View;
use serde_json::{Value, json};

/// Writes every list that the shape has.
pub(crate) fn write_directory(folder: &mut Folder, view: &View<'_>) -> Result<(), GenerateError> {
    match view.options.shape {
        ExportShape::Adx => write_adx(folder, view),
        ExportShape::EntraExporter => super::tree::write_directory(folder, view),
        _ => write_lists(folder, view),
    }
}

/// The spelling of the shape's objects.
fn spelling(shape: ExportShape) -> Spelling {
    let is_beta = matches!(shape.dialect(), Dialect::Beta | Dialect::BetaBare | Dialect::PowershellBeta);
    let moment: fn(&mut Vec<u8>, i64) =
        if shape.dialect() == Dialect::Powershell { write_bare_powershell } else { write_iso };
    Spelling { is_beta, moment }
}

/// `/Date(ms)/`; the slashes are escaped when the object is written.
fn write_bare_powershell(out: &mut Vec<u8>, moment: i64) {
    out.extend_from_slice(format!("/Date({})/", moment * 1000).as_bytes());
}

fn write_lists(folder: &mut Folder, view: &View<'_>) -> Result<(), GenerateError> {
    let shape = view.options.shape;
    let spelling = spelling(shape);
    let graph =
        |name, v1, beta| Kind { name, path: if spelling.is_beta { beta } else { v1 }, is_paged: false };
    let packages = 0..view.tenant.packages().len() as u32;
    list(
        folder,
        view,
        graph(
            "packages",
            "identityGovernance/entitlementManagement/accessPackages",
            "identityGovernance/entitlementManagement/accessPackages",
        ),
        packages.clone().map(|at| spelling.package(view, at)),
    )?;
    list(
        folder,
        view,
        graph(
            "catalogs",
            "identityGovernance/entitlementManagement/catalogs",
            "identityGovernance/entitlementManagement/accessPackageCatalogs",
        ),
        view.tenant.catalogs().iter().map(|catalog| spelling.catalog(catalog)),
    )?;
    let policies = packages.zip(view.tenant.packages()).flat_map(|(at, package)| {
        package.policies.iter().map(move |policy| spelling.policy(view, at, policy))
    });
    list(
        folder,
        view,
        graph(
            "policies",
            "identityGovernance/entitlementManagement/assignmentPolicies",
            "identityGovernance/entitlementManagement/accessPackageAssignmentPolicies",
        ),
        policies,
    )?;
    list(
        folder,
        view,
        graph("users", "users", "users"),
        view.listed_users().map(|user| spelling.user(view, &user)),
    )?;
    list(
        folder,
        view,
        graph("groups", "groups(members())", "groups(members())"),
        view.groups().map(|group| spelling.group(view, &group, true)),
    )
}

/// Writes one list in the style of the shape.
fn list(
    folder: &mut Folder,
    view: &View<'_>,
    kind: Kind,
    objects: impl Iterator<Item = Value>,
) -> Result<(), GenerateError> {
    let shape = view.options.shape;
    let mut container = Container::new(folder, shape, kind, view.options.page_size);
    for (number, object) in objects.enumerate() {
        let mut text = match shape.dialect() {
            Dialect::Powershell => escape_dates(sdk_object(object).to_string().as_bytes()),
            Dialect::PowershellBeta => sdk_object(object).to_string().into_bytes(),
            _ => object.to_string().into_bytes(),
        };
        if view.mixed_case && number % 3 == 1 {
            odd_json(&mut text);
        }
        container.record(&text)?;
    }
    container.finish(false)
}

/// The lists of the Azure Data Explorer tutorial: flat, no catalogs, no policies, no incompatibilities.
fn write_adx(folder: &mut Folder, view: &View<'_>) -> Result<(), GenerateError> {
    let kind = |name| Kind { name, path: "", is_paged: false };
    let today = text(write_date, BASE);
    let date = today.as_str();
    let packages = (0_u32..).zip(view.tenant.packages()).map(|(at, package)| {
        json!({"Id": package.id.to_string(), "DisplayName": view.package_name(at), "SnapshotDate": date})
    });
    list(folder, view, kind("EntraAccessPackages"), packages)?;
    let users = view.listed_users().map(|user| {
        json!({
            "ObjectID": user.object_id.to_string(),
            "UserPrincipalName": user.principal_name,
            "EmployeeId": employee_id(&user),
            "DisplayName": view.user_name(&user),
            "UserType": user_type(&user),
            "SnapshotDate": date,
            "JobTitle": user.job_title,
            "CreatedDateTime": text(write_date, user.created),
            "Department": view.tenant.department_name(user.department),
            "AccountEnabled": user.account_enabled,
            "CustomExtension": null,
        })
    });
    list(folder, view, kind("EntraUsers"), users)?;
    let groups = view.groups().map(|group| {
        json!({
            "Id": group.id.to_string(),
            "DisplayName": group.display_name,
            "SecurityEnabled": true,
            "MailEnabled": false,
            "MailNickname": group.display_name.replace(' ', "-"),
            "SnapshotDate": date,
        })
    });
    list(folder, view, kind("EntraGroups"), groups)?;
    let memberships = view.groups().map(|group| {
        let mut ids: Vec<Value> =
            group.members.iter().map(|&member| member_id(view, member).to_string().into()).collect();
        // PowerShell unrolls: nothing for none, the thing itself for one.
        let members = match ids.len() {
            0 => Value::Null,
            1 => ids.pop().unwrap_or_default(),
            _ => Value::Array(ids),
        };
        json!({"GroupId": group.id.to_string(), "Members": members, "SnapshotDate": date})
    });
    list(folder, view, kind("EntraGroupMemberships"), memberships)
}
