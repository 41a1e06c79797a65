//! A table with a pair of packages a row.

use super::collect::{Collector, Draft, pair_id, term};
use super::columns::{Layout, Role};
use super::facts::{add_line, period_of, state_of};
use super::note::Place;
use super::severity::Severities;
use super::table::{Row, Table, read, sound_rows};
use super::word::no_package;
use super::{ImportCode, ImportOptions};
use crate::document::printable;
use sod_model::Severity;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) fn import(path: &Arc<str>, text: &str, options: &ImportOptions, notes: &mut Collector) {
    let Some(table) = read(path, text, notes) else { return };
    let Some(layout) = Layout::of(&table, &options.columns, notes) else { return };
    let rows = sound_rows(&table, notes);
    tell_spare_columns(&table, &layout, &rows, notes);
    tell_systems(&table, &layout, &rows, notes);
    let levels = rows.iter().filter_map(|row| Some(row.cell(layout.at(Role::Severity)?)));
    let severities = Severities::of(&options.severities, levels);
    if severities.numbered
        && let Some(at) = layout.at(Role::Severity)
    {
        let place = table.place(&table.header, &table.column(at));
        let why =
            "read as 1 high, 2 medium, 3 low; for another scale say --severity 1=critical,2=high or the like";
        notes.remark(ImportCode::NumberedSeverity, place, "severities are numbers", why);
    }
    let reader = Reader { table: &table, layout: &layout, severities };
    for row in rows {
        if let Some(draft) = reader.rule(row, notes) {
            notes.add(draft);
        }
    }
}

struct Reader<'t> {
    table: &'t Table,
    layout: &'t Layout,
    severities: Severities<'t>,
}

impl Reader<'_> {
    /// The cell of a role; empty if there is no such column.
    fn cell<'r>(&self, row: &'r Row, role: Role) -> &'r str {
        self.layout.at(role).map(|at| row.cell(at)).unwrap_or_default()
    }

    fn text(&self, row: &Row, role: Role) -> Option<Box<str>> {
        Some(self.cell(row, role)).filter(|cell| !cell.is_empty()).map(Into::into)
    }

    fn place(&self, row: &Row, role: Role) -> Place {
        let column = self.layout.at(role).map(|at| self.table.column(at)).unwrap_or_default();
        self.table.place(row, &column)
    }

    fn rule(&self, row: &Row, notes: &mut Collector) -> Option<Draft> {
        let mut sides = Vec::new();
        for side in [Role::A, Role::B] {
            let cell = self.cell(row, side);
            if cell.is_empty() {
                let why = "a pair has two sides";
                notes.lost(ImportCode::EmptySide, self.place(row, side), "an empty cell", why);
            } else if let Some((code, why)) = no_package(cell) {
                notes.lost(code, self.place(row, side), format!("`{}`", printable(cell)), why);
            } else {
                sides.push(cell);
            }
        }
        let [a, b] = sides.as_slice() else { return None };
        if a == b {
            let [first, second] = [Role::SystemA, Role::SystemB].map(|role| self.cell(row, role));
            let why = if first == second {
                "a package is not incompatible with itself; critical access is a rule of one term, written by hand"
            } else {
                "the two systems cannot tell the sides apart: a rule names packages by one name alone"
            };
            let what = format!("`{}` on both sides", printable(a));
            notes.lost(ImportCode::SamePackage, self.place(row, Role::B), what, why);
            return None;
        }
        let terms = vec![term([*a], 1), term([*b], 1)];
        let mut draft = Draft::new(self.table.place(row, ""), pair_id(a, b), terms);
        draft.id = self.text(row, Role::Id).map(String::from);
        draft.name = self.text(row, Role::Name).map(String::from);
        draft.spare_name = Some(format!("{a} / {b}"));
        self.facts(row, &mut draft);
        draft.severity = self.severity(row, &mut draft, notes);
        let told = |role| (self.cell(row, role), self.place(row, role));
        draft.period = period_of([told(Role::ValidFrom), told(Role::ValidTo)], notes);
        let (state, place) = told(Role::State);
        draft.enabled = state_of(state, place, notes);
        Some(draft)
    }

    fn facts(&self, row: &Row, draft: &mut Draft) {
        let facts = &mut draft.facts;
        facts.risk = self.text(row, Role::Risk);
        facts.owner = self.text(row, Role::Owner);
        facts.process = self.text(row, Role::Process);
        facts.advice = self.text(row, Role::Advice);
        facts.description = self.text(row, Role::Description);
        let frameworks = self.cell(row, Role::Frameworks).split([';', ',', '|']).map(str::trim);
        facts.frameworks = frameworks.filter(|name| !name.is_empty()).map(Into::into).collect();
        let systems = [(Role::A, Role::SystemA), (Role::B, Role::SystemB)]
            .map(|(side, system)| (self.cell(row, side), self.cell(row, system)));
        let systems: Vec<String> = systems
            .into_iter()
            .filter(|(_, system)| !system.is_empty())
            .map(|(side, system)| format!("{system} ({side})"))
            .collect();
        add_line(facts, "Systems", &systems.join(", "));
        add_line(facts, "Compensating control", self.cell(row, Role::Control));
    }

    fn severity(&self, row: &Row, draft: &mut Draft, notes: &mut Collector) -> Severity {
        let word = self.cell(row, Role::Severity);
        if word.is_empty() {
            return Severity::High;
        }
        self.severities.find(word).unwrap_or_else(|| {
            let what = format!("the severity `{}`", printable(word));
            let why = "taken for high, and kept in the description; say what it means: --severity WORD=LEVEL";
            notes.lost(ImportCode::UnknownSeverity, self.place(row, Role::Severity), what, why);
            add_line(&mut draft.facts, "Severity in the source", word);
            Severity::High
        })
    }
}

