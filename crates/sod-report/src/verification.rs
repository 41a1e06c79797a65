//! What `sod verify` found, for every format: what was checked, and everything that is not as it should be.

use crate::WriteError;
use crate::json::write_pretty;
use serde::Serialize;
use std::io::Write;

/// What kind of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceCode {
    /// The manifest was changed after it was sealed.
    SealBroken,
    /// A file of the report has another size or hash than the manifest says.
    OutputChanged,
    /// A file of the report is not there.
    OutputMissing,
    /// A file lies in the folder that is no part of the report.
    OutputExtra,
    /// An input has another content than the manifest says.
    InputChanged,
    /// An input of the report was not given.
    InputMissing,
    /// An input was given that the report was not made of.
    InputExtra,
    /// A rules or exceptions file has another content than the one that was used, or was not given.
    JudgedFile,
    /// Rules or exceptions as used are not what the inputs, or the files, come to.
    Judged,
    /// A file of the report says something else than what was worked out again.
    Recomputed,
    /// The manifest says two things that cannot both be.
    Contradiction,
}

impl DifferenceCode {
    /// The stable word for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SealBroken => "seal-broken",
            Self::OutputChanged => "output-changed",
            Self::OutputMissing => "output-missing",
            Self::OutputExtra => "output-extra",
            Self::InputChanged => "input-changed",
            Self::InputMissing => "input-missing",
            Self::InputExtra => "input-extra",
            Self::JudgedFile => "judged-file",
            Self::Judged => "judged",
            Self::Recomputed => "recomputed",
            Self::Contradiction => "contradiction",
        }
    }
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What kind.
    pub code: DifferenceCode,
    /// The file: a name in the report folder, or the path of an input.
    pub file: String,
    /// The line, from 1, where there is one.
    pub line: Option<u64>,
    /// What was found, and what was expected.
    pub message: String,
}

impl Difference {
    /// The file and the line.
    #[must_use]
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckedFiles {
    /// Files of the report, the manifest among them.
    pub outputs: u64,
    /// Their size.
    pub output_bytes: u64,
    /// Inputs.
    pub inputs: u64,
    /// Their size.
    pub input_bytes: u64,
    /// Rules and exceptions files that were resolved once more.
    pub judged_files: u64,
}

/// What was worked out once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Recomputed {
    /// Users.
    pub users: u64,
    /// Packages.
    pub packages: u64,
    /// Distinct holdings.
    pub holdings: u64,
    /// Pairs that somebody holds both of.
    pub pairs: u64,
    /// The sum of their holders, which is the sum over users of k(k-1)/2.
    pub pair_holders_sum: u64,
    /// Rules, judged or not.
    pub rules: u64,
    /// Those of them that the inputs declare.
    pub rules_declared: u64,
    /// Exceptions.
    pub exceptions: u64,
    /// Conflicts.
    pub conflicts: u64,
    /// Those that no exception covers.
    pub conflicts_open: u64,
    /// Files that were written again and compared byte by byte, the manifest among them.
    pub files: u64,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Whether nothing differs and everything was worked out again.
    equal: bool,
    /// Version of sod that wrote the report.
    pub report_version: String,
    /// When the report was begun.
    pub report_started: Option<String>,
    /// What was looked at.
    pub checked: CheckedFiles,
    /// What was worked out again; `None` if nothing was.
    pub recomputed: Option<Recomputed>,
    /// Why nothing was worked out again.
    pub not_recomputed: Option<String>,
    /// What is not as it should be, in the order in which it was looked for.
    pub differences: Vec<Difference>,
    /// What is no difference, and worth knowing.
    pub notes: Vec<String>,
    /// What no second run can work out, and so rests on the hashes and the seal of the manifest alone.
    pub rests_on_seal: Vec<SealedPart>,
}

/// A part of a report that only the run knew which made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SealedPart {
    /// Version and build of the program.
    Tool,
    /// When the run began and ended; that it did not end before it began was looked at.
    Times,
    /// The command line; that it comes to the options and names the inputs was looked at.
    CommandLine,
    /// How inputs and files were called; their content was looked at.
    Paths,
    /// What the rules say, where their files were not given.
    Rules,
    /// What the exceptions say, where their files were not given.
    Exceptions,
}

impl SealedPart {
    /// The same for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Tool => "version and build of sod",
            Self::Times => "the times",
            Self::CommandLine => "the command line beyond options and inputs",
            Self::Paths => "the names of files",
            Self::Rules => "what the rules say",
            Self::Exceptions => "what the exceptions say",
        }
    }
}

impl Verification {
    /// Takes note of a difference.
    pub fn differs(
        &mut self,
        code: DifferenceCode,
        file: impl Into<String>,
        line: Option<u64>,
        message: impl Into<String>,
    ) {
        self.differences.push(Difference { code, file: file.into(), line, message: message.into() });
    }

    /// Whether nothing differs and everything was worked out again.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty() && self.recomputed.is_some() && self.not_recomputed.is_none()
    }
}

/// Writes what a verification found as JSON.
///
/// ```
/// use sod_report::verification::{Verification, write_verification};
/// let mut out = Vec::new();
/// write_verification(&Verification::default(), &mut out).unwrap();
/// // Nothing differs, but nothing was worked out either.
/// assert!(out.starts_with(b"{\n  \"equal\": false,"));
/// ```
///
/// # Errors
/// When the writer fails.
pub fn write_verification(found: &Verification, out: &mut dyn Write) -> Result<(), WriteError> {
    write_pretty(&Verification { equal: found.is_equal(), ..found.clone() }, out)
}
