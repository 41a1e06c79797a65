//! What exceptions say, in full.

use super::super::page::Page;
use super::super::style::Role;
use super::super::table::{Cell, Kind, Table};
use super::name_of;
use crate::explain::ExplainedException;

/// The section on exceptions; nothing where there are none.
pub(super) fn exceptions(page: &mut Page<'_>, exceptions: &[ExplainedException]) {
    if exceptions.is_empty() {
        return;
    }
    page.heading("Exceptions");
    let columns = [
        ("id", Kind::Id),
        ("standing", Kind::Word),
        ("for", Kind::Prose),
        ("of rule", Kind::Id),
        ("covers", Kind::Prose),
        ("owner", Kind::Prose),
        ("because", Kind::Prose),
        ("control", Kind::Prose),
        ("reference", Kind::Prose),
        ("from", Kind::Word),
        ("until", Kind::Word),
    ];
    let mut table = Table::new(&columns).as_records();
    for exception in exceptions {
        let text = |text: &Option<String>| text.as_deref().map_or_else(Cell::blank, Cell::new);
        let subject = name_of(&exception.subject);
        let applies_to = match exception.applies_to {
            "package" => format!("everybody who holds {subject}"),
            "department" => format!("everybody of the department {subject}"),
            _ => subject.to_owned(),
        };
        let (standing, role) = match exception.standing {
            "in-force" => ("in force", Role::Text),
            "not-begun" => ("begins later", Role::Warning),
            _ => ("over", Role::Warning),
        };
        table.group().row([
            Cell::new(&exception.id),
            Cell::new(standing).role(role),
            Cell::new(applies_to),
            Cell::new(&exception.rule_id),
            Cell::new(super::super::number::counted(exception.covers, "conflict", "conflicts")),
            Cell::new(&exception.owner),
            Cell::new(&exception.justification),
            text(&exception.control),
            text(&exception.reference),
            text(&exception.start),
            exception.end.as_deref().map_or_else(|| Cell::new("no end").role(Role::Warning), Cell::new),
        ]);
    }
    page.table(&table);
}
