//! Lines and columns of many places of one text, without reading it from the start for each.

use crate::document::DocumentText;
use sod_model::Place;
use std::sync::Arc;

/// Where the lines of a document begin.
pub(crate) struct Lines<'d> {
    path: Arc<str>,
    text: &'d str,
    starts: Vec<usize>,
}

impl<'d> Lines<'d> {
    pub(crate) fn of(document: &'d DocumentText) -> Self {
        let ends = document.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { path: Arc::from(&*document.path), text: &document.text, starts }
    }

    /// The same as [`DocumentText::line_and_column`].
    pub(crate) fn place(&self, at: usize) -> Place {
        let at = at.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or(0);
        let column = self.text.get(start..at).unwrap_or_default().chars().count() + 1;
        Place { path: Arc::clone(&self.path), line: line as u32, column: column as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_those_of_the_text(text in "(a|é|\n){0,30}") {
            let document = DocumentText { path: "d".into(), text: text.into() };
            let lines = Lines::of(&document);
            for at in (0..=document.text.len()).filter(|at| document.text.is_char_boundary(*at)) {
                let place = lines.place(at);
                prop_assert_eq!((place.line as usize, place.column as usize), document.line_and_column(at));
            }
        }
    }
}
