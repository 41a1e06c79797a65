//! The three things to do first, and why.
//!
//! Candidates in a fixed order, of which the first three that apply are taken: inputs that are not complete, because whatever is
//! missing may hide conflicts; no rules at all; inputs whose users are not tied together; the worst rule, by its largest group;
//! rules that could not be judged, or in part; exceptions that are over, and those that end soon where that was asked for; rows
//! that were rejected; exceptions that answer for themselves; whatever else was not analysed and can be; packages that
//! combine what rules keep apart; the next worst rules. Gaps come from the coverage statement, see `gaps`.

mod gaps;

use super::overview::{short, shortened};
use crate::ReportView;
use crate::coverage::Coverage;
use crate::terminal::counted;
use gaps::{Work, gap_step};
use serde::Serialize;
use sod_model::{ConflictGroup, Rule, RuleId, Standing, WarningCode};
use std::cmp::Reverse;

/// How many are told.
const STEPS: usize = 3;
/// Letters of a reason or a risk that somebody wrote.
const REASON_MAX: usize = 400;

/// One thing to do.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct FirstStep {
    what: String,
    why: String,
    /// Where on the page it leads, and to which one there.
    to: &'static str,
    at: Option<u32>,
}

/// What to do first, and what stands there where there is nothing to do.
pub(super) fn first_steps(view: &ReportView<'_>, coverage: &Coverage) -> (Vec<FirstStep>, Option<String>) {
    let gap = |work: Work| gap_step(coverage, work);
    let mut steps: Vec<FirstStep> = gap(Work::Complete).into_iter().collect();
    steps.extend(no_rules(view));
    steps.extend(gap(Work::JoinPeople));
    let worst = worst_rules(view);
    let rule_step = |&(rule, open): &(RuleId, u64)| rule_step(view, rule, open);
    steps.extend(worst.first().and_then(rule_step));
    steps.extend(not_evaluable(view));
    steps.extend(gap(Work::Names));
    steps.extend(expired(view));
    steps.extend(ending(view));
    steps.extend(rejected(view));
    steps.extend(self_owned(view));
    steps.extend([Work::KnowPeople, Work::Exceptions, Work::Lists].into_iter().filter_map(gap));
    steps.extend(combined(view));
    steps.extend(worst.iter().skip(1).filter_map(rule_step));
    steps.extend([Work::Rules, Work::Roles, Work::Files].into_iter().filter_map(gap));
    steps.truncate(STEPS);
    let nothing = steps.is_empty().then(|| gaps::nothing_to_do(coverage));
    (steps, nothing)
}

fn step(what: String, why: impl Into<String>, to: &'static str, at: Option<u32>) -> FirstStep {
    FirstStep { what, why: why.into(), to, at }
}

fn no_rules(view: &ReportView<'_>) -> Option<FirstStep> {
    let why = "Nothing was judged, so no conflict could be found: the export declares no incompatible packages and no \
               rules file was given.";
    view.rules
        .rules()
        .is_empty()
        .then(|| step("Write rules, and analyse again with --rules".to_owned(), why, "pairs", None))
}

/// Rules with open conflicts: worst severity first, then those of most open conflicts, then by id.
fn worst_rules(view: &ReportView<'_>) -> Vec<(RuleId, u64)> {
    let rules = view.rules.rules().iter().enumerate().map(|(at, rule)| {
        let id = RuleId(at as u32);
        let open = view.conflicts.of_rule(id).iter().filter(|conflict| conflict.exception.is_none()).count();
        (rule.severity, Reverse(open as u64), id)
    });
    let mut rules: Vec<_> = rules.filter(|(_, open, _)| open.0 > 0).collect();
    rules.sort_unstable();
    rules.into_iter().map(|(_, Reverse(open), id)| (id, open)).collect()
}

fn rule_step(view: &ReportView<'_>, id: RuleId, open: u64) -> Option<FirstStep> {
    let rule = view.rules.rule(id)?;
    let groups = view.groups_of(id);
    let largest = groups.iter().min_by_key(|group| Reverse(group.open))?;
    let what = format!(
        "Clear {} of the {} rule {} ({})",
        counted(open, "open conflict", "open conflicts"),
        rule.severity.name(),
        short(&rule.id),
        short(&rule.name)
    );
    let held = held(view, largest);
    let same = if largest.open == open {
        format!("All of them have one cause: {held}.")
    } else {
        format!(
            "The largest group of one cause: {} by {held}.",
            counted(largest.open, "conflict", "conflicts")
        )
    };
    Some(step(what, format!("{same}{}", risk(rule)), "rule", Some(id.0)))
}

fn risk(rule: &Rule) -> String {
    let risk = rule.facts.risk.as_deref();
    risk.map(|risk| format!(" {}", shortened(risk, REASON_MAX))).unwrap_or_default()
}

