//! What a plan leaves open and why, and what is left when it is carried out.

use super::{SHOWN_MAX, package_name, user_name};
use crate::ReportView;
use crate::remediation::PlanView;
use crate::terminal::number::counted;
use crate::terminal::page::{Facts, Page};
use crate::terminal::style::Role;
use crate::terminal::table::{Cell, Kind, Table};
use sod_model::{FallsShort, Hindrance, NotKept, PlanCheck, RuleId};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What no removal clears, by rule and reason.
pub(super) fn stays(page: &mut Page<'_>, view: &PlanView<'_>) {
    let mut users: BTreeMap<(RuleId, &str), u64> = BTreeMap::new();
    for left in &view.plan.impossible {
        *users.entry((left.rule, why(left.because))).or_default() += 1;
    }
    for left in &view.plan.held_back {
        *users.entry((left.rule, "others use up the holders that packages can spare")).or_default() += 1;
    }
    if users.is_empty() {
        return;
    }
    page.heading("What stays open");
    let mut rows: Vec<_> = users.into_iter().collect();
    rows.sort_by_key(|(key, users)| (Reverse(*users), *key));
    let mut table =
        Table::new(&[("Users", Kind::Number), ("Rule", Kind::Name), ("Why", Kind::Prose), ("Id", Kind::Id)]);
    for ((rule, why), users) in rows.iter().take(SHOWN_MAX) {
        let Some(rule) = view.analysis.rules.rule(*rule) else { continue };
        let users = Cell::number(*users).role(Role::Number);
        table.group().row([users, Cell::new(&rule.name), Cell::new(why), Cell::id(&rule.id)]);
    }
    page.table(&table);
    page.more(rows.len().saturating_sub(SHOWN_MAX) as u64, "rule", "rules");
}

const fn why(hindrance: Hindrance) -> &'static str {
    match hindrance {
        Hindrance::Memberships => "group memberships alone satisfy it: no assignment matters",
        Hindrance::Kept => "what would clear it must be kept",
        Hindrance::Floor => "what would clear it has no holder to spare",
    }
}

pub(super) fn shortages(page: &mut Page<'_>, view: &PlanView<'_>) {
    if view.plan.shortages.is_empty() {
        return;
    }
    page.heading("Packages that run short of holders");
    let mut table = Table::new(&[
        ("To spare", Kind::Number),
        ("Wanted by", Kind::Number),
        ("Package", Kind::Name),
        ("", Kind::Prose),
        ("Id", Kind::Id),
    ]);
    for short in view.plan.shortages.iter().take(SHOWN_MAX) {
        let verdict = if short.needed_by > short.spare {
            format!("proven: {} must lose it, whatever the plan", counted(short.needed_by, "user", "users"))
        } else {
            "another division of the holders might help".to_owned()
        };
        let id = view.analysis.snapshot.directory.package(short.package).map(|one| one.id.to_string());
        table.group().row([
            Cell::number(short.spare),
            Cell::number(short.wanted_by).role(Role::Number),
            Cell::new(package_name(&view.analysis, short.package)),
            Cell::new(verdict),
            Cell::id(id.unwrap_or_default()),
        ]);
    }
    page.table(&table);
    page.more(view.plan.shortages.len().saturating_sub(SHOWN_MAX) as u64, "package", "packages");
}

/// What is left when the plan is carried out.
pub(super) fn check(page: &mut Page<'_>, view: &ReportView<'_>, check: &PlanCheck) {
    page.heading_with("Check", "the plan carried out on the assignments, and everything judged again");
    let mut facts = Facts::new();
    facts.number("open before", check.before, "");
    let left = check.left.len() as u64;
    let role = if left == 0 { Role::Good } else { Role::Bad };
    facts.number_as(role, "open after", left, "");
    if check.reopened > 0 {
        let remark = "were excepted: the plan takes away what their exceptions rest on";
        facts.number_as(Role::Bad, "of these", check.reopened, remark);
    }
    if check.still_held > 0 {
        let remark = "holdings go on, because other assignments stand behind them";
        facts.number_as(Role::Warning, "still held", check.still_held, remark);
    }
    page.facts(&facts);
    let mut table = Table::new(&[("User", Kind::Name), ("Rule", Kind::Name), ("Id", Kind::Id)]);
    for &(rule, user) in check.left.iter().take(SHOWN_MAX) {
        let Some(rule) = view.rules.rule(rule) else { continue };
        table.group().row([Cell::new(user_name(view, user)), Cell::new(&rule.name), Cell::id(&rule.id)]);
    }
    page.table(&table);
    page.more(
        check.left.len().saturating_sub(SHOWN_MAX) as u64,
        "conflict",
        "conflicts; --format json has all",
    );
}

/// What an edited plan takes although it was to stay; nothing when it keeps everything.
pub(super) fn not_kept(page: &mut Page<'_>, view: &ReportView<'_>, not_kept: &NotKept) {
    let NotKept { taken, short } = not_kept;
    if !taken.is_empty() {
        page.heading_with("Kept, and taken", "assignments that go although --keep says that they stay");
        let columns = [("User", Kind::Name), ("Package", Kind::Name), ("Assignment", Kind::Id)];
        let mut table = Table::new(&columns);
        for &(user, package, row) in taken.iter().take(SHOWN_MAX) {
            let id = view.snapshot.table().id(row).map(|id| id.to_string()).unwrap_or_default();
            let (user, package) = (user_name(view, user), package_name(view, package));
            table.group().row([Cell::new(user), Cell::new(package), Cell::id(id)]);
        }
        page.table(&table);
        let more = taken.len().saturating_sub(SHOWN_MAX) as u64;
        page.more(more, "assignment", "assignments; --format json has all");
    }
    if !short.is_empty() {
        page.heading_with("Too few holders", "packages that fall under --keep-holders");
        let columns =
            [("Before", Kind::Number), ("After", Kind::Number), ("Package", Kind::Name), ("Id", Kind::Id)];
        let mut table = Table::new(&columns);
        for &FallsShort { package, before, after } in short.iter().take(SHOWN_MAX) {
            let id = view.snapshot.directory.package(package).map(|one| one.id.to_string());
            table.group().row([
                Cell::number(before),
                Cell::number(after).role(Role::Bad),
                Cell::new(package_name(view, package)),
                Cell::id(id.unwrap_or_default()),
            ]);
        }
        page.table(&table);
        let more = short.len().saturating_sub(SHOWN_MAX) as u64;
        page.more(more, "package", "packages; --format json has all");
    }
}
