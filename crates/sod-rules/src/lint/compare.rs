//! Rules that say what another says: the same, less, or what the tenant declares anyway.

use super::candidates::Index;
use super::demand::Need;
use super::{Context, LintedRule, NAMED_MAX, Report, listed};
use sod_model::{Finding, FindingCode, NotChecked, Period, Subject, SubjectKind};
use std::collections::{BTreeMap, HashMap};

/// What is known of the rules in force.
pub(super) struct Compared {
    /// Rules, of several that mean the same the first; positions in the context.
    pub(super) leaders: Vec<usize>,
    /// Whoever violates the first violates the second, for positions of leaders; ascending.
    pub(super) implied: Vec<(usize, usize)>,
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) -> Compared {
    let leaders = twins(context, report);
    let (implied, complete) = Index::of(context, &leaders).implied(context);
    if !complete {
        for code in [FindingCode::DuplicateRule, FindingCode::ImpliedRule] {
            let why = "the rules are too intertwined: the comparison ended before all were compared";
            report.not_checked.push(NotChecked { code, why: why.into() });
        }
    }
    let compared = Compared { leaders, implied };
    told(context, &compared, report);
    compared
}

/// Whether a rule takes part: who cannot violate it now implies whatever one likes.
fn takes_part(linted: &LintedRule<'_>) -> bool {
    linted.rule.inactive.is_none() && linted.demand.satisfiable && !linted.demand.needs.is_empty()
}

/// Tells rules of one spelling, and keeps the first of each.
fn twins(context: &Context<'_>, report: &mut Report) -> Vec<usize> {
    let mut first: HashMap<(&[Need], Period), usize> = HashMap::new();
    let mut leaders = Vec::new();
    let mut repeats: BTreeMap<usize, Vec<Subject>> = BTreeMap::new();
    for (at, linted) in context.rules.iter().enumerate().filter(|(_, linted)| takes_part(linted)) {
        let leader = *first.entry((&linted.demand.plain, linted.rule.period)).or_insert(at);
        let Some(known) = context.rules.get(leader).filter(|_| leader != at) else {
            leaders.push(at);
            continue;
        };
        match linted.subject.kind {
            SubjectKind::DeclaredRule => repeats.entry(leader).or_default().push(linted.subject.clone()),
            _ => report.findings.push(same(linted, known)),
        }
    }
    for (leader, declared) in repeats {
        let linted = context.rules.get(leader).filter(|linted| linted.entry.is_some());
        report.findings.extend(linted.map(|linted| repeats_declared(linted, declared)));
    }
    leaders
}

fn same(linted: &LintedRule<'_>, known: &LintedRule<'_>) -> Finding {
    let mut message = format!("`{}` means the same as {}", linted.rule.id, told_as(&known.subject));
    if linted.rule.severity != known.rule.severity {
        message += &format!(
            ", though one is {} and the other {}",
            linted.rule.severity.name(),
            known.rule.severity.name()
        );
    }
    Finding::new(FindingCode::DuplicateRule, Some(linted.subject.clone()), message)
        .with_others(vec![known.subject.clone()], 1)
}

fn repeats_declared(linted: &LintedRule<'_>, declared: Vec<Subject>) -> Finding {
    let message = format!(
        "`{}` means what the tenant declares itself: each conflict is told twice, as {} too",
        linted.rule.id,
        listed(declared.iter().map(called), declared.len())
    );
    let total = declared.len();
    Finding::new(FindingCode::RepeatsDeclared, Some(linted.subject.clone()), message)
        .with_others(declared, total)
}

/// The name of what is declared: its id is made of two ids.
fn called(subject: &Subject) -> &str {
    subject.name.as_deref().unwrap_or(&subject.id)
}

/// A rule, and where it stands.
fn told_as(subject: &Subject) -> String {
    match &subject.place {
        Some(place) => format!("`{}` ({place})", subject.id),
        None => format!("`{}`", subject.id),
    }
}

/// Tells what the implications come to.
fn told(context: &Context<'_>, compared: &Compared, report: &mut Report) {
    let back = |&(a, b): &(usize, usize)| compared.implied.binary_search(&(b, a)).is_ok();
    let mut implied: BTreeMap<usize, Vec<&LintedRule<'_>>> = BTreeMap::new();
    let mut covered: BTreeMap<usize, Vec<Subject>> = BTreeMap::new();
    for pair in &compared.implied {
        let (Some(first), Some(second)) = (context.rules.get(pair.0), context.rules.get(pair.1)) else {
            continue;
        };
        let mutual = back(pair);
        match (first.subject.kind, second.subject.kind) {
            (SubjectKind::Rule, SubjectKind::DeclaredRule) if mutual => {
                report.findings.push(repeats_declared(first, vec![second.subject.clone()]));
            }
            // Told once, for the later.
            (SubjectKind::Rule, _) if mutual && pair.0 > pair.1 => report.findings.push(same(first, second)),
            _ if mutual => {}
            (SubjectKind::DeclaredRule, SubjectKind::Rule) => {
                covered.entry(pair.1).or_default().push(first.subject.clone());
            }
            (SubjectKind::Rule, _) if second.rule.severity <= first.rule.severity => {
                implied.entry(pair.0).or_default().push(second);
            }
            _ => {}
        }
    }
    let at = |at: &usize| context.rules.get(*at);
    report.findings.extend(implied.iter().filter_map(|(rule, by)| Some(implied_by(at(rule)?, by))));
    report
        .findings
        .extend(covered.into_iter().filter_map(|(rule, declared)| Some(covers(at(&rule)?, declared))));
}

fn implied_by(linted: &LintedRule<'_>, by: &[&LintedRule<'_>]) -> Finding {
    let mut by = by.to_vec();
    by.sort_by(|a, b| (a.rule.severity, &a.rule.id).cmp(&(b.rule.severity, &b.rule.id)));
    let total = by.len();
    let named: Vec<Subject> = by.iter().take(NAMED_MAX).map(|other| other.subject.clone()).collect();
    let message = match named.as_slice() {
        [one] if total == 1 => format!(
            "whoever violates `{}` violates {}, which is no less severe: it finds nobody whom that does not find",
            linted.rule.id,
            told_as(one)
        ),
        _ => format!(
            "whoever violates `{}` violates {}, which are no less severe: it finds nobody whom these do not find",
            linted.rule.id,
            listed(named.iter().map(|subject| &*subject.id), total)
        ),
    };
    Finding::new(FindingCode::ImpliedRule, Some(linted.subject.clone()), message).with_others(named, total)
}

fn covers(linted: &LintedRule<'_>, mut declared: Vec<Subject>) -> Finding {
    let total = declared.len();
    let what = if total == 1 { "an incompatibility" } else { "incompatibilities" };
    let message = format!(
        "`{}` contains {what} that the tenant declares ({}): these conflicts are told twice",
        linted.rule.id,
        listed(declared.iter().map(called), total)
    );
    declared.truncate(NAMED_MAX);
    Finding::new(FindingCode::CoversDeclared, Some(linted.subject.clone()), message)
        .with_others(declared, total)
}
