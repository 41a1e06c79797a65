//! A square table of functions against functions, with a mark where two must not be combined.
//!
//! Nothing is repaired: labels that do not agree refuse the file, and a mark that its mirror image has not is a rule that
//! says so.

use super::collect::{Collector, Draft, pair_id, term};
use super::facts::add_line;
use super::note::Place;
use super::severity::Severities;
use super::table::{Row, Table, counted, read};
use super::word::{LONGEST, no_package};
use super::{ImportCode, ImportOptions};
use crate::document::{closest, printable};
use sod_model::Severity;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn import(path: &Arc<str>, text: &str, options: &ImportOptions, notes: &mut Collector) {
    let Some(table) = read(path, text, notes) else { return };
    let Some(matrix) = Matrix::of(&table, notes) else { return };
    let marks = matrix.marks(options, notes);
    matrix.rules(&marks, notes);
}

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// Not to be combined, and nothing more.
    Plain,
    Level(Severity),
}

/// A mark and where it stands.
struct Marked {
    mark: Mark,
    place: Place,
}

/// A table whose labels agree.
struct Matrix<'t> {
    table: &'t Table,
    /// The columns of each label.
    columns: BTreeMap<&'t str, usize>,
}

impl<'t> Matrix<'t> {
    fn of(table: &'t Table, notes: &mut Collector) -> Option<Self> {
        let header = table.header.cells.iter().enumerate().skip(1);
        let filled = |at: usize| table.rows.iter().any(|row| !row.cell(at).is_empty());
        let mut sound = true;
        let mut refuse = |place: Place, what: String, why: &str| {
            notes.problem(ImportCode::Labels, place, what, why);
            sound = false;
        };
        let mut columns = BTreeMap::new();
        for (at, label) in header {
            if label.is_empty() {
                if filled(at) {
                    let place = table.place(&table.header, &table.column(at));
                    refuse(place, "a column without a label".into(), "say in the first row what it is");
                }
            } else if columns.insert(label.as_str(), at).is_some() {
                let place = table.place(&table.header, label);
                refuse(place, "two columns of one label".into(), "each label stands once");
            }
        }
        let mut rows: BTreeMap<&str, &Row> = BTreeMap::new();
        for row in &table.rows {
            let beyond = row.cells.get(table.header.cells.len()..).unwrap_or_default();
            if row.cell(0).is_empty() {
                refuse(
                    table.place(row, ""),
                    "a row without a label".into(),
                    "say in the first cell what it is",
                );
            } else if rows.insert(row.cell(0), row).is_some() {
                let what = format!("two rows are called `{}`", printable(row.cell(0)));
                refuse(table.place(row, ""), what, "each label stands once");
            } else if beyond.iter().any(|cell| !cell.is_empty()) {
                let what = format!("a row of {}", counted(row.cells.len()));
                refuse(table.place(row, ""), what, "the row is longer than the header");
            }
        }
        for (label, row) in rows.iter().filter(|(label, _)| !columns.contains_key(*label)) {
            let why = unmatched("column", label, columns.keys().copied());
            refuse(table.place(row, ""), format!("the row `{}`", printable(label)), &why);
        }
        for label in columns.keys().filter(|label| !rows.contains_key(*label)) {
            let why = unmatched("row", label, rows.keys().copied());
            let place = table.place(&table.header, label);
            refuse(place, format!("the column `{}`", printable(label)), &why);
        }
        sound.then_some(Self { table, columns })
    }

