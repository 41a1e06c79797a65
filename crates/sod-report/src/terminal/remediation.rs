//! The pages of `sod remediate`: the way out, what is proven of it, what stays, and what the conflicts come from.

mod causes;
mod left;

use super::conflicts::not_judged;
use super::next::NextSteps;
use super::number::{counted, grouped};
use super::page::{Facts, Page};
use super::style::{Role, Terminal};
use super::table::{Cell, Kind, Table};
use super::warnings::warnings;
use crate::ReportView;
use crate::remediation::{CheckView, PlanView, StepTotals};
use causes::{cohorts, packages};
use left::{check, not_kept, shortages, stays};
use sod_model::{Act, GroupId, PackageId, UserId, WarningCode};

/// Rows before "and more".
const SHOWN_MAX: usize = 10;

/// What the next commands are made from: as given, not quoted.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanSteps<'a> {
    /// The inputs, and the options that other commands need to see the same data.
    pub arguments: &'a [String],
    /// The options that decide what is judged.
    pub judging: &'a [String],
    /// The options that decide what goes: what it weighs, and how hard the least is searched for.
    pub weighing: &'a [String],
    /// The options that say what must stay.
    pub keeping: &'a [String],
}

/// The page of a plan.
#[must_use]
pub fn remediation(view: &PlanView<'_>, steps: &PlanSteps<'_>, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    conflicts(&mut page, &view.analysis);
    if view.analysis.conflicts.open() > 0 {
        least(&mut page, view, terminal);
        first_steps(&mut page, view);
        stays(&mut page, view);
        shortages(&mut page, view);
        packages(&mut page, view);
        cohorts(&mut page, view);
    }
    if let Some(found) = view.check {
        check(&mut page, &view.analysis, found);
    }
    warnings(&mut page, view.analysis.warnings, &[WarningCode::NotEvaluable]);
    if view.analysis.conflicts.open() > 0 {
        next(&mut page, steps);
    }
    page.finish()
}

/// The page of an edited plan that was held against the tenant.
#[must_use]
pub fn checked_plan(view: &CheckView<'_>, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    conflicts(&mut page, &view.analysis);
    let StepTotals { assignments, memberships, users } = StepTotals::of(view.steps);
    page.heading("Plan");
    let mut facts = Facts::new();
    facts.number("assignments", assignments, format!("of {}", counted(users, "user", "users")));
    if memberships > 0 {
        facts.number("memberships", memberships, "groups to leave");
    }
    page.facts(&facts);
    check(&mut page, &view.analysis, view.check);
    not_kept(&mut page, &view.analysis, view.not_kept);
    warnings(&mut page, view.analysis.warnings, &[WarningCode::NotEvaluable]);
    page.finish()
}

/// What there is to clear. That nothing was judged is never taken for nothing to clear.
fn conflicts(page: &mut Page<'_>, view: &ReportView<'_>) {
    page.heading("Conflicts");
    let judged = view.rules.rules().iter().filter(|rule| rule.is_judged()).count() as u64;
    if view.rules.rules().is_empty() {
        page.prose(
            Role::Warning,
            "No rules were given and none are declared in the inputs: nothing was judged.",
        );
        return;
    }
    let open = view.conflicts.open() as u64;
    let excepted = view.conflicts.conflicts().len() as u64 - open;
    let users = view.conflicts.users_open() as u64;
    let mut facts = Facts::new();
    facts.number("rules judged", judged, "");
    let remark = if open == 0 { String::new() } else { format!("by {}", counted(users, "user", "users")) };
    facts.number("open", open, remark);
    if excepted > 0 {
        facts.number("excepted", excepted, "they stay");
    }
    page.facts(&facts);
    match (judged, open) {
        (0, _) => page.prose(Role::Bad, "No rule could be judged."),
        (_, 0) => page.prose(Role::Good, "No conflict is open: nothing has to go."),
        _ => {}
    }
    not_judged(page, view);
}

fn least(page: &mut Page<'_>, view: &PlanView<'_>, terminal: &Terminal) {
    page.heading("The least that must go");
    let plan = view.plan;
    let StepTotals { assignments, memberships, .. } = StepTotals::of(view.steps);
    let mut users: Vec<UserId> = plan.removals.iter().map(|removal| removal.user).collect();
    users.dedup();
    let mut facts = Facts::new();
    let holdings = counted(plan.removals.len() as u64, "holding", "holdings");
    let of = counted(users.len() as u64, "user", "users");
    facts.number("assignments", assignments, format!("behind {holdings} of {of}"));
    facts.number("weight", plan.cost, weighed(view));
    facts.number("at least", plan.lower_bound, "every plan that clears the same weighs so much");
    let left = view.left_by_removals();
    let open = view.analysis.conflicts.open() as u64;
    facts.number(
        "cleared",
        open.saturating_sub(left),
        format!("of {}", counted(open, "conflict", "conflicts")),
    );
    if left > 0 {
        facts.number_as(Role::Bad, "left", left, "see below");
    }
    if memberships > 0 {
        let remark =
            format!("groups to leave; that clears {} of those left", grouped(view.left_by_leaving()));
        facts.number("memberships", memberships, remark);
    }
    page.facts(&facts);
    if view.is_proven() {
        let sentence = format!("Proven: no plan that clears the same weighs less. {}", terminal.check_mark());
        page.prose(Role::Good, &sentence);
    } else {
        let gap = grouped(plan.cost.saturating_sub(plan.lower_bound));
        let users = counted(plan.unproven.len() as u64, "user", "users");
        let why = if view.terms.holders_min > 0 {
            "how the holders to spare are divided is not searched to its end"
        } else {
            "the search was cut; a higher --search-limit may close the gap"
        };
        page.prose(
            Role::Warning,
            &format!("Not proven: a plan that weighs up to {gap} less may exist ({users}): {why}."),
        );
    }
}

