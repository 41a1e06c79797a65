//! What the rules found. No rules, rules that nobody violates and rules that could not be judged are three different
//! things, and never look alike.

use super::number::{counted, grouped};
use super::page::Page;
use super::style::Role;
use super::table::{Cell, Kind, Table};
use super::warnings::mend;
use crate::coverage::Coverage;
use crate::view::ReportView;
use sod_model::{Combination, Rule, RuleId, WarningCode};
use std::cmp::Reverse;

/// Rows before "and more".
const RULES_SHOWN_MAX: usize = 10;

/// As many findings on exceptions.
const EXCEPTIONS_SHOWN_MAX: usize = 20;

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
    moment(page, view);
    let judged = rules.iter().filter(|rule| rule.is_judged()).count() as u64;
    let violated = violated(view);
    verdict(page, view, judged, &violated);
    violated_table(page, view, &violated);
    combined(page, view);
    not_judged(page, view);
    to_decide(page, view);
    ending(page, view);
}

/// The moment by which rules and exceptions are in force or not, where any of them has a date.
fn moment(page: &mut Page<'_>, view: &ReportView<'_>) {
    let rules = view.rules.rules().iter().map(|rule| rule.period);
    let exceptions = view.exceptions.exceptions().iter().map(|exception| exception.period);
    let dated = rules.chain(exceptions).any(|period| period.is_dated());
    let Some(moment) = view.moment.filter(|_| dated) else { return };
    let from = if Some(moment) == view.snapshot.provenance.data_moment {
        ", the latest date in the inputs; --as-of sets another"
    } else {
        ""
    };
    page.prose(Role::Text, &format!("Judged as of {moment}{from}."));
}

/// The exceptions that somebody should decide about, each by its name.
fn to_decide(page: &mut Page<'_>, view: &ReportView<'_>) {
    if view.exception_findings.is_empty() {
        return;
    }
    page.gap();
    page.prose(Role::Warning, "Exceptions to decide about:");
    let columns =
        [("Exception", Kind::Name), ("Finding", Kind::Name), ("Owner", Kind::Name), ("Rule", Kind::Aside)];
    let mut table = Table::new(&columns);
    for found in view.exception_findings.iter().take(EXCEPTIONS_SHOWN_MAX) {
        let Some(exception) = view.exceptions.exception(found.exception) else { continue };
        let rule = view.rules.rule(exception.rule).map(|rule| &*rule.id).unwrap_or_default();
        let other = found.other.and_then(|other| view.exceptions.exception(other));
        let what = match (found.code, other) {
            (WarningCode::ExceptionExpired, _) => match exception.period.end_shown() {
                Some(end) => format!("over since the end of {end}"),
                None => "over".to_owned(),
            },
            (WarningCode::ExceptionNotBegun, _) => match exception.period.start_shown() {
                Some(start) => format!("begins on {start}"),
                None => "begins later".to_owned(),
            },
            (WarningCode::ExceptionUnused, _) => "fits no conflict".to_owned(),
            (WarningCode::ExceptionShadowed, Some(other)) => format!("covers nothing beside {}", other.id),
            (WarningCode::ExceptionDuplicate, Some(other)) => format!("says what {} says", other.id),
            (WarningCode::ExceptionEndless, _) => "has no end".to_owned(),
            (WarningCode::ExceptionSelfOwned, _) => "permits its own owner".to_owned(),
            (code, _) => code.code().to_owned(),
        };
        table.group().row([
            Cell::new(&exception.id),
            Cell::new(what),
            Cell::new(&exception.owner),
            Cell::new(rule).role(Role::Muted),
        ]);
    }
    page.table(&table);
    let more = view.exception_findings.len().saturating_sub(EXCEPTIONS_SHOWN_MAX) as u64;
    page.more(more, "finding", "findings");
}

