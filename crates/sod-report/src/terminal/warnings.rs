//! Warnings, and what mends each.

use super::number::counted;
use super::page::Page;
use super::style::Role;
use sod_model::{Warning, WarningCode};

/// The section on warnings, without those that another part of the page tells in full; nothing when none are left.
pub(super) fn warnings(page: &mut Page<'_>, warnings: &[Warning], told_elsewhere: &[WarningCode]) {
    let left: Vec<&Warning> = warnings.iter().filter(|one| !told_elsewhere.contains(&one.code)).collect();
    if left.is_empty() {
        return;
    }
    page.heading("Warnings");
    for warning in left {
        let times = if warning.count == 1 { String::new() } else { counted(warning.count, "time", "times") };
        page.item(Role::Warning, warning.code.code(), &times, &warning.message);
    }
}

/// What to do about a warning, where there is something to do; see the page of codes for the whole story.
pub(crate) const fn mend(code: WarningCode) -> Option<&'static str> {
    Some(match code {
        WarningCode::DanglingNextLink => {
            "follow @odata.nextLink until it is absent (-All in PowerShell), and read all pages together."
        }
        WarningCode::EmptyFiles => "look whether there was nothing to write, or the export failed.",
        WarningCode::FewerRecords => {
            "give all pages of the export, or look what was removed while it was made."
        }
        WarningCode::MissingFiles => "give all files of the export, or look why numbers are left out.",
        WarningCode::AssignmentIdReused => "read exports of one day at a time.",
        WarningCode::UnknownState => "name the states in --states if they mean that the package is held.",
        WarningCode::AlikeIdentifiers => "write what is one user or package alike in the inputs.",
        WarningCode::NothingInStates => "choose among the states that do occur with --states.",
        WarningCode::UserByNameOnly | WarningCode::UserWithoutObjectId | WarningCode::PartlyJoined => {
            "export with $expand=target, or add an export of the users, so that every user has an object id."
        }
        WarningCode::IdentityClash => "export with $expand=target, so that each row carries the object id.",
        WarningCode::UnjoinedAllowed => {
            "export both inputs with $expand=target, and leave out --allow-unjoined."
        }
        WarningCode::SeveralLiveAssignments => "look for overlapping policies, or exports of several days.",
        WarningCode::PackageByNameOnly => "export the package ids, or add an export of the packages.",
        WarningCode::DeliveredPastEnd => "check in Entra whether these assignments are still delivered.",
        WarningCode::GroupNestedUnknown | WarningCode::GroupProbablyTruncated => {
            "export the members with Get-MgGroupTransitiveMember -All."
        }
        WarningCode::NotUtf8 => "export with -Encoding utf8.",
        WarningCode::TruncatedParts => "export with ConvertTo-Json -Depth 10.",
        WarningCode::StateNotFound => "check the spelling of --states.",
        WarningCode::NotEvaluable => {
            "export the members of groups with Get-MgGroupTransitiveMember -All; check the names in the rules file."
        }
        WarningCode::RuleNamesUnknown => "check the spelling, or export the packages that are missing.",
        WarningCode::ExceptionUnplaced => "correct the exceptions file, or remove what is no longer needed.",
        WarningCode::ExceptionExpired => "decide again: renew the exception, or remove the access.",
        WarningCode::ExceptionUnused => "remove the exception.",
        WarningCode::ResourceRolesUnclear => {
            "export with $expand=resourceRoleScopes($expand=role,scope), in PowerShell with -Depth 10."
        }
        WarningCode::PackagesCombined => {
            "decide for each package: take a side out of it, or give it an owner, an end and a review."
        }
        WarningCode::ExceptionShadowed | WarningCode::ExceptionDuplicate => {
            "decide which of the two is meant."
        }
        WarningCode::ExceptionEndless => "give each exception an end.",
        WarningCode::PolicyKindUnknown => "add a v1.0 export of the assignment policies.",
        WarningCode::EndsUnknown => "export the assignments with schedule and expiredDateTime.",
        WarningCode::PlanRowUnplaced => "compare the plan with the export: make a new one.",
        WarningCode::ExceptionSelfOwned => "let somebody else answer for the exception.",
        WarningCode::RepeatedRows
        | WarningCode::RejectedRows
        | WarningCode::StateAssumed
        | WarningCode::DuplicatePackageName
        | WarningCode::SkippedFiles
        | WarningCode::UnplacedObjects
        | WarningCode::UnreadableDate
        | WarningCode::RuleNotInForce
        | WarningCode::ExceptionNotBegun => return None,
    })
}
