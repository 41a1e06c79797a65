//! Rules that are not in force: over, not begun, switched off.

use super::Context;
use sod_model::{Finding, FindingCode};

pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (linted, entry) in context.written() {
        let Some(why) = linted.rule.inactive.as_deref() else { continue };
        let code = match context.moment {
            _ if !entry.enabled => FindingCode::RuleSwitchedOff,
            Some(moment) if entry.period.is_before(moment) => FindingCode::RuleNotBegun,
            _ => FindingCode::ExpiredRule,
        };
        let message = format!("`{}` is not judged: {why}", linted.rule.id);
        findings.push(Finding::new(code, Some(linted.subject.clone()), message));
    }
}
