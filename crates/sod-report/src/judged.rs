//! `rules.json`: the rules and exceptions of a report, as resolved and used.
//!
//! Everything that was judged, so that the report can be judged again without the files in which people wrote it: sets are
//! packages and groups by id (the name beside an id is for people), moments are moments, and what the inputs do not know is
//! listed with its place. [`read_judged`] makes the same [`RuleSet`](sod_model::RuleSet) and
//! [`ExceptionSet`](sod_model::ExceptionSet) of it again.
//!
//! `verdict` is `judged`, `judged-in-part` (without what `unknown` lists), `not-evaluable` or `not-in-force`; `not_evaluable`
//! and `not_in_force` say why. `valid_until` and `end` are the first moments that are no longer part of a period.

mod exceptions;
mod read;
mod rules;
mod written;

pub use read::{Judged, JudgedError, read_judged};
pub use written::{
    WrittenException, WrittenId, WrittenJudged, WrittenPackage, WrittenRule, WrittenTerm, WrittenWhom,
};

use crate::json::{List, write_pretty};
use crate::output::hex;
use crate::{ReportView, WriteError};
use exceptions::exception_line;
use rules::rule_line;
use serde::Serialize;
use sod_model::{
    Directory, GroupId, JudgedFile, JudgedKind, PackageId, RuleId, Timestamp, UnknownName, UserId,
};
use std::collections::HashMap;
use std::io::Write;

/// The name of the file in a report folder.
pub const JUDGED: &str = "rules.json";

#[derive(Serialize)]
struct Document<F, R, E, U> {
    /// By which rules and exceptions are in force or not.
    moment: Option<String>,
    files: F,
    rules: R,
    exceptions: E,
    unknown: U,
}

#[derive(Serialize)]
struct FileLine<'a> {
    kind: &'static str,
    path: &'a str,
    bytes: u64,
    sha256: String,
    id: Option<&'a str>,
    version: Option<&'a str>,
    name: Option<&'a str>,
    /// Ids of its rules or exceptions, in their order.
    entries: &'a [Box<str>],
}

/// An id, and a name for people.
#[derive(Serialize)]
struct Named<'a> {
    id: String,
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct UnknownLine<'a> {
    by: &'static str,
    path: &'a str,
    line: usize,
    column: usize,
    kind: &'a str,
    name: &'a str,
    rules: &'a [Box<str>],
}

/// Whether there is anything to write: a rule, declared or written, an exception, or a file that should have some.
#[must_use]
pub fn has_judged(view: &ReportView<'_>) -> bool {
    let none = view.rules.rules().is_empty() && view.exceptions.exceptions().is_empty();
    !none || !view.origins.files.is_empty()
}

/// Writes `rules.json`.
///
/// # Errors
/// When the writer fails.
pub fn write_judged(view: &ReportView<'_>, out: &mut dyn Write) -> Result<(), WriteError> {
    let paths = Paths::new(&view.origins.files);
    let rules = || {
        let rules = view.rules.rules().iter().enumerate();
        rules.map(|(at, rule)| rule_line(view, &paths, RuleId(at as u32), rule))
    };
    let exceptions = || {
        let both = view.exceptions.exceptions().iter().zip(view.exception_uses);
        both.filter_map(|(exception, own)| exception_line(view, &paths, exception, own))
    };
    let document = Document {
        moment: view.moment.map(|moment| moment.to_string()),
        files: List(|| view.origins.files.iter().map(file_line)),
        rules: List(rules),
        exceptions: List(exceptions),
        unknown: List(|| view.origins.unknown.iter().map(unknown_line)),
    };
    write_pretty(&document, out)
}

/// In which file what stands; of several the first.
struct Paths<'a>(HashMap<(JudgedKind, &'a str), &'a str>);

impl<'a> Paths<'a> {
    fn new(files: &'a [JudgedFile]) -> Self {
        let mut paths = HashMap::new();
        for file in files {
            for entry in &file.entries {
                paths.entry((file.kind, &**entry)).or_insert(&*file.path);
            }
        }
        Self(paths)
    }

    fn of(&self, kind: JudgedKind, id: &'a str) -> Option<&'a str> {
        self.0.get(&(kind, id)).copied()
    }
}

fn file_line(file: &JudgedFile) -> FileLine<'_> {
    FileLine {
        kind: file.kind.name(),
        path: &file.path,
        bytes: file.bytes,
        sha256: hex(&file.sha256),
        id: file.set_id.as_deref(),
        version: file.set_version.as_deref(),
        name: file.set_name.as_deref(),
        entries: &file.entries,
    }
}

fn unknown_line(unknown: &UnknownName) -> UnknownLine<'_> {
    UnknownLine {
        by: unknown.by.name(),
        path: &unknown.path,
        line: unknown.at.0,
        column: unknown.at.1,
        kind: &unknown.kind,
        name: &unknown.name,
        rules: &unknown.rules,
    }
}

fn text(moment: Option<Timestamp>) -> Option<String> {
    moment.map(|moment| moment.to_string())
}

fn package(directory: &Directory, id: PackageId) -> Named<'_> {
    let known = directory.package(id);
    named(known.map(|known| &known.id), known.and_then(|known| known.display_name.as_deref()))
}

fn group(directory: &Directory, id: GroupId) -> Named<'_> {
    let known = directory.group(id);
    named(known.map(|known| &known.id), known.and_then(|known| known.display_name.as_deref()))
}

fn user(directory: &Directory, id: UserId) -> Named<'_> {
    let known = directory.user(id);
    named(known.map(|known| &known.id), known.and_then(|known| known.display_name.as_deref()))
}

fn named<'a>(id: Option<&sod_model::ExternalId>, name: Option<&'a str>) -> Named<'a> {
    Named { id: id.map(ToString::to_string).unwrap_or_default(), name }
}
