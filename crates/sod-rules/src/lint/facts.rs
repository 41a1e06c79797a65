//! Rules for which nobody answers, or that do not say what could happen.

use super::{Context, NAMED_MAX, listed};
use sod_model::{Finding, FindingCode, RuleFacts, Subject};

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let told = [
        (FindingCode::NoOwner, "no `owner`", lacks_owner as fn(&RuleFacts) -> bool),
        (FindingCode::NoRisk, "no `risk`", lacks_risk),
    ];
    for (code, what, lacks) in told {
        let lacking: Vec<&Subject> = context
            .written()
            .filter(|(_, entry)| lacks(&entry.facts))
            .map(|(linted, _)| &linted.subject)
            .collect();
        let Some(first) = lacking.first() else { continue };
        let have = if lacking.len() == 1 { "has" } else { "have" };
        let message =
            format!("{} {have} {what}", listed(lacking.iter().map(|subject| &*subject.id), lacking.len()));
        let others = lacking.iter().skip(1).take(NAMED_MAX).map(|subject| (*subject).clone()).collect();
        findings
            .push(Finding::new(code, Some((*first).clone()), message).with_others(others, lacking.len() - 1));
    }
}

fn lacks_owner(facts: &RuleFacts) -> bool {
    facts.owner.is_none()
}

fn lacks_risk(facts: &RuleFacts) -> bool {
    facts.risk.is_none()
}
