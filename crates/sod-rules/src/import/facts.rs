//! The words around a rule: descriptions, periods, states.

use super::ImportCode;
use super::collect::{Collector, Draft};
use super::json::Keys;
use super::note::Place;
use super::severity::Severities;
use crate::document::printable;
use crate::period::{Bound, read_moment};
use sod_model::{Period, RuleFacts};

/// Puts something for which rules have no key into the description, as a sentence of its own.
pub(super) fn add_line(facts: &mut RuleFacts, label: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let before = facts.description.take().map(|before| format!("{before}\n")).unwrap_or_default();
    facts.description = Some(format!("{before}{label}: {text}").into());
}

/// The period from two cells; what is no date is told.
pub(super) fn period_of(cells: [(&str, Place); 2], notes: &mut Collector) -> Period {
    let [(from, from_place), (until, until_place)] = cells;
    let mut read = |text: &str, place: &Place, bound| {
        let moment = read_moment(text, bound);
        if moment.is_none() && !text.is_empty() {
            let what = format!("the date `{}`", printable(text));
            let why = "expected 2026-01-31 or 2026-01-31T12:00:00Z; the rule is in force at any time";
            notes.lost(ImportCode::UnknownState, place.clone(), what, why);
        }
        moment
    };
    let from = read(from, &from_place, Bound::Start);
    let until_moment = read(until, &until_place, Bound::End);
    if let (Some(start), Some(end)) = (from, until_moment)
        && end <= start
    {
        let what = format!("the end `{}`", printable(until));
        notes.lost(
            ImportCode::UnknownState,
            until_place,
            what,
            "it lies before the start; the rule is in force at any time",
        );
        return Period::default();
    }
    Period { from, until: until_moment }
}

/// Whether a rule is switched on; a word that does not tell is told, and leaves it on.
pub(super) fn state_of(word: &str, place: Place, notes: &mut Collector) -> bool {
    let plain = word.to_lowercase().replace([' ', '-', '_'], "");
    match plain.as_str() {
        "" | "true" | "yes" | "1" | "on" | "active" | "enabled" | "enforced" => true,
        "false" | "no" | "0" | "off" | "inactive" | "disabled" | "notenforced" | "draft" | "retired" => false,
        _ => {
            let what = format!("the state `{}`", printable(word));
            let why = "it does not tell whether the rule is in force; the rule is switched on";
            notes.lost(ImportCode::UnknownState, place, what, why);
            true
        }
    }
}

/// The words of a policy in JSON, under the keys that tools have for them.
pub(super) fn policy_facts(
    keys: &mut Keys<'_>,
    draft: &mut Draft,
    severities: &Severities<'_>,
    notes: &mut Collector,
) {
    let mut text = |names: &[&str]| keys.text(names, notes).map(|(text, _)| text);
    draft.id = text(&["id", "policyid", "ruleid"]).map(String::from);
    draft.name = text(&["name", "policyname", "rulename", "displayname"]).map(String::from);
    let facts = &mut draft.facts;
    facts.description = text(&["description"]);
    facts.risk = text(&["risk", "riskdescription", "businessrisk"]);
    facts.owner = text(&["owner", "ownerref", "policyowner", "owners"]);
    facts.process = text(&["process", "businessprocess"]);
    facts.advice = text(&["advice", "correctionadvice", "remediationadvice"]);
    for (label, names) in [
        ("Note", &["note", "notes", "comment"][..]),
        (
            "Compensating control",
            &["mitigation", "mitigatingcontrol", "mitigatingcontrols", "compensatingcontrols", "control"],
        ),
        ("Reference", &["externalpolicyreference", "externalreference", "reference"]),
        ("Tags", &["tags", "labels"]),
    ] {
        add_line(facts, label, text(names).as_deref().unwrap_or_default());
    }
    if let Some((frameworks, _)) = keys.text(&["frameworks", "framework"], notes) {
        facts.frameworks =
            frameworks.split(",").map(str::trim).filter(|name| !name.is_empty()).map(Into::into).collect();
    }
    if let Some((word, place)) = keys.text(&["severity", "risklevel", "level"], notes) {
        if let Some(severity) = severities.find(&word) {
            draft.severity = severity;
        } else {
            let what = format!("the severity `{}`", printable(&word));
            let why = "taken for high, and kept in the description; say what it means: --severity WORD=LEVEL";
            notes.lost(ImportCode::UnknownSeverity, place, what, why);
            add_line(&mut draft.facts, "Severity in the source", &word);
        }
    }
    let mut dates =
        [&["validfrom", "effectivefrom", "startdate"][..], &["validto", "effectiveto", "enddate"]]
            .map(|names| keys.text(names, notes))
            .into_iter();
    let mut date = || dates.next().flatten();
    let (from, until) = (date(), date());
    let told = |date: &Option<(Box<str>, Place)>| date.clone().unwrap_or_default();
    let ((from, from_place), (until, until_place)) = (told(&from), told(&until));
    draft.period = period_of([(&*from, from_place), (&*until, until_place)], notes);
    let (state, place) = keys.text(&["state", "status", "enabled", "active"], notes).unwrap_or_default();
    draft.enabled = state_of(&state, place, notes);
    // When and by whom it was written down: nothing of the rule.
    keys.pass_over(&[
        "created",
        "createdby",
        "createddate",
        "modified",
        "modifiedby",
        "lastupdated",
        "lastupdatedby",
        "links",
        "orn",
    ]);
}
