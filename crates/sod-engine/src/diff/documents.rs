//! What is otherwise in rules and exceptions, whether it touches a conflict or not.

use super::side::Side;
use sod_model::{CauseCode, ChangeCause, Period, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that changed, where both sides have their rules.
pub(super) fn changes(old: &Side<'_>, new: &Side<'_>) -> Vec<ChangeCause> {
    let mut changes = Vec::new();
    if let (Some(before), Some(after)) = (&old.rules, &new.rules) {
        for id in ids(before, after) {
            changes.extend(rule(old, new, id));
        }
    }
    if let (Some(before), Some(after)) = (&old.exceptions, &new.exceptions) {
        for id in ids(before, after) {
            let about = |code| ChangeCause::new(code).about(id);
            let (written_before, written_after) =
                (old.exceptions_written.contains(id), new.exceptions_written.contains(id));
            changes.extend(match (before.get(id), after.get(id)) {
                (None, Some(_)) if !written_before => Some(about(CauseCode::ExceptionAdded)),
                (Some(_), None) if !written_after => Some(about(CauseCode::ExceptionRemoved)),
                (Some(was), Some(is)) => match was.changes(is) {
                    Some(what) => Some(about(CauseCode::ExceptionChanged).saying(what)),
                    None => {
                        let force = [old, new].map(|side| in_force(&is.period, side.facts.moment));
                        match force {
                            [false, true] => Some(about(CauseCode::ExceptionStarted)),
                            [true, false] => Some(about(CauseCode::ExceptionEnded)),
                            _ => None,
                        }
                    }
                },
                // It is written on both sides, and one of them does not know what it names.
                _ => Some(
                    about(CauseCode::InputScope).saying("one side does not know what the exception names"),
                ),
            });
        }
    }
    changes
}

fn ids<'i, T>(before: &'i BTreeMap<Box<str>, T>, after: &'i BTreeMap<Box<str>, T>) -> BTreeSet<&'i str> {
    before.keys().chain(after.keys()).map(|id| &**id).collect()
}

fn in_force(period: &Period, moment: Option<Timestamp>) -> bool {
    moment.is_none_or(|moment| period.contains(moment))
}

fn rule(old: &Side<'_>, new: &Side<'_>, id: &str) -> Option<ChangeCause> {
    let about = |code| ChangeCause::new(code).about(id);
    let of = |side: &Side<'_>| side.rules.as_ref().and_then(|rules| rules.get(id).cloned());
    let (Some(was), Some(is)) = (of(old), of(new)) else {
        return Some(about(if of(old).is_some() { CauseCode::RuleRemoved } else { CauseCode::RuleAdded }));
    };
    let mut what = Vec::new();
    let mut scope = None;
    match was.changed(&is, [old, new]) {
        Some(changed) if changed.code == CauseCode::RuleChanged => {
            what.extend(changed.detail.as_deref().map(str::to_owned));
        }
        other => scope = other,
    }
    if was.severity != is.severity {
        what.push(format!("severity {} -> {}", was.severity.name(), is.severity.name()));
    }
    if was.name != is.name {
        what.push("name".to_owned());
    }
    if was.period != is.period {
        what.push("period".to_owned());
    }
    let out = |why: &Option<Box<str>>| why.is_some();
    match (out(&was.inactive), out(&is.inactive)) {
        _ if !what.is_empty() => {}
        (true, false) if in_force(&is.period, old.facts.moment) => what.push("switched on".to_owned()),
        (false, true) if in_force(&is.period, new.facts.moment) => what.push("switched off".to_owned()),
        (true, false) => return Some(about(CauseCode::RuleInForce)),
        (false, true) => return Some(about(CauseCode::RuleOutOfForce)),
        _ => {}
    }
    if !what.is_empty() {
        return Some(about(CauseCode::RuleChanged).saying(what.join("; ")));
    }
    if scope.is_some() {
        return scope;
    }
    match (&was.not_evaluable, &is.not_evaluable) {
        (None, Some(why)) => Some(about(CauseCode::NotEvaluable).saying(format!("on the new side: {why}"))),
        (Some(why), None) => Some(about(CauseCode::NotEvaluable).saying(format!("on the old side: {why}"))),
        _ => None,
    }
}
