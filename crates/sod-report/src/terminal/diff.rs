//! The page of `sod diff`: what is newly open first, worst first, each with its causes; then the rest in numbers.

use super::number::{counted, grouped};
use super::page::{Facts, Page};
use super::style::{Role, Terminal};
use super::table::{Cell, Kind, Table};
use crate::diff::{cause_sentence, pair_causes};
use sod_model::{
    ChangeCause, ChangeClass, ConflictChange, ConflictStatus, Ending, Named, SideFacts, SnapshotDiff,
};

/// Conflicts of one kind before "and more".
const SHOWN_MAX: usize = 20;
/// Causes of one conflict before "and more".
const CAUSES_MAX: usize = 6;
/// Pairs, changes of rules, and differences of inputs before "and more".
const LIST_MAX: usize = 10;

/// The comparison of two snapshots, as a page.
///
/// ```
/// use sod_report::terminal::{Terminal, diff};
/// let page = diff(&sod_model::SnapshotDiff::default(), &Terminal::default());
/// assert!(page.contains("Nothing is newly open."));
/// ```
#[must_use]
pub fn diff(diff: &SnapshotDiff, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    sides(&mut page, diff);
    let of = |wanted: &dyn Fn(&ConflictChange) -> bool| -> Vec<&ConflictChange> {
        diff.conflicts.iter().filter(|conflict| wanted(conflict)).collect()
    };
    let newly_open = of(&ConflictChange::is_newly_open);
    page.heading("Newly open");
    if newly_open.is_empty() {
        page.prose(Role::Good, "Nothing is newly open.");
    } else {
        conflicts(&mut page, Role::Bad, &newly_open);
    }
    let ended = |ending: Ending| move |conflict: &ConflictChange| conflict.ending() == Some(ending);
    for (title, role, wanted) in [
        ("Out of sight, which is not resolved", Role::Warning, of(&ended(Ending::OutOfSight))),
        ("Gone, and the cause cannot be told", Role::Warning, of(&ended(Ending::Untold))),
        ("Judged otherwise", Role::Text, of(&ended(Ending::JudgedOtherwise))),
        ("Resolved", Role::Good, of(&ended(Ending::Resolved))),
        ("Excepted now", Role::Text, of(&|one| one.class == ChangeClass::Excepted)),
    ] {
        if !wanted.is_empty() {
            page.heading(title);
            conflicts(&mut page, role, &wanted);
        }
    }
    numbers(&mut page, diff);
    pairs(&mut page, diff);
    list(&mut page, "Rules and exceptions", &diff.documents);
    list(&mut page, "Inputs", &diff.scope);
    if !diff.untold.is_empty() {
        page.heading("What cannot be told");
        for why in &diff.untold {
            page.prose(Role::Warning, why);
        }
    }
    page.finish()
}

fn sides(page: &mut Page<'_>, diff: &SnapshotDiff) {
    page.heading("Compared");
    let columns = [
        ("", Kind::Word),
        ("Snapshot", Kind::Path),
        ("Kind", Kind::Word),
        ("Moment", Kind::Word),
        ("Users", Kind::Number),
        ("Holdings", Kind::Number),
        ("Open", Kind::Number),
        ("Excepted", Kind::Number),
    ];
    let mut table = Table::new(&columns);
    for (which, side) in [("old", &diff.old), ("new", &diff.new)] {
        let SideFacts { label, is_report, moment, users, assignments, .. } = side;
        let moment = moment.map_or_else(|| "unknown".to_owned(), |moment| moment.to_string());
        table.group().row([
            Cell::new(which),
            Cell::new(label),
            Cell::new(if *is_report { "report" } else { "export" }),
            Cell::new(moment),
            Cell::number(*users),
            Cell::number(*assignments),
            Cell::number(side.conflicts_open),
            Cell::number(side.conflicts_excepted),
        ]);
    }
    page.table(&table);
    for warning in &diff.warnings {
        page.item(Role::Warning, warning.code(), "", warning.message());
    }
}

