//! One user.

use super::super::number::counted;
use super::super::page::Page;
use super::super::style::{Role, Terminal};
use super::super::table::{Cell, Kind, Table};
use super::exceptions::exceptions;
use super::{Assignments, Which, enough, memberships};
use crate::explain::{ExplainedConflict, ExplainedUser, Identity};

/// The page of `sod explain --user`. `rules_judged` is the number of rules that could be judged: no rules and no
/// conflicts must not look alike.
#[must_use]
pub fn explained_user(user: &ExplainedUser, rules_judged: usize, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    identity(&mut page, &user.user);
    groups(&mut page, user);
    let held = counted(user.packages_held, "package held", "packages held");
    page.heading_with("Assignments", &held);
    if user.assignments.is_empty() {
        page.prose(Role::Text, "None.");
    }
    let mut table = Assignments::new();
    for assignment in &user.assignments {
        table.add(assignment, Which::InFull);
    }
    table.show(&mut page, super::super::page::INDENT);
    page.heading("Conflicts");
    match (user.conflicts.is_empty(), rules_judged) {
        (true, 0) => page.prose(Role::Warning, "There was no rule to judge by: nothing was judged."),
        (true, judged) => {
            let rules = counted(judged as u64, "rule that was judged", "rules that were judged");
            page.prose(Role::Good, &format!("None, by the {rules}."));
        }
        (false, _) => {}
    }
    for conflict in &user.conflicts {
        violated(&mut page, conflict);
    }
    exceptions(&mut page, &user.exceptions);
    page.finish()
}

fn identity(page: &mut Page<'_>, user: &Identity) {
    let names = [user.name.as_deref(), user.principal_name.as_deref(), user.email.as_deref()];
    let title = names.into_iter().flatten().next().unwrap_or("User");
    page.heading(title);
    let columns = [
        ("id", Kind::Id),
        ("kind of id", Kind::Word),
        ("principal name", Kind::Id),
        ("e-mail", Kind::Id),
        ("type", Kind::Name),
        ("user type", Kind::Name),
        ("department", Kind::Name),
    ];
    let mut table = Table::new(&columns).as_records();
    let unless_title =
        |text: &Option<String>| Cell::new(text.as_deref().filter(|text| *text != title).unwrap_or_default());
    table.row([
        Cell::new(&user.id),
        Cell::new(user.id_kind),
        unless_title(&user.principal_name),
        unless_title(&user.email),
        unless_title(&user.subject_type),
        unless_title(&user.user_type),
        unless_title(&user.department),
    ]);
    page.table(&table);
    let mut aliases = Table::new(&[("also known as", Kind::Id)]).as_records();
    for alias in &user.aliases {
        aliases.row([Cell::new(alias)]);
    }
    page.table(&aliases);
}

fn groups(page: &mut Page<'_>, user: &ExplainedUser) {
    if user.groups.is_empty() {
        return;
    }
    page.heading("Groups");
    let mut table = Table::new(&[("", Kind::Name), ("", Kind::Id)]);
    for group in &user.groups {
        table.row([Cell::new(group.name.as_deref().unwrap_or_default()), Cell::id(&group.id)]);
    }
    page.table(&table);
}

/// A violated rule, and by what: names only, for the ids stand with the assignments above.
fn violated(page: &mut Page<'_>, conflict: &ExplainedConflict) {
    page.gap();
    let mut table = Table::new(&[("", Kind::Word), ("", Kind::Name), ("", Kind::Id)]);
    let severity = Cell::new(conflict.severity).role(Role::Bad);
    table.row([severity, Cell::new(&conflict.rule_name), Cell::id(&conflict.rule_id)]);
    page.table(&table);
    let mut held = Table::new(&[("", Kind::Word), ("", Kind::Prose)]);
    for package in conflict.witnesses.iter().flat_map(|witness| &witness.packages) {
        held.row([Cell::new("holds"), Cell::new(super::name_of(package))]);
    }
    page.table_at(4, &held);
    memberships(page, 4, &conflict.witnesses);
    let ways = enough(&conflict.minimal_sets);
    if !ways.is_empty() {
        held = Table::new(&[("", Kind::Word), ("", Kind::Prose)]);
        held.row([Cell::new("enough"), Cell::new(ways.join("; "))]);
        page.table_at(4, &held);
    }
    if let Some(exception) = &conflict.exception {
        held = Table::new(&[("", Kind::Word), ("", Kind::Id)]);
        held.row([Cell::new("excepted by"), Cell::id(exception)]);
        page.table_at(4, &held);
    }
}