/// The rules that were not judged, or in part, and why.
pub(super) fn not_judged(page: &mut Page<'_>, view: &ReportView<'_>) {
    let rules = view.rules.rules();
    let unjudged = rules.iter().filter_map(|rule| Some((rule, rule.not_evaluable.as_deref()?)));
    let unjudged: Vec<(&Rule, &str)> = unjudged.filter(|(rule, _)| rule.inactive.is_none()).collect();
    reasons(page, &unjudged, "could not be judged, which is not the same as no conflict:", "Why not");
    if let Some(advice) = mend(WarningCode::NotEvaluable).filter(|_| !unjudged.is_empty()) {
        page.prose(Role::Muted, &format!("What mends it: {advice}"));
    }
    let inactive: Vec<(&Rule, &str)> =
        rules.iter().filter_map(|rule| Some((rule, rule.inactive.as_deref()?))).collect();
    reasons(page, &inactive, "not in force, and not judged:", "Why not");
    let in_part = rules.iter().filter(|rule| rule.is_judged() && !rule.unknown.is_empty());
    let unknown: Vec<(&Rule, String)> = in_part.map(|rule| (rule, rule.unknown.join(", "))).collect();
    let unknown: Vec<(&Rule, &str)> = unknown.iter().map(|(rule, words)| (*rule, words.as_str())).collect();
    reasons(page, &unknown, "judged in part: what they name is unknown to the inputs:", "Unknown");
}

/// The exceptions that end soon, if that was asked for; that there are none is said too.
fn ending(page: &mut Page<'_>, view: &ReportView<'_>) {
    let Some(ending) = view.exceptions_ending else { return };
    page.gap();
    let days = counted(u64::from(ending.days), "day", "days");
    if ending.exceptions.is_empty() {
        page.prose(Role::Good, &format!("No exception ends within {days}."));
        return;
    }
    let ends = counted(ending.exceptions.len() as u64, "exception ends", "exceptions end");
    page.prose(Role::Warning, &format!("{ends} within {days}, and so many conflicts are open then:"));
    let columns = [
        ("Conflicts", Kind::Number),
        ("Over from", Kind::Word),
        ("Exception", Kind::Name),
        ("Owner", Kind::Name),
        ("Rule", Kind::Aside),
    ];
    let mut table = Table::new(&columns);
    for one in &ending.exceptions {
        let Some(exception) = view.exceptions.exception(one.exception) else { continue };
        let rule = view.rules.rule(exception.rule).map(|rule| &*rule.id).unwrap_or_default();
        table.group().row([
            Cell::number(one.reopens).role(Role::Number),
            Cell::new(one.end.to_string().trim_end_matches("T00:00:00Z")),
            Cell::new(&exception.id),
            Cell::new(&exception.owner),
            Cell::new(rule).role(Role::Muted),
        ]);
    }
    page.table(&table);
}

/// Violated rules and how many users violate each: worst first, then the most users, then by id.
pub(crate) fn violated<'a>(view: &ReportView<'a>) -> Vec<(&'a Rule, u64)> {
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
        // Only where nothing was left out may it reassure.
        (_, true) if Coverage::of(view).may_hide_conflicts() => {
            let was = if judged == 1 { "was" } else { "were" };
            page.prose(
                Role::Warning,
                &format!(
                    "{rules} {was} judged, and no conflict was found in what was analysed. Not everything was: that is not \
                     the same as no conflict."
                ),
            );
        }
        (1, true) => page.prose(Role::Good, "1 rule was judged, and nobody violates it."),
        (_, true) => page.prose(Role::Good, &format!("{rules} were judged, and nobody violates any.")),
        (_, false) => {
            let users = counted(view.conflicts.users() as u64, "user", "users");
            let conflicts = counted(conflicts, "conflict", "conflicts");
            let is = if violated.len() == 1 { "is" } else { "are" };
            let groups = match view.groups.len() as u64 {
                groups if groups > violated.len() as u64 => {
                    format!(", in {} of equal holdings", counted(groups, "group", "groups"))
                }
                _ => String::new(),
            };
            let violated = grouped(violated.len() as u64);
            let sentence =
                format!("{conflicts} by {users}{groups}: of {rules} judged, {violated} {is} violated.");
            let open = view.conflicts.open() as u64;
            let excepted = view.conflicts.conflicts().len() as u64 - open;
            let role = if open == 0 { Role::Good } else { Role::Bad };
            page.prose(role, &sentence);
            if excepted > 0 {
                let is = if excepted == 1 { "is" } else { "are" };
                let (excepted, left) = (grouped(excepted), grouped(open));
                page.prose(role, &format!("{excepted} of them {is} excepted: {left} open."));
            }
        }
    }
}

