//! What the conflicts come from: packages that most of them rest on, and users who share one cause.

use super::{SHOWN_MAX, group_name, package_name};
use crate::remediation::PlanView;
use crate::terminal::page::Page;
use crate::terminal::style::Role;
use crate::terminal::table::{Cell, Kind, Table};

/// Names in one cell before the others are counted.
const NAMES_MAX: usize = 4;

pub(super) fn packages(page: &mut Page<'_>, view: &PlanView<'_>) {
    page.heading_with("Packages that most conflicts rest on", "clears: if each holder lost this one alone");
    let columns = [
        ("Clears", Kind::Number),
        ("Conflicts", Kind::Number),
        ("Users", Kind::Number),
        ("Package", Kind::Name),
        ("Id", Kind::Id),
    ];
    let mut table = Table::new(&columns);
    let causes = &view.causes.packages;
    for cause in causes.iter().take(SHOWN_MAX) {
        let id =
            view.analysis.snapshot.directory.package(cause.package).map(|package| package.id.to_string());
        table.group().row([
            Cell::number(cause.clears).role(Role::Number),
            Cell::number(cause.conflicts),
            Cell::number(cause.users),
            Cell::new(package_name(&view.analysis, cause.package)),
            Cell::id(id.unwrap_or_default()),
        ]);
    }
    page.table(&table);
    page.more(causes.len().saturating_sub(SHOWN_MAX) as u64, "package", "packages");
}

pub(super) fn cohorts(page: &mut Page<'_>, view: &PlanView<'_>) {
    page.heading_with("Users who share one cause", "the same rules by the same packages");
    let mut table =
        Table::new(&[("Users", Kind::Number), ("Rules", Kind::Number), ("Packages and groups", Kind::Prose)]);
    let cohorts = &view.causes.cohorts;
    for cohort in cohorts.iter().take(SHOWN_MAX) {
        let packages = cohort.packages.iter().map(|&package| package_name(&view.analysis, package));
        let groups =
            cohort.groups.iter().map(|&group| format!("group {}", group_name(&view.analysis, group)));
        let mut names: Vec<String> = packages.chain(groups).collect();
        let more = names.len().saturating_sub(NAMES_MAX);
        names.truncate(NAMES_MAX);
        let mut names = names.join(", ");
        if more > 0 {
            names.push_str(&format!(" and {more} more"));
        }
        let users = Cell::number(cohort.users.len() as u64).role(Role::Number);
        table.group().row([users, Cell::number(cohort.rules.len() as u64), Cell::new(names)]);
    }
    page.table(&table);
    page.more(cohorts.len().saturating_sub(SHOWN_MAX) as u64, "such group", "such groups");
}
