//! One rule.

use super::super::number::{counted, grouped};
use super::super::page::Page;
use super::super::style::{Role, Terminal};
use super::super::table::{Cell, Kind, Table};
use super::exceptions::exceptions;
use super::{Assignments, Which, enough, memberships, name_of, user_lines};
use crate::explain::{ExplainedConflictGroup, ExplainedGroup, ExplainedRule, ExplainedTerm, HeldPackage};

/// The page of `sod explain --rule`.
#[must_use]
pub fn explained_rule(rule: &ExplainedRule, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    page.heading(&rule.name);
    facts(&mut page, rule);
    terms(&mut page, &rule.terms);
    exceptions(&mut page, &rule.exceptions);
    page.heading_with("Violated by", &verdict(rule));
    if let Some(why) = &rule.not_in_force {
        page.prose(Role::Warning, &format!("Not in force, and not judged: {why}."));
    } else if let Some(why) = &rule.not_evaluable {
        page.prose(Role::Bad, &format!("Not evaluable, which is not the same as no conflict: {why}."));
    } else if rule.violators_total == 0 {
        page.prose(Role::Good, "Nobody.");
    }
    if !rule.unknown.is_empty() {
        let unknown = rule.unknown.join(", ");
        page.prose(
            Role::Warning,
            &format!("Unknown to the inputs, and left out of the judgement: {unknown}."),
        );
    }
    groups(&mut page, rule);
    let which = if names_are_unique(rule) { Which::ByName } else { Which::InFull };
    for violator in &rule.violators {
        page.gap();
        user_lines(&mut page, &violator.user);
        if let Some(exception) = &violator.exception {
            page.prose(Role::Muted, &format!("    excepted by {exception}"));
        }
        let mut table = Assignments::new();
        for assignment in &violator.assignments {
            table.add(assignment, which);
        }
        table.show(&mut page, 4);
        memberships(&mut page, 4, &violator.witnesses);
    }
    page.more(rule.violators_left_out, "user", "users");
    combinations(&mut page, rule);
    page.finish()
}

/// Who holds the same of the rule, told once. Where all hold the same there is nothing to tell apart.
fn groups(page: &mut Page<'_>, rule: &ExplainedRule) {
    if rule.groups_total < 2 {
        return;
    }
    let shown: Vec<&ExplainedConflictGroup> = match rule.group {
        Some(number) => rule.groups.iter().filter(|group| group.number == number).collect(),
        None => rule.groups.iter().collect(),
    };
    page.heading_with("Held in", &counted(rule.groups_total, "way", "ways"));
    let columns = [
        ("Group", Kind::Number),
        ("Users", Kind::Number),
        ("Open", Kind::Number),
        ("Holding", Kind::Prose),
        ("Of which enough", Kind::Prose),
    ];
    let mut table = Table::new(&columns);
    for group in shown {
        table.group().row([
            Cell::number(group.number),
            Cell::number(group.users).role(Role::Number),
            Cell::number(group.users_open),
            Cell::new(holding(group)),
            Cell::new(enough(&group.minimal_sets).join("; ")).role(Role::Muted),
        ]);
    }
    page.table(&table);
    match rule.group {
        None => page.more(rule.groups_left_out, "way", "ways"),
        Some(number) => page.prose(Role::Muted, &format!("The users of group {number}:")),
    }
}

/// Packages by which people have what the rule keeps apart without violating it.
fn combinations(page: &mut Page<'_>, rule: &ExplainedRule) {
    if rule.combinations.is_empty() {
        return;
    }
    page.heading_with(
        "Given by one package",
        "its holders have the access, whether they violate the rule or not",
    );
    let columns = [
        ("Holders", Kind::Number),
        ("In conflict", Kind::Number),
        ("Package", Kind::Name),
        ("Kind", Kind::Word),
        ("Gives", Kind::Prose),
        ("Id", Kind::Id),
    ];
    let mut table = Table::new(&columns);
    for one in &rule.combinations {
        let mut gives: Vec<String> = Vec::new();
        for contained in one.gives.iter().flatten().filter(|contained| contained.id != one.package.id) {
            let name = contained.name.as_deref().unwrap_or(&contained.id);
            let part = match (contained.roles_given, contained.roles) {
                (given, of) if given == of => String::new(),
                (given, of) => format!(" ({given} of {of} roles)"),
            };
            let text = format!("{name}{part}");
            if !gives.contains(&text) {
                gives.push(text);
            }
        }
        table.group().row([
            Cell::number(one.holders).role(Role::Number),
            Cell::number(one.holders_in_conflict),
            Cell::new(name_of(&one.package)),
            Cell::new(if one.whole { one.kind.to_owned() } else { format!("{}, in part", one.kind) }),
            Cell::new(gives.join("; ")),
            Cell::id(&one.package.id),
        ]);
    }
    page.table(&table);
}