    /// Every cell with something in it; those that mean nothing here are told.
    fn marks(&self, options: &ImportOptions, notes: &mut Collector) -> BTreeMap<(&'t str, &'t str), Marked> {
        let cells = || {
            self.table.rows.iter().flat_map(move |row| {
                let columns = self.columns.iter();
                columns
                    .map(move |(label, at)| (row, *label, row.cell(*at)))
                    .filter(|(.., cell)| !cell.is_empty())
            })
        };
        // A matrix of 0 and 1 has no severities; one with 2 and 3 too has.
        let levels = cells().map(|(.., cell)| cell).filter(|cell| *cell != "0");
        let binary = cells().filter_map(|(.., cell)| cell.parse::<u32>().ok()).all(|number| number <= 1);
        let severities = Severities::of(&options.severities, levels);
        if severities.numbered && !binary {
            let place = self.table.place(&self.table.header, "");
            let why = "read as 1 high, 2 medium, 3 low; for another scale say --severity 1=critical,2=high or the like";
            notes.remark(ImportCode::NumberedSeverity, place, "marks are numbers", why);
        }
        let mut marks = BTreeMap::new();
        let mut lines: Vec<(&'t Row, &'t str, &'t str)> = cells().collect();
        lines.sort_by_key(|(row, label, _)| (row.line, self.columns.get(label).copied()));
        for (row, column, cell) in lines {
            let place = self.table.place(row, column);
            let mark = match read_mark(cell, &severities, binary, row.cell(0) == column) {
                Ok(None) => continue,
                Ok(Some(mark)) => mark,
                Err(()) => {
                    let what = format!("`{}`", printable(cell));
                    let why = "neither a mark (X) nor a severity; no rule was made of it: say what it means, \
                               --severity WORD=LEVEL";
                    notes.lost(ImportCode::UnknownMark, place, what, why);
                    continue;
                }
            };
            if row.cell(0) == column {
                let why = "a package is not incompatible with itself; critical access is a rule of one term, written by hand";
                notes.lost(ImportCode::SamePackage, place, "a mark on the diagonal", why);
            } else {
                marks.insert((row.cell(0), column), Marked { mark, place });
            }
        }
        marks
    }

    fn rules(&self, marks: &BTreeMap<(&'t str, &'t str), Marked>, notes: &mut Collector) {
        let half = self.is_half(marks);
        if half && let Some(first) = marks.values().map(|marked| &marked.place).min_by_key(|place| place.line)
        {
            let why = "the other half is empty; each pair is one rule";
            notes.remark(
                ImportCode::OneSided,
                first.within(""),
                "marks on one side of the diagonal alone",
                why,
            );
        }
        let mut drafts = Vec::new();
        for ((row, column), own) in marks {
            let mirror = marks.get(&(*column, *row));
            // The pair is made where its first cell stands.
            if mirror.is_some_and(|mirror| (mirror.place.line, *column) < (own.place.line, *row)) {
                continue;
            }
            if let Some(draft) = self.rule((row, column), own, mirror, half, notes) {
                drafts.push(draft);
            }
        }
        drafts
            .sort_by_cached_key(|draft| (draft.place.line, self.columns.get(&*draft.place.within).copied()));
        drafts.into_iter().for_each(|draft| notes.add(draft));
    }

    fn rule(
        &self,
        (row, column): (&str, &str),
        own: &Marked,
        mirror: Option<&Marked>,
        half: bool,
        notes: &mut Collector,
    ) -> Option<Draft> {
        for label in [row, column] {
            if let Some((code, why)) = no_package(label) {
                notes.lost(code, own.place.clone(), format!("`{}`", printable(label)), why);
                return None;
            }
        }
        let mut draft =
            Draft::new(own.place.clone(), pair_id(row, column), vec![term([row], 1), term([column], 1)]);
        draft.spare_name = Some(format!("{row} / {column}"));
        let levels = [Some(own), mirror].into_iter().flatten().filter_map(|marked| match marked.mark {
            Mark::Level(level) => Some(level),
            Mark::Plain => None,
        });
        draft.severity = levels.min().unwrap_or(Severity::High);
        match mirror {
            None if half => {}
            None => {
                let said = format!("row {row}, column {column}, and not the other way round");
                add_line(&mut draft.facts, "Marked in", &said);
                let why = "the other cell of the pair is empty; the rule is made, and says so";
                let what = format!("a mark for `{}` and `{}`", printable(row), printable(column));
                notes.remark(ImportCode::OneSided, own.place.clone(), what, why);
            }
            Some(mirror) if mirror.mark != own.mark => {
                let what =
                    format!("the two marks of `{}` and `{}` differ", printable(row), printable(column));
                notes.remark(ImportCode::MarksDiffer, own.place.clone(), what, "the worse severity counts");
            }
            Some(_) => {}
        }
        Some(draft)
    }

    /// Whether all marks stand on one side of the diagonal, of which there is more than one way to see it: by the order of the
    /// rows and of the columns, where these agree.
    fn is_half(&self, marks: &BTreeMap<(&'t str, &'t str), Marked>) -> bool {
        let rows: Vec<&str> = self.table.rows.iter().map(|row| row.cell(0)).collect();
        let mut columns: Vec<(usize, &str)> = self.columns.iter().map(|(label, at)| (*at, *label)).collect();
        columns.sort_unstable();
        if marks.len() < 2 || !columns.iter().map(|(_, label)| *label).eq(rows.iter().copied()) {
            return false;
        }
        let place = |label: &str| self.columns.get(label).copied();
        let above = marks.keys().filter(|(row, column)| place(row) < place(column)).count();
        above == 0 || above == marks.len()
    }
}

fn unmatched<'l>(kind: &str, label: &str, others: impl Iterator<Item = &'l str>) -> String {
    match closest(label, others) {
        Some(near) => format!("no {kind} is called so; did you mean `{}`?", printable(near)),
        None => format!("no {kind} is called so; rows and columns bear the same labels"),
    }
}

/// What a cell means: nothing, a mark, or nobody knows.
fn read_mark(
    cell: &str,
    severities: &Severities<'_>,
    binary: bool,
    diagonal: bool,
) -> Result<Option<Mark>, ()> {
    if cell.len() > LONGEST {
        return Err(());
    }
    // What the caller says of a word goes first.
    if let Some(level) = severities.own(cell) {
        return Ok(Some(Mark::Level(level)));
    }
    match cell.to_lowercase().as_str() {
        "0" | "-" | "–" | "—" | "no" | "n" | "false" | "." | "n/a" | "na" | "☐" | "○" => Ok(None),
        "\\" | "/" if diagonal => Ok(None),
        "1" if binary => Ok(Some(Mark::Plain)),
        "x" | "xx" | "yes" | "y" | "true" | "✓" | "✔" | "✗" | "✘" | "×" | "☒" | "●" | "•" | "■" => {
            Ok(Some(Mark::Plain))
        }
        word => severities.find(word).map(|level| Some(Mark::Level(level))).ok_or(()),
    }
}
