//! What is wrong with a query, and where.

use crate::escape::shown;
use std::fmt;

/// An option that cannot be understood: a 400 in Graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionError {
    /// Which option, as Graph calls it: `$filter`. Of an option that is not known, its name, fit to be shown.
    pub option: String,
    /// The character of its decoded value, from 0.
    pub position: usize,
    /// What was found, what was expected, and the position again.
    pub message: String,
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for OptionError {}

/// The same while reading, when places are still bytes.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) at: usize,
    /// One sentence without its full stop.
    pub(super) message: String,
}

impl Problem {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }

    /// Puts it in the words of Graph, whose clients look for the beginning of a message.
    pub(super) fn of_option(self, option: &str, value: &str) -> OptionError {
        let position = value.char_indices().take_while(|(at, _)| *at < self.at).count();
        let beginning = match option {
            "$filter" => "Invalid filter clause: ",
            "$orderby" => "Invalid orderby clause: ",
            "$select" | "$expand" => "Parsing OData Select and Expand failed: ",
            _ => "",
        };
        let option = shown(option);
        let message = format!("{beginning}{} (position {position} of '{option}').", self.message);
        OptionError { option, position, message }
    }
}
