//! EntraExporter's folder tree: an object a file, raw beta bodies, nothing expanded, no incompatibilities.

use super::folder::Folder;
use super::objects::{Spelling, member, member_id};
use crate::error::GenerateError;
use crate::format::indent::Indent;
use crate::format::odd_case::odd_json;
use crate::guid::Guid;
use crate::row::Row;
use crate::view::View;

const PACKAGES: &str = "IdentityGovernance/EntitlementManagement/AccessPackages";

/// Packages, policies, groups, members and users.
pub(crate) fn write_directory(folder: &mut Folder, view: &View<'_>) -> Result<(), GenerateError> {
    let spelling = Spelling::BETA;
    for (at, package) in (0_u32..).zip(view.tenant.packages()) {
        let home = format!("{PACKAGES}/{0}", package.id);
        let text = spelling.bare_package(view, at).to_string();
        write_object(folder, view, &format!("{home}/{}.json", package.id), text, at)?;
        for policy in &package.policies {
            let text = spelling.policy(view, at, policy).to_string();
            write_object(
                folder,
                view,
                &format!("{home}/AssignmentPolicies/{0}/{0}.json", policy.id),
                text,
                at,
            )?;
        }
    }
    for (at, group) in (0_u32..).zip(view.groups()) {
        let home = format!("Groups/{}", group.id);
        let text = spelling.group(view, &group, false).to_string();
        write_object(folder, view, &format!("{home}/{}.json", group.id), text, at)?;
        for &each in &group.members {
            let name = format!("{home}/Members/{0}/{0}.json", member_id(view, each));
            write_object(folder, view, &name, member(view, each).to_string(), at)?;
        }
    }
    for user in view.listed_users() {
        let text = spelling.user(view, &user).to_string();
        write_object(folder, view, &format!("Users/{0}/{0}.json", user.object_id), text, user.index)?;
    }
    Ok(())
}

fn write_object(
    folder: &mut Folder,
    view: &View<'_>,
    name: &str,
    compact: String,
    number: u32,
) -> Result<(), GenerateError> {
    let mut compact = compact.into_bytes();
    if view.mixed_case && number % 3 == 1 {
        odd_json(&mut compact);
    }
    write_pretty(folder, name, &compact)
}

fn write_pretty(folder: &mut Folder, name: &str, compact: &[u8]) -> Result<(), GenerateError> {
    let mut text = Vec::with_capacity(compact.len() * 2);
    Indent::PLAIN.print(compact, 0, &mut text);
    // A record that is cut off has no end of line either.
    if compact.last() == Some(&b'}') {
        text.push(b'\n');
    }
    folder.write(name, &text)
}

/// Where the file of one assignment lies.
fn assignment_name(view: &View<'_>, row: &Row) -> String {
    let package = view.tenant.package(row.assignment.package).map_or(Guid::default(), |package| package.id);
    format!("{PACKAGES}/{package}/Assignments/{0}/{0}.json", row.assignment.id)
}

/// Writes one assignment.
pub(crate) fn write_assignment(
    folder: &mut Folder,
    view: &View<'_>,
    row: &Row,
    compact: &[u8],
) -> Result<(), GenerateError> {
    write_pretty(folder, &assignment_name(view, row), compact)
}

/// Writes a text in the place of an assignment that could not be fetched.
pub(crate) fn write_intruder(folder: &mut Folder, text: &str) -> Result<(), GenerateError> {
    let name =
        format!("{PACKAGES}/00000000-0000-4000-8000-000000000429/00000000-0000-4000-8000-000000000429.json");
    folder.write(&name, text.as_bytes())
}
