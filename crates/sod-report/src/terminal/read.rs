//! What was read and what was set aside: the ledger that `analyze` and `inspect` both open with.

use super::number::{counted, grouped};
use super::page::{Facts, Page};
use super::style::Role;
use sod_model::{Holding, Provenance, Snapshot};
use std::collections::BTreeMap;

/// Whether reasons stand beside the numbers, or elsewhere on the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reasons {
    Here,
    Elsewhere,
}

/// Names and how often each occurs.
type Tally<'a> = Vec<(&'a str, u64)>;

/// Files by shape; rows read = accepted + set aside + repeated + rejected.
pub(super) fn read(page: &mut Page<'_>, snapshot: &Snapshot, holding: &Holding, reasons: Reasons) {
    let provenance = &snapshot.provenance;
    let rows = provenance.rows();
    let (counted_states, other_states) = states(snapshot, holding);
    let (accepted, set_aside) = (total(&counted_states), total(&other_states));
    let here = |text: String| if reasons == Reasons::Here { text } else { String::new() };
    let mut facts = Facts::new();
    files(&mut facts, provenance, reasons);
    facts.number("rows", rows.read, "");
    facts.number("accepted", accepted, accepted_because(&counted_states, holding, reasons));
    if set_aside > 0 {
        let states = here(format!(": {}", listed(&other_states)));
        facts.number("set aside", set_aside, format!("in other states{states}"));
    }
    if rows.repeated > 0 {
        facts.number("set aside", rows.repeated, "the same assignment, read again");
    }
    if rows.rejected > 0 {
        facts.number_as(Role::Warning, "rejected", rows.rejected, here(listed(&codes(provenance))));
    }
    let explained = accepted + set_aside + rows.repeated + rows.rejected;
    if explained != rows.read {
        let difference = explained.abs_diff(rows.read);
        let remark = "rows do not add up: this is a fault of sod, and the results cannot be trusted";
        facts.number_as(Role::Bad, "LOST", difference, remark);
    }
    page.facts(&facts);
}

fn files(facts: &mut Facts, provenance: &Provenance, reasons: Reasons) {
    let used = provenance.sources.iter().filter(|source| source.refused.is_none());
    let mut shapes: BTreeMap<&str, u64> = BTreeMap::new();
    for source in used.clone() {
        *shapes.entry(source.shape.name()).or_default() += 1;
    }
    let mut shapes: Tally<'_> = shapes.into_iter().collect();
    shapes.sort_by_key(|&(_, files)| std::cmp::Reverse(files));
    let remark = match shapes.as_slice() {
        [(only, _)] => (*only).to_owned(),
        several => listed(several),
    };
    facts.number("files", used.count() as u64, remark);
    let mut refused: BTreeMap<&str, u64> = BTreeMap::new();
    for (code, _) in provenance.sources.iter().filter_map(|source| source.refused.as_ref()) {
        *refused.entry(code.code()).or_default() += 1;
    }
    if !refused.is_empty() {
        let refused: Tally<'_> = refused.into_iter().collect();
        let remark = if reasons == Reasons::Here { listed(&refused) } else { String::new() };
        facts.number_as(Role::Bad, "refused", total(&refused), remark);
    }
}

fn accepted_because(states: &[(&str, u64)], holding: &Holding, reasons: Reasons) -> String {
    match states {
        _ if reasons == Reasons::Elsewhere => format!("in the states that count: {}", holding.states),
        [] => format!("in the states that count: {}", holding.states),
        [(only, _)] => format!("in state {only}"),
        several => format!("in the states that count: {}", listed(several)),
    }
}

/// The states that occur: those that count, and the others; most frequent first.
fn states<'a>(snapshot: &'a Snapshot, holding: &Holding) -> (Tally<'a>, Tally<'a>) {
    let (mut counted, mut other) = (Tally::new(), Tally::new());
    for (state, rows) in snapshot.state_totals() {
        let side = if holding.states.matches(state, &snapshot.states) { &mut counted } else { &mut other };
        side.push((snapshot.states.name(state), rows));
    }
    // Stable: states of equal frequency stay in the order of the state table.
    counted.sort_by_key(|&(_, rows)| std::cmp::Reverse(rows));
    other.sort_by_key(|&(_, rows)| std::cmp::Reverse(rows));
    (counted, other)
}

/// Rejected rows by code.
pub(super) fn codes(provenance: &Provenance) -> Tally<'static> {
    let mut codes: BTreeMap<&'static str, u64> = BTreeMap::new();
    for record in &provenance.rejected {
        *codes.entry(record.code.code()).or_default() += 1;
    }
    let mut codes: Vec<_> = codes.into_iter().collect();
    codes.sort_by_key(|&(_, rows)| std::cmp::Reverse(rows));
    codes
}

fn total(parts: &[(&str, u64)]) -> u64 {
    parts.iter().map(|(_, number)| number).sum()
}

/// "expired 190, delivering 10", and of a long list its beginning.
fn listed(parts: &[(&str, u64)]) -> String {
    const SHOWN_MAX: usize = 6;
    let shown = parts.iter().take(SHOWN_MAX);
    let mut words: Vec<String> = shown.map(|(name, number)| format!("{name} {}", grouped(*number))).collect();
    if let Some(left_out) = parts.len().checked_sub(SHOWN_MAX).filter(|&left_out| left_out > 0) {
        words.push(counted(left_out as u64, "more", "more"));
    }
    words.join(", ")
}
