//! Rules of which none implies another, and which one conflict violates at once.
//!
//! Two rules overlap when some things violate both, and no fewer of these violate either: whoever holds them stands in the
//! report once for each rule, for one and the same reason. Combinations of up to three things are compared. They are told by
//! groups of rules, not by pairs of these: a package that stands in a hundred rules makes one finding.

use super::compare::Compared;
use super::demand::Need;
use super::things::ThingId;
use super::{Context, LintedRule, NAMED_MAX, Report, listed};
use sod_model::{Finding, FindingCode, NotChecked, Period, Subject, SubjectKind};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Larger combinations are not compared.
const THINGS_MAX: usize = 3;
/// Rules with more combinations are not compared.
const OF_RULE_MAX: u64 = 20_000;
/// Nor are more in all: what memory takes.
const IN_ALL_MAX: u64 = 6_000_000;
/// Groups told one by one; the largest.
const GROUPS_MAX: usize = 100;
/// In larger groups it is not asked who implies whom.
const ASKED_MAX: usize = 64;

/// Things that violate a rule together; the last places are empty if there are fewer.
type Combination = [ThingId; THINGS_MAX];
const NOTHING: ThingId = ThingId::MAX;

pub(super) fn check(context: &Context<'_>, compared: &Compared, report: &mut Report) {
    let (mut all, left_out) = combinations(context, compared);
    if left_out > 0 {
        let rules = if left_out == 1 { "rule takes" } else { "rules take" };
        let why = format!(
            "{left_out} {rules} more than {THINGS_MAX} packages, or more than {OF_RULE_MAX} combinations: not compared in full"
        );
        report.not_checked.push(NotChecked { code: FindingCode::OverlappingRules, why: why.into() });
    }
    if context.moment.is_none()
        && compared.leaders.iter().filter_map(|at| context.rules.get(*at)).any(is_dated)
    {
        let why = "rules with dates need a moment: --as-of, or an export that shows one";
        report.not_checked.push(NotChecked { code: FindingCode::OverlappingRules, why: why.into() });
    }
    all.sort_unstable();
    // By the rules that share them: how many combinations, and the first.
    let mut shared: BTreeMap<Vec<u32>, (u64, Combination)> = BTreeMap::new();
    for same in all.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let rules: Vec<u32> = same.iter().map(|(_, rule)| *rule).collect();
        if let Some((combination, _)) = same.first() {
            shared.entry(rules).or_insert((0, *combination)).0 += 1;
        }
    }
    let mut groups: BTreeMap<Vec<u32>, (u64, Combination)> = BTreeMap::new();
    for (rules, (count, combination)) in shared {
        let rules = without_implied(rules, compared);
        if rules.len() > 1 {
            groups.entry(rules).or_insert((0, combination)).0 += count;
        }
    }
    let mut groups: Vec<(Vec<u32>, (u64, Combination))> = groups.into_iter().collect();
    groups.sort_by_key(|(_, (count, _))| Reverse(*count));
    let more = groups.len().saturating_sub(GROUPS_MAX);
    report.findings.extend(groups.iter().take(GROUPS_MAX).map(|group| told(context, group)));
    if more > 0 {
        let message = format!("{more} more groups of rules overlap, each in fewer combinations");
        report.findings.push(Finding::new(FindingCode::OverlappingRules, None, message));
    }
}

/// Whether it is in force at some times only: two rules may never be so together.
fn is_dated(linted: &LintedRule<'_>) -> bool {
    linted.rule.period != Period::default()
}

/// The combinations of each rule of the documents, and how many rules were left out in full or in part.
fn combinations(context: &Context<'_>, compared: &Compared) -> (Vec<(Combination, u32)>, usize) {
    let known = |linted: &LintedRule<'_>| context.moment.is_some() || !is_dated(linted);
    let written = compared.leaders.iter().filter_map(|at| Some((*at, context.rules.get(*at)?)));
    let written = written.filter(|(_, linted)| known(linted));
    let mut sizes: Vec<(u64, usize, &[Need])> = written
        .filter(|(_, linted)| linted.subject.kind == SubjectKind::Rule)
        .map(|(at, linted)| (size(&linted.demand.plain), at, &*linted.demand.plain))
        .collect();
    sizes.sort_by_key(|(size, at, _)| (*size, *at));
    let (mut all, mut left_out, mut total) = (Vec::new(), 0, 0u64);
    for (size, at, needs) in sizes {
        total = total.saturating_add(size);
        if size > OF_RULE_MAX || total > IN_ALL_MAX {
            left_out += 1;
            continue;
        }
        if needs.iter().map(|need| need.at_least as usize).sum::<usize>() > THINGS_MAX {
            left_out += 1;
        }
        let mut found = Vec::new();
        choose(needs, &mut Vec::new(), &mut found);
        found.retain(|chosen| is_least(needs, chosen));
        found.sort_unstable();
        found.dedup();
        all.extend(found.into_iter().map(|chosen| (chosen, at as u32)));
    }
    (all, left_out)
}

