//! Rules that say what another says: the same, less, or what the tenant declares anyway.
//!
//! Not every rule is compared with every other. Rules of one spelling are found by it. For the rest: a need "n of T" can force
//! something of S only if S has one of any n things of T, so the rules worth a comparison are found from the n rarest things
//! of each need, by an index from things to sets.

use super::demand::Need;
use super::hiding::implies;
use super::{Context, LintedRule, NAMED_MAX, Report, listed};
use sod_model::{Finding, FindingCode, NotChecked, Period, Subject, SubjectKind};
use std::collections::{BTreeMap, HashMap};

/// Things looked at before the comparison ends: some seconds of work.
const WORK_MAX: u64 = 400_000_000;

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
            (SubjectKind::DeclaredRule, _) if mutual => {}
            (SubjectKind::Rule, _) if mutual => {
                // Told once, for the later.
                if pair.0 > pair.1 {
                    report.findings.push(same(first, second));
                }
            }
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

/// From things to the rules whose sets have them.
struct Index<'c> {
    leaders: &'c [usize],
    /// By thing: the different sets that have it.
    sets_with: Vec<Vec<u32>>,
    /// By set: the rules, by number among the leaders, of which it is a need.
    rules_with: Vec<Vec<u32>>,
    /// By leader.
    needs: Vec<&'c [Need]>,
}

impl<'c> Index<'c> {
    fn of(context: &'c Context<'_>, leaders: &'c [usize]) -> Self {
        let mut numbers: HashMap<&[u32], u32> = HashMap::new();
        let (mut sets_with, mut rules_with) =
            (vec![Vec::new(); context.things.len()], Vec::<Vec<u32>>::new());
        let needs: Vec<&[Need]> = leaders
            .iter()
            .map(|at| context.rules.get(*at).map(|linted| &*linted.demand.plain).unwrap_or_default())
            .collect();
        for (rule, needs) in needs.iter().enumerate() {
            for need in *needs {
                let number = *numbers.entry(&need.set).or_insert_with(|| {
                    let number = rules_with.len() as u32;
                    rules_with.push(Vec::new());
                    for thing in &need.set {
                        if let Some(sets) = sets_with.get_mut(*thing as usize) {
                            sets.push(number);
                        }
                    }
                    number
                });
                if let Some(rules) = rules_with.get_mut(number as usize) {
                    rules.push(rule as u32);
                }
            }
        }
        Self { leaders, sets_with, rules_with, needs }
    }

    fn sets_with(&self, thing: u32) -> &[u32] {
        self.sets_with.get(thing as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// Pairs of rules of which the first implies the second, and whether all were compared.
    fn implied(&self, context: &Context<'_>) -> (Vec<(usize, usize)>, bool) {
        let mut pairs = Vec::new();
        let mut seen = Seen { sets: vec![0; self.rules_with.len()], needs: vec![(0, 0); self.needs.len()] };
        let mut work = 0u64;
        for (number, needs) in self.needs.iter().enumerate() {
            let mut candidates = self.candidates(number, context, &mut seen, &mut work);
            candidates.sort_unstable();
            for other in candidates.into_iter().filter(|other| *other as usize != number) {
                let Some(others) = self.needs.get(other as usize) else { continue };
                work += needs.iter().map(|need| 1 + need.set.len() as u64).sum::<u64>() * others.len() as u64;
                let both = self.leaders.get(number).zip(self.leaders.get(other as usize));
                let Some((&first, &second)) = both else { continue };
                if within(context, first, second) && implies(needs, others, &context.things) {
                    pairs.push((first, second));
                }
            }
            if work > WORK_MAX {
                pairs.sort_unstable();
                return (pairs, number + 1 == self.needs.len());
            }
        }
        pairs.sort_unstable();
        (pairs, true)
    }

    /// Rules of which every need may follow from this rule.
    fn candidates(&self, number: usize, context: &Context<'_>, seen: &mut Seen, work: &mut u64) -> Vec<u32> {
        let stamp = number as u32 + 1;
        let mut candidates = Vec::new();
        for need in self.needs.get(number).copied().unwrap_or_default() {
            for thing in self.probes(need, context) {
                for set in self.sets_with(thing) {
                    let Some(mark) = seen.sets.get_mut(*set as usize).filter(|mark| **mark != stamp) else {
                        continue;
                    };
                    *mark = stamp;
                    let rules = self.rules_with.get(*set as usize).map(Vec::as_slice).unwrap_or_default();
                    *work += 1 + rules.len() as u64;
                    for rule in rules {
                        let Some(met) = seen.needs.get_mut(*rule as usize) else { continue };
                        *met = if met.0 == stamp { (stamp, met.1 + 1) } else { (stamp, 1) };
                        if self.needs.get(*rule as usize).is_some_and(|needs| needs.len() as u32 == met.1) {
                            candidates.push(*rule);
                        }
                    }
                }
            }
        }
        candidates
    }

    /// Things of which a set must have one for this need to force anything of it; the rarest.
    fn probes(&self, need: &Need, context: &Context<'_>) -> Vec<u32> {
        let rarity = |thing: &u32| self.sets_with(*thing).len();
        let open = need.set.iter().copied().filter(|thing| !context.things.is_one(*thing));
        if let Some(rarest) = open.min_by_key(rarity) {
            // Of what has no known size all must lie in the set.
            return vec![rarest];
        }
        let mut things = need.set.clone();
        things.sort_by_key(rarity);
        things.truncate(need.at_least as usize);
        things
    }
}

/// What was met already for one rule; each rule has its own stamp, so nothing is cleared.
struct Seen {
    sets: Vec<u32>,
    /// By rule: the stamp, and how many of its needs were met.
    needs: Vec<(u32, u32)>,
}

/// Whether the second is in force whenever the first is.
fn within(context: &Context<'_>, first: usize, second: usize) -> bool {
    let period = |at: usize| context.rules.get(at).map(|linted| linted.rule.period).unwrap_or_default();
    let (inner, outer) = (period(first), period(second));
    let begins = outer.from.is_none_or(|outer| inner.from.is_some_and(|inner| inner >= outer));
    let ends = outer.until.is_none_or(|outer| inner.until.is_some_and(|inner| inner <= outer));
    begins && ends
}
