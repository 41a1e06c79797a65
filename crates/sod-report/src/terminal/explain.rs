//! The pages of `sod explain`: the assignments behind a user, a pair or a rule.
//!
//! Dates are shown without the time of day; the JSON form has it. Assignments in states that do not count are shown
//! too, and muted: they explain why somebody does not hold what one would expect.

mod exceptions;
mod pair;
mod rule;
mod user;

pub use pair::explained_pair;
pub use rule::explained_rule;
pub use user::explained_user;

use super::number::grouped;
use super::page::Page;
use super::style::Role;
use super::table::{Cell, Kind, Table};
use crate::explain::{
    ExplainedAssignment, ExplainedHeld, ExplainedMinimalSets, ExplainedPolicy, ExplainedWitness, NamedId,
    UserRef,
};

/// Which package an assignment is to, said as briefly as the page allows.
#[derive(Clone, Copy)]
enum Which<'a> {
    /// Name and id.
    InFull,
    /// The name; the page has told the id. Where there is no name, the id.
    ByName,
    /// A mark that the page has explained.
    Mark(&'a str),
}

/// A table of assignments under construction.
struct Assignments {
    table: Table,
}

impl Assignments {
    fn new() -> Self {
        let columns = [
            ("", Kind::Word),
            ("State", Kind::Name),
            ("Package", Kind::Name),
            ("Since", Kind::Word),
            ("Until", Kind::Word),
            ("package", Kind::Id),
            ("Assignment", Kind::Id),
            ("policy", Kind::Aside),
            ("read from", Kind::Place),
        ];
        Self { table: Table::new(&columns) }
    }

    fn add(&mut self, assignment: &ExplainedAssignment, which: Which<'_>) {
        let role = if assignment.counted { Role::Text } else { Role::Muted };
        let package = &assignment.package;
        let (mark, name, id) = match which {
            Which::InFull => ("", package.name.as_deref().unwrap_or_default(), &*package.id),
            Which::ByName => match package.name.as_deref() {
                Some(name) => ("", name, ""),
                None => ("", "", &*package.id),
            },
            Which::Mark(mark) => (mark, "", ""),
        };
        // A package that is known by name only has its name for an id.
        let name = if name == id { "" } else { name };
        let line = assignment.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let place = format!("{}{line}, byte {}", assignment.source, assignment.byte);
        self.table.group().row([
            Cell::new(mark),
            Cell::new(&assignment.state).role(role),
            Cell::new(name).role(role),
            Cell::new(day(assignment.since.as_deref())).role(role),
            Cell::new(day(assignment.until.as_deref())).role(role),
            Cell::id(id),
            Cell::id(assignment.id.as_deref().unwrap_or_default()),
            Cell::new(assignment.policy.as_ref().map(policy).unwrap_or_default()).role(Role::Muted),
            Cell::new(place).role(Role::Muted),
        ]);
    }

    fn show(self, page: &mut Page<'_>, indent: usize) {
        page.table_at(indent, &self.table);
    }
}

/// The date of an RFC 3339 moment.
fn day(moment: Option<&str>) -> &str {
    moment.map(|moment| moment.split_once('T').map_or(moment, |(day, _)| day)).unwrap_or_default()
}

fn policy(policy: &ExplainedPolicy) -> String {
    let name = policy.name.as_deref().unwrap_or(&policy.id);
    let how = match policy.automatic {
        Some(true) => ", assigns automatically",
        _ => "",
    };
    format!("{name}{how}")
}

/// The name, or the id where there is none.
fn name_of(named: &NamedId) -> &str {
    named.name.as_deref().unwrap_or(&named.id)
}

/// One line on a user, and the id below when the name did not say it.
fn user_lines(page: &mut Page<'_>, user: &UserRef) {
    let columns = [("", Kind::Name), ("", Kind::Id), ("", Kind::Id)];
    let mut table = Table::new(&columns);
    let name = Cell::new(user.name.as_deref().unwrap_or_default()).role(Role::Number);
    table.row([name, Cell::new(user.principal_name.as_deref().unwrap_or_default()), Cell::id(&user.id)]);
    page.table(&table);
}

/// Groups by which a user satisfies terms: there is no assignment to show for them.
fn memberships(page: &mut Page<'_>, indent: usize, witnesses: &[ExplainedWitness]) {
    let mut table = Table::new(&[("", Kind::Word), ("", Kind::Name), ("", Kind::Id)]);
    for group in witnesses.iter().flat_map(|witness| &witness.groups) {
        let name = group.name.as_deref().unwrap_or_default();
        table.row([Cell::new("member of"), Cell::new(name), Cell::id(&group.id)]);
    }
    page.table_at(indent, &table);
}

/// Minimal violating subsets shown before "and more".
const MINIMAL_SETS_SHOWN_MAX: usize = 3;

/// The smallest parts of what is held that violate the rule; nothing where all of it is needed.
fn enough(minimal: &ExplainedMinimalSets) -> Vec<String> {
    if minimal.total < 2 {
        return Vec::new();
    }
    let mut ways: Vec<String> =
        minimal.sets.iter().take(MINIMAL_SETS_SHOWN_MAX).map(|set| held_names(set, " + ")).collect();
    let left_out = minimal.total - ways.len() as u64;
    if left_out > 0 || !minimal.total_is_exact {
        let more = if minimal.total_is_exact { "" } else { "at least " };
        ways.push(format!("and {more}{} more", grouped(left_out)));
    }
    ways
}

fn held_names(held: &ExplainedHeld, between: &str) -> String {
    let names: Vec<&str> = held.packages.iter().chain(&held.groups).map(name_of).collect();
    names.join(between)
}