/// At most so many combinations: the product of the binomials.
fn size(needs: &[Need]) -> u64 {
    let of_need = |need: &Need| {
        let (n, k) = (need.set.len() as u64, u64::from(need.at_least).min(THINGS_MAX as u64));
        (0..k).fold(1u64, |product, taken| product.saturating_mul(n - taken.min(n)) / (taken + 1))
    };
    needs.iter().map(of_need).fold(1, u64::saturating_mul)
}

/// All ways to meet the needs one after the other with few things.
fn choose(needs: &[Need], chosen: &mut Vec<ThingId>, found: &mut Vec<Combination>) {
    let Some((need, rest)) = needs.split_first() else {
        let mut combination = [NOTHING; THINGS_MAX];
        combination.iter_mut().zip(chosen.iter()).for_each(|(slot, thing)| *slot = *thing);
        combination.sort_unstable();
        found.push(combination);
        return;
    };
    let held = chosen.iter().filter(|thing| need.set.binary_search(thing).is_ok()).count();
    let lacking = (need.at_least as usize).saturating_sub(held);
    take(&need.set, lacking, rest, chosen, found);
}

fn take(
    from: &[ThingId],
    lacking: usize,
    rest: &[Need],
    chosen: &mut Vec<ThingId>,
    found: &mut Vec<Combination>,
) {
    if lacking == 0 {
        return choose(rest, chosen, found);
    }
    if chosen.len() + lacking > THINGS_MAX {
        return;
    }
    for (at, thing) in
        from.iter().enumerate().filter(|(_, thing)| !chosen.contains(thing)).collect::<Vec<_>>()
    {
        chosen.push(*thing);
        take(from.get(at + 1..).unwrap_or_default(), lacking - 1, rest, chosen, found);
        chosen.pop();
    }
}

/// Whether none of the things could be left out.
fn is_least(needs: &[Need], chosen: &Combination) -> bool {
    let meets = |without: ThingId| {
        needs.iter().all(|need| {
            let counts = |thing: &&ThingId| **thing != without && need.set.binary_search(thing).is_ok();
            chosen.iter().filter(counts).count() >= need.at_least as usize
        })
    };
    chosen.iter().filter(|thing| **thing != NOTHING).all(|thing| !meets(*thing))
}

/// Rules of a group that imply no other of it: of the others that is told already.
fn without_implied(rules: Vec<u32>, compared: &Compared) -> Vec<u32> {
    if rules.len() > ASKED_MAX {
        return rules;
    }
    let implies = |a: u32, b: u32| compared.implied.binary_search(&(a as usize, b as usize)).is_ok();
    let kept = |rule: &u32| {
        // Of two that imply one another the first stays.
        !rules
            .iter()
            .any(|other| other != rule && implies(*rule, *other) && (!implies(*other, *rule) || other < rule))
    };
    rules.iter().copied().filter(kept).collect()
}

fn told(context: &Context<'_>, (rules, (count, combination)): &(Vec<u32>, (u64, Combination))) -> Finding {
    let subjects: Vec<&Subject> = rules
        .iter()
        .filter_map(|rule| context.rules.get(*rule as usize))
        .map(|linted| &linted.subject)
        .collect();
    let things: Vec<ThingId> = combination.iter().copied().filter(|thing| *thing != NOTHING).collect();
    let names = context.things.all_shown(&things);
    let such = listed(names.iter().map(String::as_str), names.len());
    let shared = match (count, things.as_slice()) {
        (1, [_]) => format!("{such} violates"),
        (1, _) => format!("{such} together violate"),
        _ => format!("{count} combinations, such as {such}, violate"),
    };
    let message = format!(
        "{shared} {} at once: whoever holds that is told once for each",
        listed(subjects.iter().map(|subject| &*subject.id), subjects.len())
    );
    let total = subjects.len().saturating_sub(1);
    let others = subjects.iter().skip(1).take(NAMED_MAX).map(|subject| (*subject).clone()).collect();
    let subject = subjects.first().map(|subject| (*subject).clone());
    Finding::new(FindingCode::OverlappingRules, subject, message).with_others(others, total)
}
