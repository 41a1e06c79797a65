//! Rules whose sides overlap: one package counts for two terms, so fewer packages than it seems violate the rule.

use super::things::ThingId;
use super::{Context, LintedRule, listed};
use sod_model::{Finding, FindingCode};
use std::collections::BTreeMap;

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let on = context.written().filter(|(linted, entry)| entry.enabled && linted.demand.needs.len() > 1);
    findings.extend(on.filter_map(|(linted, _)| overlapping(context, linted)));
}

fn overlapping(context: &Context<'_>, linted: &LintedRule<'_>) -> Option<Finding> {
    let mut terms_of: BTreeMap<ThingId, Vec<usize>> = BTreeMap::new();
    for (at, need) in linted.demand.needs.iter().enumerate() {
        for thing in &need.set {
            terms_of.entry(*thing).or_default().push(at + 1);
        }
    }
    let shared = terms_of.into_iter().filter(|(_, terms)| terms.len() > 1);
    let mut shared: Vec<(String, Vec<usize>)> =
        shared.map(|(thing, terms)| (context.things.shown(thing), terms)).collect();
    // By name, and not by number: the order of rules is nobody's business.
    shared.sort();
    let needs = &linted.demand.needs;
    let counting_for = |terms: &[usize]| -> Vec<&str> {
        shared.iter().filter(|(_, of)| of == terms).map(|(name, _)| name.as_str()).collect()
    };
    let all: Vec<usize> = (1..=needs.len()).collect();
    let alone = counting_for(&all);
    let message = if alone.is_empty() || needs.iter().any(|need| need.at_least > 1) {
        let (_, terms) = shared.first()?;
        let alike = counting_for(terms);
        let numbers: Vec<String> = terms.iter().map(ToString::to_string).collect();
        let more = shared.len() - alike.len();
        let more = if more > 0 { format!(", and {more} more for other terms") } else { String::new() };
        let count = if alike.len() == 1 { "counts" } else { "count" };
        let alike = listed(alike.iter().copied(), alike.len());
        format!("in `{}` {alike} {count} for terms {} at once{more}", linted.rule.id, numbers.join(" and "))
    } else {
        let (violates, it) = match alone.as_slice() {
            [_] => ("alone violates", "it counts"),
            _ => ("violate each alone", "they count"),
        };
        let alone = listed(alone.iter().copied(), alone.len());
        format!("{alone} {violates} `{}`: {it} for every term", linted.rule.id)
    };
    Some(Finding::new(FindingCode::SelfConflicting, Some(linted.subject.clone()), message))
}
