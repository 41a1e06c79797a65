//! The pages of `sod remediate`: the way out, what is proven of it, what stays, and what the conflicts come from.

use super::conflicts::not_judged;
use super::next::NextSteps;
use super::number::{counted, grouped};
use super::page::{Facts, Page};
use super::style::{Role, Terminal};
use super::table::{Cell, Kind, Table};
use super::warnings::warnings;
use crate::ReportView;
use crate::remediation::{CheckView, PlanView, StepTotals};
use sod_model::{Act, Hindrance, PackageId, PlanCheck, RuleId, UserId, WarningCode};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Rows before "and more".
const SHOWN_MAX: usize = 10;

/// Names in one cell before the others are counted.
const NAMES_MAX: usize = 4;

/// The page of a plan.
#[must_use]
pub fn remediation(view: &PlanView<'_>, steps: &NextSteps<'_>, terminal: &Terminal) -> String {
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
    facts.number(
        "assignments",
        assignments,
        format!("of {}, counting all rows", counted(users, "user", "users")),
    );
    if memberships > 0 {
        facts.number("memberships", memberships, "groups to leave");
    }
    page.facts(&facts);
    check(&mut page, &view.analysis, view.check);
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
    }
    if terms.holders_min > 0 {
        words.push(format!("no package falls under {} holders", grouped(u64::from(terms.holders_min))));
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
        ("assignment", Kind::Id),
    ]);
    for step in view.steps.iter().take(SHOWN_MAX) {
        let (what, id) = match step.act {
            Act::Remove { package, row } => {
                (package_name(analysis, package), analysis.snapshot.table().id(row))
            }
            Act::Leave(group) => {
                let group = analysis.snapshot.directory.group(group);
                let name = group.and_then(|group| group.display_name.as_deref()).map(str::to_owned);
                let name = name.or(group.map(|group| group.id.to_string())).unwrap_or_default();
                (format!("leave {name}"), None)
            }
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

/// What no removal clears, by rule and reason.
fn stays(page: &mut Page<'_>, view: &PlanView<'_>) {
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

fn shortages(page: &mut Page<'_>, view: &PlanView<'_>) {
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

fn packages(page: &mut Page<'_>, view: &PlanView<'_>) {
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

fn cohorts(page: &mut Page<'_>, view: &PlanView<'_>) {
    page.heading_with("Users who share one cause", "the same rules by the same packages");
    let mut table =
        Table::new(&[("Users", Kind::Number), ("Rules", Kind::Number), ("Packages and groups", Kind::Prose)]);
    let cohorts = &view.causes.cohorts;
    for cohort in cohorts.iter().take(SHOWN_MAX) {
        let packages = cohort.packages.iter().map(|&package| package_name(&view.analysis, package));
        let groups = cohort.groups.iter().filter_map(|&group| {
            let group = view.analysis.snapshot.directory.group(group)?;
            let name = group.display_name.as_deref().map(str::to_owned);
            Some(format!("group {}", name.unwrap_or_else(|| group.id.to_string())))
        });
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

/// What is left when the plan is carried out.
fn check(page: &mut Page<'_>, view: &ReportView<'_>, check: &PlanCheck) {
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

fn next(page: &mut Page<'_>, steps: &NextSteps<'_>) {
    page.heading("Next");
    page.prose(Role::Text, "Write what goes as a table that a script can act on:");
    page.command(&steps.command("remediate", &["--format", "csv", "-o", "plan.csv"]));
    page.prose(Role::Text, "Check the table, edited or not:");
    page.command(&steps.command("remediate", &["--check", "plan.csv"]));
}

/// The name, or the id where there is none.
fn package_name(view: &ReportView<'_>, id: PackageId) -> String {
    let package = view.snapshot.directory.package(id);
    let name = package.and_then(|package| package.display_name.as_deref()).map(str::to_owned);
    name.or(package.map(|package| package.id.to_string())).unwrap_or_default()
}

/// The display name, else the principal name, else the id.
fn user_name(view: &ReportView<'_>, id: UserId) -> String {
    let Some(user) = view.snapshot.directory.user(id) else { return String::new() };
    let name = user.display_name.as_deref().or(user.principal_name.as_deref()).map(str::to_owned);
    name.unwrap_or_else(|| user.id.to_string())
}
