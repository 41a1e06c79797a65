//! Where something stands in a foreign file, and what there is to say about it.

use super::ImportCode;
use crate::document::{one_line, printable};
use crate::resolve::Unknown;
use std::fmt;
use std::sync::Arc;

/// A place in a foreign file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Name of the file.
    pub path: Arc<str>,
    /// Line from 1; 0 where the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 where it is not known.
    pub column: usize,
    /// The column of a table, or the path in a JSON value; may be empty.
    pub within: Box<str>,
}

impl Place {
    /// The same place, more exactly.
    pub(crate) fn within(&self, within: &str) -> Self {
        Self { within: within.into(), ..self.clone() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(&self.path))?;
        match (self.line, self.column) {
            (0, _) => {}
            (line, 0) => write!(f, ":{line}")?,
            (line, column) => write!(f, ":{line}:{column}")?,
        }
        if !self.within.is_empty() {
            write!(f, " ({})", one_line(&self.within))?;
        }
        Ok(())
    }
}

/// Something that an import has to say: what was found, and why that is not carried over, or what was made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportNote {
    /// What kind of thing.
    pub code: ImportCode,
    /// Where it stands.
    pub place: Place,
    /// What was found; one line.
    pub what: Box<str>,
    /// Why, and what to do; one line.
    pub why: Box<str>,
}

impl fmt::Display for ImportNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.what, self.why)
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.at;
        let (path, name) = (one_line(&self.path), printable(&self.name));
        write!(f, "{path}:{line}:{column}: the inputs know no {} `{name}`", self.kind)
    }
}

/// A text whose lines can be found without counting them again each time.
pub(crate) struct Lines<'t> {
    text: &'t str,
    path: Arc<str>,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(path: &Arc<str>, text: &'t str) -> Self {
        let bytes = text.as_bytes();
        // Each of the three ways to end a line; the two bytes of one of them are one end.
        let is_end = |at: usize| match bytes.get(at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let ends = (0..bytes.len()).filter(|at| is_end(*at)).map(|at| at + 1);
        Self { text, path: Arc::clone(path), starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The line of the first byte from `at` on that ends none.
    pub(crate) fn line_from(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        self.line(at + rest.len() - rest.trim_start_matches(['\r', '\n']).len())
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    /// The place of a byte; as places of documents are counted.
    pub(crate) fn place(&self, at: usize, within: &str) -> Place {
        let line = self.line(at);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        let before = self.text.get(start..at.min(self.text.len())).unwrap_or_default();
        // A file of one line would be walked from its beginning for every value.
        const WALKED: usize = 4096;
        let column = if before.len() > WALKED { 0 } else { before.chars().count() + 1 };
        Place { path: Arc::clone(&self.path), line, column, within: within.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DocumentText;
    use proptest::prelude::*;

    #[test]
    fn lines_end_in_three_ways() {
        for text in ["a\nb\nc", "a\r\nb\r\nc", "a\rb\rc", "a\nb\r\nc"] {
            let at = text.find('c').unwrap();
            let place = Lines::new(&"f".into(), text).place(at, "");
            assert_eq!((place.line, place.column), (3, 1), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn places_are_those_of_documents(text in "[a-cé\n]{0,40}", at in 0usize..60) {
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let place = Lines::new(&"f".into(), &text).place(at, "");
            let document = DocumentText { path: "f".into(), text: text.as_str().into() };
            prop_assert_eq!((place.line, place.column), document.line_and_column(at));
        }
    }
}
