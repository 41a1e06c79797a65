//! Why loading stops.

use sod_model::RefusalCode;
use std::fmt;

/// One source, or the inputs as a whole, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The file; empty when the inputs as a whole are meant.
    pub path: Box<str>,
    /// Why, as a stable code.
    pub code: RefusalCode,
    /// What was found, what was expected, and what mends it.
    pub message: Box<str>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{} [{}]", self.message, self.code)
    }
}

/// Loading stopped; nothing of the inputs may be reported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The inputs cannot be used; every reason that was found, not the first alone.
    #[error("{}", list(.0))]
    Refused(Vec<Refusal>),
    /// The observer asked to stop.
    #[error("stopped before the inputs were read")]
    Cancelled,
}

impl LoadError {
    /// The refusals, if that is what happened.
    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        match self {
            Self::Refused(refusals) => refusals,
            Self::Cancelled => &[],
        }
    }
}

fn list(refusals: &[Refusal]) -> String {
    const SHOWN: usize = 20;
    let mut text = refusals.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join("\n");
    if refusals.len() > SHOWN {
        text.push_str(&format!("\n... and {} more", refusals.len() - SHOWN));
    }
    text
}
