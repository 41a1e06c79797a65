//! Files that a report may do without: views of what its other files have.
//!
//! The page and the workbook of a very large tenant take most of the time and of the room of a report. A nightly run that nobody
//! opens may leave them out; figures, conflicts, pairs and rejected rows are never left out, for they are what is compared,
//! verified and read by others.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// A file that may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum View {
    Html,
    Xlsx,
}

impl View {
    const ALL: [Self; 2] = [Self::Html, Self::Xlsx];

    const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Which files a report does without.
///
/// ```
/// use sod_engine::LeftOut;
/// let without: LeftOut = "xlsx, html".parse()?;
/// assert_eq!(without.to_string(), "html,xlsx");
/// assert!(!without.has_page() && LeftOut::default().has_page());
/// assert!("conflicts".parse::<LeftOut>().is_err());
/// # Ok::<(), sod_engine::LeftOutError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut(BTreeSet<View>);

/// What cannot be left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' cannot be left out; expected html, xlsx or both with a comma")]
pub struct LeftOutError(String);

impl LeftOut {
    /// Whether `report.html` is written.
    #[must_use]
    pub fn has_page(&self) -> bool {
        !self.0.contains(&View::Html)
    }

    /// Whether `report.xlsx` is written.
    #[must_use]
    pub fn has_workbook(&self) -> bool {
        !self.0.contains(&View::Xlsx)
    }

    /// Whether every file is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for LeftOut {
    type Err = LeftOutError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let view = |word: &str| {
            let found = View::ALL.into_iter().find(|view| view.name().eq_ignore_ascii_case(word));
            found.ok_or_else(|| LeftOutError(word.to_owned()))
        };
        text.split(',').map(str::trim).map(view).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|view| view.name()).collect();
        f.write_str(&names.join(","))
    }
}
