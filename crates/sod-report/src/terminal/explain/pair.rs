//! One pair of packages.

use super::super::number::counted;
use super::super::page::Page;
use super::super::pairs::{PairTable, Side};
use super::super::style::{Role, Terminal};
use super::super::table::{Cell, Kind, Table};
use super::{Assignments, Which, user_lines};
use crate::explain::{ExplainedPair, NamedId};

/// The page of `sod explain --pair`.
#[must_use]
pub fn explained_pair(pair: &ExplainedPair, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    page.heading("Pair");
    let mut table = PairTable::new();
    let sides = [side("A", &pair.package_a, pair.holders_a), side("B", &pair.package_b, pair.holders_b)];
    table.pair(sides, pair.holders_both, pair.lift);
    page.table(&table.finish());
    page.gap();
    page.prose(Role::Text, declared(pair));
    rules(&mut page, pair);
    page.heading_with("Holders of both", &counted(pair.users_total, "user", "users"));
    if pair.users_total == 0 {
        page.prose(Role::Text, "Nobody.");
    }
    for holder in &pair.users {
        page.gap();
        user_lines(&mut page, &holder.user);
        let mut table = Assignments::new();
        for (mark, assignments) in [("A", &holder.assignments_a), ("B", &holder.assignments_b)] {
            for assignment in assignments {
                table.add(assignment, Which::Mark(mark));
            }
        }
        table.show(&mut page, 4);
    }
    page.more(pair.users_left_out, "user", "users");
    page.finish()
}

fn side<'a>(mark: &'a str, package: &'a NamedId, holders: u64) -> Side<'a> {
    // A package that is known by name only has its name for an id.
    let name = package.name.as_deref().filter(|name| *name != package.id);
    Side { mark, name, id: package.id.clone(), holders }
}

fn declared(pair: &ExplainedPair) -> &'static str {
    match (pair.a_declares_b, pair.b_declares_a) {
        (true, true) => "Each declares the other incompatible.",
        (true, false) => "A declares B incompatible; B does not declare A.",
        (false, true) => "B declares A incompatible; A does not declare B.",
        (false, false) => "Neither declares the other incompatible.",
    }
}

fn rules(page: &mut Page<'_>, pair: &ExplainedPair) {
    let mut table = Table::new(&[("Rule on both", Kind::Name), ("Id", Kind::Id)]);
    for rule in &pair.rules {
        table.group().row([Cell::new(rule.name.as_deref().unwrap_or_default()), Cell::id(&rule.id)]);
    }
    if !table.is_empty() {
        page.gap();
    }
    page.table(&table);
}
