//! The sheets on what was judged: rules, conflicts of equal holdings, exceptions.

use super::sheet::{Sheet, Value};
use crate::explain::standing_name;
use crate::{ReportView, WriteError};
use sod_model::{
    ExceptedUsers, Exception, ExceptionId, ExceptionUse, GroupId, PackageId, Rule, RuleId, RuleOrigin, Term,
};

/// Members of a term that are named before "and more".
const MEMBERS_MAX: usize = 20;

pub(super) fn rules(view: &ReportView<'_>, sheet: &mut Sheet<'_>) -> Result<(), WriteError> {
    sheet.header(&[
        "rule_id",
        "rule_name",
        "severity",
        "verdict",
        "reason",
        "users_open",
        "users_excepted",
        "conflict_groups",
        "origin",
        "terms",
        "owner",
        "risk",
        "description",
        "process",
        "frameworks",
        "advice",
        "valid_from",
        "valid_until",
    ])?;
    for (id, rule) in worst_first(view) {
        let conflicts = view.conflicts.of_rule(id);
        let open = conflicts.iter().filter(|conflict| conflict.exception.is_none()).count() as u64;
        let (verdict, reason) = verdict(rule);
        let terms: Vec<String> = rule.terms.iter().map(|term| told(view, term)).collect();
        let facts = &rule.facts;
        // A rule that was not judged has no count of conflicts, which is not the same as none.
        let count = |count: u64| if rule.is_judged() { Value::Count(count) } else { Value::Empty };
        sheet.row([
            Value::foreign(&rule.id),
            Value::foreign(&rule.name),
            Value::Severity(rule.severity),
            Value::foreign(verdict),
            Value::made(reason),
            count(open),
            count(conflicts.len() as u64 - open),
            count(view.groups_of(id).len() as u64),
            Value::foreign(origin(rule.origin)),
            Value::made(terms.join(" AND ")),
            Value::known(facts.owner.as_deref()),
            Value::known(facts.risk.as_deref()),
            Value::known(facts.description.as_deref()),
            Value::known(facts.process.as_deref()),
            Value::made(facts.frameworks.join("; ")),
            Value::known(facts.advice.as_deref()),
            Value::moment(rule.period.from),
            Value::moment(rule.period.until),
        ])?;
    }
    Ok(())
}

/// The rules by severity and id.
fn worst_first<'a>(view: &ReportView<'a>) -> Vec<(RuleId, &'a Rule)> {
    let rules = view.rules.rules().iter().enumerate();
    let mut rules: Vec<(RuleId, &Rule)> = rules.map(|(at, rule)| (RuleId(at as u32), rule)).collect();
    rules.sort_by_key(|(_, rule)| rule.severity);
    rules
}

/// What became of a rule, and why.
fn verdict(rule: &Rule) -> (&'static str, String) {
    match (&rule.inactive, &rule.not_evaluable) {
        (Some(why), _) => ("not in force", why.to_string()),
        (_, Some(why)) => ("not evaluable", why.to_string()),
        _ if rule.unknown.is_empty() => ("judged", String::new()),
        _ => ("judged in part", format!("unknown: {}", rule.unknown.join(", "))),
    }
}

const fn origin(origin: RuleOrigin) -> &'static str {
    match origin {
        RuleOrigin::DeclaredPackages { .. } => "declared-packages",
        RuleOrigin::DeclaredGroup => "declared-group",
        RuleOrigin::Document => "rules-file",
    }
}

