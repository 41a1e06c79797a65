//! The shapes in which people export a tenant.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A shape of export.
///
/// Unless said otherwise a shape writes packages (with catalog and incompatibilities), catalogs, policies, users and
/// groups with members as files of their own beside the assignments, in the same style.
///
/// ```
/// use sod_generate::ExportShape;
/// assert_eq!("graph-beta".parse(), Ok(ExportShape::GraphBeta));
/// assert_eq!(ExportShape::ALL.len(), 19);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExportShape {
    /// Graph v1.0 pages, a file each, with `$expand=target,accessPackage,assignmentPolicy`.
    GraphV1,
    /// Graph beta pages, a file each, with `$expand=target`. `targetId` is the subject record (`target.id`).
    GraphBeta,
    /// Graph beta pages without `$expand`: `targetId` alone, here the directory object.
    GraphBetaUnexpanded,
    /// Names of both versions mixed, from row to row and within rows.
    GraphMixed,
    /// v1.0 pages collected in one array.
    GraphArrayOfPages,
    /// Beta pages one after the other in one file, with nothing between them.
    GraphConcatenated,
    /// Beta, a page a line.
    JsonlPages,
    /// v1.0, an object a line.
    Jsonl,
    /// v1.0, one bare array, pretty-printed.
    Array,
    /// v1.0 SDK objects through `ConvertTo-Json` of Windows PowerShell 5.1: PascalCase, un-expanded navigations as
    /// objects full of nulls, `\/Date(ms)\/`, UTF-8 with a byte order mark.
    Powershell,
    /// Beta SDK objects through `ConvertTo-Json` of PowerShell 7: PascalCase, ISO dates, no byte order mark. `TargetId`
    /// is the directory object.
    PowershellBeta,
    /// As [`Self::Powershell`], but `Out-File` of 5.1: UTF-16LE with a byte order mark.
    PowershellUtf16,
    /// The flat files of the Azure Data Explorer tutorial: delivered rows only, no state.
    Adx,
    /// EntraExporter's folder tree, a tiny file an object, raw beta bodies. `targetId` is the directory object.
    EntraExporter,
    /// Our plain `user_id,package_id,state`. Only this one file, as with every table below.
    Csv,
    /// The community's `AssignmentID;ActualAssignmentEndDate;TargetObjectID;TargetEmail;AccessPackageName`, quoted, with
    /// a byte order mark: delivered rows, the package by display name only.
    CsvSemicolon,
    /// Tab-separated `TargetObjectId`, `AccessPackageId`, `AssignmentState`, `AssignmentId`.
    CsvTab,
    /// The recipe of the Entra documentation: a file a package, named by the package's id, delivered rows only, no
    /// package and no state inside.
    OfficialCsv,
    /// Blank-separated small integers `user package` without a header: delivered rows, numbers counted from 1.
    PlainList,
}

/// How records stand in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    PageFiles,
    ArrayOfPages,
    Concatenated,
    PageLines,
    Lines,
    PrettyArray,
    PowershellArray,
    Powershell7Array,
    Table,
    Tree,
}

/// Whose field names a record has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    V1,
    Beta,
    /// `targetId` is the object id and there is no `target`.
    BetaBare,
    Mixed,
    Powershell,
    PowershellBeta,
    Adx,
    Table,
}