fn conflicts(page: &mut Page<'_>, role: Role, conflicts: &[&ConflictChange]) {
    for (at, conflict) in conflicts.iter().take(SHOWN_MAX).enumerate() {
        if at > 0 {
            page.gap();
        }
        let user = &conflict.user;
        let called = [&user.name, &user.principal_name].into_iter().flatten().next().unwrap_or(&user.id);
        let rule = conflict.rule.name.as_ref().unwrap_or(&conflict.rule.id);
        let status = match (conflict.class, &conflict.after) {
            (ChangeClass::Reopened, _) => ", reopened",
            (ChangeClass::New, Some(status)) if !ConflictStatus::is_open(status) => ", excepted",
            _ => "",
        };
        page.prose(role, &format!("{}{status}: {called}, {rule}", conflict.severity.name()));
        let mut table = Table::new(&[("", Kind::Word), ("", Kind::Id)]);
        table.row([Cell::new("user"), Cell::id(&user.id)]);
        table.row([Cell::new("rule"), Cell::id(&conflict.rule.id)]);
        page.table_at(4, &table);
        for cause in conflict.causes.iter().take(CAUSES_MAX) {
            page.prose_at(4, Role::Text, &cause_sentence(cause));
        }
        let more = conflict.causes.len().saturating_sub(CAUSES_MAX);
        if more > 0 {
            page.prose_at(
                4,
                Role::Muted,
                &format!("and {}", counted(more as u64, "cause more", "causes more")),
            );
        }
    }
    page.more(conflicts.len().saturating_sub(SHOWN_MAX) as u64, "conflict", "conflicts");
}

fn numbers(page: &mut Page<'_>, diff: &SnapshotDiff) {
    let counts = diff.counts();
    page.heading("Conflicts");
    let mut facts = Facts::new();
    let mut add = |role: Role, label: &str, number: u64, remark: &str| {
        if number > 0 || role == Role::Number {
            facts.number_as(role, label, number, remark);
        }
    };
    add(Role::Number, "new", counts.new_open, "");
    add(Role::Text, "new", counts.new_excepted, "excepted");
    add(Role::Bad, "reopened", counts.reopened, "");
    add(Role::Text, "excepted", counts.excepted, "open before");
    add(Role::Number, "gone", counts.gone, "");
    add(Role::Good, "", counts.resolved, "resolved");
    add(Role::Text, "", counts.judged_otherwise, "judged otherwise");
    add(Role::Warning, "", counts.out_of_sight, "out of sight: the new inputs would not show them");
    add(Role::Warning, "", counts.untold, "cause cannot be told");
    add(Role::Number, "unchanged", counts.unchanged_open, "open");
    add(Role::Text, "unchanged", counts.unchanged_excepted, "excepted");
    page.facts(&facts);
}

fn pairs(page: &mut Page<'_>, diff: &SnapshotDiff) {
    let counts = diff.counts();
    page.heading("Pairs");
    page.prose(
        Role::Text,
        &format!(
            "{} new, {} gone, {} with another number of holders, {} unchanged.",
            grouped(counts.pairs_new),
            grouped(counts.pairs_gone),
            grouped(counts.pairs_changed),
            grouped(counts.pairs_unchanged)
        ),
    );
    if diff.pairs.is_empty() {
        return;
    }
    page.gap();
    let columns =
        [("Before", Kind::Number), ("After", Kind::Number), ("Packages", Kind::Name), ("Why", Kind::Prose)];
    let mut table = Table::new(&columns);
    for pair in diff.pairs.iter().take(LIST_MAX) {
        let name = |named: &Named| named.name.as_ref().unwrap_or(&named.id).to_string();
        table.group().row([
            Cell::number(pair.before),
            Cell::number(pair.after).role(Role::Number),
            Cell::new(name(&pair.package_a)),
            Cell::new(pair_causes(pair)),
        ]);
        table.row([Cell::blank(), Cell::blank(), Cell::new(name(&pair.package_b)), Cell::blank()]);
    }
    page.table(&table);
    page.more(diff.pairs.len().saturating_sub(LIST_MAX) as u64, "pair", "pairs");
}

fn list(page: &mut Page<'_>, title: &str, causes: &[ChangeCause]) {
    if causes.is_empty() {
        return;
    }
    page.heading(title);
    for cause in causes.iter().take(LIST_MAX) {
        page.prose(Role::Text, &cause_sentence(cause));
    }
    page.more(causes.len().saturating_sub(LIST_MAX) as u64, "change", "changes");
}
