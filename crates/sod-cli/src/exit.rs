//! How the command ends.

use crate::help::{help_for, help_for_document};
use sod_engine::formats::WriteError;
use sod_engine::{DocumentError, Error, FindError, LoadError, Problem, RefusalCode, RereadError};
use sod_generate::GenerateError;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The exit codes: a contract that scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing found, or `--exit-zero`.
    Clean = 0,
    /// Conflicts found that no exception covers; for `verify`, something that differs.
    Conflicts = 1,
    /// Could not run, or could not finish: bad usage, unreadable or unusable input, nothing left half-written.
    CannotRun = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why the command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The reader of stdout went away: a quiet success.
    ClosedPipe,
    /// What went wrong: every reason that was found, not the first alone.
    Complaints(Vec<Complaint>),
}

/// One thing that went wrong.
#[derive(Debug, Default)]
pub(crate) struct Complaint {
    /// The stable code, where there is one.
    pub(crate) code: Option<&'static str>,
    /// Where, what was found, what was expected.
    pub(crate) text: String,
    /// What to do about it, if the text does not say.
    pub(crate) help: Option<String>,
}

impl Failure {
    pub(crate) fn message(text: impl Into<String>) -> Self {
        Self::Complaints(vec![Complaint { text: text.into(), ..Complaint::default() }])
    }

    pub(crate) fn with_help(text: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Complaints(vec![Complaint { text: text.into(), help: Some(help.into()), code: None }])
    }

    /// The same, with the place before each text.
    pub(crate) fn at(self, place: &str) -> Self {
        match self {
            Self::Complaints(mut complaints) => {
                for complaint in &mut complaints {
                    complaint.text = format!("{place}: {}", complaint.text);
                }
                Self::Complaints(complaints)
            }
            closed => closed,
        }
    }

    /// The same, with another help.
    pub(crate) fn helped(self, help: &str) -> Self {
        match self {
            Self::Complaints(mut complaints) => {
                for complaint in &mut complaints {
                    complaint.help = Some(help.to_owned());
                }
                Self::Complaints(complaints)
            }
            closed => closed,
        }
    }

    pub(crate) fn maybe_help(text: String, help: Option<String>) -> Self {
        Self::Complaints(vec![Complaint { text, help, code: None }])
    }
}

impl Failure {
    /// Several failures as one.
    pub(crate) fn all(failures: Vec<Self>) -> Self {
        let complaints = failures.into_iter().flat_map(|failure| match failure {
            Self::Complaints(complaints) => complaints,
            Self::ClosedPipe => Vec::new(),
        });
        Self::Complaints(complaints.collect())
    }

    /// Every problem of every document, each with its place.
    fn of_documents(errors: &[DocumentError]) -> Self {
        let complaint = |error: &DocumentError, problem: &Problem| Complaint {
            code: Some(problem.code.code()),
            text: error.shown(problem),
            help: None,
        };
        let all = errors
            .iter()
            .flat_map(|error| error.problems.iter().map(move |problem| complaint(error, problem)));
        Self::Complaints(all.collect())
    }
}

/// Longer lists of refused files would bury their beginning.
const REFUSALS_SHOWN: usize = 20;

impl Failure {
    /// Inputs that cannot be used; what is said of all of them together names them, if they are few.
    pub(crate) fn of_load(error: &LoadError, inputs: &[PathBuf]) -> Self {
        if error.refusals().is_empty() {
            return Self::message(error.to_string());
        }
        let all: Vec<String> = inputs.iter().map(|input| input.display().to_string()).collect();
        let mut complaints: Vec<Complaint> = Vec::new();
        for refusal in error.refusals().iter().take(REFUSALS_SHOWN) {
            let place = match (&*refusal.path, all.as_slice()) {
                ("", [] | [_, _, _, _, ..]) => String::new(),
                ("", few) => format!("{}: ", few.join(", ")),
                (path, _) => format!("{path}: "),
            };
            let text = format!("{place}{}", refusal.message);
            complaints.push(Complaint { code: Some(refusal.code.code()), text, help: help_for(refusal) });
        }
        // The same advice need not be read twenty times: it stands after the last of its kind.
        for at in 1..complaints.len() {
            let (before, rest) = complaints.split_at_mut(at);
            if let (Some(before), Some(after)) = (before.last_mut(), rest.first())
                && before.help == after.help
            {
                before.help = None;
            }
        }
        let left_out = error.refusals().len().saturating_sub(REFUSALS_SHOWN);
        if left_out > 0 {
            let text = format!("{left_out} more files cannot be used either");
            complaints.push(Complaint { text, ..Complaint::default() });
        }
        Self::Complaints(complaints)
    }
}

impl From<FindError> for Failure {
    fn from(error: FindError) -> Self {
        Self::maybe_help(error.to_string(), error.help())
    }
}

impl From<RereadError> for Failure {
    fn from(error: RereadError) -> Self {
        Self::message(error.to_string())
    }
}

impl From<GenerateError> for Failure {
    fn from(error: GenerateError) -> Self {
        let help = match &error {
            GenerateError::FolderNotEmpty(_) => Some("name a folder that does not exist, or an empty one"),
            GenerateError::NotAFolder(_) => Some("name a folder, or move the file away"),
            GenerateError::UnsupportedDirt { .. } => {
                Some("`sod generate --list` shows which shape can have what")
            }
            _ => None,
        };
        Self::maybe_help(error.to_string(), help.map(str::to_owned))
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        if error.is_broken_pipe() {
            return Self::ClosedPipe;
        }
        Self::maybe_help(error.to_string(), error.help().map(str::to_owned))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        WriteError::from(error).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Write(error) => error.into(),
            Error::Documents(errors) => Self::of_documents(&errors),
            Error::Unreadable { path, why } => {
                let help = help_for_document(Path::new(&path));
                let text = format!("{path}: {why}");
                Self::Complaints(vec![Complaint { code: Some(RefusalCode::Unreadable.code()), text, help }])
            }
            other => {
                let help = other.help();
                Self::maybe_help(other.to_string(), help)
            }
        }
    }
}
