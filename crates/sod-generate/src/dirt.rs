//! The dirt that real exports have, by name, so that each trap can be laid on purpose.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

use Dirt as D;

/// A trap. Each says what happens in the world and what a reader must do; the codes are those of `sod`'s inputs.
///
/// ```
/// use sod_generate::{Dirt, ExportShape};
/// assert_eq!("null-object-id".parse(), Ok(Dirt::NullObjectId));
/// assert!(ExportShape::GraphV1.supports(Dirt::Unexpanded));
/// assert!(!ExportShape::Csv.supports(Dirt::Unexpanded));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dirt {
    /// About half of the guests have `target.objectId` null and are in no list of users: people of a connected organisation
    /// who are not yet users of the tenant. A reader tells them apart by `target.id` (in `csv-semicolon` by e-mail) and
    /// warns `user-without-object-id` (`user-by-name-only`).
    NullObjectId,
    /// The last page has an `@odata.nextLink`: a script followed too few. Read what is there, warn `dangling-next-link`.
    DanglingNextLink,
    /// Rows repeated, identical to the byte, about a page later: overlapping pages. Counted once; `repeated-rows`.
    DuplicateRows,
    /// A delivered row comes again with the same id, now expired: exports of two days joined. The copy that is held
    /// more is used; `assignment-id-reused`.
    IdReused,
    /// Rows without any user: `target` null, or an object full of nulls. Rejected `no-user`.
    MissingUser,
    /// Rows without any package. Rejected `no-package`.
    MissingPackage,
    /// Rows in a state that Microsoft does not document. Kept, never held; `unknown-state`.
    UnknownState,
    /// Delivered rows whose end lies two years back, as in Microsoft's own sample. The state decides: they are held;
    /// `delivered-past-end`.
    PastEndDate,
    /// `"expiredDateTime": "null"`, the four-letter text, as in Microsoft's own sample. Means no date; nothing to warn of.
    StringNullDate,
    /// Rows whose user has an e-mail address (in `official-csv` a principal name) and no id at all. Kept under that name;
    /// `user-by-name-only`.
    EmailOnly,
    /// A second delivered assignment of the same user and package by another policy. One holding, two assignments;
    /// `several-live-assignments`.
    SeveralLive,
    /// Rows that name their package by display name alone (`$select=displayName` inside `$expand`). Resolved where the
    /// packages of the export have the name once; rejected `ambiguous-package-name` where they have it twice.
    NameOnlyPackage,
    /// Every seventh package bears the name of its neighbour, as packages of different catalogs may. Told apart by id;
    /// `duplicate-package-name`.
    DuplicatePackageName,
    /// Rows broken inside while their braces balance (a trailing comma), or with a cell too few. Rejected
    /// `malformed-json`, in tables `malformed-row`.
    MalformedRecord,
    /// Rows whose target is the text `@{Id=...}`: `ConvertTo-Json` without `-Depth`. Rejected `truncated-depth`; in
    /// `powershell-beta` the ids beside it still tell everything, so that the row is kept.
    TruncatedDepth,
    /// Rows without a state among rows that have one. Rejected `state-missing`.
    StateMissing,
    /// One more group, with exactly 100 members: one page of `Get-MgGroupMember` without `-All`. Warn
    /// `group-probably-truncated`.
    GroupOf100,
    /// Display names chosen by an attacker: formulas, quotes, line breaks, control characters, right-to-left marks,
    /// markup, great length. Taken as they are, harmless in every report.
    HostileNames,
    /// Every third row has its GUIDs in upper case and its keys in odd case. Ids and keys compare without case.
    MixedCase,
    /// v1.0 without `$expand`: neither user nor package in any row. Refused `not-expanded`.
    Unexpanded,
    /// A Graph 429 error body saved in the place of a page. Refused `graph-error`.
    ErrorBody,
    /// An HTML sign-in page saved in the place of a page. Refused `html-page`.
    HtmlPage,
    /// `Export-Csv` of raw objects: the cells are type names. Refused `type-name-csv`.
    TypeNameCsv,
    /// The last file ends in the middle of a record. Refused `truncated`.
    TruncatedFile,
    /// One more file of no bytes, as PowerShell writes for no elements. Read, and told (`empty-files`).
    EmptyFile,
}

