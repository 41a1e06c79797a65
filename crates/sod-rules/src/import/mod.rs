//! Rules as other tools write them, to rules of ours.
//!
//! An importer says everything that it makes of a file: rules, what could not be carried over with its place and the
//! reason, and what was carried over in a way that a reader must know. A file that is not what it is said to be is
//! refused, with everything that is wrong with it. `docs/import.md` describes each format.

mod code;
mod collect;
mod columns;
mod entra;
mod facts;
mod ids;
mod json;
mod matrix;
mod note;
mod pairs;
mod segments;
mod severity;
mod side;
mod table;
mod two_lists;
mod word;

pub use code::ImportCode;
pub use columns::PairColumns;
pub use entra::import_declared;
pub use note::{ImportNote, Place};
pub use severity::SeverityWords;

use crate::document::RuleDocument;
use crate::write::{Comments, rules_to_toml};
use collect::Collector;
use std::fmt;
use std::sync::Arc;

/// A file format of other tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignFormat {
    /// A table with a pair of packages a row.
    PairsCsv,
    /// A square table with a mark where two do not go together.
    MatrixCsv,
    /// Policies with a left and a right list.
    TwoListJson,
    /// Policies with so many of several segments.
    SegmentsJson,
}

/// A file of another tool.
#[derive(Clone, Copy, Debug)]
pub struct ForeignText<'t> {
    /// How messages call it.
    pub path: &'t str,
    /// What it says.
    pub text: &'t str,
    /// It was not UTF-8 and was read as Windows-1252, which a reader must know.
    pub not_utf8: bool,
}

/// What the caller knows about the files.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Which columns of a pair table are which; the header decides where this is silent.
    pub columns: PairColumns,
    /// What words for severities mean.
    pub severities: SeverityWords,
}

/// What an import came to.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The rules, ready to be written; there is at least one.
    pub document: RuleDocument,
    /// Where each rule stood, in the order of the rules.
    pub places: Vec<Place>,
    /// What could not be carried over, in the order of the files.
    pub not_carried: Vec<ImportNote>,
    /// What was carried over, and what must be known about that.
    pub remarks: Vec<ImportNote>,
}

impl Imported {
    /// The rules as TOML: at the top where they come from, what was not carried over and what must be known; above each
    /// rule where it stood.
    ///
    /// ```
    /// use sod_rules::{ForeignFormat, ForeignText, import_rules, parse_rules};
    /// let text = "Role1,Role2,Reason\nPay,Order,Fraud\n<any>,Pay,Outsiders\n";
    /// let file = ForeignText { path: "pairs.csv", text, not_utf8: false };
    /// let imported = import_rules(ForeignFormat::PairsCsv, &[file], &Default::default()).unwrap();
    /// assert_eq!((imported.document.rules.len(), imported.not_carried.len()), (1, 1));
    /// let toml = imported.to_toml("imported from pairs.csv");
    /// assert!(toml.contains("# pairs.csv:3 (Role1): `<any>`: "), "{toml}");
    /// assert_eq!(parse_rules("rules.toml", &toml).unwrap().rules, imported.document.rules);
    /// ```
    #[must_use]
    pub fn to_toml(&self, title: &str) -> String {
        let mut top = vec![title.to_owned()];
        let lists = [("Not carried over:", &self.not_carried), ("To know:", &self.remarks)];
        for (heading, notes) in lists.into_iter().filter(|(_, notes)| !notes.is_empty()) {
            top.extend([String::new(), heading.to_owned()]);
            top.extend(notes.iter().map(|note| format!("{note} [{}]", note.code.code())));
        }
        let rules = self.places.iter().map(ToString::to_string).collect();
        rules_to_toml(&self.document, &Comments { top, rules })
    }
}

/// Why nothing was imported: everything that is wrong with the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// Never empty.
    pub problems: Vec<ImportNote>,
}

impl std::error::Error for ImportError {}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// Reads files of one format as one set of rules.
///
/// # Errors
/// When a file is not what it is said to be, or when nothing in the files could be carried over: all that is wrong with
/// all of them.
pub fn import_rules(
    format: ForeignFormat,
    files: &[ForeignText<'_>],
    options: &ImportOptions,
) -> Result<Imported, ImportError> {
    let mut collector = Collector::default();
    for file in files {
        let path: Arc<str> = file.path.into();
        // A byte order mark is no part of the text.
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
        if file.not_utf8 {
            let place = Place { path: Arc::clone(&path), ..Place::default() };
            let why = "read as Windows-1252; check letters with accents, or save it as UTF-8";
            collector.remark(ImportCode::NotUtf8, place, "text that is not UTF-8", why);
        }
        match format {
            ForeignFormat::PairsCsv => pairs::import(&path, text, options, &mut collector),
            ForeignFormat::MatrixCsv => matrix::import(&path, text, options, &mut collector),
            ForeignFormat::TwoListJson => two_lists::import(&path, text, options, &mut collector),
            ForeignFormat::SegmentsJson => segments::import(&path, text, options, &mut collector),
        }
        collector.end_of_file(file.path);
    }
    let all: Vec<&str> = files.iter().map(|file| file.path).collect();
    collector.finish(Place { path: all.join(", ").into(), ..Place::default() })
}
