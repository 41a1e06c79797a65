//! What was read, how it was understood, and what was wrong with it.

use crate::{PackageId, RefusalCode, RejectCode, SourceId, StateId, Timestamp, WarningCode};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The shape in which a source was recognised, by its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// Nothing in it was recognised.
    #[default]
    Unrecognised,
    /// A list without records, such as `[]`.
    Empty,
    /// Nothing at all: no byte, blanks, or `null`. What wrote it found nothing, or failed.
    Blank,
    /// Microsoft Graph v1.0 objects (`state`, `target`, `accessPackage`).
    GraphV1,
    /// Microsoft Graph beta objects (`assignmentState`, `accessPackageId`, `targetId`).
    GraphBeta,
    /// Objects with names of both versions.
    GraphMixed,
    /// Graph PowerShell objects through `ConvertTo-Json` (PascalCase).
    PowerShell,
    /// The flat files of the Azure Data Explorer tutorial.
    AzureDataExplorer,
    /// A table of users and packages with a header.
    Csv,
    /// The official CSV recipe of the Entra documentation (`$_.Target.ObjectId` ...).
    OfficialCsv,
    /// Lines of `user package`, separated by blanks, without a header.
    PlainList,
    /// Objects about the tenant (packages, users, groups, policies, ...) without assignments.
    DirectoryObjects,
}

impl Shape {
    /// The name in `inspect` and in the manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unrecognised => "unrecognised",
            Self::Empty => "empty",
            Self::Blank => "blank",
            Self::GraphV1 => "graph-v1.0",
            Self::GraphBeta => "graph-beta",
            Self::GraphMixed => "graph-mixed",
            Self::PowerShell => "powershell",
            Self::AzureDataExplorer => "azure-data-explorer",
            Self::Csv => "csv",
            Self::OfficialCsv => "official-csv",
            Self::PlainList => "plain-list",
            Self::DirectoryObjects => "directory-objects",
        }
    }
}

/// How the bytes of a source were packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

impl Compression {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// How the text of a source was encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
}

impl Encoding {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }
}

/// Assignment rows of a source or of all. `read = accepted + rejected + repeated` always; which of the accepted rows
/// count is a later choice by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Records that are, or should have been, assignments; rejected records of other kinds too.
    pub read: u64,
    /// Assignments kept.
    pub accepted: u64,
    /// Rejected, each with a place and a code.
    pub rejected: u64,
    /// The same assignment read once more, word for word.
    pub repeated: u64,
}

impl RowCounts {
    /// Adds another source's counts.
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.repeated += other.repeated;
    }
}

/// Records of a source that are not assignments, by kind (`package`, `user`, `group`, `policy`, ...).
pub type SideCounts = BTreeMap<&'static str, u64>;

/// One file, or standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The path as reached from the input that named it; `-` for standard input.
    pub path: Box<str>,
    /// Which input of the call led here (0 is the first).
    pub input: u32,
    /// The caller named it; otherwise it was met in a folder.
    pub named: bool,
    /// Size on disk, in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes on disk, when asked for.
    pub sha256: Option<[u8; 32]>,
    /// As recognised.
    pub shape: Shape,
    /// As found.
    pub compression: Compression,
    /// As found.
    pub encoding: Encoding,
    /// Assignment rows.
    pub rows: RowCounts,
    /// Assignments of this source by state, before repeated rows are taken out: names as in the state table.
    pub states: Vec<(StateId, u64)>,
    /// Other records.
    pub side: SideCounts,
    /// The `@odata.context` of the first page, if any: the query it came from, as far as the data tells.
    pub context: Option<Box<str>>,
    /// An `@odata.nextLink` of the source leads to a page that is not among the inputs.
    pub dangling_next_link: bool,
    /// Why nothing of it was used.
    pub refused: Option<(RefusalCode, Box<str>)>,
}

/// A place in a source, in its decompressed UTF-8 form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Byte offset, from 0.
    pub byte: u64,
    /// Line, from 1.
    pub line: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, byte {}", self.line, self.byte)
    }
}

/// A record that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRecord {
    /// Where it was.
    pub source: SourceId,
    /// Where in the source.
    pub position: Position,
    /// Why.
    pub code: RejectCode,
    /// What was found and what was expected.
    pub detail: Box<str>,
}

/// Something that a reader of the results must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What kind.
    pub code: WarningCode,
    /// How many times.
    pub count: u64,
    /// One sentence with an example.
    pub message: Box<str>,
}

/// Where a snapshot comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The files, in the order of the inputs and then by path.
    pub sources: Vec<Source>,
    /// Rejected records, by source and position.
    pub rejected: Vec<RejectedRecord>,
    /// Warnings, by code.
    pub warnings: Vec<Warning>,
    /// The latest moment of the past that the data itself shows (snapshot date, expiry, creation).
    pub data_moment: Option<Timestamp>,
    /// Packages of the directory that a package record describes; the others are only spoken of.
    pub packages_listed: u64,
    /// Packages that a package record describes and whose lists of what they declare incompatible are not there, while those of
    /// others are. Sorted.
    pub lists_lacking: Vec<PackageId>,
    /// The key by whose pseudonyms users are named, by its id; `None` where they are named as the inputs do.
    pub pseudonyms: Option<Box<str>>,
}

impl Provenance {
    /// Rows of all sources.
    #[must_use]
    pub fn rows(&self) -> RowCounts {
        let mut rows = RowCounts::default();
        for source in &self.sources {
            rows.add(source.rows);
        }
        rows
    }

    /// Under which codes the inputs themselves prove that they are not all there is: pages and files that are not there, files that
    /// could not be used. A folder may have files about something else; those are passed over, and nothing is missing by them.
    #[must_use]
    pub fn gaps(&self) -> BTreeSet<&'static str> {
        let warned = self.warnings.iter().map(|warning| warning.code);
        let missing = warned.filter(|code| *code == WarningCode::MissingFiles).map(WarningCode::code);
        let mut gaps: BTreeSet<&'static str> = missing.collect();
        for source in &self.sources {
            if source.dangling_next_link {
                gaps.insert(WarningCode::DanglingNextLink.code());
            }
            if let Some((code, _)) = &source.refused {
                let about_something_else =
                    matches!(code, RefusalCode::NotAnExport | RefusalCode::UnknownColumns);
                if source.named || !about_something_else {
                    gaps.insert(code.code());
                }
            }
        }
        gaps
    }

    /// Other records of all sources.
    #[must_use]
    pub fn side(&self) -> SideCounts {
        let mut side = SideCounts::new();
        for source in &self.sources {
            for (kind, count) in &source.side {
                *side.entry(kind).or_default() += count;
            }
        }
        side
    }
}
