//! What to do about what was not analysed: the steps that follow from the coverage statement.
//!
//! Every code has its place here, or the reason why nothing is to be done. A new code does not compile without one.

use super::{FirstStep, step};
use crate::coverage::{Coverage, CoverageCode, Statement};

/// Codes that are mended by one and the same work, the weightiest first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// Whole files, pages or groups are missing.
    Complete,
    /// People of one input are known to be others' in another.
    JoinPeople,
    /// Rules were judged without some of what they name.
    Names,
    /// People may be known in two ways.
    KnowPeople,
    /// Exceptions name what is not there.
    Exceptions,
    /// Packages or catalogs are spoken of and were not exported.
    Lists,
    /// Packages without rules.
    Rules,
    /// What packages give is not known.
    Roles,
    /// Files beside the export.
    Files,
    /// Another step tells it: rejected rows, rules.
    Elsewhere,
    /// Somebody chose so, or nothing is missing by it.
    Chosen,
}

const fn work(code: CoverageCode) -> Work {
    use CoverageCode as Code;
    match code {
        Code::FilesRefused
        | Code::ExportsTruncated
        | Code::FilesEmpty
        | Code::FilesMissing
        | Code::RecordsMissing
        | Code::NothingInStates
        | Code::GroupsWithoutMembers
        | Code::GroupsProbablyTruncated
        | Code::GroupsNestedUnknown => Work::Complete,
        Code::UsersPartlyJoined | Code::InputsNotJoined => Work::JoinPeople,
        Code::RulesInPart => Work::Names,
        Code::UsersWithoutObjectId | Code::IdentifiersAlike => Work::KnowPeople,
        Code::ExceptionsUnplaced => Work::Exceptions,
        Code::DeclarationsNotExported
        | Code::PackagesNotListed
        | Code::CatalogsNotListed
        | Code::CatalogsWithoutPackages => Work::Lists,
        Code::PackagesWithoutRule => Work::Rules,
        Code::ResourceRolesAbsent => Work::Roles,
        Code::FilesSkipped => Work::Files,
        Code::RowsRejected | Code::NoRules | Code::RulesNotEvaluable => Work::Elsewhere,
        Code::Complete | Code::RowsInOtherStates | Code::RowsRepeated | Code::RulesNotInForce => Work::Chosen,
    }
}

/// What is done, why, and where on the page it is told.
const fn words(work: Work) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match work {
        Work::Complete => (
            "Complete the export",
            "What is missing may hide conflicts: no figure of this report covers it.",
            "coverage",
        ),
        Work::JoinPeople => (
            "Tie the users of the inputs together",
            "A person who is in both ways in the inputs counts as two, and conflicts across them are not seen. Export with \
             $expand=target, or add an export of the users.",
            "coverage",
        ),
        Work::Names => (
            "Complete what the rules name",
            "They were judged without what the inputs do not know: check the spelling, or export it.",
            "rules",
        ),
        Work::KnowPeople => (
            "Tell users by their object ids",
            "One person known in two ways counts as two, and a conflict across them is not seen. Export with \
             $expand=target, or add an export of the users.",
            "coverage",
        ),
        Work::Exceptions => (
            "Correct the exceptions",
            "Those exceptions cover nothing, and the conflicts that they were meant for are open.",
            "exceptions",
        ),
        Work::Lists => (
            "Export all packages and catalogs",
            "What is missing may declare others incompatible, or have holders who are in no figure of this report.",
            "coverage",
        ),
        Work::Rules => (
            "Decide whether all packages need rules",
            "No conflict was looked for by packages that no rule names. The pairs show which are held together most.",
            "pairs",
        ),
        Work::Roles => (
            "Export what packages give",
            "A package may give by itself what a rule keeps apart. Export with $expand=resourceRoleScopes($expand=role,scope).",
            "combined",
        ),
        Work::Files => (
            "Look at the files that were not read",
            "If one of them is an export, give it by name: sod says why it cannot be read.",
            "coverage",
        ),
        Work::Elsewhere | Work::Chosen => return None,
    })
}

/// The step of one work, if anything of it is to be done.
pub(super) fn gap_step(coverage: &Coverage, wanted: Work) -> Option<FirstStep> {
    let (what, why, to) = words(wanted)?;
    let told: Vec<String> =
        coverage.statements().iter().filter(|one| work(one.code) == wanted).map(Statement::short).collect();
    (!told.is_empty()).then(|| step(format!("{what}: {}", told.join(", ")), why, to, None))
}

/// What stands where no step does. Only where nothing was left out may it reassure.
pub(super) fn nothing_to_do(coverage: &Coverage) -> String {
    match coverage.in_short() {
        None => "Nothing: every rule was judged, no conflict is open, and no input needs a look.".to_owned(),
        Some(gaps) => format!("No conflict is open by what was analysed. Not everything was: {gaps}."),
    }
}