fn tell_spare_columns(table: &Table, layout: &Layout, rows: &[&Row], notes: &mut Collector) {
    for &at in &layout.spare {
        let filled = rows.iter().filter(|row| !row.cell(at).is_empty()).count();
        if filled > 0 {
            let name = table.column(at);
            let what = format!("the column, filled in {filled} rows");
            let why =
                "rules have no place for it; name it in --map, or leave it out with --map ignore=COLUMN";
            notes.lost(ImportCode::SpareColumn, table.place(&table.header, &name), what, why);
        }
    }
}

/// Systems are kept as words; where two systems have an entitlement of one name, that is not enough.
fn tell_systems(table: &Table, layout: &Layout, rows: &[&Row], notes: &mut Collector) {
    let pairs = [(Role::A, Role::SystemA), (Role::B, Role::SystemB)];
    let columns = pairs.map(|(side, system)| Some((layout.at(side)?, layout.at(system)?)));
    let mut systems: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (side, system) in columns.iter().flatten() {
        for row in rows.iter().filter(|row| !row.cell(*system).is_empty()) {
            systems.entry(row.cell(*side)).or_default().insert(row.cell(*system));
        }
    }
    let Some((_, system)) = columns.iter().flatten().next().filter(|_| !systems.is_empty()) else { return };
    let place = table.place(&table.header, &table.column(*system));
    let why =
        "packages are named by the entitlement alone; the system stands in the description of each rule";
    notes.remark(ImportCode::Systems, place.clone(), "systems of entitlements", why);
    for (entitlement, systems) in systems.into_iter().filter(|(_, systems)| systems.len() > 1) {
        let of: Vec<String> = systems.iter().map(|system| format!("`{}`", printable(system))).collect();
        let what = format!("`{}` of the systems {}", printable(entitlement), of.join(" and "));
        let why = "the rules cannot tell them apart; give the packages names or ids of their own";
        notes.lost(ImportCode::SeveralMeanings, place.clone(), what, why);
    }
}