fn violated_table(page: &mut Page<'_>, view: &ReportView<'_>, violated: &[(&Rule, u64)]) {
    // Without exceptions all are open, and a column that says so is none.
    let excepted = view.conflicts.open() < view.conflicts.conflicts().len();
    let mut columns = vec![("Users", Kind::Number)];
    columns.extend(excepted.then_some(("Open", Kind::Number)));
    // Nor is one that says of every rule that all hold the same of it.
    let many = view.groups.windows(2).any(|pair| matches!(pair, [a, b] if a.rule == b.rule));
    columns.extend(many.then_some(("Groups", Kind::Number)));
    columns.extend([("Severity", Kind::Word), ("Violated rule", Kind::Name), ("Id", Kind::Id)]);
    let mut table = Table::new(&columns);
    for (rule, users) in violated.iter().take(RULES_SHOWN_MAX) {
        let mut cells = vec![Cell::number(*users).role(Role::Number)];
        let id = view.rules.find(&rule.id);
        if excepted {
            let of_rule = id.map(|id| view.conflicts.of_rule(id)).unwrap_or_default();
            let open = of_rule.iter().filter(|conflict| conflict.exception.is_none()).count();
            cells.push(Cell::number(open as u64).role(Role::Number));
        }
        if many {
            cells.push(Cell::number(id.map_or(0, |id| view.groups_of(id).len() as u64)));
        }
        cells.extend([Cell::new(rule.severity.name()), Cell::new(&rule.name), Cell::id(&rule.id)]);
        table.group().row(cells);
    }
    if !table.is_empty() {
        page.gap();
        page.table(&table);
        page.more(violated.len().saturating_sub(RULES_SHOWN_MAX) as u64, "violated rule", "violated rules");
    }
}

/// Packages that go around the rules.
fn combined(page: &mut Page<'_>, view: &ReportView<'_>) {
    if view.combinations.is_empty() {
        return;
    }
    page.gap();
    let sentence =
        "Packages give by themselves what rules keep apart; their holders are no conflicts by that:";
    page.prose(Role::Warning, sentence);
    let columns = [
        ("Holders", Kind::Number),
        ("Package", Kind::Name),
        ("Kind", Kind::Word),
        ("Rule", Kind::Id),
        ("Id", Kind::Id),
    ];
    let mut table = Table::new(&columns);
    let mut all: Vec<&Combination> = view.combinations.iter().collect();
    // Stable: they ascend by rule and package.
    all.sort_by_key(|one| (Reverse(one.is_whole), Reverse(one.holders.len())));
    for one in all.iter().take(RULES_SHOWN_MAX) {
        let package = view.snapshot.directory.package(one.package);
        let id = package.map(|package| package.id.to_string()).unwrap_or_default();
        let name = package.and_then(|package| package.display_name.as_deref()).unwrap_or_default();
        let part = if one.is_whole { "" } else { ", in part" };
        table.group().row([
            Cell::number(one.holders.len()).role(Role::Number),
            Cell::new(name),
            Cell::new(format!("{}{part}", one.kind.name())),
            Cell::id(view.rules.rule(one.rule).map(|rule| &*rule.id).unwrap_or_default()),
            Cell::id(&id),
        ]);
    }
    page.table(&table);
    page.more(view.combinations.len().saturating_sub(RULES_SHOWN_MAX) as u64, "combination", "combinations");
}

/// Rules of which the same is to be said, and the reason with each.
fn reasons(page: &mut Page<'_>, rules: &[(&Rule, &str)], what: &str, heading: &'static str) {
    if rules.is_empty() {
        return;
    }
    page.gap();
    let count = counted(rules.len() as u64, "rule", "rules");
    page.prose(Role::Warning, &format!("{count} {what}"));
    let columns = [("Rule", Kind::Name), (heading, Kind::Prose), ("Id", Kind::Id)];
    let mut table = Table::new(&columns);
    for (rule, why) in rules.iter().take(RULES_SHOWN_MAX) {
        table.group().row([Cell::new(&rule.name), Cell::new(why), Cell::id(&rule.id)]);
    }
    page.table(&table);
    page.more(rules.len().saturating_sub(RULES_SHOWN_MAX) as u64, "rule", "rules");
}