/// What is held of all terms, each once.
fn holding(group: &ExplainedConflictGroup) -> String {
    let mut names: Vec<&str> = Vec::new();
    for named in group.witnesses.iter().flat_map(|witness| witness.packages.iter().chain(&witness.groups)) {
        let name = name_of(named);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// Whether a name tells which package of the rule is meant.
fn names_are_unique(rule: &ExplainedRule) -> bool {
    let packages = rule.terms.iter().flat_map(|term| &term.packages);
    let mut named: Vec<(&str, &str)> =
        packages.filter_map(|package| Some((package.name.as_deref()?, &*package.id))).collect();
    named.sort_unstable();
    // One package may stand in several terms.
    named.dedup();
    named.windows(2).all(|pair| !matches!(pair, [(a, _), (b, _)] if a == b))
}

fn verdict(rule: &ExplainedRule) -> String {
    match (rule.violators_total, rule.evaluable) {
        (0, _) => String::new(),
        (users, true) => counted(users, "user", "users"),
        (users, false) => format!("at least {}", counted(users, "user", "users")),
    }
}

fn facts(page: &mut Page<'_>, rule: &ExplainedRule) {
    let columns = [
        ("id", Kind::Id),
        ("severity", Kind::Word),
        ("origin", Kind::Prose),
        ("about", Kind::Prose),
        ("risk", Kind::Prose),
        ("owner", Kind::Prose),
        ("process", Kind::Prose),
        ("frameworks", Kind::Prose),
        ("advice", Kind::Prose),
        ("in force from", Kind::Word),
        ("in force until", Kind::Word),
    ];
    let mut table = Table::new(&columns).as_records();
    let declared_by: Vec<&str> = rule.declared_by.iter().map(name_of).collect();
    let origin = match (rule.origin, declared_by.as_slice()) {
        ("declared-packages" | "declared-group", []) => "declared in Entra".to_owned(),
        ("declared-packages" | "declared-group", [one]) => format!("declared in Entra by {one}"),
        ("declared-packages" | "declared-group", _) => "declared in Entra by both packages".to_owned(),
        ("rules-file", _) => "a rules file".to_owned(),
        (other, _) => other.to_owned(),
    };
    let text = |text: &Option<String>| text.as_deref().map_or_else(Cell::blank, Cell::new);
    table.row([
        Cell::new(&rule.id),
        Cell::new(rule.severity),
        Cell::new(origin),
        text(&rule.description),
        text(&rule.risk),
        text(&rule.owner),
        text(&rule.process),
        Cell::new(rule.frameworks.join("; ")),
        text(&rule.advice),
        text(&rule.valid_from),
        text(&rule.valid_to),
    ]);
    page.table(&table);
}

/// One table of all terms: the words before each say how they go together.
fn terms(page: &mut Page<'_>, terms: &[ExplainedTerm]) {
    page.heading_with("Terms", "whoever satisfies all of them violates the rule");
    let columns = [
        ("", Kind::Word),
        ("People", Kind::Number),
        ("Package or group", Kind::Name),
        ("", Kind::Word),
        ("Id", Kind::Id),
    ];
    let mut table = Table::new(&columns);
    for (at, term) in terms.iter().enumerate() {
        table.group();
        let mut rows: Vec<[Cell; 4]> = term.packages.iter().map(package_cells).collect();
        rows.extend(term.groups.iter().map(group_cells));
        let mut takes = takes(term, at > 0);
        for cells in rows {
            table.row([Cell::new(std::mem::take(&mut takes))].into_iter().chain(cells));
        }
    }
    page.table(&table);
}

fn package_cells(package: &HeldPackage) -> [Cell; 4] {
    // A package that is known by name only has its name for an id.
    let name = package.name.as_deref().filter(|name| *name != package.id).unwrap_or_default();
    [Cell::number(package.holders), Cell::new(name), Cell::blank(), Cell::id(&package.id)]
}

fn group_cells(group: &ExplainedGroup) -> [Cell; 4] {
    let members = group.members.map_or_else(|| "?".to_owned(), grouped);
    let (kind, role) = match (group.members, group.nested_unknown > 0, group.probably_truncated) {
        (None, ..) => ("group, members not exported", Role::Warning),
        (_, true, _) => ("group, members of inner groups not exported", Role::Warning),
        (_, _, true) => ("group, probably truncated", Role::Warning),
        _ => ("group", Role::Text),
    };
    let name = group.name.as_deref().unwrap_or_default();
    [Cell::new(members), Cell::new(name), Cell::new(kind).role(role), Cell::id(&group.id)]
}

fn takes(term: &ExplainedTerm, further: bool) -> String {
    let takes = match (term.at_least, term.packages.len() + term.groups.len()) {
        (1, 1) => "has".to_owned(),
        (1, _) => "has any of".to_owned(),
        (least, _) => format!("has {} of", grouped(u64::from(least))),
    };
    if further { format!("and {takes}") } else { takes }
}
