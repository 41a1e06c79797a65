//! Policies over segments: whoever has something of at least so many of them violates them.
//!
//! Where each segment is one package, that is one term. Where segments are sets, "k of these n sets" is no conjunction of
//! terms: it is written as one rule for each choice of k segments, if these are few.

use super::collect::{Collector, Draft, slug, term};
use super::facts::{add_line, policy_facts};
use super::json::{Json, Keys};
use super::severity::Severities;
use super::side::{Side, read_side};
use super::{ImportCode, ImportOptions, Place};
use crate::document::{Node, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// More rules than that for one policy nobody wants to read.
const RULES_MAX: usize = 256;

pub(super) fn import(path: &Arc<str>, text: &str, options: &ImportOptions, notes: &mut Collector) {
    let Some(json) = Json::read(path, text, notes) else { return };
    let severities = Severities::of(&options.severities, std::iter::empty());
    for (at, (node, path)) in json.policies(notes).into_iter().enumerate() {
        let Some(mut keys) = json.object(node, &path, notes) else { continue };
        let found = keys.take(&["segments", "segment", "policysegments"]);
        let threshold = threshold(&mut keys, notes);
        let mut draft = Draft::new(json.place(node, &path), format!("segments-{}", at + 1), Vec::new());
        policy_facts(&mut keys, &mut draft, &severities, notes);
        if let Some((allowed, _)) = keys.text(&["exceptionsallowed"], notes) {
            add_line(&mut draft.facts, "Exceptions allowed", &allowed);
        }
        if let Some(name) = draft.name.as_deref().map(slug).filter(|name| !name.is_empty()) {
            draft.spare_id = name;
        }
        keys.pass_over(&["type", "policytype"]);
        keys.finish(notes);
        let segments = found.and_then(|(node, path)| segments(&json, node, &path, notes));
        match (segments, threshold) {
            (None, _) => {
                let why = "expected \"segments\": a list of packages, or of lists of packages";
                notes.lost(ImportCode::EmptySide, draft.place, "a policy without usable segments", why);
            }
            (_, None) => {
                let why = "expected \"policyThreshold\": how many segments it takes";
                notes.lost(ImportCode::Threshold, draft.place, "a policy without a threshold", why);
            }
            (Some(segments), Some((needed, place))) => rules(draft, &segments, needed, place, notes),
        }
    }
}

fn threshold(keys: &mut Keys<'_>, notes: &mut Collector) -> Option<(usize, Place)> {
    let (node, path) = keys.take(&["policythreshold", "threshold", "minsegments"])?;
    let place = keys.json.place(node, &path);
    let number = match &node.value {
        Value::Integer(number) => usize::try_from(*number).ok(),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    if number.is_none() {
        notes.lost(ImportCode::Threshold, place.clone(), node.value.kind(), "expected a whole number");
    }
    Some((number?, place))
}

/// The segments; `None` if one of them cannot be carried over, because it would be missing in the count.
fn segments(json: &Json<'_>, node: &Node, path: &str, notes: &mut Collector) -> Option<Vec<Side>> {
    let Value::List(nodes) = &node.value else {
        notes.lost(ImportCode::WrongKind, json.place(node, path), node.value.kind(), "expected a list");
        return None;
    };
    let read: Vec<Option<Side>> = nodes
        .iter()
        .enumerate()
        .map(|(at, node)| read_side(json, node, &format!("{path}[{at}]"), notes))
        .collect();
    let segments: Option<Vec<Side>> = read.into_iter().collect();
    segments.filter(|segments| !segments.is_empty())
}

fn rules(mut draft: Draft, segments: &[Side], needed: usize, place: Place, notes: &mut Collector) {
    let all = segments.len();
    if needed == 0 || needed > all {
        let what = format!("a threshold of {needed} of {all} segments");
        let why = if needed == 0 { "everybody would violate it" } else { "nobody could ever violate it" };
        return notes.lost(ImportCode::Threshold, place, what, why);
    }
    if let Some(packages) = single_packages(segments) {
        let at_least = u32::try_from(needed).unwrap_or(u32::MAX);
        draft.terms = vec![term(packages, at_least)];
        return notes.add(draft);
    }
    let Some(choices) = choices(all, needed) else {
        let what = format!("{needed} of {all} segments");
        let why = format!(
            "with segments of several packages it takes more than {RULES_MAX} rules; split the policy"
        );
        return notes.lost(ImportCode::TooManyRules, place, what, why);
    };
    if choices.len() > 1 {
        let what = format!("{needed} of {all} segments");
        let why = format!("written as {} rules, one for each choice of segments", choices.len());
        notes.remark(ImportCode::Expanded, place, what, why);
    }
    for choice in &choices {
        let mut rule = draft.clone();
        let chosen: Vec<String> = choice.iter().map(|at| (at + 1).to_string()).collect();
        rule.terms = choice.iter().filter_map(|at| segments.get(*at)).map(Side::term).collect();
        if choices.len() > 1 {
            let suffix = chosen.join("-");
            rule.id = rule.id.map(|id| format!("{id}:{suffix}"));
            rule.spare_id = format!("{}:{suffix}", rule.spare_id);
            let name = rule.name.or_else(|| draft.id.clone()).unwrap_or_else(|| draft.spare_id.clone());
            rule.name = Some(format!("{name} (segments {})", chosen.join(", ")));
        }
        notes.add(rule);
    }
}

/// The packages, if each segment is one and all differ: otherwise one package would count for two segments.
fn single_packages(segments: &[Side]) -> Option<Vec<&str>> {
    let one = |side: &'_ Side| side.packages.len() == 1;
    let packages: Vec<&str> = segments
        .iter()
        .filter(|side| one(side))
        .filter_map(|side| side.packages.first())
        .map(String::as_str)
        .collect();
    let different: BTreeSet<&str> = packages.iter().copied().collect();
    (packages.len() == segments.len() && different.len() == packages.len()).then_some(packages)
}

/// Every way to choose `needed` of `all`, in order; `None` if there are too many.
fn choices(all: usize, needed: usize) -> Option<Vec<Vec<usize>>> {
    // How many there are is known before the first is made: a choice of a million segments is itself too long.
    let mut count: usize = 1;
    for at in 0..needed.min(all - needed) {
        count = count.saturating_mul(all - at) / (at + 1);
        if count > RULES_MAX {
            return None;
        }
    }
    let mut found = Vec::with_capacity(count);
    let mut choice: Vec<usize> = (0..needed).collect();
    loop {
        found.push(choice.clone());
        // The last place that can still move on, and all behind it close up.
        let movable =
            (0..needed).rev().find(|at| choice.get(*at).is_some_and(|chosen| *chosen < all - needed + at));
        let Some(movable) = movable else { return Some(found) };
        let next = choice.get(movable).map_or(0, |chosen| chosen + 1);
        for (slot, place) in choice.iter_mut().skip(movable).zip(next..) {
            *slot = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_all_and_in_order() {
        assert_eq!(choices(3, 2), Some(vec![vec![0, 1], vec![0, 2], vec![1, 2]]));
        assert_eq!(choices(3, 3), Some(vec![vec![0, 1, 2]]));
        assert_eq!(choices(9, 4).map(|all| all.len()), Some(126));
        assert_eq!(choices(10, 5).map(|all| all.len()), Some(252));
        assert_eq!(choices(11, 5), None);
        assert_eq!(choices(1_000_000, 500_000), None);
        for (all, needed) in (1..12).flat_map(|all| (1..=all).map(move |needed| (all, needed))) {
            if let Some(found) = choices(all, needed) {
                assert_eq!(found.capacity(), found.len(), "{needed} of {all}");
                assert!(found.is_sorted() && found.iter().all(|choice| choice.len() == needed));
            }
        }
    }
}
