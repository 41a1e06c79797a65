//! How the command ends.

use sod_engine::formats::WriteError;
use sod_engine::{Error, FindError, LoadError, RereadError};
use sod_generate::GenerateError;
use std::fmt;
use std::io;
use std::process::ExitCode;

/// The exit codes: a contract that scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing found, or `--exit-zero`.
    Clean = 0,
    /// Conflicts found that no exception covers.
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
    /// A message for the user, and what to do about it if the message does not say.
    Message { text: String, help: Option<String> },
}

impl Failure {
    pub(crate) fn message(text: impl Into<String>) -> Self {
        Self::Message { text: text.into(), help: None }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedPipe => f.write_str("the output was closed"),
            Self::Message { text, .. } => f.write_str(text),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::message(error.to_string())
    }
}

impl From<FindError> for Failure {
    fn from(error: FindError) -> Self {
        Self::message(error.to_string())
    }
}

impl From<RereadError> for Failure {
    fn from(error: RereadError) -> Self {
        Self::message(error.to_string())
    }
}

impl From<GenerateError> for Failure {
    fn from(error: GenerateError) -> Self {
        Self::message(error.to_string())
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        if error.is_broken_pipe() {
            return Self::ClosedPipe;
        }
        Self::Message { text: error.to_string(), help: error.help().map(str::to_owned) }
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
            other => Self::message(other.to_string()),
        }
    }
}