fn told(view: &ReportView<'_>, term: &Term) -> String {
    let members = term.packages.iter().map(|&package| package_name(view, package));
    let members = members.chain(term.groups.iter().map(|&group| group_name(view, group)));
    let all = term.packages.len() + term.groups.len();
    let named: Vec<String> = members.take(MEMBERS_MAX).collect();
    let more = match all.saturating_sub(MEMBERS_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if all == 1 { named.concat() } else { format!("{} of [{}{more}]", term.at_least, named.join("; ")) }
}

fn package_name(view: &ReportView<'_>, package: PackageId) -> String {
    let known = view.snapshot.directory.package(package);
    known.map_or_else(String::new, |known| named(known.display_name.as_deref(), &known.id))
}

fn group_name(view: &ReportView<'_>, group: GroupId) -> String {
    let known = view.snapshot.directory.group(group);
    known.map_or_else(String::new, |known| {
        format!("group {}", named(known.display_name.as_deref(), &known.id))
    })
}

fn named(name: Option<&str>, id: &sod_model::ExternalId) -> String {
    name.map_or_else(|| id.to_string(), str::to_owned)
}

pub(super) fn groups(view: &ReportView<'_>, sheet: &mut Sheet<'_>) -> Result<(), WriteError> {
    sheet.header(&[
        "rule_id",
        "rule_name",
        "severity",
        "conflict_group",
        "users",
        "users_open",
        "users_excepted",
        "held_packages",
        "held_package_names",
        "held_groups",
        "user_ids",
    ])?;
    let directory = &view.snapshot.directory;
    for (id, rule) in worst_first(view) {
        for (at, group) in view.groups_of(id).iter().enumerate() {
            let packages = || group.held.packages.iter();
            let ids: Vec<String> =
                packages().filter_map(|&one| Some(directory.package(one)?.id.to_string())).collect();
            let names: Vec<String> = packages().map(|&one| package_name(view, one)).collect();
            let groups: Vec<String> = group.held.groups.iter().map(|&one| group_name(view, one)).collect();
            let users: Vec<String> =
                group.users.iter().filter_map(|&user| Some(directory.user(user)?.id.to_string())).collect();
            let all = group.users.len() as u64;
            sheet.row([
                Value::foreign(&rule.id),
                Value::foreign(&rule.name),
                Value::Severity(rule.severity),
                Value::Count(at as u64 + 1),
                Value::Count(all),
                Value::Count(group.open),
                Value::Count(all - group.open),
                Value::made(ids.join(";")),
                Value::made(names.join("; ")),
                Value::made(groups.join("; ")),
                Value::made(users.join(";")),
            ])?;
        }
    }
    Ok(())
}

pub(super) fn exceptions(view: &ReportView<'_>, sheet: &mut Sheet<'_>) -> Result<(), WriteError> {
    sheet.header(&[
        "exception_id",
        "rule_id",
        "rule_name",
        "for",
        "standing",
        "conflicts_covered",
        "conflicts_fitting",
        "findings",
        "owner",
        "justification",
        "control",
        "reference",
        "start",
        "over_from",
    ])?;
    for (at, exception) in view.exceptions.exceptions().iter().enumerate() {
        let id = ExceptionId(at as u32);
        let own = view.exception_uses.get(at);
        let rule = view.rules.rule(exception.rule);
        let findings = view.exception_findings.iter().filter(|found| found.exception == id);
        let findings: Vec<&str> = findings.map(|found| found.code.code()).collect();
        let count =
            |count: fn(&ExceptionUse) -> u64| own.map_or(Value::Empty, |own| Value::Count(count(own)));
        sheet.row([
            Value::foreign(&exception.id),
            Value::known(rule.map(|rule| &*rule.id)),
            Value::known(rule.map(|rule| &*rule.name)),
            Value::made(whom(view, exception)),
            own.map_or(Value::Empty, |own| Value::Strong(standing_name(own.standing))),
            count(|own| own.covers),
            count(|own| own.fits),
            Value::made(findings.join("; ")),
            Value::foreign(&exception.owner),
            Value::foreign(&exception.justification),
            Value::known(exception.control.as_deref()),
            Value::known(exception.reference.as_deref()),
            Value::moment(exception.period.from),
            Value::moment(exception.period.until),
        ])?;
    }
    Ok(())
}

fn whom(view: &ReportView<'_>, exception: &Exception) -> String {
    match &exception.users {
        ExceptedUsers::User(user) => {
            let known = view.snapshot.directory.user(*user);
            let name = known.and_then(|user| user.principal_name.as_deref().or(user.display_name.as_deref()));
            known.map_or_else(String::new, |user| {
                name.map_or_else(|| user.id.to_string(), |name| format!("{name} ({})", user.id))
            })
        }
        ExceptedUsers::HoldersOf(package) => format!("holders of {}", package_name(view, *package)),
        ExceptedUsers::Department(name) => format!("department {name}"),
    }
}
