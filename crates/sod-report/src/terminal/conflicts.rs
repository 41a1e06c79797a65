//! What the rules found. No rules, rules that nobody violates and rules that could not be judged are three different
//! things, and never look alike.

use super::number::{counted, grouped};
use super::page::Page;
use super::style::Role;
use super::table::{Cell, Kind, Table};
use crate::view::ReportView;
use sod_model::{Rule, RuleId};
use std::cmp::Reverse;

/// Rows before "and more".
const RULES_SHOWN_MAX: usize = 10;

/// The section on conflicts.
pub(super) fn conflicts(page: &mut Page<'_>, view: &ReportView<'_>) {
    page.heading("Conflicts");
    let rules = view.rules.rules();
    if rules.is_empty() {
        page.prose(
            Role::Warning,
            "No rules were given and none are declared in the inputs: nothing was judged.",
        );
        return;
    }
    let judged = rules.iter().filter(|rule| rule.not_evaluable.is_none()).count() as u64;
    let violated = violated(view);
    verdict(page, view, judged, &violated);
    violated_table(page, &violated);
    not_evaluable(page, rules);
}

/// Violated rules and how many users violate each: worst first, then the most users, then by id.
pub(super) fn violated<'a>(view: &ReportView<'a>) -> Vec<(&'a Rule, u64)> {
    let rules: &'a [Rule] = view.rules.rules();
    let users = |at: usize| view.conflicts.of_rule(RuleId(at as u32)).len() as u64;
    let mut violated: Vec<(&Rule, u64)> =
        rules.iter().enumerate().map(|(at, rule)| (rule, users(at))).collect();
    violated.retain(|&(_, users)| users > 0);
    // Stable: rules ascend by id.
    violated.sort_by_key(|&(rule, users)| (rule.severity, Reverse(users)));
    violated
}

fn verdict(page: &mut Page<'_>, view: &ReportView<'_>, judged: u64, violated: &[(&Rule, u64)]) {
    let rules = counted(judged, "rule", "rules");
    let conflicts = view.conflicts.conflicts().len() as u64;
    match (judged, violated.is_empty()) {
        (0, true) => page.prose(Role::Bad, "No rule could be judged."),
        (1, true) => page.prose(Role::Good, "1 rule was judged, and nobody violates it."),
        (_, true) => page.prose(Role::Good, &format!("{rules} were judged, and nobody violates any.")),
        (_, false) => {
            let users = counted(view.conflicts.users() as u64, "user", "users");
            let conflicts = counted(conflicts, "conflict", "conflicts");
            let is = if violated.len() == 1 { "is" } else { "are" };
            let violated = grouped(violated.len() as u64);
            let sentence = format!("{conflicts} by {users}: of {rules} judged, {violated} {is} violated.");
            page.prose(Role::Bad, &sentence);
        }
    }
}

fn violated_table(page: &mut Page<'_>, violated: &[(&Rule, u64)]) {
    let columns =
        [("Users", Kind::Number), ("Severity", Kind::Word), ("Violated rule", Kind::Name), ("Id", Kind::Id)];
    let mut table = Table::new(&columns);
    for (rule, users) in violated.iter().take(RULES_SHOWN_MAX) {
        table.group().row([
            Cell::number(*users).role(Role::Number),
            Cell::new(rule.severity.name()),
            Cell::new(&rule.name),
            Cell::id(&rule.id),
        ]);
    }
    if !table.is_empty() {
        page.gap();
        page.table(&table);
        page.more(violated.len().saturating_sub(RULES_SHOWN_MAX) as u64, "violated rule", "violated rules");
    }
}

fn not_evaluable(page: &mut Page<'_>, rules: &[Rule]) {
    let unjudged = rules.iter().filter_map(|rule| Some((rule, rule.not_evaluable.as_deref()?)));
    let count = unjudged.clone().count() as u64;
    if count == 0 {
        return;
    }
    page.gap();
    let rules = counted(count, "rule", "rules");
    page.prose(Role::Warning, &format!("{rules} could not be judged, which is not the same as no conflict:"));
    let columns = [("Rule", Kind::Name), ("Why not", Kind::Prose), ("Id", Kind::Id)];
    let mut table = Table::new(&columns);
    for (rule, why) in unjudged.take(RULES_SHOWN_MAX) {
        table.group().row([Cell::new(&rule.name), Cell::new(why), Cell::id(&rule.id)]);
    }
    page.table(&table);
    page.more(count.saturating_sub(RULES_SHOWN_MAX as u64), "rule not judged", "rules not judged");
}