impl Dirt {
    /// Every dirt.
    pub const ALL: [Self; 25] = [
        D::NullObjectId,
        D::DanglingNextLink,
        D::DuplicateRows,
        D::IdReused,
        D::MissingUser,
        D::MissingPackage,
        D::UnknownState,
        D::PastEndDate,
        D::StringNullDate,
        D::EmailOnly,
        D::SeveralLive,
        D::NameOnlyPackage,
        D::DuplicatePackageName,
        D::MalformedRecord,
        D::TruncatedDepth,
        D::StateMissing,
        D::GroupOf100,
        D::HostileNames,
        D::MixedCase,
        D::Unexpanded,
        D::ErrorBody,
        D::HtmlPage,
        D::TypeNameCsv,
        D::TruncatedFile,
        D::EmptyFile,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            D::NullObjectId => "null-object-id",
            D::DanglingNextLink => "dangling-next-link",
            D::DuplicateRows => "duplicate-rows",
            D::IdReused => "id-reused",
            D::MissingUser => "missing-user",
            D::MissingPackage => "missing-package",
            D::UnknownState => "unknown-state",
            D::PastEndDate => "past-end-date",
            D::StringNullDate => "string-null-date",
            D::EmailOnly => "email-only",
            D::SeveralLive => "several-live",
            D::NameOnlyPackage => "name-only-package",
            D::DuplicatePackageName => "duplicate-package-name",
            D::MalformedRecord => "malformed-record",
            D::TruncatedDepth => "truncated-depth",
            D::StateMissing => "state-missing",
            D::GroupOf100 => "group-of-100",
            D::HostileNames => "hostile-names",
            D::MixedCase => "mixed-case",
            D::Unexpanded => "unexpanded",
            D::ErrorBody => "error-body",
            D::HtmlPage => "html-page",
            D::TypeNameCsv => "type-name-csv",
            D::TruncatedFile => "truncated-file",
            D::EmptyFile => "empty-file",
        }
    }

    /// Whether single rows are dirtied, each by one dirt at a time.
    pub(crate) const fn is_of_rows(self) -> bool {
        matches!(
            self,
            D::DuplicateRows
                | D::IdReused
                | D::MissingUser
                | D::MissingPackage
                | D::UnknownState
                | D::PastEndDate
                | D::StringNullDate
                | D::EmailOnly
                | D::SeveralLive
                | D::NameOnlyPackage
                | D::MalformedRecord
                | D::TruncatedDepth
                | D::StateMissing
        )
    }

    /// The code with which the whole export must be refused.
    #[must_use]
    pub const fn refusal(self) -> Option<&'static str> {
        match self {
            D::Unexpanded => Some("not-expanded"),
            D::ErrorBody => Some("graph-error"),
            D::HtmlPage => Some("html-page"),
            D::TypeNameCsv => Some("type-name-csv"),
            D::TruncatedFile => Some("truncated"),
            _ => None,
        }
    }
}

/// A dirt of that name does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown dirt `{asked}`; the kinds are: {}", Dirt::ALL.map(Dirt::name).join(", "))]
pub struct UnknownDirt {
    asked: String,
}

impl FromStr for Dirt {
    type Err = UnknownDirt;

    fn from_str(text: &str) -> Result<Self, UnknownDirt> {
        let wanted = text.trim();
        Self::ALL
            .into_iter()
            .find(|dirt| dirt.name().eq_ignore_ascii_case(wanted))
            .ok_or_else(|| UnknownDirt { asked: wanted.to_owned() })
    }
}

impl fmt::Display for Dirt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