/// What is held, by name; of more than three, so many.
fn held(view: &ReportView<'_>, group: &ConflictGroup) -> String {
    const NAMES: usize = 3;
    let directory = &view.snapshot.directory;
    let packages = group.held.packages.iter().filter_map(|&package| directory.package(package));
    let packages = packages.map(|one| short(one.display_name.as_deref().unwrap_or(&one.id.to_string())));
    let groups = group.held.groups.iter().filter_map(|&group| directory.group(group));
    let groups = groups.map(|one| short(one.display_name.as_deref().unwrap_or(&one.id.to_string())));
    let names: Vec<String> = packages.chain(groups.map(|name| format!("group {name}"))).collect();
    match names.get(NAMES..) {
        Some(rest) if !rest.is_empty() => {
            let first = names.get(..NAMES).unwrap_or_default().join(" + ");
            format!("{first} and {} more", rest.len())
        }
        _ => names.join(" + "),
    }
}

fn not_evaluable(view: &ReportView<'_>) -> Option<FirstStep> {
    let rules = view.rules.rules();
    let at = rules.iter().position(|rule| rule.not_evaluable.is_some())?;
    let rule = rules.get(at)?;
    let what = format!(
        "Make {} evaluable, e.g. {} ({})",
        counted(view.rules_not_evaluable(), "rule", "rules"),
        short(&rule.id),
        short(&rule.name)
    );
    let reason = shortened(rule.not_evaluable.as_deref().unwrap_or_default(), REASON_MAX);
    Some(step(
        what,
        format!("Not evaluable is not the same as no conflict: {reason}."),
        "rule",
        Some(at as u32),
    ))
}

fn expired(view: &ReportView<'_>) -> Option<FirstStep> {
    let uses = view.exception_uses.iter().enumerate();
    let over: Vec<_> = uses.filter(|(_, own)| own.standing == Standing::Expired).collect();
    let (at, _) = over.iter().max_by_key(|(at, own)| (own.fits, Reverse(*at)))?;
    let exception = view.exceptions.exceptions().get(*at)?;
    let since =
        exception.period.end_shown().map(|end| format!(": it was in force until {end}")).unwrap_or_default();
    let what =
        format!("Decide again on {}", counted(over.len() as u64, "expired exception", "expired exceptions"));
    let fits: u64 = over.iter().map(|(_, own)| own.fits).sum();
    let why = format!(
        "{} is over{since}. Expired exceptions were made for {}: renew them, or remove the access.",
        short(&exception.id),
        counted(fits, "conflict", "conflicts")
    );
    Some(step(what, why, "exceptions", None))
}

fn ending(view: &ReportView<'_>) -> Option<FirstStep> {
    let ending = view.exceptions_ending?;
    let reopening = || ending.exceptions.iter().filter(|one| one.reopens > 0);
    let first = reopening().next()?;
    let exception = view.exceptions.exception(first.exception)?;
    let what = format!(
        "Decide on {} within {}",
        counted(reopening().count() as u64, "exception that ends", "exceptions that end"),
        counted(u64::from(ending.days), "day", "days")
    );
    let conflicts: u64 = reopening().map(|one| one.reopens).sum();
    let why = format!(
        "{} is the first to end: it is in force until {}. {} open again without a new decision.",
        short(&exception.id),
        exception.period.end_shown().unwrap_or_else(|| first.end.to_string()),
        counted(conflicts, "conflict is", "conflicts are")
    );
    Some(step(what, why, "exceptions", None))
}

fn self_owned(view: &ReportView<'_>) -> Option<FirstStep> {
    let owned =
        || view.exception_findings.iter().filter(|finding| finding.code == WarningCode::ExceptionSelfOwned);
    let first = view.exceptions.exception(owned().next()?.exception)?;
    let what = format!(
        "Let somebody else answer for {}",
        counted(owned().count() as u64, "self-owned exception", "self-owned exceptions")
    );
    let why = format!("{} is owned by {}, whom it permits.", short(&first.id), short(&first.owner));
    Some(step(what, why, "exceptions", None))
}

fn rejected(view: &ReportView<'_>) -> Option<FirstStep> {
    let rejected = view.rows().rejected;
    let why = "They were not analysed, and may be assignments that somebody holds. Each has its place and its reason.";
    let what = || format!("Look at {}", counted(rejected, "rejected row", "rejected rows"));
    (rejected > 0).then(|| step(what(), why, "coverage", None))
}

fn combined(view: &ReportView<'_>) -> Option<FirstStep> {
    let mut packages: Vec<_> = view.combinations.iter().map(|one| one.package).collect();
    packages.sort_unstable();
    packages.dedup();
    let what = format!(
        "Review {} by {} what a rule keeps apart",
        counted(packages.len() as u64, "package that gives", "packages that give"),
        if packages.len() == 1 { "itself" } else { "themselves" },
    );
    let why = "Whoever holds such a package has the access without violating the rule.";
    (!packages.is_empty()).then(|| step(what, why, "combined", None))
}