/// How things were weighed, where it is not one each.
fn weighed(view: &PlanView<'_>) -> String {
    let terms = view.terms;
    let mut words = Vec::new();
    if terms.automatic != 1 {
        words.push(format!("an automatic assignment weighs {}, another 1", terms.automatic));
    } else {
        words.push("one each".to_owned());
    }
    if let Some(until) = terms.free_until {
        words.push(format!("what ends until {until} is free"));
        if let Some(moment) = view.analysis.moment {
            words.push(format!(
                "days count from {moment}, which is --as-of or the latest that the data shows"
            ));
        }
    }
    if terms.holders_min > 0 {
        let holders = counted(u64::from(terms.holders_min), "holder", "holders");
        words.push(format!("no package falls under {holders}"));
    }
    let [packages, users, holdings] = terms.kept;
    for (count, one, many) in
        [(packages, "package", "packages"), (users, "user", "users"), (holdings, "holding", "holdings")]
    {
        if count > 0 {
            words.push(format!("{} kept", counted(count, one, many)));
        }
    }
    words.join("; ")
}

fn first_steps(page: &mut Page<'_>, view: &PlanView<'_>) {
    page.heading("What goes");
    let analysis = &view.analysis;
    let mut table = Table::new(&[
        ("User", Kind::Name),
        ("Package or group", Kind::Name),
        ("Weight", Kind::Word),
        ("Clears", Kind::Number),
        ("Assignment", Kind::Id),
    ]);
    for step in view.steps.iter().take(SHOWN_MAX) {
        let (what, id) = match step.act {
            Act::Remove { package, row } => {
                (package_name(analysis, package), analysis.snapshot.table().id(row))
            }
            Act::Leave(group) => (format!("leave {}", group_name(analysis, group)), None),
        };
        table.group().row([
            Cell::new(user_name(analysis, step.user)),
            Cell::new(what),
            Cell::new(step.weight.map(|weight| weight.to_string()).unwrap_or_default()),
            Cell::number(step.clears.len() as u64),
            Cell::id(id.map(|id| id.to_string()).unwrap_or_default()),
        ]);
    }
    page.table(&table);
    page.more(view.steps.len().saturating_sub(SHOWN_MAX) as u64, "row", "rows; --format csv has all");
    if view.steps.is_empty() {
        page.prose(Role::Bad, "Nothing that may go clears any conflict.");
    }
}

fn next<'a>(page: &mut Page<'_>, steps: &PlanSteps<'a>) {
    let again =
        NextSteps { arguments: steps.arguments, judging: steps.judging, report_dir: None, has_page: false };
    let words = |words: &'a [String]| words.iter().map(String::as_str).collect::<Vec<&str>>();
    let (weighing, keeping) = (words(steps.weighing), words(steps.keeping));
    page.heading("Next");
    page.prose(Role::Text, "Write what goes as a table that a script can act on:");
    let table = ["--format", "csv", "-o", "plan.csv"];
    page.command(&again.command("remediate", &[&*weighing, &*keeping, &table].concat()));
    page.prose(Role::Text, "Check the table, edited or not:");
    page.command(&again.command("remediate", &[&*keeping, &["--check", "plan.csv"]].concat()));
}

/// The name, or the id where there is none.
fn package_name(view: &ReportView<'_>, id: PackageId) -> String {
    let package = view.snapshot.directory.package(id);
    let name = package.and_then(|package| package.display_name.as_deref()).map(str::to_owned);
    name.or(package.map(|package| package.id.to_string())).unwrap_or_default()
}

fn group_name(view: &ReportView<'_>, id: GroupId) -> String {
    let group = view.snapshot.directory.group(id);
    let name = group.and_then(|group| group.display_name.as_deref()).map(str::to_owned);
    name.or(group.map(|group| group.id.to_string())).unwrap_or_default()
}

/// The display name, else the principal name, else the id.
fn user_name(view: &ReportView<'_>, id: UserId) -> String {
    let Some(user) = view.snapshot.directory.user(id) else { return String::new() };
    let name = user.display_name.as_deref().or(user.principal_name.as_deref()).map(str::to_owned);
    name.unwrap_or_else(|| user.id.to_string())
}