impl ExportShape {
    /// Every shape.
    pub const ALL: [Self; 19] = [
        Self::GraphV1,
        Self::GraphBeta,
        Self::GraphBetaUnexpanded,
        Self::GraphMixed,
        Self::GraphArrayOfPages,
        Self::GraphConcatenated,
        Self::JsonlPages,
        Self::Jsonl,
        Self::Array,
        Self::Powershell,
        Self::PowershellBeta,
        Self::PowershellUtf16,
        Self::Adx,
        Self::EntraExporter,
        Self::Csv,
        Self::CsvSemicolon,
        Self::CsvTab,
        Self::OfficialCsv,
        Self::PlainList,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GraphV1 => "graph-v1",
            Self::GraphBeta => "graph-beta",
            Self::GraphBetaUnexpanded => "graph-beta-unexpanded",
            Self::GraphMixed => "graph-mixed",
            Self::GraphArrayOfPages => "graph-array-of-pages",
            Self::GraphConcatenated => "graph-concatenated",
            Self::JsonlPages => "jsonl-pages",
            Self::Jsonl => "jsonl",
            Self::Array => "array",
            Self::Powershell => "powershell",
            Self::PowershellBeta => "powershell-beta",
            Self::PowershellUtf16 => "powershell-utf16",
            Self::Adx => "adx",
            Self::EntraExporter => "entra-exporter",
            Self::Csv => "csv",
            Self::CsvSemicolon => "csv-semicolon",
            Self::CsvTab => "csv-tab",
            Self::OfficialCsv => "official-csv",
            Self::PlainList => "plain-list",
        }
    }

    /// Whether the export contains delivered assignments only: the query filtered on it.
    #[must_use]
    pub const fn is_delivered_only(self) -> bool {
        matches!(self, Self::Adx | Self::CsvSemicolon | Self::OfficialCsv | Self::PlainList)
    }

    /// Whether rows say their state.
    #[must_use]
    pub const fn has_state(self) -> bool {
        !self.is_delivered_only()
    }

    /// Whether rows have the id of the assignment.
    #[must_use]
    pub const fn has_assignment_id(self) -> bool {
        !matches!(self, Self::Csv | Self::PlainList)
    }

    /// Whether the export is JSON.
    #[must_use]
    pub const fn is_json(self) -> bool {
        !matches!(self.dialect(), Dialect::Table)
    }

    /// Whether packages, users, groups and so on are exported too.
    #[must_use]
    pub const fn has_directory(self) -> bool {
        self.is_json()
    }

    pub(crate) const fn dialect(self) -> Dialect {
        match self {
            Self::GraphV1 | Self::GraphArrayOfPages | Self::Jsonl | Self::Array => Dialect::V1,
            Self::GraphBeta | Self::GraphConcatenated | Self::JsonlPages => Dialect::Beta,
            Self::GraphBetaUnexpanded | Self::EntraExporter => Dialect::BetaBare,
            Self::GraphMixed => Dialect::Mixed,
            Self::Powershell | Self::PowershellUtf16 => Dialect::Powershell,
            Self::PowershellBeta => Dialect::PowershellBeta,
            Self::Adx => Dialect::Adx,
            Self::Csv | Self::CsvSemicolon | Self::CsvTab | Self::OfficialCsv | Self::PlainList => {
                Dialect::Table
            }
        }
    }

    pub(crate) const fn framing(self) -> Framing {
        match self {
            Self::GraphV1 | Self::GraphBeta | Self::GraphBetaUnexpanded | Self::GraphMixed => {
                Framing::PageFiles
            }
            Self::GraphArrayOfPages => Framing::ArrayOfPages,
            Self::GraphConcatenated => Framing::Concatenated,
            Self::JsonlPages => Framing::PageLines,
            Self::Jsonl => Framing::Lines,
            Self::Array => Framing::PrettyArray,
            Self::Powershell | Self::PowershellUtf16 => Framing::PowershellArray,
            Self::PowershellBeta | Self::Adx => Framing::Powershell7Array,
            Self::EntraExporter => Framing::Tree,
            Self::Csv | Self::CsvSemicolon | Self::CsvTab | Self::OfficialCsv | Self::PlainList => {
                Framing::Table
            }
        }
    }

    pub(crate) const fn is_paged(self) -> bool {
        matches!(
            self.framing(),
            Framing::PageFiles | Framing::ArrayOfPages | Framing::Concatenated | Framing::PageLines
        )
    }
}

/// A shape of that name does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown shape `{asked}`; the shapes are: {}", names())]
pub struct UnknownShape {
    asked: String,
}

fn names() -> String {
    ExportShape::ALL.map(ExportShape::name).join(", ")
}

impl FromStr for ExportShape {
    type Err = UnknownShape;

    fn from_str(text: &str) -> Result<Self, UnknownShape> {
        let wanted = text.trim();
        Self::ALL
            .into_iter()
            .find(|shape| shape.name().eq_ignore_ascii_case(wanted))
            .ok_or_else(|| UnknownShape { asked: wanted.to_owned() })
    }
}

impl fmt::Display for ExportShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
